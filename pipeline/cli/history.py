"""`annexe history`: the last nights, and what became of an attachment over time."""

import sys
from pathlib import Path

import click

from pipeline.cli.options import folder_options, report_options, settings_for


@click.command(
    "history",
    epilog="""\b
Examples:
  annexe history                the last nights: what each built, what failed, how long it took
  annexe history my-post        each recorded change of a post's attachments, and why
  annexe history --nights 400   more of them
  annexe history --json         for a script
""",
)
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option(
    "--nights",
    type=click.IntRange(min=1),
    default=30,
    show_default=True,
    metavar="N",
    help="How many runs, or changes of an attachment, to go back.",
)
@folder_options
@report_options
def command(
    *,
    slugs: tuple[str, ...],
    nights: int,
    sources: Path | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Show the last runs, the newest last; with posts named, each recorded change of their attachments.

    It only looks: it can be asked while a run is at work, and changes nothing. Times are UTC.
    """
    from pipeline.report import history  # noqa: PLC0415 - heavy

    settings = settings_for(sources, output)
    if slugs:
        changes = history.changes_of(settings.output, slugs, nights)
        if as_json:
            click.echo(history.changes_json(changes), nl=False)
        elif not quiet:
            history.print_changes(changes, out=sys.stdout)
        return 0
    runs = history.last_runs(settings.output, nights)
    if as_json:
        click.echo(history.runs_json(runs), nl=False)
    elif not quiet:
        history.print_runs(runs, out=sys.stdout, err=sys.stderr)
    return 0

"""`annexe sizes`: each attachment's size beside the size that the live post publishes."""

import sys
from pathlib import Path

import click

from pipeline.cli.options import folder_options, house_file, report_options, settings_for
from pipeline.core.errors import CommandError
from pipeline.core.settings import Settings


@click.command(
    "sizes",
    epilog="""\b
Examples:
  annexe sizes            a table of every attachment
  annexe sizes my-post    one post
  annexe sizes --why      and what the bytes are there for
  annexe sizes --json     for a script
  annexe sizes --accept my-post             write its labels into its sources, once it is published
  annexe sizes --accept --rejected my-post  write those of attachments that are meant to be heavier
""",
)
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option(
    "--why",
    is_flag=True,
    help="Break each attachment's bytes down, and say what would bring one under its size.",
)
@click.option(
    "--accept",
    is_flag=True,
    help="Bring each published_size up to date with the attachment that lies in the build folder.",
)
@click.option(
    "--rejected",
    is_flag=True,
    help="With --accept: take the labels of attachments that were rejected for their size alone.",
)
@folder_options
@report_options
def command(
    *,
    slugs: tuple[str, ...],
    why: bool,
    accept: bool,
    rejected: bool,
    sources: Path | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Show each attachment's bytes, the label that the site would print, the published label, and the verdict.

    Exit code 1 when a size is out of its bounds or an attachment is missing; with --accept, when a published
    size had to be left as it is.
    """
    if accept and why:
        raise CommandError("--why and --accept do not go together; look with --why first, then accept")
    if rejected and not accept:
        raise CommandError("--rejected says which labels --accept is to take; add --accept")
    settings = settings_for(sources, output)
    if accept:
        return _accept(settings, slugs, rejected=rejected, as_json=as_json, quiet=quiet)
    from pipeline.build.sizes import explain, measure  # noqa: PLC0415 - heavy
    from pipeline.report.sizes import (  # noqa: PLC0415 - heavy
        print_reasons,
        print_sizes,
        sizes_json,
    )

    rows = measure(settings, house_file(settings), slugs)
    reasons = explain(settings, rows) if why else {}
    if as_json:
        click.echo(sizes_json(rows, reasons), nl=False)
    elif not quiet:
        print_sizes(rows, out=sys.stdout)
        print_reasons(rows, reasons, out=sys.stdout)
    return 1 if any(row.is_bad for row in rows) else 0


def _accept(settings: Settings, slugs: tuple[str, ...], *, rejected: bool, as_json: bool, quiet: bool) -> int:
    """Write the labels into the sources, and say what became of each."""
    from pipeline.build.accept_sizes import accept  # noqa: PLC0415 - heavy
    from pipeline.report.sizes import accepted_json, print_accepted  # noqa: PLC0415 - heavy

    rows = accept(settings, house_file(settings), slugs, rejected=rejected)
    if as_json:
        click.echo(accepted_json(rows), nl=False)
    print_accepted(rows, out=sys.stdout, err=sys.stderr, quiet=quiet or as_json)
    return 1 if any(row.is_bad for row in rows) else 0

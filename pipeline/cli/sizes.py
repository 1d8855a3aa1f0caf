"""`annexe sizes`: each attachment's size beside the size that the live post publishes."""

import sys
from pathlib import Path

import click

from pipeline.cli.options import folder_options, house_file, report_options, settings_for


@click.command(
    "sizes",
    epilog="""\b
Examples:
  annexe sizes            a table of every attachment
  annexe sizes my-post    one post
  annexe sizes --why      and what the bytes are there for
  annexe sizes --json     for a script
""",
)
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option(
    "--why",
    is_flag=True,
    help="Break each attachment's bytes down, and say what would bring one under its size.",
)
@folder_options
@report_options
def command(
    *,
    slugs: tuple[str, ...],
    why: bool,
    sources: Path | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Show each attachment's bytes, the label that the site would print, the published label, and the verdict.

    Exit code 1 when a size is out of its bounds or an attachment is missing.
    """
    from pipeline.report import print_reasons, print_sizes, sizes_json  # noqa: PLC0415 - heavy
    from pipeline.sizing import explain, measure  # noqa: PLC0415 - heavy

    settings = settings_for(sources, output)
    rows = measure(settings, house_file(settings), slugs)
    reasons = explain(settings, rows) if why else {}
    if as_json:
        click.echo(sizes_json(rows, reasons), nl=False)
    elif not quiet:
        print_sizes(rows, out=sys.stdout)
        print_reasons(rows, reasons, out=sys.stdout)
    return 1 if any(row.is_bad for row in rows) else 0

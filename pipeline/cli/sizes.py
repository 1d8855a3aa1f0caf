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
  annexe sizes --json     for a script
""",
)
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@folder_options
@report_options
def command(
    *, slugs: tuple[str, ...], sources: Path | None, output: Path | None, as_json: bool, quiet: bool
) -> int:
    """Show each attachment's bytes, the label that the site would print, the published label, and the verdict.

    Exit code 1 when a size is out of its bounds or an attachment is missing.
    """
    from pipeline.report import print_sizes, sizes_json  # noqa: PLC0415 - heavy
    from pipeline.sizing import measure  # noqa: PLC0415 - heavy

    settings = settings_for(sources, output)
    rows = measure(settings, house_file(settings), slugs)
    if as_json:
        click.echo(sizes_json(rows), nl=False)
    elif not quiet:
        print_sizes(rows, out=sys.stdout)
    return 1 if any(row.is_bad for row in rows) else 0

"""`annexe check`: check what lies in the build folder."""

from pathlib import Path

import click

from pipeline.cli.build_command import carry_out
from pipeline.cli.options import folder_options, report_options


@click.command(
    "check",
    epilog="""\b
Examples:
  annexe check                  every attachment
  annexe check my-post --json   one post, for a script
""",
)
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option(
    "--lang", "languages", multiple=True, metavar="LANG", help="Only this language (can be repeated)."
)
@folder_options
@report_options
def command(
    *,
    slugs: tuple[str, ...],
    languages: tuple[str, ...],
    sources: Path | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Check the sources and the attachments that lie in the build folder, building nothing.

    An attachment that is missing, or older than what it is made from, is an error.
    """
    return carry_out(
        goal="check",
        slugs=slugs,
        languages=languages,
        sources=sources,
        output=output,
        as_json=as_json,
        quiet=quiet,
    )

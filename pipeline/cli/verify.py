"""`annexe verify`: whether what a site carries is still correct."""

import sys
from pathlib import Path

import click

from pipeline.cli.options import folder_options, report_options
from pipeline.cli.publish import interaction, request_for, target_option


@click.command(
    "verify",
    epilog="""\b
Examples:
  annexe verify --to blog                every post
  annexe verify my-post --to blog        one post
  annexe verify --to blog --json         for a script
""",
)
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@target_option
@folder_options
@report_options
def command(
    *,
    slugs: tuple[str, ...],
    name: str,
    sources: Path | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Download what a site's posts link to and compare bytes, sizes and labels with the built attachments.

    Nothing is written. Exit code 5 where a label no longer tells the truth, a file was replaced, a link is
    lost, or an attachment is older than its source.
    """
    from pipeline.publish.result import print_published, published_json  # noqa: PLC0415 - heavy
    from pipeline.publish.run import verify  # noqa: PLC0415 - heavy

    request = request_for(name, slugs, sources=sources, output=output)
    result = verify(request, interaction(confirm=lambda _: False, quiet=quiet or as_json))
    if as_json:
        click.echo(published_json(result), nl=False)
    else:
        wrong = len(result.findings)
        what = f"{result.who}: " + (f"{wrong} found" if wrong else "all as it should be")
        print_published(result, out=sys.stdout, err=sys.stderr, quiet=quiet, what=what)
    return int(result.exit_code)

"""`annexe build`: build what is out of date, check everything."""

from pathlib import Path

import click

from pipeline.cli.build_command import carry_out
from pipeline.cli.options import folder_options, report_options


@click.command(
    "build",
    epilog="""\b
Examples:
  annexe build                        every post
  annexe build my-post other-post     two posts
  annexe build my-post --lang fr      one edition
  annexe build --only html            the web pages alone
  annexe build --verify               prove that the same sources give the same bytes
  annexe build --sources ~/posts --output ~/pdfs
  annexe build --cluster tcp://10.0.0.5:8786   on the workers of a Dask scheduler
""",
)
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option(
    "--lang", "languages", multiple=True, metavar="LANG", help="Only this language (can be repeated)."
)
@click.option(
    "--only", type=click.Choice(["html", "pdf"]), help="Only the web pages, or only the attachments."
)
@click.option("--verify", is_flag=True, help="Then build everything once more and compare the bytes.")
@click.option(
    "--cluster", metavar="ADDRESS", help="Build on the workers of the Dask scheduler at tcp://HOST:PORT."
)
@folder_options
@report_options
def command(
    *,
    slugs: tuple[str, ...],
    languages: tuple[str, ...],
    only: str | None,
    verify: bool,
    cluster: str | None,
    sources: Path | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Build what is out of date, check everything, and say what came of it.

    An attachment that fails a check never replaces a good one: it is put aside in a folder `rejected`.
    """
    return carry_out(
        goal=only or "build",
        slugs=slugs,
        languages=languages,
        sources=sources,
        output=output,
        as_json=as_json,
        quiet=quiet,
        verify=verify,
        cluster=cluster,
    )

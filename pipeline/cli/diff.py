"""`annexe diff`: what differs between two PDFs."""

from pathlib import Path

import click


@click.command(
    "diff",
    epilog="""\b
Examples:
  annexe diff before.pdf after.pdf
  annexe diff before.pdf after.pdf --pictures build/differences
""",
)
@click.argument("before", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("after", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write a picture of each page that looks different, what went in red and what came in green.",
)
def command(*, before: Path, after: Path, pictures: Path | None) -> int:
    """Say what differs between two PDFs: text in words, pages, fonts, structure, metadata, objects.

    Exit code 0 when their bytes are the same, 1 when they differ.
    """
    from pipeline.pdf.compare import compare, page_differences  # noqa: PLC0415 - heavy
    from pipeline.pdf.pictures import UnreadablePdfError  # noqa: PLC0415 - heavy

    old, new = before.read_bytes(), after.read_bytes()
    try:
        differences = compare(old, new)
    except UnreadablePdfError as error:
        raise click.ClickException(f"one of the files can't be read as a PDF ({error})") from error
    for difference in differences:
        click.echo(f"{difference.subject:<10} {difference.what}")
    if not differences:
        click.echo("the same bytes")
    elif pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
        for page in page_differences(old, new):
            path = pictures / f"page-{page.page}.png"
            page.picture.save(path)
            click.echo(f"{'pages':<10} {path}")
    return 1 if differences else 0

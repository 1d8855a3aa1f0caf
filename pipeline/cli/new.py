"""`annexe new`: begin a post."""

import datetime as dt
from pathlib import Path

import click

from pipeline.cli.options import folder_options, house_file, settings_for
from pipeline.core.paths import shown_path


@click.command(
    "new",
    epilog="""\b
Examples:
  annexe new listening-sessions              one file for each language of the house
  annexe new listening-sessions --lang en --lang fr --date 2026-11-24
""",
)
@click.argument("slug")
@click.option(
    "--lang", "languages", multiple=True, metavar="LANG", help="Only this language (can be repeated)."
)
@click.option(
    "--date", "date", type=click.DateTime(formats=["%Y-%m-%d"]), help="The post's date; today if not given."
)
@folder_options
def command(
    *,
    slug: str,
    languages: tuple[str, ...],
    date: dt.datetime | None,
    sources: Path | None,
    output: Path | None,
) -> int:
    """Begin a post: a folder SLUG with a source file for each language of the house, ready to be filled in.

    A file that is there already is never touched.
    """
    from pipeline.sources.scaffold import begin_post  # noqa: PLC0415 - heavy

    settings = settings_for(sources, output)
    day = date.date() if date else dt.datetime.now(dt.UTC).astimezone().date()
    for path in begin_post(settings.sources, house_file(settings), slug, languages=languages, date=day):
        click.echo(shown_path(path))
    return 0

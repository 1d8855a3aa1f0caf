"""`annexe accept`: how attachments look now is how they are meant to look."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import folder_options, house_file, report_options, settings_for
from pipeline.core.paths import shown_path
from pipeline.report.printable import on_one_line

if TYPE_CHECKING:
    from pipeline.build.appearance import Accepted


@click.command(
    "accept",
    epilog="""\b
Examples:
  annexe accept my-post             every edition of one post
  annexe accept my-post other-post  several
  annexe accept --all               everything, after a change of styles
""",
)
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--all", "is_all", is_flag=True, help="Accept every post.")
@folder_options
@report_options
def command(
    *,
    slugs: tuple[str, ...],
    is_all: bool,
    sources: Path | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Record that how the attachments look now is wanted: the nightly run then tells when they look different.

    Look at them before, on the report's pages or in the files. A small picture of each page goes to the
    folder `approved` of the settings; keep it with the sources.
    """
    from pipeline.build.appearance import accept  # noqa: PLC0415 - heavy

    settings = settings_for(sources, output)
    accepted = accept(settings, house_file(settings), slugs, is_all=is_all)
    if as_json:
        values = [_values(item) for item in accepted]
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
    elif not quiet:
        for item in accepted:
            click.echo(on_one_line(_line(item)))
    return 0


def _values(item: "Accepted") -> dict[str, Any]:
    return {
        "attachment": item.seen.name,
        "path": shown_path(item.seen.path),
        "sha256": item.sha256,
        "pages": item.pages,
        "approved": shown_path(item.folder),
        "news": list(item.news),
    }


def _line(item: "Accepted") -> str:
    pages = f"{item.pages} page{'' if item.pages == 1 else 's'}"
    news = "; ".join(item.news) if item.news else "looks as it was accepted before"
    return f"{shown_path(item.seen.path)}: accepted, {pages}: {news}"

"""Annexe's own parts in this process, as a worker has them: for what no command tells."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.frames import with_room
from pipeline.model import Post
from pipeline.settings import Settings, load_settings
from pipeline.sources import read_house, read_posts
from pipeline.workshop import Workshop

if TYPE_CHECKING:
    from weasyprint.document import Document

    from pipeline.render import Renderer


class _Kept:
    """What is made once a process: WeasyPrint asks fontconfig no second time."""

    renderer: "Renderer | None" = None


def posts_in(settings: Settings) -> tuple[Workshop, tuple[Post, ...]]:
    """Return the workshop and the posts of a project."""
    house = read_house(settings.sources / "house.yaml")
    reading = read_posts(
        settings.sources,
        house,
        image_bytes_limit=settings.image_bytes_limit,
        image_pixels_limit=settings.image_pixels_limit,
    )
    return Workshop(settings, house), tuple(reading.posts)


def renderer_of(workshop: Workshop) -> "Renderer":
    """Return this process's renderer, made with the looks and fonts of the first workshop that asked for it."""
    if _Kept.renderer is None:
        os.environ["FONTCONFIG_FILE"] = workshop.fontconfig_file
        from pipeline.render import Renderer  # noqa: PLC0415 - after the fonts are told to fontconfig

        _Kept.renderer = Renderer(workshop.kit())
    return _Kept.renderer


@with_room
def layouts_in(folder: Path) -> int:
    """Return how often the first edition of a project is laid out: more than once where its last page would be thin."""
    workshop, (post, *_) = posts_in(load_settings(folder))
    renderer = renderer_of(workshop)
    from pipeline.fitting import fit  # noqa: PLC0415 - after the fonts are told to fontconfig
    from pipeline.render_lines import lines_kept  # noqa: PLC0415 - as above
    from pipeline.render_values import quick_values  # noqa: PLC0415 - as above

    edition = post.editions[0]
    page = workshop.candidate(edition, [edition.language]).page
    asked: list[str | None] = []

    def lay_out(setting: str | None) -> "Document":
        asked.append(setting)
        return renderer.layout_of(page)(setting)

    with lines_kept(), quick_values():
        fit(lay_out)
    return len(asked)

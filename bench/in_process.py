"""Annexe's own parts in this process, as a worker has them: for what no command tells."""

import os
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.build.candidates import Workshop
from pipeline.cli.options import house_file
from pipeline.core.model import Post
from pipeline.core.settings import Settings, load_settings
from pipeline.sources.folder import read_named_posts
from pipeline.sources.house import read_house

if TYPE_CHECKING:
    from weasyprint.document import Document

    from pipeline.render.renderer import Renderer


class _Kept:
    """What is made once a process: WeasyPrint asks fontconfig no second time."""

    renderer: "Renderer | None" = None


def posts_in(settings: Settings) -> tuple[Workshop, tuple[Post, ...]]:
    """Return the workshop and the posts of a project."""
    house = read_house(house_file(settings))
    return Workshop(settings, house), read_named_posts(settings, house, ()).posts


def renderer_of(workshop: Workshop) -> "Renderer":
    """Return this process's renderer, made with the looks and fonts of the first workshop that asked for it."""
    if _Kept.renderer is None:
        os.environ["FONTCONFIG_FILE"] = workshop.fontconfig_file
        from pipeline.render.renderer import Renderer  # noqa: PLC0415 - after the fonts are told to fontconfig

        _Kept.renderer = Renderer(workshop.kit())
    return _Kept.renderer


def layouts_in(folder: Path) -> int:
    """Return how often the first edition of a project is laid out: more than once where its last page would be thin."""
    workshop, (post, *_) = posts_in(load_settings(folder))
    renderer = renderer_of(workshop)
    from pipeline.render.fitting import fit  # noqa: PLC0415 - after the fonts are told to fontconfig
    from pipeline.render.speedups import patched  # noqa: PLC0415 - as above

    edition = post.editions[0]
    page = workshop.candidate(edition, [edition.language]).page
    lay_out, asked = renderer.layout_of(page), []

    def counted(setting: str | None, most: float = inf) -> "Document | None":
        asked.append(setting)
        return lay_out(setting, most)

    with patched():
        fit(counted)
    return len(asked)

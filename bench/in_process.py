"""Annexe's own parts in this process, as a worker has them: for what no command tells."""

import os
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.build.candidates import Materials, make_candidate, read_materials
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


def posts_in(settings: Settings) -> tuple[Materials, tuple[Post, ...]]:
    """Return the materials and the posts of a project."""
    house = read_house(house_file(settings))
    return read_materials(settings, house), read_named_posts(settings, house, ()).posts


def renderer_of(materials: Materials) -> "Renderer":
    """Return this process's renderer, made with the styles and fonts of the first materials that it is asked for."""
    if _Kept.renderer is None:
        os.environ["FONTCONFIG_FILE"] = str(materials.fonts.fontconfig_file)
        from pipeline.render.renderer import Renderer  # noqa: PLC0415 - after the fonts are told to fontconfig

        _Kept.renderer = Renderer(materials.kit())
    return _Kept.renderer


def layouts_in(folder: Path) -> int:
    """Return how often the first edition of a project is laid out: more than once where its last page would be thin."""
    materials, (post, *_) = posts_in(load_settings(folder))
    renderer = renderer_of(materials)
    from pipeline.render.fitting import fit  # noqa: PLC0415 - after the fonts are told to fontconfig
    from pipeline.render.speedups import patched  # noqa: PLC0415 - as above

    edition = post.editions[0]
    page = make_candidate(materials, edition, [edition.language])[0].page
    lay_out, asked = renderer.layout_of(page), []

    def counted(setting: str | None, most: float = inf) -> "Document | None":
        asked.append(setting)
        return lay_out(setting, most)

    with patched():
        fit(counted)
    return len(asked)

"""What the tests of the print style share."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.compose.composer import Composer
from pipeline.compose.styles import Styles
from pipeline.core.model import Edition, Kit, Page
from pipeline.render.fonts.faces import FontSet
from pipeline.sources.house import read_house

if TYPE_CHECKING:
    from pipeline.render.renderer import Rendering

SOURCES = Path(__file__).parents[2] / "sources"


@pytest.fixture(scope="module")
def render(kit: Kit, fonts: FontSet, styles: Styles) -> Any:
    """Return a function that turns an edition into its page and rendering, with the real standard wording."""
    from pipeline.render.renderer import Renderer

    renderer = Renderer(kit)
    house = read_house(SOURCES / "house.yaml")
    composer = Composer(house=house, styles=styles, font_css=fonts.screen_css)

    def from_edition(source: Edition) -> tuple[Page, "Rendering"]:
        page = composer.compose(source, ["en", "fr"])
        rendering = renderer.render(page)
        assert rendering.log == ()
        return page, rendering

    return from_edition

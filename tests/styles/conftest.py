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
def composer(fonts: FontSet, styles: Styles) -> Composer:
    """Compose pages with the real templates, fonts and standard wording."""
    house = read_house(SOURCES / "house.yaml")
    return Composer(house=house, styles=styles, font_css=fonts.screen_css)


@pytest.fixture(scope="module")
def render(kit: Kit, composer: Composer) -> Any:
    """Return a function that turns an edition into its page and rendering, with the real standard wording."""
    from pipeline.render.renderer import Renderer

    renderer = Renderer(kit)

    def from_edition(source: Edition) -> tuple[Page, "Rendering"]:
        page, _, _ = composer.compose(source, ["en", "fr"])
        rendering = renderer.render(page)
        assert rendering.log == ()
        return page, rendering

    return from_edition

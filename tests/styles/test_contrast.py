"""Text and ground differ by 7:1 or more (WCAG 2.2, 1.4.6), on paper, on a light screen and on a dark one."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[2] / "styles"
WHITE = "#ffffff"
LEAST = 7.0

#: What stands on what in screen.css: (text, ground).
_ON_GROUND = tuple((text, "ground") for text in ("text", "title", "small", "link"))
_ON_PANEL = (("text", "panel"),)
_ON_MARK = (("text", "mark"), ("small", "mark"), ("link", "mark"))
_SKIP_LINK = (("ground", "link"),)
PAIRS = (*_ON_GROUND, *_ON_PANEL, *_ON_MARK, *_SKIP_LINK)


def _channel(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` (WCAG 2.2)."""
    red, green, blue = (_channel(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _sheet(name: str) -> str:
    text = (STYLES / name).read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def _palettes() -> dict[str, dict[str, str]]:
    """Return the custom properties that are colours: of the light, the dark and the printed page."""
    roots = re.findall(r":root\s*\{([^}]*)\}", _sheet("screen.css"))
    palettes = [dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", root)) for root in roots]
    return dict(zip(("light", "dark", "printed"), (p for p in palettes if p), strict=True))


def _values(sheet: str, names: Iterable[str]) -> set[str]:
    return {
        value.strip()
        for name in names
        for value in re.findall(rf"(?<![\w-]){name}:\s*([^;]+);", _sheet(sheet))
    }


def test_the_ratio_is_that_of_wcag() -> None:
    """Black on white is 21:1, a colour on itself 1:1, the blue of the look 7.8:1."""
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#0b529c", "#0b529c") == pytest.approx(1)
    assert contrast("#0b529c", WHITE) == pytest.approx(7.8, abs=0.05)


@pytest.mark.parametrize("name", ["light", "dark", "printed"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_screen(name: str, text: str, ground: str) -> None:
    """Every pair of text and ground of the web page has the contrast, in each of its three palettes."""
    palette = _palettes()[name]
    assert contrast(palette[text], palette[ground]) >= LEAST


def test_every_colour_of_the_screen_is_in_the_pairs() -> None:
    """Web page and site use no colour for text or ground that the pairs above don't name."""
    texts = _values("screen.css", ["color"]) - {"inherit"}
    known = {f"var(--{name})" for pair in PAIRS for name in pair}
    on_paper = {"#3b4a57"}
    assert texts - on_paper <= known
    assert _values("site.css", ["color"]) - {"inherit"} <= known
    assert not _values("site.css", ["background"])
    under_pictures = {"var(--paper)", "none"}
    assert _values("screen.css", ["background"]) - under_pictures <= known


def test_paper() -> None:
    """Every text colour of the print style has the contrast on white, behind code and on marked words."""
    grounds = {WHITE, *_values("print.css", ["background"])}
    texts = _values("print.css", ["color"])
    assert texts
    assert {(text, ground) for text in texts for ground in grounds if contrast(text, ground) < LEAST} == set()

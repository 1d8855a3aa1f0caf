"""Text and ground of the report's pages differ by 7:1 or more (WCAG 2.2, 1.4.6), light, dark and printed."""

import re

import pytest

from tests.styles.test_contrast import LEAST, STYLES, contrast

SHEET = re.sub(
    r"/\*.*?\*/", "", (STYLES / "report" / "report.css").read_text(encoding="utf-8"), flags=re.DOTALL
)
#: What stands on what in report.css: (text, ground).
PAIRS = (
    *((text, "ground") for text in ("text", "title", "small", "link", "error", "warning", "good")),
    ("text", "panel"),
    ("ground", "link"),
    ("ground", "error"),
    ("ground", "warning"),
    ("ground", "good"),
    ("ground", "small"),
)


def _palettes() -> dict[str, dict[str, str]]:
    roots = re.findall(r":root\s*\{([^}]*)\}", SHEET)
    palettes = [dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", root)) for root in roots]
    return dict(zip(("light", "dark", "printed"), palettes, strict=True))


@pytest.mark.parametrize("name", ["light", "dark", "printed"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_pairs(name: str, text: str, ground: str) -> None:
    """Every pair of text and ground has the contrast, in each of the three palettes."""
    palette = _palettes()[name]
    assert contrast(palette[text], palette[ground]) >= LEAST


def test_every_colour_is_in_the_pairs() -> None:
    """The pages use no colour for text or ground that the pairs above don't name."""
    known = {f"var(--{name})" for pair in PAIRS for name in pair}
    colours = set(re.findall(r"(?<![\w-])(?:color|background):\s*([^;]+);", SHEET))
    frames = {"var(--paper)", "linear-gradient(to right, var(--link) min(10.5rem, 40%), transparent 0)"}
    assert colours - frames <= known

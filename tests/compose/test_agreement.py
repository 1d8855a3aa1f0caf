"""What was read is what is on the page, or there is a difference with its line."""

from pathlib import Path

import pytest

from pipeline.compose.agreement import Disagreement
from pipeline.compose.markdown_body import convert

SAMPLE = Path(__file__).parents[1] / "sources" / "outline" / "sample.md"


def test_every_construct_agrees() -> None:
    """For the sample of every construct nothing differs."""
    assert convert(SAMPLE.read_text(encoding="utf-8")).differences == ()


@pytest.mark.parametrize(
    "body",
    [
        "- a\n  1. b\n     - [x] c\n\n9) d\n",
        "a[^1] b[^gone]\n\n[^1]: Note ![x](a.png)\n\n    - list\n\n[^1]: Again\n\n    - more\n",
        "a <b>bold</b> <script>x()</script> <name> b\n",
        '<div markdown="1">\n## H\n\n- x\n</div>\n',
        "<div>\n\n- x\n\n</div>\n",
        "| a |\n|---|\n| ![x](a.png) [b](c) `d` |\n",
        "`a\nb` c\\\nd\n",
    ],
)
def test_what_agrees_makes_no_difference(body: str) -> None:
    """Lists in lists, notes, raw HTML and tables are on the page as they were read."""
    assert convert(body).differences == ()


@pytest.mark.parametrize(
    ("body", "line", "name"),
    [
        ("Text.\n\n<iframe>\n\n- one\n- two\n\n</iframe>\n", 4, "ul 1"),
        ("<template>\n\n![a](b.png)\n\n</template>\n", 2, "img"),
    ],
)
def test_html_that_tears_a_text_apart_is_a_difference(body: str, line: int, name: str) -> None:
    """What HTML keeps off the page is named by its line."""
    assert Disagreement(line=line, name=name, letters="") in convert(body).differences


def test_the_page_carries_no_lines() -> None:
    """The lines are for the comparison alone, and no author can write one."""
    root = convert('# A\n\n<p data-line="7">b</p>\n\n<b data-line="2">c</b>\n').root
    assert not root.xpath(".//@data-line")

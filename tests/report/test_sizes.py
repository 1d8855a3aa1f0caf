"""`annexe sizes`: a table for people, lines for scripts."""

import io
import json
from dataclasses import dataclass

from pipeline.core.model import PublishedSize
from pipeline.report.sizes import print_sizes, sizes_json
from tests.report.results import PUBLISHED
from tests.report.test_console import Terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row as the command measures it."""

    name: str
    size: int | None = None
    label: str | None = None
    published: PublishedSize | None = None
    ratio: float | None = None
    verdict: str = "not built"
    is_bad: bool = True


ROWS = (
    Row(
        name="a-post-en",
        size=35_315,
        label="34.49 KB",
        published=PUBLISHED,
        ratio=35_315 / 196_695,
        verdict="fits",
        is_bad=False,
    ),
    Row(name="b\x1bpost-fr"),
)


def test_plain_columns_for_scripts() -> None:
    """Into a file go aligned columns under their names, without colour."""
    out = io.StringIO()
    print_sizes(ROWS, out=out)
    head, first, second = out.getvalue().splitlines()
    assert head.split() == ["attachment", "bytes", "label", "published", "ratio", "verdict"]
    assert first.split() == ["a-post-en", "35,315", "34.49", "KB", "192.08", "KB", "18.0%", "fits"]
    assert second.split() == ["b\\x1bpost-fr", "-", "-", "-", "-", "not", "built"]
    assert head.index("verdict") == first.index("fits")


def test_a_table_on_a_terminal() -> None:
    """On a terminal the same cells stand in a table."""
    out = Terminal()
    print_sizes(ROWS, out=out)
    assert "a-post-en" in out.getvalue()
    assert "192.08 KB" in out.getvalue()
    assert "\x1b[2J" not in out.getvalue()


def test_json_for_scripts() -> None:
    """As JSON each row says the same, with numbers as numbers."""
    first, second = json.loads(sizes_json(ROWS))
    assert first == {
        "attachment": "a-post-en",
        "bytes": 35_315,
        "label": "34.49 KB",
        "published": "192.08 KB",
        "ratio": 0.1795,
        "verdict": "fits",
    }
    assert second["bytes"] is None

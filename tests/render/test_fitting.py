"""A last page with little more than the notices is saved or filled, as far as the print style allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

import pytest

from pipeline.render.fitting import LayOut, fit, is_thin


@dataclass
class _Page:
    height: float
    anchors: Mapping[str, tuple[float, ...]]


@dataclass
class _Document:
    pages: Sequence[_Page]
    setting: str = ""


def _document(pages: int, notices_at: float | None, setting: str = "") -> _Document:
    """Return a document whose notices begin at a part of its last page's height."""
    last = {} if notices_at is None else {"notices": (10.0, notices_at * 1000, 90.0, 990.0)}
    before: list[_Page] = [_Page(1000, {}) for _ in range(pages - 1)]
    return _Document(pages=[*before, _Page(1000, last)], setting=setting)


def _lay_out(asked: list[str], *, notices_at: float = 0.1, **pages: int) -> LayOut:
    """Return a layout with a thin last page and so many pages in each setting; it records each setting."""

    def lay_out(setting: str | None, most: float = inf) -> _Document | None:
        asked.append(setting or "plain")
        number = pages[asked[-1]]
        return _document(number, notices_at, asked[-1]) if number <= most else None

    return lay_out


@pytest.mark.parametrize(
    ("pages", "notices_at", "thin"),
    [(2, 0.1, True), (2, 0.24, True), (2, 0.4, False), (1, 0.1, False), (3, None, False)],
)
def test_thin_pages(pages: int, notices_at: float | None, thin: bool) -> None:  # noqa: FBT001 - a column
    """A last page is thin where the notices begin near its top; a single page never is."""
    assert is_thin(_document(pages, notices_at)) is thin


def test_a_text_that_ends_well_is_laid_out_once() -> None:
    """A document without a thin last page is taken as it is."""
    asked: list[str] = []
    fit(_lay_out(asked, notices_at=0.6, plain=3))
    assert asked == ["plain"]


@pytest.mark.parametrize(
    ("snug", "tight", "few", "many"),
    [
        (2, 2, "plain snug", "plain tight snug"),
        (3, 2, "plain snug tight", "plain tight snug"),
        (3, 3, "plain snug tight kept", "plain tight kept"),
        (4, 3, "plain snug tight kept", "plain tight kept"),
    ],
)
def test_the_least_tight_setting_that_saves_a_page_is_taken(
    snug: int, tight: int, few: str, many: str
) -> None:
    """Snug is preferred to tight; where neither saves the page, the last page gets more of the text.

    Where few lines are to be saved, snug is tried first, else tight, so that a text is seldom laid out four
    times.
    """
    chosen = "snug" if snug == 2 else "tight" if tight == 2 else "kept"
    for notices_at, expected in ((0.1, few), (0.2, many)):
        asked: list[str] = []
        made = fit(_lay_out(asked, notices_at=notices_at, plain=3, snug=snug, tight=tight, kept=3))
        assert (made.setting, " ".join(asked)) == (chosen, expected)

"""A last page that holds little more than the notices is saved or filled, within the bounds of the print style."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pytest

from pipeline.fitting import LaidOutPage, fit, is_thin, with_setting

_HTML = '<!DOCTYPE html>\n<html lang="en">\n<p>Text</p></html>'


@dataclass
class _Page:
    height: float
    anchors: Mapping[str, tuple[float, ...]]


@dataclass
class _Document:
    pages: Sequence[LaidOutPage]
    setting: str = ""


def _document(pages: int, notices_at: float | None, setting: str = "") -> _Document:
    """Return a document whose notices begin at a part of its last page's height."""
    last = {} if notices_at is None else {"notices": (10.0, notices_at * 1000, 90.0, 990.0)}
    before: list[LaidOutPage] = [_Page(1000, {}) for _ in range(pages - 1)]
    return _Document(pages=[*before, _Page(1000, last)], setting=setting)


def _lay_out(**pages: int) -> Callable[[str], _Document]:
    """Return a layout that gives a thin last page, and so many pages in each setting."""

    def lay_out(html: str) -> _Document:
        setting = next((name for name in pages if f'class="{name}"' in html), "plain")
        return _document(pages[setting], 0.1, setting)

    return lay_out


@pytest.mark.parametrize(
    ("pages", "notices_at", "thin"),
    [(2, 0.1, True), (2, 0.24, True), (2, 0.4, False), (1, 0.1, False), (3, None, False)],
)
def test_thin_pages(pages: int, notices_at: float | None, thin: bool) -> None:  # noqa: FBT001 - a table's column
    """A last page is thin where the notices begin near its top; a single page never is."""
    assert is_thin(_document(pages, notices_at)) is thin


def test_a_text_that_ends_well_is_laid_out_once() -> None:
    """A document without a thin last page is taken as it is."""
    calls: list[str] = []

    def lay_out(html: str) -> _Document:
        calls.append(html)
        return _document(3, 0.6)

    fit(_HTML, lay_out)
    assert calls == [_HTML]


@pytest.mark.parametrize(
    ("snug", "tight", "chosen"), [(2, 2, "snug"), (3, 2, "tight"), (3, 3, "kept"), (4, 3, "kept")]
)
def test_the_least_tight_setting_that_saves_a_page_is_taken(snug: int, tight: int, chosen: str) -> None:
    """Snug comes before tight; where neither saves the page, the last page gets more of the text."""
    assert fit(_HTML, _lay_out(plain=3, snug=snug, tight=tight, kept=3)).setting == chosen


def test_the_setting_is_a_class_of_the_root() -> None:
    """Nothing but the class of the root element is changed."""
    assert with_setting(_HTML, "snug") == _HTML.replace("<html ", '<html class="snug" ')


def test_a_page_without_a_root_is_refused() -> None:
    """A page that is no page can't be given a setting."""
    with pytest.raises(ValueError, match="no <html> element"):
        with_setting("<p>Text</p>", "snug")

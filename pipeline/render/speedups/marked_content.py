"""Which marked content belongs to which box: only WeasyPrint's private tagging function is given that.

WeasyPrint numbers what it draws (a line's text, an image) and hands the numbers to `_build_box_tree`, which
makes a structure tree box by box. Ours is made element by element instead, so that what a page break splits
stays one: the function that stands here in its place takes the numbers and builds nothing.

- replaces: `pdf.tags._build_box_tree`
- written for: WeasyPrint 70.0, the files in `SOURCES`
- gains: no time; it is what all tags are made from
- upstream: https://github.com/Kozea/WeasyPrint/issues/2482 gathers what its own tags lack; none open for a
  hook
"""

from dataclasses import dataclass, field
from typing import Any

from weasyprint.pdf import tags

from pipeline.render.speedups.guard import Change

SOURCES = {"pdf/tags.py": "fae488b773686ea7fb685967c78a5b011854b88b61377f426ffb4e9ec00d76d2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMarks:
    """One page's box, and the number (MCID) of each piece of marked content by the box that draws it."""

    box: Any
    numbers: dict[Any, int] = field(repr=False)


def changes(pages: list[PageMarks]) -> tuple[Change, ...]:
    """Return what makes WeasyPrint add each page's marks to a list, in order, and build no tree itself."""

    def collect(box: Any, _parent: Any, _pdf: Any, _page: int, _nums: Any, _links: Any, marks: Any) -> Any:
        pages.append(PageMarks(box=box, numbers={drawn: mark["mcid"] for drawn, mark in marks.items()}))
        # WeasyPrint asserts that every mark was used.
        marks.clear()
        return ()

    return ((tags, "_build_box_tree", collect),)

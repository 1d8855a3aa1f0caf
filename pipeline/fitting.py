"""Pages that end well: no last page that holds the end of one paragraph and the notices.

The print style states how far a text may be tightened (classes `snug` and `tight`) and what holds a last page
together (`kept`). Here is decided which of them a text needs; most texts need none and are laid out once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

#: The id of the element that the notices stand in.
NOTICES = "notices"
#: Notices that begin above this part of the last page's height leave it thin: six lines of text or fewer.
_THIN = 0.25

#: Settings that may save a thin last page, the least tight first.
_TIGHTER = ("snug", "tight")
#: The setting that gives a last page its last two paragraphs whole.
_KEPT = "kept"


class LaidOutPage(Protocol):
    """What is used of WeasyPrint's `Page`: its height, and the places (x, y, …) of its anchors, in CSS pixels."""

    height: float
    anchors: Mapping[str, tuple[float, ...]]


class LaidOut(Protocol):
    """What is used of WeasyPrint's `Document`: its pages."""

    pages: Sequence[LaidOutPage]


Document = TypeVar("Document", bound=LaidOut)


def fit(html: str, lay_out: Callable[[str], Document]) -> Document:
    """Return the laid out document of a page, in the first setting that leaves no thin last page.

    `lay_out` makes a document of HTML. A tighter setting counts only where it saves a page; where none does, the
    last page is given more of the text.
    """
    document = lay_out(html)
    if not is_thin(document):
        return document
    for setting in _TIGHTER:
        tighter = lay_out(with_setting(html, setting))
        if len(tighter.pages) < len(document.pages):
            return tighter
    return lay_out(with_setting(html, _KEPT))


def is_thin(document: LaidOut) -> bool:
    """Say whether a document's last page, not being its first, holds little more than the notices."""
    last = document.pages[-1]
    place = last.anchors.get(NOTICES)
    return len(document.pages) > 1 and place is not None and place[1] < _THIN * last.height


def with_setting(html: str, setting: str) -> str:
    """Return a page whose root element has the class `setting`; raises ValueError where there is no root."""
    before, root, after = html.partition("<html ")
    if not root:
        raise ValueError("the page has no <html> element with a language to set")
    return f'{before}{root}class="{setting}" {after}'

"""Pages that end well: no last page that holds the end of one paragraph and the notices.

The print style states how far a text may be tightened (classes `snug` and `tight`) and how a last page gets
more of the text (`kept`). Which of them a text needs is decided here; most need none.
"""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Protocol, TypeVar

#: The id of the element that the notices stand in.
NOTICES = "notices"
#: Notices that begin above this part of the last page's height leave it thin: six lines of text or fewer.
_THIN = 0.25

#: Settings that may save a thin last page: less tight, and as tight as can be.
_SNUG, _TIGHT = "snug", "tight"
#: The setting that gives a last page its last two paragraphs whole.
_KEPT = "kept"
#: A snug setting seldom finds more room than this on each page before the last, as a part of its height.
_SNUG_SAVES = 0.06


class LaidOutPage(Protocol):
    """What is used of WeasyPrint's `Page`: its height, and where (x, y, …) its anchors are, in CSS pixels."""

    height: float
    anchors: Mapping[str, tuple[float, ...]]


class LaidOut(Protocol):
    """What is used of WeasyPrint's `Document`: its pages."""

    pages: Sequence[LaidOutPage]


Document = TypeVar("Document", bound=LaidOut)
Made_co = TypeVar("Made_co", bound=LaidOut, covariant=True)


class LayOut(Protocol[Made_co]):
    """Lays a page out in a setting, or in none; returns None where that takes more than `most` pages."""

    def __call__(self, setting: str | None, most: float = inf) -> Made_co | None:
        """Return the document."""


def fit(lay_out: LayOut[Document]) -> Document:
    """Return the laid out document of a page, in the first setting that leaves no thin last page.

    A tighter setting counts only where it saves a page; else the last page is given more of the text.
    """
    document = _whole(lay_out, None)
    if not is_thin(document):
        return document
    most = len(document.pages) - 1
    is_little = _is_little_to_save(document)
    # A long one takes hundreds of MiB: it is not held while the next is made.
    del document
    return _tightened(most, lay_out, is_little=is_little) or _whole(lay_out, _KEPT)


def _whole(lay_out: LayOut[Document], setting: str | None) -> Document:
    document = lay_out(setting)
    if document is None:
        raise RuntimeError("a document of any length was asked for, and none was made")
    return document


def _tightened(most: int, lay_out: LayOut[Document], *, is_little: bool) -> Document | None:
    """Return the document in the least tight setting that needs `most` pages at most, or None.

    What saves no page in the tight setting saves none in the snug one: with much to save, tight is first.
    """
    if is_little:
        return lay_out(_SNUG, most) or lay_out(_TIGHT, most)
    tight = lay_out(_TIGHT, most)
    return None if tight is None else lay_out(_SNUG, most) or tight


def _is_little_to_save(document: LaidOut) -> bool:
    last = document.pages[-1]
    return last.anchors[NOTICES][1] <= _SNUG_SAVES * last.height * (len(document.pages) - 1)


def is_thin(document: LaidOut) -> bool:
    """Say whether a document's last page, not being its first, holds little more than the notices."""
    last = document.pages[-1]
    place = last.anchors.get(NOTICES)
    return len(document.pages) > 1 and place is not None and place[1] < _THIN * last.height

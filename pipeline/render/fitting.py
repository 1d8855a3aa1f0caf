"""Pages that end well: no last page that holds the end of one paragraph and the notices.

The print style states how far a text may be tightened (classes `snug` and `tight`) and how a last page gets
more of the text (`kept`). Which of them a text needs is decided here; most need none.
"""

from collections.abc import Callable
from typing import Any

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


#: A laid out document of WeasyPrint, which ships no types: its pages have a height and anchors, by name, that
#: begin with their x and y in CSS pixels.
Document = Any
#: Lays a page out in a setting or None, in so many pages at most, if given; returns None where it takes more.
LayOut = Callable[..., Document | None]


def fit(lay_out: LayOut) -> Document:
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


def _whole(lay_out: LayOut, setting: str | None) -> Document:
    document = lay_out(setting)
    if document is None:
        raise RuntimeError("a document of any length was asked for, and none was made")
    return document


def _tightened(most: int, lay_out: LayOut, *, is_little: bool) -> Document | None:
    """Return the document in the least tight setting that needs `most` pages at most, or None.

    What saves no page in the tight setting saves none in the snug one: with much to save, tight is first.
    """
    if is_little:
        return lay_out(_SNUG, most) or lay_out(_TIGHT, most)
    tight = lay_out(_TIGHT, most)
    return None if tight is None else lay_out(_SNUG, most) or tight


def _is_little_to_save(document: Document) -> bool:
    last = document.pages[-1]
    return bool(last.anchors[NOTICES][1] <= _SNUG_SAVES * last.height * (len(document.pages) - 1))


def is_thin(document: Document) -> bool:
    """Say whether a document's last page, not being its first, holds little more than the notices."""
    last = document.pages[-1]
    place = last.anchors.get(NOTICES)
    return len(document.pages) > 1 and place is not None and place[1] < _THIN * last.height

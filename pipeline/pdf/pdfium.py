"""The second, independent reader: what a finished PDF says to pdfium, which knows nothing of how it was made."""

import ctypes
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError, PdfPage

from pipeline.pdf.pdfium_data import (
    Bookmark,
    Box,
    Character,
    DrawnImage,
    Link,
    ReadBack,
    ReadPage,
    TextRun,
    Word,
)
from pipeline.pdf.pdfium_pages import Handle, read_page

__all__ = [
    "Bookmark",
    "Box",
    "Character",
    "DrawnImage",
    "Link",
    "ReadBack",
    "ReadPage",
    "TextRun",
    "Word",
    "read_back",
]

#: An attachment of more pages is no attachment any more; a damaged page tree can claim millions.
MOST_PAGES = 5_000
#: pdfium can't be interrupted: the time is looked at between two pages.
MOST_SECONDS = 120.0

#: pdfium isn't thread-safe.
_ONE_AT_A_TIME = threading.Lock()


def read_back(data: bytes, *, most_pages: int = MOST_PAGES, most_seconds: float = MOST_SECONDS) -> ReadBack:
    """Return all that a PDF says; a PDF that can't be read, or not to its end in time, comes back with a `fault`.

    Text comes in the order of the content, with the words that hyphenation broke made whole. Raises nothing.
    """
    with _ONE_AT_A_TIME:
        try:
            with closing(PdfDocument(data)) as document:
                return _read(document, most_pages=most_pages, ends=time.monotonic() + most_seconds)
        except PdfiumError as error:
            return ReadBack(pages=(), fault=str(error))


def _read(document: PdfDocument, *, most_pages: int, ends: float) -> ReadBack:
    pages: list[ReadPage] = []
    links: list[Link] = []
    fault = None if len(document) <= most_pages else f"it has {len(document)} pages, more than {most_pages}"
    for index in range(min(len(document), most_pages)):
        if time.monotonic() > ends:
            fault = f"reading it took too long and stopped after page {index} of {len(document)}"
            break
        with closing(document[index]) as page:
            pages.append(read_page(page, index + 1))
            links += _links(document, page, index + 1)
    return ReadBack(
        pages=tuple(pages),
        links=tuple(links),
        destinations=tuple(_destinations(document)),
        bookmarks=tuple(_bookmarks(document)),
        fault=fault,
    )


def _links(document: PdfDocument, page: PdfPage, number: int) -> Iterator[Link]:
    """Yield the links of an open page."""
    left, bottom, *_ = page.get_mediabox()
    position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    while pdfium.FPDFLink_Enumerate(page.raw, position, link):
        rectangle = pdfium.FS_RECTF()
        pdfium.FPDFLink_GetAnnotRect(link, rectangle)
        horizontal = sorted((rectangle.left - left, rectangle.right - left))
        vertical = sorted((rectangle.bottom - bottom, rectangle.top - bottom))
        action = pdfium.FPDFLink_GetAction(link)
        yield Link(
            page=number,
            box=Box(left=horizontal[0], bottom=vertical[0], right=horizontal[1], top=vertical[1]),
            address=_address(document, action) if action else None,
            target_page=_target_page(document, link, action),
        )


def _address(document: PdfDocument, action: Handle) -> str | None:
    """Return what an action opens outside the document; a file is told as a `file:` address."""
    match pdfium.FPDFAction_GetType(action):
        case pdfium.PDFACTION_GOTO:
            return None
        case pdfium.PDFACTION_URI:
            return _bytes(
                lambda buffer, size: pdfium.FPDFAction_GetURIPath(document.raw, action, buffer, size)
            )
        case pdfium.PDFACTION_REMOTEGOTO | pdfium.PDFACTION_LAUNCH | pdfium.PDFACTION_EMBEDDEDGOTO:
            path = _bytes(lambda buffer, size: pdfium.FPDFAction_GetFilePath(action, buffer, size))
            return f"file:{path}"
        case _:
            return "javascript:"  # every other action runs something


def _bytes(call: Callable[[Any, int], Any]) -> str:
    """Return the string that pdfium puts into a buffer of the size it asks for."""
    buffer = ctypes.create_string_buffer(max(call(None, 0), 1))
    call(buffer, len(buffer))
    return buffer.value.decode("utf-8", errors="replace")


def _target_page(document: PdfDocument, link: Handle, action: Handle) -> int | None:
    destination = pdfium.FPDFLink_GetDest(document.raw, link)
    if not destination and action:
        destination = pdfium.FPDFAction_GetDest(document.raw, action)
    index = pdfium.FPDFDest_GetDestPageIndex(document.raw, destination) if destination else -1
    return index + 1 if index >= 0 else None


def _destinations(document: PdfDocument) -> Iterator[str]:
    """Yield the names that links may lead to."""
    for index in range(pdfium.FPDF_CountNamedDests(document.raw)):
        size = ctypes.c_long(0)
        pdfium.FPDF_GetNamedDest(document.raw, index, None, size)
        buffer = ctypes.create_string_buffer(max(size.value, 2))
        if pdfium.FPDF_GetNamedDest(document.raw, index, buffer, size):
            yield buffer.raw[: max(size.value - 2, 0)].decode("utf-16-le", errors="replace")


def _bookmarks(document: PdfDocument) -> Iterator[Bookmark]:
    for bookmark in document.get_toc():
        destination = bookmark.get_dest()
        index = destination.get_index() if destination else None
        yield Bookmark(
            title=bookmark.get_title(), level=bookmark.level + 1, page=None if index is None else index + 1
        )

"""The second, independent reader: what PDFium, which made nothing of it, finds in a finished PDF."""

import ctypes
import re
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError, PdfMatrix, PdfPage, PdfTextPage

from pipeline.pdf.model import Box, Character, DrawnImage, LinkAnnotation, ReadBack, ReadPage, TextRun

#: A pointer that PDFium gave: pypdfium2 ships no types.
Handle = Any
#: An attachment of more pages is no attachment any more; a damaged page tree can claim millions.
MOST_PAGES = 5_000
#: pdfium can't be interrupted: the time is looked at between two pages.
MOST_SECONDS = 120.0

#: pdfium's signs for a hyphen at the end of a line, behind which it joins the lines by itself.
_LINE_END_HYPHENS = (0x02, 0xFFFE)
_SOFT_HYPHEN = "\u00ad"
#: What stands where a line's end breaks a word; pdfium may begin a line before the hyphen, too.
_BROKEN_WORD = re.compile("\n?\u2010\n|\n?\u00ad\n?")
#: Runs that reach this near to an edge of the page carry their characters' boxes: 15 mm in points.
_EDGE = 42.5
#: A glyph may stand out of its clip by this much (points) before anybody sees it.
_TOLERANCE = 1.0
_DEEPEST_FORM = 8
#: Text lighter or more transparent than this (of 255) is looked at as a picture: maybe no one can see it.
_LIGHT = 180
_FAINT = 90
#: How far (of 255) pixels must differ for something to be seen among them.
_SEEN = 16
_PIXELS_A_POINT = 2.0
_UNSEEN_MODES = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)

#: pdfium isn't thread-safe.
_ONE_AT_A_TIME = threading.Lock()


def read_back(data: bytes, *, most_pages: int = MOST_PAGES, most_seconds: float = MOST_SECONDS) -> ReadBack:
    """Return what a PDF shows; one that can't be read, or not to its end in time, comes back with a `fault`.

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
    links: list[LinkAnnotation] = []
    fault = None if len(document) <= most_pages else f"it has {len(document)} pages, more than {most_pages}"
    for index in range(min(len(document), most_pages)):
        if time.monotonic() > ends:
            fault = f"reading it took too long and stopped after page {index} of {len(document)}"
            break
        with closing(document[index]) as page:
            pages.append(_read_page(page, index + 1))
            links += _links(document, page, index + 1)
    names = tuple(_destinations(document))
    return ReadBack(pages=tuple(pages), links=tuple(links), destinations=names, fault=fault)


def _links(document: PdfDocument, page: PdfPage, number: int) -> Iterator[LinkAnnotation]:
    """Yield the links of an open page."""
    left, bottom, *_ = page.get_mediabox()
    position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    while pdfium.FPDFLink_Enumerate(page.raw, position, link):
        rectangle = pdfium.FS_RECTF()
        pdfium.FPDFLink_GetAnnotRect(link, rectangle)
        horizontal = sorted((rectangle.left - left, rectangle.right - left))
        vertical = sorted((rectangle.bottom - bottom, rectangle.top - bottom))
        action = pdfium.FPDFLink_GetAction(link)
        yield LinkAnnotation(
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


def _plainly(function: Any, result: Any) -> Any:
    """Return a function of PDFium's, of a text page and an index, that returns a number, not an object."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    return ctypes.CFUNCTYPE(result, ctypes.c_void_p, ctypes.c_int)(address or 0)


#: Called for each character, these take most of the time of a page; most of theirs is making pointer objects.
_unicode_of = _plainly(pdfium.FPDFText_GetUnicode, ctypes.c_uint)
_address_of = _plainly(pdfium.FPDFText_GetTextObject, ctypes.c_void_p)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What the forms around an object do to it: where it lands, what they clip, how much shines through."""

    matrix: PdfMatrix
    clip: Box | None = None
    opacity: float = 1.0
    is_artifact: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """Characters that one object shows: the first one's index on the text page, and their UTF-16 units."""

    first: int
    units: tuple[int, ...]
    address: int


def _read_page(page: PdfPage, number: int) -> ReadPage:
    """Return what an open page shows; `number` counts from 1."""
    with closing(page.get_textpage()) as text_page:
        return _PageReader(page, text_page, number).read()


class _PageReader:
    """Reads one page."""

    def __init__(self, page: PdfPage, text_page: PdfTextPage, number: int) -> None:
        left, bottom, right, top = page.get_mediabox()
        self._page = page
        self._text = text_page.raw
        self._number = number
        self._origin = (left, bottom)
        self._area = Box(left=0.0, bottom=0.0, right=right - left, top=top - bottom)

    def read(self) -> ReadPage:
        """Return the page."""
        texts: dict[int, tuple[Handle, _Around]] = {}
        images = []
        for item, around in self._objects():
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                texts[ctypes.addressof(item.contents)] = (item, around)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                images.append(self._image(item, around))
        units, addresses = self._characters()
        runs = (
            self._run(stretch, *texts[stretch.address])
            for stretch in _stretches(units, addresses)
            if stretch.address in texts
        )
        return ReadPage(
            number=self._number,
            width=self._area.right,
            height=self._area.top,
            text=_whole_text(units, addresses),
            runs=tuple(runs),
            images=tuple(images),
        )

    def _objects(self) -> Iterator[tuple[Handle, _Around]]:
        """Yield every object of the page and of the forms it draws, with what is around it."""
        left, bottom = self._origin
        around = _Around(matrix=PdfMatrix().translate(-left, -bottom))
        for index in range(pdfium.FPDFPage_CountObjects(self._page.raw)):
            yield from _with_content(pdfium.FPDFPage_GetObject(self._page.raw, index), around)

    def _characters(self) -> tuple[list[int], list[int]]:
        """Return the UTF-16 units of the page's text, and each one's object by address (0: none)."""
        text = ctypes.cast(self._text, ctypes.c_void_p)
        indices = range(pdfium.FPDFText_CountChars(self._text))
        units = [_unicode_of(text, index) & 0xFFFF for index in indices]
        return units, [_address_of(text, index) or 0 for index in indices]

    def _run(self, stretch: _Stretch, item: Handle, around: _Around) -> TextRun:
        hyphens = (*_LINE_END_HYPHENS, ord(_SOFT_HYPHEN))
        text = _decoded([unit for unit in stretch.units if unit not in hyphens])
        box, clip = _bounds(item, around), _clip(item, around)
        is_near_edge = not self._area.shrunk(_EDGE).holds(box)
        is_cut = clip is not None and not clip.holds(box, tolerance=_TOLERANCE)
        return TextRun(
            text=text,
            page=self._number,
            box=box,
            clip=clip,
            is_artifact=around.is_artifact or _is_artifact(item),
            is_hidden=bool(text.strip()) and self._is_hidden(item, around, box),
            characters=tuple(self._character_boxes(stretch)) if is_near_edge or is_cut else (),
        )

    def _character_boxes(self, stretch: _Stretch) -> Iterator[Character]:
        """Yield the characters of a stretch that show, with their boxes on the page, forms included."""
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        x, y = self._origin
        units = stretch.units
        for offset, unit in enumerate(units):
            if 0xDC00 <= unit < 0xE000:  # noqa: PLR2004 - the second half of a surrogate pair goes with its first
                continue
            if pdfium.FPDFText_GetCharBox(self._text, stretch.first + offset, left, right, bottom, top):
                is_pair = 0xD800 <= unit < 0xDC00  # noqa: PLR2004 - the first half of a surrogate pair
                yield Character(
                    text=_decoded(units[offset : offset + 1 + is_pair]),
                    box=Box(
                        left=left.value - x, bottom=bottom.value - y, right=right.value - x, top=top.value - y
                    ),
                )

    def _image(self, item: Handle, around: _Around) -> DrawnImage:
        width, height = ctypes.c_uint(), ctypes.c_uint()
        pdfium.FPDFImageObj_GetImagePixelSize(item, width, height)
        box = _bounds(item, around)
        return DrawnImage(page=self._number, width=width.value, height=height.value, box=box)

    def _is_hidden(self, item: Handle, around: _Around, box: Box) -> bool:
        """Say whether text can't be seen: it is not drawn, or in a picture of its place nothing differs."""
        if pdfium.FPDFTextObj_GetTextRenderMode(item) in _UNSEEN_MODES:
            return True
        *colour, alpha = _fill(item)
        if min(colour) < _LIGHT and alpha * around.opacity >= _FAINT:
            return False
        place = box.meet(self._area)
        if not place.area:
            return False  # it lies outside the page, which is another fault
        margins = (place.left, place.bottom, self._area.right - place.right, self._area.top - place.top)
        crop = tuple(max(margin - _TOLERANCE, 0.0) for margin in margins)
        bitmap = self._page.render(scale=_PIXELS_A_POINT, crop=crop, grayscale=True, may_draw_forms=False)
        with closing(bitmap):
            pixels = bytes(bitmap.buffer)
        return max(pixels) - min(pixels) < _SEEN


def _with_content(item: Handle, around: _Around) -> Iterator[tuple[Handle, _Around]]:
    """Yield an object, and where it is a form all that the form draws."""
    yield item, around
    if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_FORM or around.depth >= _DEEPEST_FORM:
        return
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, matrix)
    inside = _Around(
        matrix=PdfMatrix.from_raw(matrix).multiply(around.matrix),
        clip=_clip(item, around),
        opacity=around.opacity * _fill(item)[3] / 255,
        is_artifact=around.is_artifact or _is_artifact(item),
        depth=around.depth + 1,
    )
    for index in range(pdfium.FPDFFormObj_CountObjects(item)):
        yield from _with_content(pdfium.FPDFFormObj_GetObject(item, index), inside)


def _fill(item: Handle) -> tuple[int, int, int, int]:
    """Return red, green, blue and opacity of what fills an object (0 to 255); opaque black for a pattern."""
    values = [ctypes.c_uint() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetFillColor(item, *values):
        return 0, 0, 0, 255
    red, green, blue, opacity = (value.value for value in values)
    return red, green, blue, opacity


def _is_artifact(item: Handle) -> bool:
    """Say whether an object is marked as no content (ISO 32000-1, 14.8.2.2)."""
    buffer, length = ctypes.create_string_buffer(64), ctypes.c_ulong()
    for index in range(pdfium.FPDFPageObj_CountMarks(item)):
        mark = pdfium.FPDFPageObj_GetMark(item, index)
        wide = ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR))
        is_read = pdfium.FPDFPageObjMark_GetName(mark, wide, len(buffer), length)
        if is_read and buffer.raw[: max(length.value - 2, 0)].decode("utf-16-le") == "Artifact":
            return True
    return False


def _bounds(item: Handle, around: _Around) -> Box:
    """Return an object's box on the page."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    corners = [(x.value, y.value) for x in (left, right) for y in (bottom, top)]
    return _box_around(corners, around.matrix)


def _clip(item: Handle, around: _Around) -> Box | None:
    """Return the box on the page outside of which nothing of an object shows, None where nothing clips."""
    clip = around.clip
    path = pdfium.FPDFPageObj_GetClipPath(item)
    for number in range(max(pdfium.FPDFClipPath_CountPaths(path), 0) if path else 0):
        corners = list(_corners(path, number))
        if corners:
            box = _box_around(corners, around.matrix)
            clip = box if clip is None else clip.meet(box)
    return clip


def _corners(path: Handle, number: int) -> Iterator[tuple[float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(pdfium.FPDFClipPath_CountPathSegments(path, number)):
        if pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(path, number, index), x, y):
            yield x.value, y.value


def _box_around(corners: list[tuple[float, float]], matrix: PdfMatrix) -> Box:
    points = [matrix.on_point(*corner) for corner in corners]
    horizontal, vertical = [x for x, _ in points], [y for _, y in points]
    return Box(left=min(horizontal), bottom=min(vertical), right=max(horizontal), top=max(vertical))


def _stretches(units: list[int], addresses: list[int]) -> Iterator[_Stretch]:
    """Yield the characters by object, in the order of the text."""
    start = 0
    for index in range(1, len(units) + 1):
        if index == len(units) or addresses[index] != addresses[start]:
            if addresses[start]:
                yield _Stretch(first=start, units=tuple(units[start:index]), address=addresses[start])
            start = index


def _whole_text(units: list[int], addresses: list[int]) -> str:
    """Return a page's text with the words that hyphenation broke made whole again.

    WeasyPrint breaks a word with U+2010 at the line's end. A hyphen-minus there, or a U+00AD that an
    ActualText says, reaches us as U+0002: the former belongs to the word (COVID-19) and shares its run with
    it; the latter has a run of its own and is dropped.
    """
    whole = list(units)
    for index, unit in enumerate(units):
        if unit in _LINE_END_HYPHENS:
            neighbours = addresses[max(index - 1, 0) : index] + addresses[index + 1 : index + 2]
            whole[index] = ord("-" if addresses[index] in neighbours else _SOFT_HYPHEN)
    return _BROKEN_WORD.sub("", _decoded(whole).replace("\r\n", "\n"))


def _decoded(units: list[int] | tuple[int, ...]) -> str:
    return struct.pack(f"<{len(units)}H", *units).decode("utf-16-le", errors="replace")

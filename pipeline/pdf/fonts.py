"""The fonts of a finished PDF: whether they are embedded, and which characters have no glyph in them.

A character without a glyph is still found by text extraction, but people see an empty box or nothing.
"""

import re
import struct
import unicodedata
from collections.abc import Iterator
from typing import Any

import uharfbuzz
from pypdf.generic import DictionaryObject, StreamObject

from pipeline.pdf.model import MissingGlyph, PdfFont, UnreadableFont
from pipeline.pdf.reader import LAST_CODE, OpenPdf, hexadecimal, text_by_code

_HEX = rb"\s*<([0-9A-Fa-f\s]*)>"
_GLYPHS = re.compile(rb"begincidchar(.*?)endcidchar", re.DOTALL)
_GLYPH_RANGES = re.compile(rb"begincidrange(.*?)endcidrange", re.DOTALL)
_GLYPH = re.compile(_HEX + rb"\s*([0-9]+)")
_GLYPH_RANGE = re.compile(_HEX * 2 + rb"\s*([0-9]+)")
#: ISO 32000-1, 9.6.4: a subset's name begins with six capitals and a plus sign.
_SUBSET = re.compile(r"[A-Z]{6}\+")
#: The general categories of characters that leave ink; pictographs (So) may be drawn as images instead.
_INKED = ("L", "N", "P", "Sm", "Sc")


class _FontError(Exception):
    """A font's glyphs can't be examined; the message says why."""


def fonts(pdf: OpenPdf) -> tuple[PdfFont, ...]:
    """Return every font that the document holds, wherever it may be used."""
    found: dict[PdfFont, None] = {}
    for number in pdf.object_numbers():
        item = pdf.reader.get_object(number)
        if (
            isinstance(item, DictionaryObject)
            and item.get("/Type") == "/Font"
            and "/CIDSystemInfo" not in item
        ):
            found[_font(item)] = None
    return tuple(found)


def _font(font: DictionaryObject) -> PdfFont:
    name = str(font.get("/BaseFont", "/"))[1:]
    if font.get("/Subtype") == "/Type3":  # its glyphs are drawings in the document itself
        return PdfFont(name=name or "a font of drawings", is_embedded=True, is_subset=True)
    descendants = font.get("/DescendantFonts")
    holder = descendants.get_object()[0].get_object() if descendants is not None else font
    descriptor = holder.get("/FontDescriptor")
    keys = set(descriptor.get_object()) if descriptor is not None else set()
    return PdfFont(
        name=_SUBSET.sub("", name, count=1),
        is_embedded=bool(keys & {"/FontFile", "/FontFile2", "/FontFile3"}),
        is_subset=bool(_SUBSET.match(name)),
    )


def missing_glyphs(pdf: OpenPdf) -> tuple[tuple[MissingGlyph, ...], tuple[UnreadableFont, ...]]:
    """Return the characters that no glyph shows, and the fonts whose glyphs can't be examined."""
    missing: dict[tuple[str, str], MissingGlyph] = {}
    unreadable: dict[str, UnreadableFont] = {}
    fonts: dict[int, _Glyphs | None] = {}
    for number, page in enumerate(pdf.pages, start=1):
        for shown in page.shown:
            name = str(shown.font.get("/BaseFont", "/a font without a name"))[1:]
            try:
                if id(shown.font) not in fonts:
                    fonts[id(shown.font)] = None
                    fonts[id(shown.font)] = _Glyphs(shown.font)
            except _FontError as error:
                unreadable[name] = UnreadableFont(name=name, reason=str(error))
            glyphs = fonts[id(shown.font)]
            for character in glyphs.missing(shown.codes) if glyphs else ():
                found = MissingGlyph(character=character, font=name, page=number)
                missing.setdefault((name, character), found)
    return tuple(missing.values()), tuple(unreadable.values())


class _Glyphs:
    """The glyphs of one composite font, by the two-byte codes of the content (ISO 32000-1, 9.7)."""

    def __init__(self, font: DictionaryObject) -> None:
        """Raise _FontError for a font of another kind than WeasyPrint embeds."""
        if font.get("/Subtype") != "/Type0":
            raise _FontError(f"it is of the kind {font.get('/Subtype')}, not /Type0")
        encoding = font["/Encoding"].get_object()
        self._glyph_of_code = _glyph_map(encoding.get_data()) if isinstance(encoding, StreamObject) else None
        if self._glyph_of_code is None and str(encoding) != "/Identity-H":
            raise _FontError(f"its encoding is {encoding}")
        unicode_map = font.get("/ToUnicode")
        stream = unicode_map.get_object() if unicode_map is not None else None
        self._text_of_code = text_by_code(stream.get_data()) if isinstance(stream, StreamObject) else {}
        face = uharfbuzz.Face(_font_file(font))
        self._count = face.glyph_count
        self._font = uharfbuzz.Font(face)
        if not self._count:
            raise _FontError("its file can't be read")

    def missing(self, codes: bytes) -> Iterator[str]:
        """Yield the text of each code that no glyph shows, once."""
        even = codes[: len(codes) // 2 * 2]
        for code in sorted(set(struct.unpack(f">{len(even) // 2}H", even))):
            glyph = code if self._glyph_of_code is None else self._glyph_of_code.get(code, 0)
            text = self._text_of_code.get(code, "")
            if glyph == 0 or glyph >= self._count or (self._is_empty(glyph) and _leaves_ink(text)):
                yield text

    def _is_empty(self, glyph: int) -> bool:
        extents = self._font.get_glyph_extents(glyph)
        return extents is None or (extents.width == 0 and extents.height == 0)


def _leaves_ink(text: str) -> bool:
    return any(unicodedata.category(character).startswith(_INKED) for character in text)


def _font_file(font: DictionaryObject) -> bytes:
    """Return the bytes of an embedded OpenType font; raises _FontError."""
    descendants: Any = font["/DescendantFonts"].get_object()
    descendant = descendants[0].get_object()
    if descendant.get("/CIDToGIDMap", "/Identity") != "/Identity":
        raise _FontError("its codes and glyphs are mapped in a way of its own")
    descriptor = descendant["/FontDescriptor"].get_object()
    for key in ("/FontFile2", "/FontFile3"):
        if key in descriptor:
            return bytes(descriptor[key].get_object().get_data())
    raise _FontError("it is not embedded")


def _glyph_map(data: bytes) -> dict[int, int]:
    """Return the glyphs (CIDs) of an embedded CMap by code."""
    glyphs: dict[int, int] = {}
    for section in _GLYPH_RANGES.findall(data):
        for first, last, glyph in _GLYPH_RANGE.findall(section):
            start, end = hexadecimal(first), min(hexadecimal(last), LAST_CODE)
            glyphs |= {code: int(glyph) + code - start for code in range(start, end + 1)}
    for section in _GLYPHS.findall(data):
        glyphs |= {hexadecimal(code): int(glyph) for code, glyph in _GLYPH.findall(section)}
    return glyphs

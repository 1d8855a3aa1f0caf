"""What a PDF's own structures say of it: fonts, language, title, protection. Read with pypdf; text is pdfium's part."""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, PdfObject

from pipeline.pdf.glyphs import MissingGlyph, UnreadableFont, missing_glyphs

# What pypdf has to say of a damaged file is said by the check `pdf.broken`, not on standard error.
logging.getLogger("pypdf").addHandler(logging.NullHandler())

#: ISO 32000-1, 9.6.4: a subset's name begins with six capitals and a plus sign.
_SUBSET = re.compile(r"[A-Z]{6}\+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Font:
    """A font that the PDF uses: its name without the mark of a subset, and whether it is inside, in full or in part."""

    name: str
    is_embedded: bool
    is_subset: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfFacts:
    """What a PDF's structures say; `fault` says why they can't be read.

    `language` and `title` are None where the PDF names none. `shows_title` tells whether a reader is asked to show
    the title instead of the file's name.
    """

    title: str | None = None
    language: str | None = None
    shows_title: bool = False
    is_tagged: bool = False
    is_encrypted: bool = False
    fonts: tuple[Font, ...] = ()
    missing_glyphs: tuple[MissingGlyph, ...] = ()
    unreadable_fonts: tuple[UnreadableFont, ...] = ()
    fault: str | None = None


def read_facts(data: bytes) -> PdfFacts:
    """Return what a PDF's structures say; one that can't be read comes back with a `fault`. Raises nothing."""
    try:
        # Strict: what WeasyPrint writes needs no mending, and what has to be mended is broken.
        reader = PdfReader(io.BytesIO(data), strict=True)
    except Exception as error:  # noqa: BLE001 - damaged structures make pypdf stumble in more ways than it names
        return PdfFacts(fault=f"{type(error).__name__}: {error}")
    return facts_of(reader)


def facts_of(reader: PdfReader) -> PdfFacts:
    """Return what the structures of an open PDF say, as `read_facts` does."""
    try:
        if reader.is_encrypted:
            return PdfFacts(is_encrypted=True)
        return _facts(reader)
    except Exception as error:  # noqa: BLE001 - as above
        return PdfFacts(fault=f"{type(error).__name__}: {error}")


def _facts(reader: PdfReader) -> PdfFacts:
    root = reader.root_object
    metadata = reader.metadata
    missing, unreadable = missing_glyphs(reader)
    return PdfFacts(
        title=_text(metadata.title if metadata else None),
        language=_text(root.get("/Lang")),
        shows_title=_is_set(root.get("/ViewerPreferences"), "/DisplayDocTitle"),
        is_tagged=_is_set(root.get("/MarkInfo"), "/Marked"),
        fonts=tuple(dict.fromkeys(_font(font) for font in _font_dictionaries(reader))),
        missing_glyphs=missing,
        unreadable_fonts=unreadable,
    )


def _text(value: object) -> str | None:
    return str(value) if value else None


def _is_set(holder: PdfObject | None, key: str) -> bool:
    dictionary = holder.get_object() if holder is not None else None
    return isinstance(dictionary, DictionaryObject) and bool(dictionary.get(key, False))


def _font_dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Yield every font that the document holds, wherever it may be used."""
    for number in _object_numbers(reader):
        item = reader.get_object(number)
        if (
            isinstance(item, DictionaryObject)
            and item.get("/Type") == "/Font"
            and "/CIDSystemInfo" not in item
        ):
            yield item


def _object_numbers(reader: PdfReader) -> list[int]:
    numbers = {number for table in reader.xref.values() for number in table}
    return sorted(numbers | set(reader.xref_objStm))


def _font(font: DictionaryObject) -> Font:
    name = str(font.get("/BaseFont", "/"))[1:]
    if font.get("/Subtype") == "/Type3":  # its glyphs are drawings in the document itself
        return Font(name=name or "a font of drawings", is_embedded=True, is_subset=True)
    descendants = font.get("/DescendantFonts")
    holder = descendants.get_object()[0].get_object() if descendants is not None else font
    descriptor = holder.get("/FontDescriptor")
    keys = set(descriptor.get_object()) if descriptor is not None else set()
    return Font(
        name=_SUBSET.sub("", name, count=1),
        is_embedded=bool(keys & {"/FontFile", "/FontFile2", "/FontFile3"}),
        is_subset=bool(_SUBSET.match(name)),
    )

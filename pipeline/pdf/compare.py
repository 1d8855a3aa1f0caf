"""What differs between two PDFs: text in words, pages as pictures, fonts, structure, metadata, objects.

Two readers look at each file: pdfium for text and pictures, pypdf for everything inside.
"""

import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import pypdfium2
from PIL import Image
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from pipeline.pdf.pictures import UnreadablePdfError, count_differing, draw_pages, mark_difference

#: Pictures are compared at this resolution (dots per inch): enough for a comma, cheap enough for every page.
_RESOLUTION = 100
#: Words shown around a difference, and differences shown of one kind.
_CONTEXT = 4
_MOST = 12
_REFERENCE = re.compile(r"IndirectObject\([^)]*\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference: its subject (text, pages, fonts, structure, metadata, objects) and what differs."""

    subject: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDifference:
    """A page that looks different: its number, the share of its pixels that differ, and a marked picture."""

    page: int
    share: float
    picture: Image.Image


def compare(before: bytes, after: bytes) -> tuple[Difference, ...]:
    """Return all that differs between two PDFs, nothing for the same bytes; raises UnreadablePdfError."""
    if before == after:
        return ()
    first, second = _Inside(before), _Inside(after)
    found = (
        *_words(first.texts, second.texts),
        *_pictures(before, after),
        *_counted("fonts", first.fonts, second.fonts),
        *_counted("structure", first.structure, second.structure),
        *_values("metadata", first.metadata, second.metadata),
        *_objects(first.objects, second.objects),
    )
    sizes = Difference(subject="objects", what=f"{len(before)} bytes before, {len(after)} after")
    return (*found, sizes) if found else (Difference(subject="objects", what=_first_byte(before, after)),)


def page_differences(before: bytes, after: bytes) -> Iterator[PageDifference]:
    """Yield the pages that look different, with what only the first PDF shows in red, the second in green."""
    drawn = (draw_pages(data, resolution=_RESOLUTION) for data in (before, after))
    for number, (old, new) in enumerate(zip(*drawn, strict=False), start=1):
        if old.size != new.size:
            new = new.resize(old.size)  # noqa: PLW2901 - a page of another size is compared at the size it had
        points = count_differing(old, new)
        if points:
            share = points / (old.width * old.height)
            yield PageDifference(page=number, share=share, picture=mark_difference(old, new))


class _Inside:
    """What pypdf and pdfium read in a PDF, as counts and values that can be compared."""

    def __init__(self, data: bytes) -> None:
        try:
            reader = PdfReader(io.BytesIO(data))
            root = reader.root_object
            self.metadata = {
                **{f"Info {key}": str(value) for key, value in (reader.metadata or {}).items()},
                **{
                    key: str(root.get(key))
                    for key in ("/Lang", "/PageLabels", "/ViewerPreferences")
                    if key in root
                },
                "XMP": _text_of_stream(root.get("/Metadata")),
                "pages": str(len(reader.pages)),
            }
            self.fonts = Counter(_font_names(reader))
            self.structure = Counter(_structure_kinds(root.get("/StructTreeRoot")))
            self.objects = Counter(_object_kinds(reader))
        except (PyPdfError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise UnreadablePdfError(f"{type(error).__name__}: {error}") from error
        self.texts = list(_page_texts(data))


def _page_texts(data: bytes) -> Iterator[list[str]]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnreadablePdfError(str(error)) from error
    with closing(document):
        for index in range(len(document)):
            with closing(document[index].get_textpage()) as text_page:
                yield text_page.get_text_bounded().split()


def _text_of_stream(value: Any) -> str:
    stream = value.get_object() if value is not None else None
    return stream.get_data().decode("utf-8", "replace") if isinstance(stream, StreamObject) else ""


def _font_names(reader: PdfReader) -> Iterator[str]:
    for number in range(1, int(reader.trailer.get("/Size", 0))):
        value = reader.get_object(number)
        if isinstance(value, DictionaryObject) and value.get("/Type") == "/FontDescriptor":
            keys = ("/FontFile2", "/FontFile3", "/FontFile")
            file = next((value[key] for key in keys if key in value), None)
            stream = file.get_object() if file is not None else None
            size = len(stream.get_data()) if isinstance(stream, StreamObject) else 0
            yield f"{value.get('/FontName')} ({size} bytes unpacked)"


def _structure_kinds(root: Any) -> Iterator[str]:
    """Yield the kind of each structure element, with its text alternative and language where it has them."""
    waiting, seen = [root], set[int]()
    while waiting:
        value = waiting.pop()
        if isinstance(value, IndirectObject):
            if value.idnum in seen:
                continue
            seen.add(value.idnum)
        element = value.get_object() if value is not None else None
        if isinstance(element, ArrayObject):
            waiting.extend(element)
        elif isinstance(element, DictionaryObject):
            if "/S" in element:
                extras = [f"{key[1:]}={element[key]}" for key in ("/Alt", "/Lang", "/E") if key in element]
                yield " ".join([str(element["/S"]), *extras])
            waiting.append(element.get("/K"))


def _object_kinds(reader: PdfReader) -> Iterator[tuple[str, str]]:
    """Yield each object's kind and the digest of its content, whatever its number and those it refers to."""
    for number in range(1, int(reader.trailer.get("/Size", 0))):
        value = reader.get_object(number)
        if value is None:
            continue
        content = (
            value.get_data() if isinstance(value, StreamObject) else _REFERENCE.sub("R", repr(value)).encode()
        )
        yield _kind(value), hashlib.sha256(content).hexdigest()


def _kind(value: Any) -> str:
    if isinstance(value, DictionaryObject):
        named = value.get("/Type") or value.get("/Subtype") or value.get("/S")
        if named:
            return str(named)[1:]
        return "stream" if isinstance(value, StreamObject) else "dictionary"
    return type(value).__name__.removesuffix("Object").lower()


def _objects(before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]) -> Iterator[Difference]:
    """Yield, kind by kind, how many objects there are and how many have no twin in the other file."""
    went, came = before - after, after - before
    for kind in sorted({kind for kind, _ in (*went, *came)}):
        counts = [
            sum(count for (name, _), count in found.items() if name == kind)
            for found in (before, after, went, came)
        ]
        what = f"{kind}: {counts[0]} before, {counts[1]} after; {counts[2]} went, {counts[3]} came"
        yield Difference(subject="objects", what=what)


def _words(before: list[list[str]], after: list[list[str]]) -> Iterator[Difference]:
    """Yield the runs of words that went, came or changed, with a few words before each."""
    old = [word for page in before for word in page]
    new = [word for page in after for word in page]
    if old == new:
        return
    told = 0
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        told += 1
        if told > _MOST:
            continue
        context = " ".join(old[max(0, a - _CONTEXT) : a])
        went, came = " ".join(old[a:b]), " ".join(new[c:d])
        changes = {"delete": f"“{went}” went", "insert": f"“{came}” came"}
        change = changes.get(kind, f"“{went}” became “{came}”")
        yield Difference(subject="text", what=f"behind “{context}”: {change}" if context else change)
    if told > _MOST:
        yield Difference(subject="text", what=f"and {told - _MOST} more differences in the text")


def _pictures(before: bytes, after: bytes) -> Iterator[Difference]:
    for difference in page_differences(before, after):
        what = f"page {difference.page} looks different ({difference.share:.2%} of its points)"
        yield Difference(subject="pages", what=what)


def _counted(subject: str, before: Counter[str], after: Counter[str]) -> Iterator[Difference]:
    changes = [
        *((item, "only before") for item in before - after),
        *((item, "only after") for item in after - before),
    ]
    for item, where in sorted(changes)[:_MOST]:
        yield Difference(subject=subject, what=f"{item}: {where}")
    if len(changes) > _MOST:
        yield Difference(subject=subject, what=f"and {len(changes) - _MOST} more")


def _values(subject: str, before: dict[str, str], after: dict[str, str]) -> Iterator[Difference]:
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old != new:
            shown = key if key == "XMP" else f"{key}: {old!r} became {new!r}"
            yield Difference(subject=subject, what=f"{shown} differs" if key == "XMP" else shown)


def _first_byte(before: bytes, after: bytes) -> str:
    place = next(
        (at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), len(before)
    )
    return (
        f"the same objects, written differently: the first other byte is number {place} "
        f"({len(before)} bytes before, {len(after)} after)"
    )

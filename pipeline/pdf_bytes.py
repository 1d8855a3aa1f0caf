"""What the bytes of a PDF are made of."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject, StreamObject


class Cause(StrEnum):
    """What a byte is there for."""

    FONTS = "fonts"
    IMAGES = "images"
    TEXT = "text"
    STRUCTURE = "structure"
    METADATA = "metadata"
    REST = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many bytes are there for one cause."""

    cause: Cause
    size: int


#: Keys of dictionaries behind which everything is there for one cause (ISO 32000-1: 9.8, 9.10, 14.3, 14.7, 14.11.5).
_CAUSE_OF_KEY = {
    "/FontFile": Cause.FONTS,
    "/FontFile2": Cause.FONTS,
    "/FontFile3": Cause.FONTS,
    "/ToUnicode": Cause.FONTS,
    "/CIDSet": Cause.FONTS,
    "/CharProcs": Cause.FONTS,
    "/Encoding": Cause.FONTS,
    "/Contents": Cause.TEXT,
    "/Metadata": Cause.METADATA,
    "/DestOutputProfile": Cause.METADATA,
    "/ParentTree": Cause.STRUCTURE,
    "/IDTree": Cause.STRUCTURE,
}
_CAUSE_OF_TYPE = {
    "/Font": Cause.FONTS,
    "/FontDescriptor": Cause.FONTS,
    "/StructElem": Cause.STRUCTURE,
    "/StructTreeRoot": Cause.STRUCTURE,
    "/OBJR": Cause.STRUCTURE,
    "/MCR": Cause.STRUCTURE,
    "/Namespace": Cause.STRUCTURE,
    "/Metadata": Cause.METADATA,
    "/OutputIntent": Cause.METADATA,
}


def bytes_by_cause(data: bytes) -> tuple[Share, ...]:
    """Return what a PDF's bytes are made of, the biggest part first; the sizes add up to that of the file.

    An object stream's bytes are shared out by the length of what it holds. A PDF that pypdf can't read is all rest.
    """
    try:
        sizes = _sizes(PdfReader(io.BytesIO(data), strict=True), len(data))
    except Exception:  # noqa: BLE001 - that the PDF can't be read is told by the check `pdf.broken`
        sizes = {}
    sizes[Cause.REST] = len(data) - sum(size for cause, size in sizes.items() if cause is not Cause.REST)
    return tuple(
        Share(cause=cause, size=size)
        for cause, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
        if size
    )


def _sizes(reader: PdfReader, end: int) -> dict[Cause, int]:
    causes = _causes(reader)
    sizes = dict.fromkeys(Cause, 0)
    for number, length in _lengths(reader, end).items():
        item = reader.get_object(number)
        if isinstance(item, StreamObject) and item.get("/Type") == "/ObjStm":
            for cause, share in _shares(item, causes, length):
                sizes[cause] += share
        else:
            sizes[causes.get(number, Cause.REST)] += length
    return sizes


def _lengths(reader: PdfReader, end: int) -> dict[int, int]:
    """Return how many bytes each object outside of object streams takes, up to the next one's first."""
    offsets = {number: offset for table in reader.xref.values() for number, offset in table.items()}
    ordered = sorted(offsets.items(), key=lambda item: item[1])
    following = [offset for _, offset in ordered[1:]] + [end]
    return {number: after - offset for (number, offset), after in zip(ordered, following, strict=True)}


def _shares(stream: StreamObject, causes: dict[int, Cause], length: int) -> Iterator[tuple[Cause, int]]:
    """Yield what an object stream's `length` bytes are there for (ISO 32000-1, 7.5.7)."""
    content = stream.get_data()
    first = int(str(stream["/First"]))
    head = [int(word) for word in content[:first].split()]
    numbers, starts = head[::2], head[1::2]
    ends = [*starts[1:], len(content) - first]
    whole = max(len(content), 1)
    for number, start, stop in zip(numbers, starts, ends, strict=True):
        yield causes.get(number, Cause.REST), (stop - start) * length // whole


def _causes(reader: PdfReader) -> dict[int, Cause]:
    """Return what each object is there for, by its number."""
    causes: dict[int, Cause] = {}
    numbers = {number for table in reader.xref.values() for number in table} | set(reader.xref_objStm)
    for number in sorted(numbers):
        item = reader.get_object(number)
        if not isinstance(item, DictionaryObject):
            continue
        cause = _cause_of(item)
        if cause is not None:
            causes[number] = cause
        for key, value in _entries(item):
            for behind in _numbers_behind(value, reader) if key in _CAUSE_OF_KEY else ():
                causes.setdefault(behind, _CAUSE_OF_KEY[key])
    information = reader.trailer.raw_get("/Info") if "/Info" in reader.trailer else None
    if isinstance(information, IndirectObject):
        causes[information.idnum] = Cause.METADATA
    return causes


def _entries(item: DictionaryObject | ArrayObject) -> Iterator[tuple[str, PdfObject]]:
    """Yield the entries of a dictionary and of all that it holds itself, not by reference."""
    values = (
        item.items() if isinstance(item, DictionaryObject) else (("", value) for value in list.__iter__(item))
    )
    for key, value in values:
        yield str(key), value
        if isinstance(value, DictionaryObject | ArrayObject):
            yield from _entries(value)


def _cause_of(item: DictionaryObject) -> Cause | None:
    if item.get("/Subtype") == "/Image":
        return Cause.IMAGES
    if item.get("/Subtype") == "/Form":
        return Cause.TEXT
    return _CAUSE_OF_TYPE.get(str(item.get("/Type")))


def _numbers_behind(value: PdfObject, reader: PdfReader) -> Iterator[int]:
    """Yield the numbers of the objects that a value refers to, through arrays and number trees."""
    waiting: list[PdfObject | None] = [value]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            if item.idnum in seen:
                continue
            seen.add(item.idnum)
            yield item.idnum
            item = reader.get_object(item.idnum)
        if isinstance(item, ArrayObject):
            waiting += [
                part for part in list.__iter__(item) if isinstance(part, IndirectObject | ArrayObject)
            ]
        elif isinstance(item, DictionaryObject) and ("/Nums" in item or "/Kids" in item or "/Names" in item):
            waiting += [dict.__getitem__(item, key) for key in ("/Nums", "/Kids", "/Names") if key in item]

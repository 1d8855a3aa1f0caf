"""What the bytes of a PDF are made of."""

import re
from collections.abc import Callable, Iterable, Iterator

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject, StreamObject

from pipeline.pdf.model import Cause, Part, Share
from pipeline.pdf.reader import OpenPdf

#: The parts that are one thing each.
_TEXT = (Cause.TEXT, "text")
_STRUCTURE = (Cause.STRUCTURE, "structure")
_METADATA = (Cause.METADATA, "metadata")
_PROFILE = (Cause.METADATA, "colour profile")
_OVERHEAD = (Cause.REST, "overhead")

#: Keys behind which everything belongs to one thing (ISO 32000-1: 7.7.3, 14.3, 14.7, 14.11.5).
_OWNER_OF_KEY = {
    "/Contents": _TEXT,
    "/Metadata": _METADATA,
    "/DestOutputProfile": _PROFILE,
    "/ParentTree": _STRUCTURE,
    "/IDTree": _STRUCTURE,
}
_OWNER_OF_TYPE = {
    "/StructElem": _STRUCTURE,
    "/StructTreeRoot": _STRUCTURE,
    "/OBJR": _STRUCTURE,
    "/MCR": _STRUCTURE,
    "/Namespace": _STRUCTURE,
    "/Metadata": _METADATA,
    "/OutputIntent": _PROFILE,
}
_Owner = tuple[Cause, str]


def bytes_by_cause(pdf: OpenPdf) -> tuple[Share, ...]:
    """Return what a PDF's bytes are made of, the biggest part first; the sizes add up to that of the file.

    An object stream's bytes are shared out by the length of what it holds. What pypdf can't read is all rest.
    """
    sizes: dict[Cause, int] = {}
    for part in bytes_by_part(pdf):
        sizes[part.cause] = sizes.get(part.cause, 0) + part.size
    return tuple(
        Share(cause=cause, size=size)
        for cause, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
    )


def bytes_by_part(pdf: OpenPdf) -> tuple[Part, ...]:
    """Return what a PDF's bytes are made of, thing by thing, the biggest first; they add up to the file.

    A font's part is all that belongs to it: its file, its maps and widths, its dictionaries. What belongs to
    nothing in particular (cross-references, pages, links, bookmarks) is overhead.
    """
    try:
        sizes = _sizes(pdf)
    except Exception:  # noqa: BLE001 - that the PDF can't be read is reported by the check `pdf.broken`
        sizes = {}
    sizes[_OVERHEAD] = len(pdf.data) - sum(size for owner, size in sizes.items() if owner != _OVERHEAD)
    return tuple(
        Part(cause=cause, name=name, size=size)
        for (cause, name), size in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
        if size
    )


def _sizes(pdf: OpenPdf) -> dict[_Owner, int]:
    reader = pdf.reader
    owners = _owners(pdf)
    sizes: dict[_Owner, int] = {}
    for number, length in _lengths(reader, len(pdf.data)).items():
        item = reader.get_object(number)
        if isinstance(item, StreamObject) and item.get("/Type") == "/ObjStm":
            shares = list(_shares(item, owners, length))
        else:
            shares = [(owners.get(number, _OVERHEAD), length)]
        for owner, share in shares:
            sizes[owner] = sizes.get(owner, 0) + share
    return sizes


def _lengths(reader: PdfReader, end: int) -> dict[int, int]:
    """Return how many bytes each object outside of object streams takes, up to the next one's first."""
    offsets = {number: offset for table in reader.xref.values() for number, offset in table.items()}
    ordered = sorted(offsets.items(), key=lambda item: item[1])
    following = [offset for _, offset in ordered[1:]] + [end]
    return {number: after - offset for (number, offset), after in zip(ordered, following, strict=True)}


def _shares(stream: StreamObject, owners: dict[int, _Owner], length: int) -> Iterator[tuple[_Owner, int]]:
    """Yield what an object stream's `length` bytes are used for (ISO 32000-1, 7.5.7)."""
    content = stream.get_data()
    first = int(str(stream["/First"]))
    head = [int(word) for word in content[:first].split()]
    numbers, starts = head[::2], head[1::2]
    ends = [*starts[1:], len(content) - first]
    whole = max(len(content), 1)
    for number, start, stop in zip(numbers, starts, ends, strict=True):
        yield owners.get(number, _OVERHEAD), (stop - start) * length // whole


def _owners(pdf: OpenPdf) -> dict[int, _Owner]:
    """Return what each object is used for, by its number."""
    reader = pdf.reader
    items = {number: reader.get_object(number) for number in pdf.object_numbers()}
    dictionaries = {number: item for number, item in items.items() if isinstance(item, DictionaryObject)}
    masks = {
        value.idnum
        for item in dictionaries.values()
        for key, value in item.items()
        if key in {"/SMask", "/Mask"} and isinstance(value, IndirectObject)
    }
    owners: dict[int, _Owner] = {}
    for number, item in dictionaries.items():
        thing = None if number in masks else _thing(item, number)
        if thing:
            for behind in _reached(IndirectObject(number, 0, reader), reader, _all_but_resources):
                owners.setdefault(behind, thing)
    for number, item in dictionaries.items():
        owner = _TEXT if item.get("/Subtype") == "/Form" else _OWNER_OF_TYPE.get(str(item.get("/Type")))
        if owner:
            owners.setdefault(number, owner)
        for key, value in _entries(item):
            for behind in _reached(value, reader, _branches) if key in _OWNER_OF_KEY else ():
                owners.setdefault(behind, _OWNER_OF_KEY[key])
    information = reader.trailer.raw_get("/Info") if "/Info" in reader.trailer else None
    if isinstance(information, IndirectObject):
        owners[information.idnum] = _METADATA
    return owners


def _thing(item: DictionaryObject, number: int) -> _Owner | None:
    """Return which font or image an object is, None where it is neither, or only a part of a font."""
    if item.get("/Type") == "/Font" and not str(item.get("/Subtype")).startswith("/CIDFont"):
        name = str(item.get("/BaseFont", f"/font {number}"))[1:]
        return Cause.FONTS, re.sub(r"^[A-Z]{6}[+]", "", name)
    if item.get("/Subtype") == "/Image":
        return Cause.IMAGES, f"{item.get('/Width')} × {item.get('/Height')} pixels"
    return None


def _reached(
    start: PdfObject, reader: PdfReader, onward: Callable[[DictionaryObject], Iterable[PdfObject]]
) -> set[int]:
    """Return the numbers of the objects that a value refers to, itself included, and of all behind them.

    `onward` chooses the entries of a dictionary behind which to look; arrays are followed as they are.
    """
    waiting: list[PdfObject | None] = [start]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            if item.idnum in seen:
                continue
            seen.add(item.idnum)
            item = reader.get_object(item.idnum)
        if isinstance(item, ArrayObject):
            waiting += list.__iter__(item)
        elif isinstance(item, DictionaryObject):
            waiting += onward(item)
    return seen


def _all_but_resources(item: DictionaryObject) -> list[PdfObject]:
    """Return what belongs to a font or an image: not the resources that a font's glyphs draw with."""
    return [value for key, value in item.items() if key != "/Resources"]


def _branches(item: DictionaryObject) -> list[PdfObject]:
    """Return what is behind a node of a number tree or a name tree."""
    return [dict.__getitem__(item, key) for key in ("/Nums", "/Kids", "/Names") if key in item]


def _entries(item: DictionaryObject | ArrayObject) -> Iterator[tuple[str, PdfObject]]:
    """Yield the entries of a dictionary and of all that it holds itself, not by reference."""
    values = (
        item.items() if isinstance(item, DictionaryObject) else (("", one) for one in list.__iter__(item))
    )
    for key, value in values:
        yield str(key), value
        if isinstance(value, DictionaryObject | ArrayObject):
            yield from _entries(value)

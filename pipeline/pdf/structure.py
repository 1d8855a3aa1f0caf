"""What a PDF says to somebody who listens: its structure tree as pypdf reads it, and what the tree leaves out."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from pypdf import PageObject, PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject, StreamObject

from pipeline.pdf.marks import Mark, read_marks

#: A tree that is deeper, or goes in a circle, is damaged.
_DEEPEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A structure element: its type after the role map, and what stands in it, in reading order.

    `scopes` says what a head cell is the head of; a number among the children is the index of a mark, of the marks
    that the tree reaches.
    """

    kind: str
    children: "tuple[Element | int, ...]" = field(repr=False)
    page: int | None
    alternative: str | None = None
    language: str | None = None
    identifier: str | None = None
    scope: str | None = None

    def walk(self) -> "Iterator[Element]":
        """Yield this element and all below in reading order."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """An annotation: its page from 1, what a screen reader says of it, and whether the structure tree reaches it."""

    page: int
    contents: str | None
    is_reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A document's structure; `fault` says why it can't be told.

    `marks` holds all content, `silent` what is neither in the tree nor an artifact; `unordered_pages` are those where
    the tab key does not follow the structure.
    """

    tree: Element | None = None
    marks: tuple[Mark, ...] = field(default=(), repr=False)
    silent: tuple[Mark, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    unordered_pages: tuple[int, ...] = ()
    fault: str | None = None

    def text(self, element: Element, *, without: frozenset[str] = frozenset()) -> str:
        """Return the text of an element and all below, but for elements of some types."""
        parts = []
        for child in element.children:
            if isinstance(child, int):
                parts.append(self.marks[child].text)
            elif child.kind not in without:
                parts.append(self.text(child, without=without))
        return "".join(parts)


def read_structure(data: bytes) -> Structure:
    """Return the structure of a PDF; one that has none, or can't be read, comes back with a `fault`. Raises nothing."""
    try:
        reader = PdfReader(io.BytesIO(data))
    except Exception as error:  # noqa: BLE001 - damaged structures make pypdf stumble in more ways than it names
        return Structure(fault=f"{type(error).__name__}: {error}")
    return structure_of(reader)


def structure_of(reader: PdfReader) -> Structure:
    """Return the structure of an open PDF, as `read_structure` does."""
    try:
        root = reader.root_object.get("/StructTreeRoot")
        holder = root.get_object() if root is not None else None
        if not isinstance(holder, DictionaryObject):
            return Structure(fault="it has no structure tree")
        return _Reader(reader).read(holder)
    except Exception as error:  # noqa: BLE001 - as above
        return Structure(fault=f"{type(error).__name__}: {error}")


class _Reader:
    """Reads one document: first its content, then the tree that refers to it."""

    def __init__(self, reader: PdfReader) -> None:
        self._pages = list(reader.pages)
        self._numbers = {
            page.indirect_reference.idnum: number
            for number, page in enumerate(self._pages, 1)
            if page.indirect_reference
        }
        fonts: dict[int, dict[int, str]] = {}
        self._marks = tuple(
            mark for number, page in enumerate(self._pages, 1) for mark in read_marks(page, number, fonts)
        )
        self._places = {
            (mark.page, mark.number): place
            for place, mark in enumerate(self._marks)
            if mark.number is not None
        }
        self._reached: set[int] = set()
        self._annotations: set[int] = set()
        self._roles: dict[str, str] = {}

    def read(self, root: DictionaryObject) -> Structure:
        """Return the structure under a root."""
        roles = root.get("/RoleMap")
        if roles is not None:
            self._roles = {str(name)[1:]: str(kind)[1:] for name, kind in _dictionary(roles).items()}
        children = tuple(self._children(root, None, 0))
        tree = Element(kind="Root", children=children, page=None)
        silent = [
            mark
            for place, mark in enumerate(self._marks)
            if place not in self._reached and not mark.is_artifact and (mark.text.strip() or mark.has_image)
        ]
        return Structure(
            tree=tree,
            marks=self._marks,
            silent=tuple(silent),
            annotations=tuple(self._read_annotations()),
            unordered_pages=tuple(
                number
                for number, page in enumerate(self._pages, 1)
                if "/Annots" in page and page.get("/Tabs") != "/S"
            ),
        )

    def _children(self, holder: DictionaryObject, page: int | None, depth: int) -> Iterator[Element | int]:
        """Yield what stands in an element (ISO 32000-1, 14.7.4), in order."""
        if depth > _DEEPEST:
            raise ValueError("the structure tree is too deep, or goes in a circle")
        kids = dict.get(holder, "/K")
        kids = kids.get_object() if isinstance(kids, IndirectObject) else kids
        several = list(list.__iter__(kids)) if isinstance(kids, ArrayObject) else [kids]
        for kid in several:
            item = kid.get_object() if kid is not None else None
            if isinstance(item, int):
                yield self._reach(page, int(item))
            elif isinstance(item, DictionaryObject):
                yield from self._child(item, page, depth)

    def _child(self, item: DictionaryObject, page: int | None, depth: int) -> Iterator[Element | int]:
        page = self._page_of(item) or page
        if item.get("/Type") == "/OBJR":
            self._annotations.add(item.raw_get("/Obj").idnum)
        elif "/S" in item:
            yield self._element(item, page, depth)
        elif "/MCID" in item:
            yield self._reach(page, int(str(item["/MCID"])))

    def _element(self, item: DictionaryObject, page: int | None, depth: int) -> Element:
        kind = str(item["/S"])[1:]
        return Element(
            kind=self._roles.get(kind, kind),
            children=tuple(self._children(item, page, depth + 1)),
            page=page,
            alternative=_text(item.get("/Alt")),
            language=_text(item.get("/Lang")),
            identifier=_text(item.get("/ID")),
            scope=_attribute(item, "/Scope"),
        )

    def _reach(self, page: int | None, number: int) -> int:
        place = self._places.get((page or 0, number))
        if place is None:
            raise ValueError(
                f"the structure tree refers to content {number} of page {page}, which is not there"
            )
        self._reached.add(place)
        return place

    def _page_of(self, item: DictionaryObject) -> int | None:
        reference = item.raw_get("/Pg") if "/Pg" in item else None
        return self._numbers.get(reference.idnum) if isinstance(reference, IndirectObject) else None

    def _read_annotations(self) -> Iterator[Annotation]:
        for number, page in enumerate(self._pages, 1):
            for reference, annotation in _annotations(page):
                yield Annotation(
                    page=number,
                    contents=_text(annotation.get("/Contents")),
                    is_reached=reference in self._annotations,
                )


def _annotations(page: PageObject) -> Iterator[tuple[int, DictionaryObject]]:
    listing = page.get("/Annots")
    listing = listing.get_object() if listing is not None else None
    for reference in list.__iter__(listing) if isinstance(listing, ArrayObject) else ():
        annotation = reference.get_object()
        if isinstance(reference, IndirectObject) and isinstance(annotation, DictionaryObject):
            yield reference.idnum, annotation


def _dictionary(value: PdfObject) -> DictionaryObject:
    item = value.get_object()
    return item if isinstance(item, DictionaryObject) else DictionaryObject()


def _text(value: PdfObject | None) -> str | None:
    return str(value.get_object()) if value is not None else None


def _attribute(item: DictionaryObject, name: str) -> str | None:
    """Return an attribute's value, whichever of an element's attribute objects it stands in."""
    attributes = item.get("/A")
    attributes = attributes.get_object() if attributes is not None else None
    for holder in attributes if isinstance(attributes, ArrayObject) else [attributes]:
        found = holder.get_object() if holder is not None else None
        if isinstance(found, DictionaryObject) and not isinstance(found, StreamObject) and name in found:
            return str(found[name])[1:]
    return None

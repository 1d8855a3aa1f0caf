"""What a PDF says to somebody who listens: its structure tree, and what the tree leaves out."""

from collections.abc import Iterator

from pypdf import PageObject
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject, StreamObject

from pipeline.pdf.model import Annotation, LogicalStructure, StructureElement
from pipeline.pdf.reader import OpenPdf, dictionary, open_pdf

#: A tree that is deeper, or goes in a circle, is damaged.
_DEEPEST = 500
_Kid = StructureElement | int


def read_structure(pdf: OpenPdf) -> LogicalStructure:
    """Return the structure of a PDF; without one, or unreadable, it comes with a `fault`. Raises nothing.

    A PDF that must be repaired to be read, or has no sound tree, is parsed once more, leniently.
    """
    structure = _structure(pdf)
    if structure.fault is None:
        return structure
    with open_pdf(pdf.data, strict=False) as lenient:
        return _structure(lenient)


def _structure(pdf: OpenPdf) -> LogicalStructure:
    try:
        root = pdf.reader.root_object.get("/StructTreeRoot")
        holder = root.get_object() if root is not None else None
        if not isinstance(holder, DictionaryObject):
            return LogicalStructure(fault="it has no structure tree")
        fault = next(filter(None, (page.fault for page in pdf.pages)), None)
        return LogicalStructure(fault=fault) if fault is not None else _TreeReader(pdf).read(holder)
    except Exception as error:  # noqa: BLE001 - damaged structures make pypdf stumble in more ways than it names
        return LogicalStructure(fault=f"{type(error).__name__}: {error}")


class _TreeReader:
    """Reads the structure tree of one document, which refers to its marked content."""

    def __init__(self, pdf: OpenPdf) -> None:
        self._pages = list(pdf.reader.pages)
        self._numbers = {
            page.indirect_reference.idnum: number
            for number, page in enumerate(self._pages, 1)
            if page.indirect_reference
        }
        self._marks = tuple(mark for page in pdf.pages for mark in page.marks)
        self._places = {
            (mark.page, mark.number): place
            for place, mark in enumerate(self._marks)
            if mark.number is not None
        }
        self._reached: set[int] = set()
        self._annotations: set[int] = set()
        self._roles: dict[str, str] = {}

    def read(self, root: DictionaryObject) -> LogicalStructure:
        """Return the structure under a root."""
        self._roles = {str(name)[1:]: str(kind)[1:] for name, kind in dictionary(root, "/RoleMap").items()}
        children = tuple(self._children(root, None, 0))
        tree = StructureElement(kind="Root", children=children, page=None)
        silent = [
            mark
            for place, mark in enumerate(self._marks)
            if place not in self._reached and not mark.is_artifact and (mark.text.strip() or mark.has_image)
        ]
        return LogicalStructure(
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

    def _children(self, holder: DictionaryObject, page: int | None, depth: int) -> Iterator[_Kid]:
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
                yield from self._kid(item, page, depth)

    def _kid(self, item: DictionaryObject, page: int | None, depth: int) -> Iterator[_Kid]:
        page = self._page_of(item) or page
        if item.get("/Type") == "/OBJR":
            self._annotations.add(item.raw_get("/Obj").idnum)
        elif "/S" in item:
            yield self._element(item, page, depth)
        elif "/MCID" in item:
            yield self._reach(page, int(str(item["/MCID"])))

    def _element(self, item: DictionaryObject, page: int | None, depth: int) -> StructureElement:
        kind = str(item["/S"])[1:]
        return StructureElement(
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
            what = f"content {number} of page {page}, which is not there"
            raise ValueError(f"the structure tree refers to {what}")
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

"""The structure tree while it grows, and how it is written into a PDF (ISO 32000-1, 14.7)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pydyf

from pipeline.render.finish.pdf_objects import add, resolve
from pipeline.render.finish.structure_types import INLINE, ROLES

#: Cells without content hold the table's grid; all else that is empty says nothing and goes.
_MAY_BE_EMPTY = frozenset({"TD", "TH"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A piece of marked content: its page, counted from 0, and its number there."""

    page: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkArea:
    """An annotation that a link's node owns, on its page, counted from 0."""

    page: int
    annotation: Any


@dataclass(slots=True, eq=False, kw_only=True)
class Node:
    """A structure element: its type, what is in it, and its entries; `attributes` are sorted by their owner."""

    kind: str
    parent: "Node | None"
    children: "list[Node | Content | LinkArea]" = field(default_factory=list)
    entries: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_anonymous: bool = False

    @property
    def is_inline(self) -> bool:
        """Tell whether this node runs in a line of text."""
        return self.kind in INLINE and self.attributes.get("Layout", {}).get("Placement") != "/Block"

    def append(self, kind: str) -> "Node":
        """Add a node behind all others and return it."""
        node = Node(kind=kind, parent=self)
        self.children.append(node)
        return node

    def set_attribute(self, owner: str, name: str, value: Any) -> None:
        """Set an attribute of the standard attribute owner `owner` (ISO 32000-1, 14.8.5)."""
        self.attributes.setdefault(owner, {})[name] = value

    def let_go(self) -> None:
        """Forget who is whose parent, here and below: without that the tree would stay, once written, as garbage."""
        for node in self.walk():
            node.parent = None

    def walk(self) -> Iterator["Node"]:
        """Yield this node and all below, parents first."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()


def prune(node: Node) -> None:
    """Take out, in place, what holds nothing that anybody could be told."""
    for child in list(node.children):
        if isinstance(child, Node):
            prune(child)
            if not child.children and child.kind not in _MAY_BE_EMPTY:
                node.children.remove(child)


class _Writer:
    """Writes one tree: structure elements, and what leads from content and annotations back to them."""

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self._pages = pdf.page_references
        self.content_owners: list[dict[int, Any]] = [{} for _ in self._pages]
        self.annotation_owners: list[Any] = []

    def fill(self, node: Node, dictionary: Any) -> None:
        """Fill the dictionary of a node, and add one for each node below."""
        dictionary.update(node.entries)
        if node.attributes:
            dictionary["A"] = _attributes(node.attributes)
        page = next((child.page for child in node.children if not isinstance(child, Node)), None)
        if page is not None:
            dictionary["Pg"] = self._pages[page]
        kids = [self._kid(child, dictionary.reference, page) for child in node.children]
        if kids:
            dictionary["K"] = kids[0] if len(kids) == 1 else pydyf.Array(kids)

    def _kid(self, child: Node | Content | LinkArea, parent: Any, page: int | None) -> Any:
        if isinstance(child, Node):
            return self._element(child, parent)
        if isinstance(child, LinkArea):
            child.annotation["StructParent"] = len(self._pages) + len(self.annotation_owners)
            self.annotation_owners.append(parent)
            return self._placed({"Type": "/OBJR", "Obj": child.annotation.reference}, child.page, page)
        self.content_owners[child.page][child.number] = parent
        if child.page == page:
            return child.number
        return self._placed({"Type": "/MCR", "MCID": child.number}, child.page, page)

    def _element(self, node: Node, parent: Any) -> Any:
        dictionary = add(self._pdf, {"Type": "/StructElem", "S": f"/{node.kind}", "P": parent})
        self.fill(node, dictionary)
        return dictionary.reference

    def _placed(self, entries: dict[str, Any], page: int, usual: int | None) -> Any:
        if page != usual:
            entries["Pg"] = self._pages[page]
        return pydyf.Dictionary(entries)


def _attributes(attributes: dict[str, dict[str, Any]]) -> Any:
    objects = [pydyf.Dictionary({"O": f"/{owner}", **entries}) for owner, entries in attributes.items()]
    return objects[0] if len(objects) == 1 else pydyf.Array(objects)


def write_tree(document_node: Node, pdf: Any) -> None:
    """Write a tree in place of the empty one that WeasyPrint made."""
    root = resolve(pdf, pdf.catalog["StructTreeRoot"])
    writer = _Writer(pdf)
    document = resolve(pdf, root["K"][0])
    del document["K"]
    writer.fill(document_node, document)
    numbers = pydyf.Array()
    for page, owners in enumerate(writer.content_owners):
        slots = [owners.get(number, b"null") for number in range(max(owners, default=-1) + 1)]
        numbers.extend((page, pydyf.Array(slots)))
    for place, owner in enumerate(writer.annotation_owners, start=len(writer.content_owners)):
        numbers.extend((place, owner))
    resolve(pdf, root["ParentTree"])["Nums"] = numbers
    root["ParentTreeNextKey"] = len(numbers) // 2
    roles = {node.kind: ROLES[node.kind] for node in document_node.walk() if node.kind in ROLES}
    if roles:
        root["RoleMap"] = pydyf.Dictionary(roles)
    _write_identifiers(root, pdf)


def _write_identifiers(root: Any, pdf: Any) -> None:
    """List the elements that have an ID, sorted as a name tree must be (ISO 32000-1, 7.9.6)."""
    named = {
        item["ID"].data: item.reference
        for item in pdf.objects
        if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/StructElem" and "ID" in item
    }
    if named:
        names = pydyf.Array(part for name in sorted(named) for part in (name, named[name]))
        root["IDTree"] = add(pdf, {"Names": names}).reference

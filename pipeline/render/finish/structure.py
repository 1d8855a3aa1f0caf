"""Boxes → tags: one structure element an HTML element, however many lines and pages it was laid out in."""

from collections.abc import Sequence
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.render.finish.normalise import (
    add_definition_part,
    add_label,
    describe_cell,
    normalise_list,
    normalise_table,
    place_notes,
)
from pipeline.render.finish.tags import (
    GROUPING,
    INLINE,
    Content,
    LinkArea,
    StructureNode,
    Tagging,
    drop_empty,
    is_spoken,
    type_of_wrapper,
    types_of,
)
from pipeline.render.finish.word_breaks import WordBreaks
from pipeline.render.speedups.marked_content import PageMarks

#: CSS pixels are 1/96 inch, PDF's units 1/72 inch.
_POINTS = 0.75
_MARKER = "::marker"
#: ISO 14289-1, 7.8: page furniture says on which side of the page it stands.
_FURNITURE = {"top": "/Header", "bottom": "/Footer"}


def read_tags(document: Any, marks: Sequence[PageMarks]) -> Tagging:
    """Return how a laid out document is tagged, from the marked content of its pages."""
    builder = _Builder(_root_element(marks))
    for number, (page, page_marks) in enumerate(zip(document.pages, marks, strict=True)):
        builder.read_page(number, page, page_marks)
    place_notes(builder.notes, builder.references)
    for element in list(builder.tree.walk()):
        if element.kind == "L":
            normalise_list(element)
        elif element.kind == "Table":
            normalise_table(element)
    drop_empty(builder.tree)
    return Tagging(
        tree=builder.tree,
        artifacts=builder.artifacts,
        hyphenated=frozenset(builder.hyphenated),
        before_spaces=frozenset(builder.word_breaks.before_spaces),
    )


def _root_element(marks: Sequence[PageMarks]) -> Any:
    """Return the HTML element of the first box that has one: the root."""
    return next(box.element for page in marks for box in page.box.children if box.element is not None)


class _Builder:
    """What is known while boxes are walked: the page, and the structure element (node) of each element."""

    def __init__(self, root: Any) -> None:
        self.tree = StructureNode(kind="Document", parent=None)
        self.notes: list[tuple[StructureNode, Any, StructureNode]] = []
        self.references: dict[str, StructureNode] = {}
        self.artifacts: dict[Content, dict[str, Any]] = {}
        self.hyphenated: set[Content] = set()
        self._parents = {child: parent for parent in root.iter() for child in parent}
        self.word_breaks = WordBreaks(self._parents)
        self._nodes: dict[Any, StructureNode] = {root: self.tree}
        self._markers: dict[Any, StructureNode] = {}
        self._heads: dict[Any, int] = {}
        self._languages: dict[Any, str | None] = {root: root.get("lang")}
        self._hyphens_are_breaks = not any("\N{HYPHEN}" in text for text in root.itertext())
        self._page = 0
        self._height = 0.0
        self._numbers: dict[Any, int] = {}

    def read_page(self, number: int, page: Any, marks: PageMarks) -> None:
        """Read the boxes of the next page; raises RuntimeError where content is drawn that no box holds."""
        self._page, self._height, self._numbers = number, page.height, dict(marks.numbers)
        for box in marks.box.children:
            if isinstance(box, boxes.MarginBox):
                side = box.at_keyword[1:].partition("-")[0]
                self._drop_from_reading(box, {"Type": "/Pagination", **_subtype(side)})
            else:
                self._read(box)
        if self._numbers:
            raise RuntimeError(f"page {number + 1} draws text or images that stand in none of its boxes")

    def _drop_from_reading(self, box: Any, properties: dict[str, Any]) -> None:
        """Make artifacts of what a box draws: it is not read out. Links in it stay links."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box  # noqa: SLF001 - WeasyPrint's own code unwraps its placeholders in this way
        if box in self._numbers:
            self.artifacts[self._content(box)] = properties
        if box.link_annotation and box.element is not None:
            self._own_annotation(box)
        for child in box.children:
            self._drop_from_reading(child, properties)

    def _read(self, box: Any) -> None:
        if isinstance(box, AbsolutePlaceholder):
            box = box._box  # noqa: SLF001 - as above
        if box.element is not None:
            if self._is_repeated_head(box):
                self._drop_from_reading(box, {"Type": "/Pagination"})
                return
            self._read_element(box)
        for child in box.children:
            self._read(child)

    def _is_repeated_head(self, box: Any) -> bool:
        """Say whether a table's head or foot is drawn again: it is read out on its first page."""
        if box.element_tag not in {"thead", "tfoot"}:
            return False
        return self._heads.setdefault(box.element, self._page) != self._page

    def _read_element(self, box: Any) -> None:
        node = self._node_of_box(box)
        if box.link_annotation:
            self._own_annotation(box)
        if isinstance(box, boxes.TableCellBox) and node.kind in {"TD", "TH"}:
            describe_cell(node, box)
        if box not in self._numbers:
            return
        content = self._content(box)
        if isinstance(box, boxes.ReplacedBox):
            self._read_image(box, node, content)
            return
        _holder_of_text(node).children.append(content)
        text = box.text
        if self._hyphens_are_breaks and text.endswith("\N{HYPHEN}"):
            self.hyphenated.add(content)
            text = text.removesuffix("\N{HYPHEN}")
        if "::" not in box.element_tag and box.style["direction"] == "ltr":
            self.word_breaks.read(box.element, text, content)

    def _read_image(self, box: Any, node: StructureNode, content: Content) -> None:
        if not is_spoken(box.element):
            self.artifacts[content] = {}
            return
        left, top = box.content_box_x(), box.content_box_y()
        edges = (left, self._height - top - box.height, left + box.width, self._height - top)
        node.children.append(content)
        node.entries["Alt"] = pydyf.String(box.element.get("alt").strip())
        node.set_attribute("Layout", "BBox", pydyf.Array(round(edge * _POINTS, 2) for edge in edges))
        if isinstance(box, boxes.BlockReplacedBox):
            node.set_attribute("Layout", "Placement", "/Block")

    def _content(self, box: Any) -> Content:
        return Content(page=self._page, number=self._numbers.pop(box))

    def _own_annotation(self, box: Any) -> None:
        area = LinkArea(page=self._page, annotation=box.link_annotation)
        self._node_of(box.element).children.append(area)

    def _node_of_box(self, box: Any) -> StructureNode:
        element = box.element
        node = self._node_of(element)
        if not box.element_tag.endswith(_MARKER) or node.kind != "LBody" or node.parent is None:
            return node
        if element not in self._markers:
            self._markers[element] = add_label(
                node.parent, box.style["list_style_type"], is_ordered=self._parents[element].tag == "ol"
            )
        return self._markers[element]

    def _node_of(self, element: Any) -> StructureNode:
        """Return the innermost node of an HTML element, made when it is first asked for."""
        if element not in self._nodes:
            self._nodes[element] = self._made_node(element)
        return self._nodes[element]

    def _made_node(self, element: Any) -> StructureNode:
        around = self._parents.get(element)
        parent = self._node_of(around) if around is not None else self.tree
        language = self._language_of(element)
        is_foreign = language != self._language_of(around)
        chain = types_of(element, around)
        if not chain and is_foreign:
            chain = (type_of_wrapper(element),)
        if element.tag in {"dt", "dd"}:
            node = add_definition_part(parent, element.tag)
        elif chain == ("Note",):
            node = StructureNode(kind="Note", parent=None)
            self.notes.append((node, element, parent))
        elif element.tag == "pre":
            node = parent.append("Code")
            node.set_attribute("Layout", "Placement", "/Block")
        else:
            node = _chain(parent, chain)
        if element.tag == "abbr" and node.kind == "Span" and element.get("title"):
            node.entries["E"] = pydyf.String(element.get("title"))
        if is_foreign and node is not parent:
            node.entries["Lang"] = pydyf.String(language)
        if node.kind == "Link" and node.parent is not None and node.parent.kind == "Reference":
            self.references.setdefault(element.get("href", ""), node.parent)
        return node

    def _language_of(self, element: Any) -> str | None:
        if element is None:
            return None
        if element not in self._languages:
            own = (element.get("lang") or "").strip()
            self._languages[element] = own or self._language_of(self._parents.get(element))
        return self._languages[element]


def _chain(parent: StructureNode, chain: Sequence[str]) -> StructureNode:
    """Add a node of each type, one inside the other, and return the innermost, or else the parent."""
    node = parent
    for kind in chain:
        node = (_holder_of_text(node) if kind in INLINE else node).append(kind)
    return node


def _holder_of_text(node: StructureNode) -> StructureNode:
    """Return the node that text in `node` belongs to: a paragraph where `node` holds blocks only."""
    if node.kind not in GROUPING:
        return node
    last = node.children[-1] if node.children else None
    if isinstance(last, StructureNode) and last.is_anonymous:
        return last
    paragraph = node.append("P")
    paragraph.is_anonymous = True
    return paragraph


def _subtype(side: str) -> dict[str, Any]:
    return {"Subtype": _FURNITURE[side]} if side in _FURNITURE else {}

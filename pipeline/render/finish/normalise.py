"""Lists, tables and notes, as PDF and screen readers want them.

Lists are L, LI, Lbl, LBody and hold nothing else (ISO 32000-1, 14.8.4.3.3; ISO 14289-1, 7.6). Cells of tables
have spans and scopes in a grid without holes (14.8.4.3.4; 7.5). Notes stand where they are read, and can be
found (14.8.4.4; 7.9).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import pydyf

from pipeline.render.finish.tags import CONTAINERS, Content, LinkArea, StructureNode

#: CSS's names for markers, and those of styles/print.css → ListNumbering (ISO 32000-1, table 347).
_NUMBERINGS = {
    "bullet": "Disc", "dash": "Circle", "numeral": "Decimal", "disc": "Disc", "circle": "Circle",
    "square": "Square", "decimal": "Decimal", "decimal-leading-zero": "Decimal",
    "lower-alpha": "LowerAlpha", "lower-latin": "LowerAlpha", "lower-roman": "LowerRoman",
    "upper-alpha": "UpperAlpha", "upper-latin": "UpperAlpha", "upper-roman": "UpperRoman",
    "letter": "LowerAlpha", "capital": "UpperAlpha", "small-roman": "LowerRoman", "large-roman": "UpperRoman",
}  # fmt: skip
_LIST_PARTS = frozenset({"LI", "L", "Caption"})
_SCOPES = {"col": "/Column", "colgroup": "/Column", "row": "/Row", "rowgroup": "/Row"}
_GROUPS = frozenset({"THead", "TBody", "TFoot"})


def add_label(item: StructureNode, list_style: object, *, is_ordered: bool) -> StructureNode:
    """Put a label before an item's body, state on the list how items are numbered, and return the label.

    A style of markers that PDF has no name for counts as plain numbers or bullets, as `is_ordered` says.
    """
    label = StructureNode(kind="Lbl", parent=item)
    item.children.insert(0, label)
    usual = "Decimal" if is_ordered else "Disc"
    numbering = _NUMBERINGS.get(list_style, usual) if isinstance(list_style, str) else usual
    if item.parent is not None:
        item.parent.set_attribute("List", "ListNumbering", f"/{numbering}")
    return label


def add_definition_part(listing: StructureNode, tag: str) -> StructureNode:
    """Add a term (`dt`) or a description (`dd`) to a definition list and return its element.

    Terms that follow a description begin a new item; outside a list both are paragraphs.
    """
    if listing.kind != "L":
        return listing.append("P")
    item = listing.children[-1] if listing.children else None
    is_new = not isinstance(item, StructureNode) or item.kind != "LI"
    if isinstance(item, StructureNode) and tag == "dt":
        is_new = is_new or any(part.kind == "LBody" for part in item.elements)
    if is_new or not isinstance(item, StructureNode):
        item = listing.append("LI")
    return item.append("Lbl" if tag == "dt" else "LBody")


def normalise_list(listing: StructureNode) -> None:
    """Give an item of its own to whatever else stands directly in a list, in place."""
    listing.children = [
        child
        if isinstance(child, StructureNode) and child.kind in _LIST_PARTS
        else _item_around(child, listing)
        for child in listing.children
    ]


def _item_around(stray: StructureNode | Content | LinkArea, listing: StructureNode) -> StructureNode:
    item = StructureNode(kind="LI", parent=listing)
    body = item.append("LBody")
    body.children.append(stray)
    if isinstance(stray, StructureNode):
        stray.parent = body
    return item


def describe_cell(cell: StructureNode, box: Any) -> None:
    """Set how many columns and rows a cell spans, and what it is the head of, from its box."""
    if box.colspan != 1:
        cell.set_attribute("Table", "ColSpan", box.colspan)
    if box.rowspan != 1:
        cell.set_attribute("Table", "RowSpan", box.rowspan)
    if cell.kind == "TH":
        group = cell.parent.parent if cell.parent is not None else None
        is_in_head = group is not None and group.kind == "THead"
        scope = _SCOPES.get(box.element.get("scope", "").lower())
        cell.set_attribute("Table", "Scope", scope or ("/Column" if is_in_head else "/Row"))


def normalise_table(table: StructureNode) -> None:
    """Fill the holes of the grid with empty cells, cut spans that reach beyond it, and put the caption first.

    A short row is laid out as if its last cells were empty; a screen reader counts (ISO 14289-1, 7.5).
    """
    table.children.sort(key=lambda child: not (isinstance(child, StructureNode) and child.kind == "Caption"))
    groups = [group for group in _row_groups(table) if group.elements]
    widths = [_occupied_columns(group) for group in groups]
    columns = max((max(row, default=0) for rows in widths for row in rows), default=0)
    for group, rows in zip(groups, widths, strict=True):
        for row, occupied in zip(_rows(group), rows, strict=True):
            for _ in range(columns - len(occupied)):
                row.append("TD")


def _row_groups(table: StructureNode) -> Iterator[StructureNode]:
    yield table
    yield from (child for child in table.elements if child.kind in _GROUPS)


def _rows(group: StructureNode) -> list[StructureNode]:
    return [child for child in group.elements if child.kind == "TR"]


def _occupied_columns(group: StructureNode) -> list[set[int]]:
    """Return the columns, counted from 1, that are taken in each row; spans are cut to the group of rows."""
    rows = _rows(group)
    taken: list[set[int]] = [set() for _ in rows]
    for place, row in enumerate(rows):
        for cell in row.elements:
            spans = cell.attributes.get("Table", {})
            height = min(spans.get("RowSpan") or 1, len(rows) - place)
            _set_span(cell, "RowSpan", height)
            first = next(column for column in count(1) if column not in taken[place])
            wanted = range(first, first + (spans.get("ColSpan") or 1))
            for below in taken[place : place + height]:
                below.update(wanted)
    return taken


def _set_span(cell: StructureNode, name: str, span: int) -> None:
    table = cell.attributes.get("Table", {})
    if name in table and table[name] != span:
        table[name] = span


def place_notes(
    notes: Sequence[tuple[StructureNode, Any, StructureNode]], references: Mapping[str, StructureNode]
) -> None:
    """Put each note behind the block that refers to it, where a reader may go on or listen.

    `notes` are (note, HTML element, structure element around it); `references` gives the first reference to
    each target (`#note-1`). A note that nothing refers to follows the block it is in. Each gets an ID.
    """
    for place, (note, element, around) in enumerate(notes, start=1):
        name = element.get("id") or f"unnamed-note-{place}"
        note.entries["ID"] = pydyf.String(name)
        note.set_attribute("Layout", "Placement", "/Block")
        _put_behind_block(note, references.get(f"#{name}", around))


def _put_behind_block(note: StructureNode, anchor: StructureNode) -> None:
    block = anchor
    while block.parent is not None and block.parent.kind not in CONTAINERS:
        block = block.parent
    container = block.parent
    if container is None or anchor.kind in CONTAINERS:
        container, place = anchor, len(anchor.children)
    else:
        place = _end_of_run(container, container.children.index(block) + 1)
    container.children.insert(place, note)
    note.parent = container


def _end_of_run(container: StructureNode, place: int) -> int:
    """Return the place behind the text and the notes that follow `place` without a block between."""
    while place < len(container.children):
        child = container.children[place]
        if isinstance(child, StructureNode) and not child.is_inline and child.kind != "Note":
            break
        place += 1
    return place

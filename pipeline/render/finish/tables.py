"""Tables: spans and scopes of cells, and a grid without holes (ISO 32000-1, 14.8.4.3.4; ISO 14289-1, 7.5)."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from pipeline.render.finish.tree import Node

_SCOPES = {"col": "/Column", "colgroup": "/Column", "row": "/Row", "rowgroup": "/Row"}
_GROUPS = frozenset({"THead", "TBody", "TFoot"})


def describe_cell(node: Node, box: Any) -> None:
    """Set what a cell's box tells: how many columns and rows it spans, and what it is the head of."""
    if box.colspan != 1:
        node.set_attribute("Table", "ColSpan", box.colspan)
    if box.rowspan != 1:
        node.set_attribute("Table", "RowSpan", box.rowspan)
    if node.kind == "TH":
        is_in_head = node.parent is not None and _kind(node.parent.parent) == "THead"
        scope = _SCOPES.get(box.element.get("scope", "").lower())
        node.set_attribute("Table", "Scope", scope or ("/Column" if is_in_head else "/Row"))


def settle_table(table: Node) -> None:
    """Fill the holes of the grid with empty cells, cut spans that reach beyond it, and put the caption first.

    A row that is short is laid out as if its last cells were empty; a screen reader counts them (ISO 14289-1, 7.5).
    """
    table.children.sort(key=lambda child: not (isinstance(child, Node) and child.kind == "Caption"))
    groups = [
        group for group in _row_groups(table) if any(isinstance(child, Node) for child in group.children)
    ]
    widths = [_occupied_columns(group) for group in groups]
    columns = max((max(row, default=0) for rows in widths for row in rows), default=0)
    for group, rows in zip(groups, widths, strict=True):
        for row, occupied in zip(_rows(group), rows, strict=True):
            for _ in range(columns - len(occupied)):
                row.append("TD")


def _kind(node: Node | None) -> str:
    return node.kind if node is not None else ""


def _row_groups(table: Node) -> Iterator[Node]:
    yield table
    yield from (child for child in table.children if isinstance(child, Node) and child.kind in _GROUPS)


def _rows(group: Node) -> list[Node]:
    return [child for child in group.children if isinstance(child, Node) and child.kind == "TR"]


def _occupied_columns(group: Node) -> list[set[int]]:
    """Return the columns, counted from 1, that are taken in each row of a group; spans are cut to the group."""
    rows = _rows(group)
    taken: list[set[int]] = [set() for _ in rows]
    for place, row in enumerate(rows):
        for cell in row.children:
            if not isinstance(cell, Node):
                continue
            spans = cell.attributes.get("Table", {})
            height = min(spans.get("RowSpan") or 1, len(rows) - place)
            _set_span(cell, "RowSpan", height)
            first = next(column for column in count(1) if column not in taken[place])
            wanted = range(first, first + (spans.get("ColSpan") or 1))
            for below in taken[place : place + height]:
                below.update(wanted)
    return taken


def _set_span(cell: Node, name: str, span: int) -> None:
    table = cell.attributes.get("Table", {})
    if name in table and table[name] != span:
        table[name] = span

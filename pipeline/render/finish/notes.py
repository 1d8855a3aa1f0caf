"""Notes: where they are read, and how they are found (ISO 32000-1, 14.8.4.4; ISO 14289-1, 7.9)."""

from collections.abc import Mapping, Sequence
from typing import Any

import pydyf

from pipeline.render.finish.structure_types import CONTAINERS
from pipeline.render.finish.tree import Node


def place_notes(notes: Sequence[tuple[Node, Any, Node]], references: Mapping[str, Node]) -> None:
    """Put each note behind the block that refers to it, where a reader may go on or listen.

    `notes` are (node, HTML element, node around the element); `references` gives the first reference to each target
    (`#note-1`). A note that nothing refers to follows the block it is written in. Each gets its unique ID.
    """
    for place, (note, element, around) in enumerate(notes, start=1):
        name = element.get("id") or f"unnamed-note-{place}"
        note.entries["ID"] = pydyf.String(name)
        note.set_attribute("Layout", "Placement", "/Block")
        _put_behind_block(note, references.get(f"#{name}", around))


def _put_behind_block(note: Node, anchor: Node) -> None:
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


def _end_of_run(container: Node, place: int) -> int:
    """Return the place behind the text and the notes that follow `place` without a block between."""
    while place < len(container.children):
        child = container.children[place]
        if isinstance(child, Node) and not child.is_inline and child.kind != "Note":
            break
        place += 1
    return place

"""YAML → plain nodes with their lines: nothing is resolved, built or expanded, and every fault is told.

Only events are taken from ruamel.yaml, so that neither a tag nor an alias can do anything.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from pipeline.sources.faults import Faults
from pipeline.sources.text import unusable_characters
from pipeline.sources.yaml_repair import REPAIRED, Trouble, repair

#: More levels than any source needs; deeper ones are refused before they are read.
_DEEPEST = 8
#: After so many lines that are no YAML, the rest is not looked at.
_MOST_REPAIRS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A scalar as it is written; a plain one stands without quotes. `comment` follows it on the same line."""

    value: str
    line: int
    is_plain: bool
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A sequence."""

    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A mapping, each key once."""

    entries: tuple[tuple[Text, "Node"], ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """A value that something was told about already: it is there, and can't be used."""

    line: int


Node: TypeAlias = Text | Items | Table | Unusable


class _RefusedError(Exception):
    """What stands in a line can't be read further; the fault is told."""


def read_table(
    text: str,
    first_line: int,
    faults: Faults,
    *,
    stray: str = "begin it with a key and a colon, or take it out",
) -> Table:
    """Return the mapping that a text holds; whatever is wrong is told, and the rest read all the same.

    `first_line` is the line of the file in which the text begins; `stray` is what to do about a line that is no
    `key: value` at all.
    """
    repaired: set[int] = set()
    first_stray: int | None = None
    for _ in range(_MOST_REPAIRS):
        try:
            return _Builder(text, first_line, repaired, faults).root()
        except _RefusedError:
            break
        except (YAMLError, ValueError, OverflowError) as error:
            if first_stray is not None:
                # Two lines that are no entries: what stands from the first one on was not meant to be read here.
                text = "\n".join(text.split("\n")[:first_stray])
                first_stray = None
                continue
            made = repair(text, first_line, _trouble(error, text), faults, stray)
            text = made.text
            first_stray = made.index if made.is_stray else None
            repaired |= set() if made.is_stray else {made.index}
    return Table(entries=(), line=first_line)


def _trouble(error: Exception, text: str) -> Trouble:
    """Return what ruamel.yaml complains about: its words and the index of the line that it is about."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Trouble(problem="a character that no text can hold", index=_escape(text))
    began_before = "quoted scalar" in str(error.context) or "simple key" in str(error.context)
    began_before = began_before or "flow" in str(error.context)
    mark = error.context_mark if began_before and error.context_mark else error.problem_mark
    return Trouble(problem=str(error.problem), index=int(mark.line), column=int(mark.column))


def _escape(text: str) -> int:
    """Return the index of the first line with an escape for a character that does not exist."""
    match = re.search(r"\\U(?!000|0010)", text)
    return text.count("\n", 0, match.start()) if match else 0


class _Builder:
    """Builds nodes from the events of one text."""

    def __init__(self, text: str, first_line: int, repaired: set[int], faults: Faults) -> None:
        self._lines = text.split("\n")
        self._first_line = first_line
        self._repaired = repaired
        self._faults = faults
        self._events: Iterator[Event] = iter(YAML(typ="safe", pure=True).parse(text))
        self._depth = 0

    def root(self) -> Table:
        """Return the mapping that the text is."""
        node: Node = Table(entries=(), line=self._first_line)
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "a second YAML document begins here", "take the line out")
                node = self._node(next(self._events), None)
        if isinstance(node, Table):
            return node
        self._faults.tell(
            "yaml",
            node.line,
            "these are no lines of the form key: value",
            "write each as key, colon, space, value",
        )
        raise _RefusedError

    def _node(self, event: Event, key: Text | None) -> Node:
        """Return the node that an event begins; `key` is the key whose value it is."""
        line = self._line(event)
        if isinstance(event, AliasEvent):
            return self._unusable(event, "anchor", f"*{event.anchor} is a YAML alias", key)
        if not isinstance(event, NodeEvent):
            raise TypeError(f"no node begins with {event!r}")
        marks = self._marks(event, key)
        node: Node
        if isinstance(event, ScalarEvent):
            node = self._text(event, line if event.value or key is None else key.line)
        else:
            node = self._collection(event, line)
        return Unusable(line=line) if marks else node

    def _collection(self, event: Event, line: int) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._refuse(event, f"lists lie inside each other more than {_DEEPEST} deep", "write them flat")
        node: Node
        if isinstance(event, SequenceStartEvent):
            items = []
            while not isinstance(event := next(self._events), SequenceEndEvent):
                items.append(self._node(event, None))
            node = Items(items=tuple(items), line=line)
        elif isinstance(event, MappingStartEvent):
            node = Table(entries=tuple(self._entries()), line=line)
        else:
            raise TypeError(f"no collection begins with {event!r}")
        self._depth -= 1
        return node

    def _entries(self) -> Iterator[tuple[Text, Node]]:
        """Yield the entries of a mapping, of each key the first."""
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._node(event, None)
            if not isinstance(key, Text):
                if not isinstance(key, Unusable):
                    self._faults.tell("yaml", key.line, "this key is no text", "write a key as one word")
                self._node(next(self._events), None)
                continue
            value = self._node(next(self._events), key)
            if key.value in lines:
                what = f'the key "{key.value}" stands in line {lines[key.value]} already'
                self._faults.tell("duplicate_key", key.line, what, "take one of the two out")
                continue
            lines[key.value] = key.line
            yield key, value

    def _text(self, event: ScalarEvent, line: int) -> Node:
        value = str(event.value)
        if value == REPAIRED and event.start_mark.line in self._repaired:
            return Unusable(line=line)
        bad = unusable_characters(value)
        if bad:
            self._faults.tell("control_character", line, f"control character {bad} in a value", "delete it")
            return Unusable(line=line)
        is_plain = event.style is None
        return Text(
            value=value, line=line, is_plain=is_plain, comment=self._comment(event) if is_plain else ""
        )

    def _comment(self, event: ScalarEvent) -> str:
        """Return the comment right behind a plain scalar, one space away: it may have been meant as text."""
        if not event.value or event.end_mark.line >= len(self._lines):
            return ""
        behind = self._lines[event.end_mark.line][event.end_mark.column :]
        return behind.strip() if behind.startswith(" #") else ""

    def _marks(self, event: NodeEvent, key: Text | None) -> bool:
        """Tell an anchor and a tag; return whether there is one."""
        tag = event.tag if isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent) else None
        if event.anchor is not None:
            self._unusable(event, "anchor", f"&{event.anchor} is a YAML anchor", key)
        if tag is not None:
            shown = str(tag).replace("tag:yaml.org,2002:", "!!")
            self._unusable(event, "tag", f"{shown} is a YAML tag", key)
        return event.anchor is not None or tag is not None

    def _unusable(self, event: Event, name: str, what: str, key: Text | None) -> Unusable:
        line = self._line(event)
        place = f' in the value of "{key.value}"' if key else ""
        self._faults.tell(
            name,
            line,
            f"{what}{place}, which is not taken",
            "write the value itself, in quotes if the mark belongs to it",
        )
        return Unusable(line=line)

    def _refuse(self, event: Event, what: str, remedy: str) -> None:
        self._faults.tell("yaml", self._line(event), what, remedy)
        raise _RefusedError

    def _line(self, event: Event) -> int:
        return self._first_line + int(event.start_mark.line)

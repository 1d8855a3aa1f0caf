"""YAML → plain nodes with their lines, and nodes → the values that a key asks for.

Nothing is resolved, built or expanded: only events are taken from ruamel.yaml, so that neither a tag nor an
alias can do anything. Whatever is wrong is reported in an editor's words, and the rest is read all the same.
"""

import difflib
import re
from collections.abc import Collection, Iterator, Sequence
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

from pipeline.sources.file_findings import FileFindings
from pipeline.sources.text import unusable_characters, without_invisible

#: What YAML 1.2's core schema (10.3.2), or 1.1 before it, takes for something else than text when it has no
#: quotes.
_KINDS = {
    "a yes or no": re.compile(r"yes|no|on|off|true|false", re.IGNORECASE),
    "a number": re.compile(
        r"[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0[ox][0-9a-fA-F]+"
    ),
    "nothing": re.compile(r"~|null", re.IGNORECASE),
}
_SPACE = re.compile(r"[ \t\n]+")
#: More levels than any source needs; deeper ones are refused before they are read.
_DEEPEST = 8
#: After so many lines that are no YAML, the rest is not read.
_MOST_REPAIRS = 20
#: Stands for a value that couldn't be read, so that its key is known to be there.
_REPAIRED = "\ue000"
_ENTRY = re.compile(r"(?P<indent>\s*(?:-\s+)?)(?P<key>[\w.-]+)(?P<colon>\s*:)(?P<space>\s*)(?P<value>.*)")
_QUOTES = "\"'"
_INDICATORS = "@`%&*!|>[]{},?-"
_LONGEST_SHOWN = 80
#: Keys of the front matter whose value is a mapping: a colon in it is meant as one.
_MAPPINGS = frozenset({"publish"})


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlScalar:
    """A scalar as it is written; a plain one stands without quotes. `comment` follows it on the same line."""

    value: str
    line: int
    is_plain: bool
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlSequence:
    """A sequence."""

    items: tuple["YamlNode", ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlMapping:
    """A mapping, each key once."""

    entries: tuple[tuple[YamlScalar, "YamlNode"], ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlUnusable:
    """A value that can't be used and was reported already: its key is known to be there."""

    line: int


YamlNode: TypeAlias = YamlScalar | YamlSequence | YamlMapping | YamlUnusable


def kind_of(node: YamlNode) -> str:
    """Return what a node is to YAML: `text`, `a number`, `a yes or no`, `nothing`, `a list` or `a table`."""
    if isinstance(node, YamlSequence):
        return "a list"
    if isinstance(node, YamlMapping):
        return "a table"
    if isinstance(node, YamlScalar) and node.is_plain:
        return next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(node.value)), "text")
    return "text"


def as_text(node: YamlNode, name: str, findings: FileFindings) -> str | None:
    """Return the text of a node on one line; None where it is no text (reported under the key's `name`)."""
    if isinstance(node, YamlUnusable):
        return None
    kind = kind_of(node)
    if not isinstance(node, YamlScalar):
        remedy = f"write {name}: and the text behind it"
        findings.error("wrong_type", node.line, f"{name} is {kind}, not text", remedy)
        return None
    if not node.value.strip(" \t\n\u00a0"):
        report_empty(name, node.line, findings)
        return None
    if kind != "text":
        what = f"{name} is {kind} to YAML ({node.value}), not text"
        findings.error("wrong_type", node.line, what, f"put it in quotes: {_quoted(node.value)}")
        return None
    if node.comment:
        what = f"{node.comment[:60]} is a comment to YAML and was left out of {name}"
        remedy = (
            "put the value in quotes if it belongs to it; else two spaces before the # say that it doesn't"
        )
        findings.warning("comment", node.line, what, remedy)
    return on_one_line(node.value)


def on_one_line(value: str) -> str:
    """Return a text with each run of spaces and line breaks as one space; no-break spaces stay."""
    return _SPACE.sub(" ", without_invisible(value)).strip(" \u00a0")


def as_texts(node: YamlNode, name: str, findings: FileFindings) -> tuple[str, ...] | None:
    """Return the texts of a sequence or the one of a scalar; None where one of them is no text (reported)."""
    if not isinstance(node, YamlSequence):
        text = as_text(node, name, findings)
        return None if text is None else (text,)
    if not node.items:
        report_empty(name, node.line, findings)
        return None
    texts = [as_text(item, f"an item of {name}", findings) for item in node.items]
    usable = tuple(text for text in texts if text is not None)
    return usable if len(usable) == len(texts) else None


def as_mapping(node: YamlNode, name: str, findings: FileFindings) -> YamlMapping | None:
    """Return a mapping, or None where the node is none (reported)."""
    if isinstance(node, YamlMapping):
        return node
    if not isinstance(node, YamlUnusable):
        what = f"{name} is {kind_of(node)}, not a table of keys"
        remedy = "write its keys below it, each on a line of its own, indented"
        findings.error("wrong_type", node.line, what, remedy)
    return None


def report_empty(name: str, line: int, findings: FileFindings) -> None:
    """Report a key without a value."""
    findings.error("empty_value", line, f"{name} is empty", "write its value, or take the line out")


def report_unknown_keys(
    mapping: YamlMapping, known: Sequence[str], findings: FileFindings, *, within: str = ""
) -> None:
    """Report each key that is none of the `known` ones, with the nearest of them."""
    for key, _ in mapping.entries:
        if key.value not in known:
            what = f'unknown key "{key.value[:60]}"{within}'
            findings.error("unknown_key", key.line, what, nearest(key.value, known, otherwise="the keys are"))


def nearest(word: str, known: Collection[str], *, otherwise: str) -> str:
    """Return a question with the word that is nearest, or all words behind `otherwise`."""
    near = difflib.get_close_matches(word[:60].casefold(), known, n=1)
    return f'did you mean "{near[0]}"?' if near else f"{otherwise} {', '.join(known)}"


def read_mapping(
    text: str,
    first_line: int,
    findings: FileFindings,
    *,
    stray: str = "begin it with a key and a colon, or take it out",
) -> YamlMapping:
    """Return the mapping that a text holds; whatever is wrong is reported, and the rest read all the same.

    `first_line` is the line of the file in which the text begins; `stray` is what to do about a line that is
    no `key: value` at all.
    """
    repaired: set[int] = set()
    first_stray: int | None = None
    for _ in range(_MOST_REPAIRS):
        try:
            return _Builder(text, first_line, repaired, findings).root()
        except _RefusedError:
            break
        except (YAMLError, ValueError, OverflowError) as error:
            if first_stray is not None:
                # Two lines that are no entries: what stands from the first one on was not meant to be read
                # here.
                text = "\n".join(text.split("\n")[:first_stray])
                first_stray = None
                continue
            repair = _repair(text, first_line, _complaint(error, text), findings, stray)
            text = repair.text
            first_stray = repair.index if repair.is_stray else None
            repaired |= set() if repair.is_stray else {repair.index}
    return YamlMapping(entries=(), line=first_line)


class _RefusedError(Exception):
    """A line can't be read any further; why was reported."""


class _Builder:
    """Builds nodes from the events of one text."""

    def __init__(self, text: str, first_line: int, repaired: set[int], findings: FileFindings) -> None:
        self._lines = text.split("\n")
        self._first_line = first_line
        self._repaired = repaired
        self._findings = findings
        self._events: Iterator[Event] = iter(YAML(typ="safe", pure=True).parse(text))
        self._depth = 0

    def root(self) -> YamlMapping:
        """Return the mapping that the text is."""
        node: YamlNode = YamlMapping(entries=(), line=self._first_line)
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "a second YAML document begins here", "take the line out")
                node = self._node(next(self._events), None)
        if isinstance(node, YamlMapping):
            return node
        what = "these are no lines of the form key: value"
        self._findings.error("yaml", node.line, what, "write each as key, colon, space, value")
        raise _RefusedError

    def _node(self, event: Event, key: YamlScalar | None) -> YamlNode:
        """Return the node that an event begins; `key` is the key whose value it is."""
        line = self._line(event)
        if isinstance(event, AliasEvent):
            return self._unusable(event, "anchor", f"*{event.anchor} is a YAML alias", key)
        if not isinstance(event, NodeEvent):
            raise TypeError(f"no node begins with {event!r}")
        is_marked = self._report_anchor_and_tag(event, key)
        node: YamlNode
        if isinstance(event, ScalarEvent):
            node = self._scalar(event, line if event.value or key is None else key.line)
        else:
            node = self._collection(event, line)
        return YamlUnusable(line=line) if is_marked else node

    def _collection(self, event: Event, line: int) -> YamlNode:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._refuse(event, f"lists lie inside each other more than {_DEEPEST} deep", "write them flat")
        node: YamlNode
        if isinstance(event, SequenceStartEvent):
            items = []
            while not isinstance(event := next(self._events), SequenceEndEvent):
                items.append(self._node(event, None))
            node = YamlSequence(items=tuple(items), line=line)
        elif isinstance(event, MappingStartEvent):
            node = YamlMapping(entries=tuple(self._entries()), line=line)
        else:
            raise TypeError(f"no collection begins with {event!r}")
        self._depth -= 1
        return node

    def _entries(self) -> Iterator[tuple[YamlScalar, YamlNode]]:
        """Yield the entries of a mapping, of each key the first."""
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._node(event, None)
            if not isinstance(key, YamlScalar):
                if not isinstance(key, YamlUnusable):
                    self._findings.error("yaml", key.line, "this key is no text", "write a key as one word")
                self._node(next(self._events), None)
                continue
            value = self._node(next(self._events), key)
            if key.value in lines:
                what = f'the key "{key.value}" stands in line {lines[key.value]} already'
                self._findings.error("duplicate_key", key.line, what, "take one of the two out")
                continue
            lines[key.value] = key.line
            yield key, value

    def _scalar(self, event: ScalarEvent, line: int) -> YamlNode:
        value = str(event.value)
        if value == _REPAIRED and event.start_mark.line in self._repaired:
            return YamlUnusable(line=line)
        bad = unusable_characters(value)
        if bad:
            self._findings.error(
                "control_character", line, f"control character {bad} in a value", "delete it"
            )
            return YamlUnusable(line=line)
        is_plain = event.style is None
        comment = self._comment(event) if is_plain else ""
        return YamlScalar(value=value, line=line, is_plain=is_plain, comment=comment)

    def _comment(self, event: ScalarEvent) -> str:
        """Return the comment right behind a plain scalar, one space away: it may have been meant as text."""
        if not event.value or event.end_mark.line >= len(self._lines):
            return ""
        behind = self._lines[event.end_mark.line][event.end_mark.column :]
        return behind.strip() if behind.startswith(" #") else ""

    def _report_anchor_and_tag(self, event: NodeEvent, key: YamlScalar | None) -> bool:
        """Report an anchor and a tag, which are never allowed; return whether there is one."""
        tag = event.tag if isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent) else None
        if event.anchor is not None:
            self._unusable(event, "anchor", f"&{event.anchor} is a YAML anchor", key)
        if tag is not None:
            shown = str(tag).replace("tag:yaml.org,2002:", "!!")
            self._unusable(event, "tag", f"{shown} is a YAML tag", key)
        return event.anchor is not None or tag is not None

    def _unusable(self, event: Event, name: str, what: str, key: YamlScalar | None) -> YamlUnusable:
        line = self._line(event)
        place = f' in the value of "{key.value}"' if key else ""
        remedy = "write the value itself, in quotes if the mark belongs to it"
        self._findings.error(name, line, f"{what}{place}, which is not taken", remedy)
        return YamlUnusable(line=line)

    def _refuse(self, event: Event, what: str, remedy: str) -> None:
        self._findings.error("yaml", self._line(event), what, remedy)
        raise _RefusedError

    def _line(self, event: Event) -> int:
        return self._first_line + int(event.start_mark.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Complaint:
    """A complaint of the YAML parser: its words, and the index of the line and the column in the text."""

    problem: str
    index: int
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Repair:
    """A text with line `index` neutralised: a stray line is blank now, any other has no value."""

    text: str
    index: int
    is_stray: bool


def _complaint(error: Exception, text: str) -> _Complaint:
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        # An escape for a character that does not exist: the parser does not say where.
        escape = re.search(r"\\U(?!000|0010)", text)
        index = text.count("\n", 0, escape.start()) if escape else 0
        return _Complaint(problem="a character that no text can hold", index=index)
    context = str(error.context)
    began_before = any(word in context for word in ("quoted scalar", "simple key", "flow"))
    mark = error.context_mark if began_before and error.context_mark else error.problem_mark
    return _Complaint(problem=str(error.problem), index=int(mark.line), column=int(mark.column))


def _repair(text: str, first_line: int, complaint: _Complaint, findings: FileFindings, stray: str) -> _Repair:
    """Report what is wrong with the line that the parser complains about, and blank it or its value."""
    lines = text.split("\n")
    index = min(complaint.index, len(lines) - 1)
    while index and not lines[index].strip():
        index -= 1
    line, number = lines[index], first_line + index
    entry = _ENTRY.fullmatch(line)
    if entry is not None and entry["indent"] and complaint.column < entry.end("colon"):
        what = "this line goes on with the value above it, but its colon begins another key to YAML"
        findings.error("yaml", number, what, "begin the line with the key, or put the whole value in quotes")
        entry = None
    elif entry is None or _REPAIRED in entry["value"]:
        _report_no_entry(line, number, complaint, findings, stray)
        entry = None
    else:
        name, what, remedy = _explain(entry, complaint)
        findings.error(name, number, what, remedy)
    lines[index] = f'{entry["indent"]}{entry["key"]}: "{_REPAIRED}"' if entry else ""
    return _Repair(text="\n".join(lines), index=index, is_stray=entry is None)


def _quoted(value: str) -> str:
    """Return a value in quotes, so that YAML takes it as it is."""
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def _report_no_entry(
    line: str, number: int, complaint: _Complaint, findings: FileFindings, stray: str
) -> None:
    if line.startswith((" ", "-")) or line.strip().startswith(("]", "}")) or _REPAIRED in line:
        what = f"YAML can't read this line ({complaint.problem})"
        findings.error("yaml", number, what, "mend or take out the line, and look at the one before it")
        return
    findings.error("yaml", number, "this line is no key: value", stray)


def _explain(entry: re.Match[str], complaint: _Complaint) -> tuple[str, str, str]:
    """Return (name, what is wrong, what to do) for a line with a key."""
    key, value = entry["key"], entry["value"].rstrip()
    if value and ("\t" in entry["space"] or not entry["space"]):
        return _explain_space(entry)
    whole = f"{key}: {_quoted(value)}" if len(value) <= _LONGEST_SHOWN else 'the whole value between two "'
    in_quotes = f"put it in quotes: {whole}"
    what = f'YAML can\'t read the value of "{key}" ({complaint.problem})'
    if not value:
        return "yaml", what, in_quotes
    if value[0] in _QUOTES:
        return _explain_quotes(key, value, in_quotes)
    if value[0] in {"[", "{"} and value[-1] in {"]", "}"}:
        remedy = f"write what stands between {value[0]} and {value[-1]} below it, each on its own line"
        return "yaml", what, remedy
    if value[0] in _INDICATORS:
        what = f'the value of "{key}" begins with {value[0]}, which means something else to YAML'
    elif re.search(r":(?:\s|$)", value):
        what = f'the value of "{key}" holds a colon, which YAML takes for the end of another key'
        in_braces = f"put it between {{ and }}: {key}: {{{value}}}"
        return "unquoted_colon", what, in_braces if key in _MAPPINGS else in_quotes
    return "yaml", what, in_quotes


def _explain_space(entry: re.Match[str]) -> tuple[str, str, str]:
    if entry["space"]:
        return "yaml", f'a tab stands behind the colon of "{entry["key"]}"', "write a space instead"
    what = f'no space stands behind the colon of "{entry["key"]}"'
    return "yaml", what, f"write {entry['key']}: {entry['value'].rstrip()[:_LONGEST_SHOWN]}"


def _explain_quotes(key: str, value: str, in_quotes: str) -> tuple[str, str, str]:
    mark = value[0]
    if value.count(mark) == 1:
        what = f'the value of "{key}" opens a {mark} that is never closed'
        return "yaml", what, f"put another {mark} at its end"
    if value.endswith(mark) and "\\" in value:
        what = f'the value of "{key}" holds a \\ that means something else between " and "'
        return "yaml", what, "write \\\\ for a backslash, or put the value between ' and '"
    return "yaml", f'the value of "{key}" begins with a {mark} that ends before the value does', in_quotes

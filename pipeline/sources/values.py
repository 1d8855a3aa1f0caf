"""YAML nodes → values of the kind that a key asks for; what is of another kind is told in an editor's words."""

import difflib
import re
from collections.abc import Collection, Sequence

from pipeline.core.model import Severity
from pipeline.sources.faults import Faults
from pipeline.sources.text import without_unseen
from pipeline.sources.yaml_nodes import Items, Node, Table, Text, Unusable
from pipeline.sources.yaml_repair import quoted

#: What YAML 1.2's core schema (10.3.2), or 1.1 before it, takes for something else than text when it stands without quotes.
_KINDS = {
    "a yes or no": re.compile(r"yes|no|on|off|true|false", re.IGNORECASE),
    "a number": re.compile(
        r"[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0[ox][0-9a-fA-F]+"
    ),
    "nothing": re.compile(r"~|null", re.IGNORECASE),
}
_SPACE = re.compile(r"[ \t\n]+")


def kind_of(node: Node) -> str:
    """Return what a node is to YAML: `text`, `a number`, `a yes or no`, `nothing`, `a list` or `a table`."""
    if isinstance(node, Items):
        return "a list"
    if isinstance(node, Table):
        return "a table"
    if isinstance(node, Text) and node.is_plain:
        return next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(node.value)), "text")
    return "text"


def as_text(node: Node, name: str, faults: Faults) -> str | None:
    """Return the text of a node on one line, or None where it is none (told, with the key's `name`)."""
    if isinstance(node, Unusable):
        return None
    kind = kind_of(node)
    if not isinstance(node, Text):
        faults.tell(
            "wrong_type", node.line, f"{name} is {kind}, not text", f"write {name}: and the text behind it"
        )
        return None
    if not node.value.strip(" \t\n\u00a0"):
        faults.tell("empty_value", node.line, f"{name} is empty", "write its value, or take the line out")
        return None
    if kind != "text":
        what = f"{name} is {kind} to YAML ({node.value}), not text"
        faults.tell("wrong_type", node.line, what, f"put it in quotes: {quoted(node.value)}")
        return None
    if node.comment:
        what = f"{node.comment[:60]} is a comment to YAML and was left out of {name}"
        remedy = (
            "put the value in quotes if it belongs to it; else two spaces before the # say that it doesn't"
        )
        faults.tell("comment", node.line, what, remedy, Severity.WARNING)
    return on_one_line(node.value)


def on_one_line(value: str) -> str:
    """Return a text with each run of spaces and line breaks as one space; no-break spaces stay."""
    return _SPACE.sub(" ", without_unseen(value)).strip(" \u00a0")


def as_texts(node: Node, name: str, faults: Faults) -> tuple[str, ...] | None:
    """Return the texts of a list, or the one text of a scalar; None where one of them is none (told)."""
    if not isinstance(node, Items):
        text = as_text(node, name, faults)
        return None if text is None else (text,)
    if not node.items:
        faults.tell("empty_value", node.line, f"{name} is empty", "write its value, or take the line out")
        return None
    texts = [as_text(item, f"an item of {name}", faults) for item in node.items]
    kept = tuple(text for text in texts if text is not None)
    return kept if len(kept) == len(texts) else None


def as_table(node: Node, name: str, faults: Faults) -> Table | None:
    """Return a mapping, or None where it is none (told)."""
    if isinstance(node, Table):
        return node
    if not isinstance(node, Unusable):
        what = f"{name} is {kind_of(node)}, not a table of keys"
        faults.tell(
            "wrong_type", node.line, what, "write its keys below it, each on a line of its own, indented"
        )
    return None


def tell_unknown_keys(table: Table, known: Sequence[str], faults: Faults, *, within: str = "") -> None:
    """Tell each key that is none of the `known` ones, with the nearest of them."""
    for key, _ in table.entries:
        if key.value not in known:
            what = f'unknown key "{key.value[:60]}"{within}'
            faults.tell("unknown_key", key.line, what, nearest(key.value, known, otherwise="the keys are"))


def nearest(word: str, known: Collection[str], *, otherwise: str) -> str:
    """Return a question with the word that is nearest, or all words behind `otherwise`."""
    near = difflib.get_close_matches(word[:60].casefold(), known, n=1)
    return f'did you mean "{near[0]}"?' if near else f"{otherwise} {', '.join(known)}"

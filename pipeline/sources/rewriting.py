"""A source with another published size: the bytes of that one value are replaced, and every other byte stays.

A YAML library that writes a document again would lose spaces, quotes and line ends; here it only says where
the value stands. What comes out is read again and compared before anybody gets it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode

from pipeline.core.model import Edition, Image
from pipeline.core.size_labels import SizeLabels
from pipeline.sources.edition import KEY_SPACE, ReadEdition, SourceFile, read_edition, split_source
from pipeline.sources.file_findings import FileFindings
from pipeline.sources.text import decode, normalise, without_invisible

_KEY = "published_size"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LINE_ENDS = "\r\n"


class NotRewrittenError(Exception):
    """A source can't be changed without changing more than was meant; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """New text in the place of the text from `start` to `end`, (line, column) counted from 0."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


def with_published_size(data: bytes, label: str, file: SourceFile, *, size_labels: SizeLabels) -> bytes:
    """Return the bytes of a source whose published size is `label`, and that is the same in everything else.

    Where the key isn't written, it is added on a line of its own, below `label` or else at the front matter's
    end. Raises NotRewrittenError where that can't be done, or where the source makes no edition.
    """
    before = _read(data, file, size_labels)
    if before.edition is None:
        raise NotRewrittenError(file.file)
    lines = _LINE.findall(data.decode("utf-8"))
    change = _change(lines, _front_matter(data), label)
    if change is None:
        raise NotRewrittenError(file.file)
    changed = _changed(lines, change).encode("utf-8")
    after = _read(changed, file, size_labels)
    if not _is_the_same_but_for_the_size(before, after) or _label_of(after) != label:
        raise NotRewrittenError(file.file)
    return changed


def _read(data: bytes, file: SourceFile, size_labels: SizeLabels) -> ReadEdition:
    return read_edition(data, file, _no_image, size_labels=size_labels)


def _no_image(path: str) -> Image:
    """Return a placeholder for an image: only its path is compared, and no file is read."""
    return Image(path=path, data=b"", media_type="image/png", width=1, height=1)


def _label_of(read: ReadEdition) -> str | None:
    published = read.edition.published_size if read.edition else None
    return published.label if published else None


def _is_the_same_but_for_the_size(before: ReadEdition, after: ReadEdition) -> bool:
    if before.edition is None or after.edition is None:
        return False
    found = Counter(finding.check for finding in before.findings)
    is_well = not Counter(finding.check for finding in after.findings) - found
    return is_well and _rest(before.edition) == _rest(after.edition)


def _rest(edition: Edition) -> tuple[Edition, list[str]]:
    """Return the parts of an edition that must not change, and its other keys in their order."""
    publish = tuple(replace(reference, line=1) for reference in edition.publish)
    bare = replace(edition, published_size=None, body_line=1, lines=(), publish=publish)
    return bare, [key for key, _ in edition.lines if key != _KEY]


def _changed(lines: Sequence[str], change: _Change) -> str:
    (first, start), (last, end) = change.start, change.end
    before = "".join(lines[:first]) + (lines[first][:start] if first < len(lines) else "")
    after = (lines[last][end:] if last < len(lines) else "") + "".join(lines[last + 1 :])
    return before + change.text + after


def _change(lines: Sequence[str], front_matter: tuple[int, int], label: str) -> _Change | None:
    """Return the change that sets the published size, or None where no safe one is found."""
    first, last = front_matter
    texts = [line.rstrip(_LINE_ENDS) for line in lines]
    root = _mapping(texts[first:last])
    if root is None:
        return None
    entries = {without_invisible(str(key.value)): (key, value) for key, value in root.value}
    if _KEY in entries:
        value = entries[_KEY][1]
        return _replacement(value, texts, first, label, is_flow=bool(root.flow_style))
    if root.flow_style or not entries:
        return None
    key = next(iter(entries.values()))[0]
    below = last
    if "label" in entries:
        below = 1 + max(_span(entries["label"][1], texts, first))[0]
    indent = texts[first + key.start_mark.line][: key.start_mark.column]
    line_end = lines[below - 1][len(texts[below - 1]) :]
    return _Change(start=(below, 0), end=(below, 0), text=f"{indent}{_KEY}: {label}{line_end}")


def _front_matter(data: bytes) -> tuple[int, int]:
    """Return the first line of an edition's front matter and the one behind its last, counted from 0."""
    findings = FileFindings("source", "")
    text = decode(data, findings)
    parts = None if text is None else split_source(normalise(text, findings), findings)
    if parts is None or parts.front is None:
        raise ValueError("an edition has front matter")
    return parts.front_line - 1, parts.front_line + parts.front.count("\n")


def _mapping(texts: Sequence[str]) -> MappingNode | None:
    """Return the front matter's nodes, used for their positions only, which count from its first line."""
    text = KEY_SPACE.sub(lambda match: match[0].replace("\u00a0", " "), "\n".join((*texts, "")))
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, ValueError):
        return None
    return node if isinstance(node, MappingNode) else None


def _replacement(
    node: object, texts: Sequence[str], first: int, label: str, *, is_flow: bool
) -> _Change | None:
    """Return the change of a value that stays written as it is: plain, in its quotes, or as a block."""
    if not isinstance(node, ScalarNode):
        return None
    start, end = _span(node, texts, first)
    quote = node.style if node.style in ("'", '"') else ""
    # A comma ends a plain value within braces.
    quote = '"' if is_flow and not quote and "," in label else quote
    return _Change(start=start, end=end, text=f"{quote}{label}{quote}")


def _span(node: ScalarNode, texts: Sequence[str], first: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return start and end of a value, its quotes included; of a block, without the space around it."""
    start, end = node.start_mark, node.end_mark
    if node.style not in ("|", ">"):
        return (first + start.line, start.column), (first + end.line, end.column)
    written = [
        number for number in range(first + start.line + 1, first + end.line) if texts[number].strip(" \t")
    ]
    if not written:
        return (first + start.line, start.column), (first + start.line, start.column)
    top, bottom = texts[written[0]], texts[written[-1]]
    return (written[0], len(top) - len(top.lstrip(" "))), (written[-1], len(bottom.rstrip(" \t")))

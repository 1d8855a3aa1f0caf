"""No-break spaces that lay out lines: plain ones where the layout means something, else none."""

import re

from pipeline.core.model import Severity
from pipeline.sources.faults import Faults

_NO_BREAK = "\u00a0"
_MARK = r"(?:#{1,6}|[-*+]|[0-9]+[.)]|>|:)"
_START = re.compile(rf"(?P<indent>[ \t\u00a0]*)(?P<marks>(?:{_MARK}[ \u00a0]+)*)")
_STRUCTURE = re.compile(rf"{_MARK}[ \u00a0]|\||```|~~~")
_FENCE = re.compile(r"[ \u00a0]{0,3}(?P<fence>```+|~~~+)")


def without_layout_spaces(body: str, body_line: int, faults: Faults) -> str:
    """Return a body without no-break spaces at the ends of its lines and around the marks that begin them.

    An indent before a mark becomes plain spaces; before a paragraph it goes, since four plain ones would make code of
    it. Within text, and in fenced code, no-break spaces stay.
    """
    if _NO_BREAK not in body:
        return body
    lines = body.split("\n")
    fence: str | None = None
    changed: list[int] = []
    for index, line in enumerate(lines):
        mark = _FENCE.match(line)
        if fence is None:
            lines[index] = _laid_out(line)
            if lines[index] != line:
                changed.append(index)
            fence = mark["fence"] if mark else None
        elif mark and mark["fence"].startswith(fence) and not line.strip(" `~"):
            fence = None
    if changed:
        many = f"{len(changed)} lines are" if len(changed) > 1 else "a line is"
        faults.tell(
            "no_break_space",
            body_line + changed[0],
            f"{many} laid out with no-break spaces; they were read as plain ones or left out",
            "write plain spaces",
            Severity.INFO,
        )
    return "\n".join(lines)


def _laid_out(line: str) -> str:
    if _NO_BREAK not in line:
        return line
    kept = line.rstrip(" \t\u00a0")
    if _NO_BREAK not in line[len(kept) :]:
        # Two plain spaces at the end break the line.
        kept = line
    match = _START.match(kept)
    if match is None:
        return kept
    indent, marks, rest = match["indent"], match["marks"], kept[match.end() :]
    means_something = bool(marks or _STRUCTURE.match(rest))
    indent = indent.replace(_NO_BREAK, " " if means_something else "")
    return indent + re.sub("[ \u00a0]*\u00a0[ \u00a0]*", " ", marks) + rest

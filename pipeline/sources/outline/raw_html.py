"""HTML that is written in Markdown → its tags and texts, in one pass.

For some hostile inputs Python's own parser takes time that grows with the square of the length; this one
never does. The beginning of a tag or comment that never ends is text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape

#: Text goes on through the tags of these elements; any other tag begins a new piece.
INLINE = frozenset(
    "a abbr b bdi bdo cite code del dfn em font i img ins kbd mark q s samp small span strong sub sup "
    "u var wbr".split()
)
#: The content of these is no HTML, and on no page.
_RAW_TEXT = frozenset({"script", "style"})

_MARK = re.compile(
    r"<!--(?P<comment>.*?)-->"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][^\s/<>]*+)(?P<attributes>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>"
    r"|<[!?](?:\[CDATA\[)?(?P<declared>[^>]*+)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"(?P<name>[^\s=/\"']++)(?:\s*+=\s*+(?P<value>\"[^\"]*\"|'[^']*'|[^\s\"']++))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlText:
    """Text between tags; `line` counts from 0."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningTag:
    """An opening tag: its name in lower case and its attributes."""

    name: str
    line: int
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingTag:
    """A closing tag: its name in lower case."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEnd:
    """The end of a line in the text."""


Part = HtmlText | OpeningTag | ClosingTag | LineEnd


def parts_of(html: str) -> Iterator[Part]:
    """Yield the parts of a run of HTML, in order, without comments and the text of scripts and styles.

    Lines count from 0.
    """
    html = _with_unclosed_marks_as_text(html)
    position = line = 0
    end = html.rfind(">") + 1
    endless: set[str] = set()
    while match := _MARK.search(html, position, end):
        yield from _text(html[position : match.start()], line)
        line += html.count("\n", position, match.start())
        name = (match["name"] or "").lower()
        if match["declared"] is not None:
            # No page shows the content of CDATA: taken as text here, its loss is noticed.
            kept = match["declared"].removesuffix("]]") if match[0].startswith("<![CDATA[") else ""
            yield from _text(kept, line)
        elif match["close"]:
            yield ClosingTag(name=name)
        elif name:
            yield OpeningTag(name=name, line=line, attributes=_attributes(match["attributes"]))
        line += match[0].count("\n")
        position = match.end()
        if name in _RAW_TEXT - endless and not match["close"]:
            closing = re.compile(rf"</{name}\b", re.IGNORECASE).search(html, position)
            if closing is None:
                endless.add(name)
            else:
                line += html.count("\n", position, closing.start())
                position = closing.start()
    yield from _text(html[position:], line)


def _with_unclosed_marks_as_text(html: str) -> str:
    """Return HTML without the marks that begin a comment that never ends."""
    end = html.rfind("-->")
    return html[: max(end, 0)] + html[max(end, 0) :].replace("<!--", "    ")


def _text(text: str, line: int) -> Iterator[Part]:
    for offset, part in enumerate(text.split("\n")):
        if offset:
            yield LineEnd()
        if part:
            yield HtmlText(text=unescape(part), line=line + offset)


def _attributes(text: str) -> dict[str, str]:
    """Return the attributes of a tag, of each name the first."""
    attributes: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = match["value"] or ""
        quoted = value[:1] in {'"', "'"} and value
        attributes.setdefault(match["name"].lower(), unescape(value[1:-1] if quoted else value))
    return attributes

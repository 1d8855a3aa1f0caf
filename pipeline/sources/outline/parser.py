"""markdown-it, set up to read the same marks as Python-Markdown with the extensions that Annexe uses.

These are: tables, footnotes, def_list, attr_list, abbr, fenced_code, sane_lists, and Annexe's own spans of
words in another language.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkLabel
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from pipeline.sources.markup import ATTRIBUTE_LIST, SPAN_LANGUAGE

_INLINE_ATTRIBUTES = re.compile(ATTRIBUTE_LIST)
#: Wider than `SPAN_LANGUAGE`: a span whose language tag is malformed is text on the page, and a difference
#: here.
_SPAN_ATTRIBUTES = re.compile(r"\{:?\s*lang\s*=\s*[\"']?[A-Za-z0-9-]+[\"']?\s*\}")
_LAST_LINE_ATTRIBUTES = re.compile(rf"\n[ ]*{ATTRIBUTE_LIST}[ ]*$")
_TRAILING_ATTRIBUTES = re.compile(rf"[ ]+{ATTRIBUTE_LIST}[ ]*$")
_ATTRIBUTES_TRAIL = frozenset({"heading_open", "td_open", "th_open", "dt_open"})
_ATTRIBUTES_FOLLOW = frozenset(
    {"image", "code_inline", "link_close", "footnote_ref", "html_inline", "text_special"}
)

_ABBREVIATION = re.compile(r"\*\[[^\]\\]+\] ?:[ ]*(?P<long>.*)")
_FENCE = re.compile(r"(?P<marks>`{3,}|~{3,})[^`]*")
_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
#: Python-Markdown takes `#Heading` for a heading.
_HASHES = re.compile(r"^(#{1,6})(?=[^#\s])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A body as markdown-it reads it: its tokens, and the lines it was given; lines count from 0."""

    tokens: tuple[Token, ...]
    lines: tuple[str, ...]


def parse(body: str) -> Parsed:
    """Return a body as markdown-it reads it."""
    lines = body.split("\n")
    _prepare(lines)
    return Parsed(tokens=tuple(_parser().parse("\n".join(lines))), lines=tuple(lines))


def cells_in(row: str) -> int:
    """Return how many cells a table's row has."""
    bars = re.sub(r"\\.", "", _CODE.sub("", row)).strip()
    return bars.removeprefix("|").removesuffix("|").count("|") + 1


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.use(deflist_plugin)
    parser.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    # Paths and addresses are wanted as they are written, and those that no page may have above all.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign] # markdown-it's own way of setting it
    parser.validateLink = lambda url: True  # type: ignore[method-assign] # noqa: ARG005 - as above; its signature
    parser.core.ruler.before("inline", "block_attributes", _without_block_attributes)
    parser.core.ruler.disable("text_join")
    parser.inline.ruler.before("text", "inline_attributes", _skip_inline_attributes)
    parser.inline.ruler.before("link", "language_span", _language_span)
    return parser


def _prepare(lines: list[str]) -> None:
    """Change lines that markdown-it would read otherwise, in place; blank definitions of abbreviations."""
    outside = list(_lines_outside_fences(lines))
    for index, following in zip(outside, [*outside[1:], -1], strict=True):
        match = _ABBREVIATION.fullmatch(lines[index])
        if match is None:
            lines[index] = _with_pipes_escaped(_HASHES.sub(r"\1 ", lines[index]))
            continue
        is_below = not match["long"].strip() and following == index + 1
        last = following if is_below else index
        if (lines[last] if is_below else match["long"]).strip():
            lines[index : last + 1] = [""] * (last + 1 - index)


def _with_pipes_escaped(line: str) -> str:
    """Return a table's row with the bars in its code escaped: markdown-it would split the code there."""
    if "`" not in line or "|" not in _CODE.sub("", line):
        return line
    return _CODE.sub(lambda match: re.sub(r"(?<!\\)\|", r"\\|", match[0]), line)


def _lines_outside_fences(lines: list[str]) -> Iterator[int]:
    """Yield the index of each line that is in no fenced code; a fence that is never closed begins none."""
    closed_by: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if line[:3] in ("```", "~~~") and not line.rstrip().strip(line[0]):
            closed_by.setdefault(line.rstrip(), []).append(index)
    end = -1
    for index, line in enumerate(lines):
        if index <= end:
            continue
        match = _FENCE.fullmatch(line)
        ends = closed_by.get(match["marks"], []) if match else []
        position = bisect_right(ends, index)
        if position < len(ends):
            end = ends[position]
        else:
            yield index


def _without_block_attributes(state: StateCore) -> None:
    """Take attribute lists out of the ends of blocks, before their text is parsed."""
    for before, token in zip(state.tokens, state.tokens[1:], strict=False):
        if token.type != "inline":
            continue
        is_trailing = before.type in _ATTRIBUTES_TRAIL
        pattern = _TRAILING_ATTRIBUTES if is_trailing else _LAST_LINE_ATTRIBUTES
        content = pattern.sub("", token.content)
        if before.type == "heading_open" and content != token.content:
            content = re.sub(r"[ ]+#+$", "", content)
        token.content = content


def _skip_inline_attributes(state: StateInline, _silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Skip an attribute list right behind an inline element, or the language of a run in brackets."""
    if state.src[state.pos] != "{":
        return False
    if state.pos and state.src[state.pos - 1] == "]":
        match = SPAN_LANGUAGE.match(state.src, state.pos)
    elif _follows_element(state):
        match = _INLINE_ATTRIBUTES.match(state.src, state.pos)
    else:
        return False
    if match is None or match.end() > state.posMax:
        return False
    state.pos = match.end()
    return True


def _language_span(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Read `[words]{lang=fr}`: words in another language."""
    # Silent is the search for a link's end, which would take such words for a link in a link.
    if silent or state.src[state.pos] != "[":
        return False
    end = parseLinkLabel(state, state.pos)
    match = _SPAN_ATTRIBUTES.match(state.src, end + 1) if end >= 0 else None
    if match is None or match.end() > state.posMax:
        return False
    last = state.posMax
    state.push("span_open", "span", 1)
    state.pos, state.posMax = state.pos + 1, end
    state.md.inline.tokenize(state)
    state.push("span_close", "span", -1)
    state.pos, state.posMax = match.end(), last
    return True


def _follows_element(state: StateInline) -> bool:
    if state.pending or not state.tokens:
        return False
    last = len(state.tokens) - 1
    if state.tokens[last].type in _ATTRIBUTES_FOLLOW:
        return True
    delimiters = state.delimiters
    return bool(delimiters) and delimiters[-1].token == last and delimiters[-1].close

"""markdown-it, set up to read Markdown as its authors mean it: CommonMark 0.31, GitHub's extensions, ours.

The tokens are the one reading of a body: the converter fills its page from them, the outline is made of them.
From GitHub come tables, struck-out text, task lists and bare addresses; the rest are footnotes, lists of
definitions, attribute lists, abbreviations, `[words]{lang=fr}`, and Markdown in HTML blocks that ask for it
(`markdown="1"`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.helpers import parseLinkLabel
from markdown_it.rules_block import StateBlock, html_block, reference
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from pipeline.sources.markup import ATTRIBUTE, ATTRIBUTE_LIST, CODE, SPAN_LANGUAGE

#: markdown-it drops what is nested deeper (see `Parsed.deepest`); Python's stack allows some 200.
_MOST_NESTED = 100
#: As many bodies are cached as a project has that is built while somebody waits.
_CACHED = 256

_INLINE_ATTRIBUTES = re.compile(ATTRIBUTE_LIST)
_LAST_LINE_ATTRIBUTES = re.compile(rf"\n[ ]*{ATTRIBUTE_LIST}[ ]*$")
_TRAILING_ATTRIBUTES = re.compile(rf"[ ]+{ATTRIBUTE_LIST}[ ]*$")
_ATTRIBUTES_TRAIL = frozenset({"heading_open", "td_open", "th_open", "dt_open"})
#: What stands before an attribute list that belongs to it.
_TAKES_ATTRIBUTES = frozenset({"image", "code_inline", "footnote_ref"})

_ABBREVIATION = re.compile(r"\*\[([^\]\\]+)\] ?:[ \t]*(.*)")
_TASK = re.compile(r"\[([ xX])\](?=\s)")

_TAG = re.compile(r"</?(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<attributes>(?:\"[^\"<>]*\"|'[^'<>]*'|[^\"'<>])*+)>")
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)(?=[\s/>]|$)")
_BARE_ATTRIBUTE = re.compile(r"(?<![\w=:.-])([^\s=\"'<>/]+)(?!\s*+=|[^\s\"'<>/])")
_BOOLEAN_ATTRIBUTES = frozenset(
    "allowfullscreen async autofocus autoplay checked controls default defer disabled formnovalidate hidden "
    "inert ismap itemscope loop multiple muted nomodule novalidate nowrap open playsinline readonly required "
    "reversed selected".split()
)
_BLOCKS = frozenset(block_names) | {"script", "pre", "style", "textarea", "template"}
#: A tag of any other name is text: `<name>`, `<date and time>`.
_ELEMENTS = _BLOCKS | frozenset(
    "a abbr acronym applet area audio b bdi bdo big blink br button canvas cite code data datalist del dfn "
    "em embed font i img input ins kbd keygen label map mark marquee math meta meter nobr noscript object "
    "output picture progress q rp rt ruby s samp select slot small source span strike strong sub sup svg "
    "time track tt u var video wbr path g rect circle line polygon polyline ellipse text tspan defs "
    "use".split()
)
_MARKDOWN_IN_HTML = re.compile(
    r"<(?P<name>[A-Za-z][A-Za-z0-9-]*)(?=[^<>]*\smarkdown\s*=\s*[\"']?(?:1|block|span)\b)[^<>]*>",
    re.IGNORECASE,
)
#: The content of these elements is running text.
_RUNNING = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "caption", "figcaption"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A body as markdown-it reads it: tokens, lines and abbreviations (short: long); lines count from 0.

    Nobody changes the tokens: they are cached.
    """

    tokens: tuple[Token, ...]
    lines: tuple[str, ...]
    abbreviations: Mapping[str, str]

    def deepest(self) -> int | None:
        """Return the line of the first block whose content is nested too deep and dropped, or None."""
        deep = _MOST_NESTED - 2
        return next((t.map[0] for t in self.tokens if t.level >= deep and t.nesting > 0 and t.map), None)


@lru_cache(maxsize=_CACHED)
def parse(body: str) -> Parsed:
    """Return a body as markdown-it reads it. No line is moved: a token's `map` holds lines of the body."""
    environment: dict[str, dict[str, str]] = {}
    tokens = _parser().parse(body, environment)
    lines = body.split("\n")
    rows = [token.map[0] for token in tokens if token.type == "tr_open" and token.map]
    escaped = {row: _with_pipes_escaped(lines[row]) for row in rows if "`" in lines[row]}
    if any(lines[row] != line for row, line in escaped.items()):
        # GitHub divides a cell at the bar in its code, which whoever writes it does not mean.
        environment = {}
        written = "\n".join(escaped.get(number, line) for number, line in enumerate(lines))
        tokens = _parser().parse(written, environment)
    return Parsed(
        tokens=tuple(tokens), lines=tuple(lines), abbreviations=environment.get("abbreviations", {})
    )


def cells_in(row: str) -> int:
    """Return how many cells a table's row has, without the marks of quotations before it."""
    bars = re.sub(r"\\.", "", CODE.sub("", row.lstrip(" \t>"))).strip()
    return bars.removeprefix("|").removesuffix("|").count("|") + 1


def with_unknown_tags_as_text(html: str) -> str:
    """Return HTML in which what only looks like a tag (`<name>`, `<b and c>`) is text."""
    return _TAG.sub(lambda match: match[0] if _is_tag(match) else f"&lt;{match[0][1:]}", html)


def without_notes(tokens: Sequence[Token]) -> tuple[list[Token], dict[str, list[Token]]]:
    """Return the tokens of the main flow, and of each note by its label: of two of one label the first."""
    flow: list[Token] = []
    notes: dict[str, list[Token]] = {}
    aside: list[list[Token]] = []
    for token in tokens:
        if token.type == "footnote_reference_open":
            aside.append([])
            notes.setdefault(str(token.meta["label"]), aside[-1])
        elif token.type == "footnote_reference_close":
            aside.pop()
        else:
            (aside[-1] if aside else flow).append(token)
    return flow, notes


def task_box(token: Token) -> str | None:
    """Return the mark in the box that an item of a task list begins with (` `, `x` or `X`), or None."""
    match = _TASK.match(token.content)
    return match[1] if match else None


def begins_item(tokens: Sequence[Token], index: int) -> bool:
    """Return whether a run of text is the first thing in a list's item."""
    return (
        index > 1
        and tokens[index - 1].type == "paragraph_open"
        and tokens[index - 2].type == "list_item_open"
    )


def plain_text(token: Token) -> str:
    """Return the plain text of a token inside a run of text, of an image its text alternative."""
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    if token.children:
        return "".join(plain_text(child) for child in token.children)
    return token.content if token.type in {"text", "text_special", "code_inline"} else ""


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "linkify": True, "maxNesting": _MOST_NESTED})
    parser.enable(["table", "strikethrough", "linkify"])
    # Addresses that are whole, and those that begin with www.: `agree.to` is a slip, not an address.
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})  # type: ignore[union-attr] # it is there: enabled
    parser.use(deflist_plugin)
    parser.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    # Paths and addresses are wanted as they are written, and those that no page may have above all.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign] # markdown-it's own way of setting it
    parser.normalizeLinkText = _without_mailto  # type: ignore[method-assign] # as above
    parser.validateLink = lambda url: True  # type: ignore[method-assign] # noqa: ARG005 - as above; its signature
    # The named rules may end a paragraph: CommonMark lets no reference do so, but people write them so.
    block = parser.block.ruler
    block.before("footnote_def", "abbreviation", _abbreviation, {"alt": ["paragraph", "reference"]})
    block.at("html_block", _html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    block.at("reference", reference, {"alt": ["paragraph"]})
    parser.core.ruler.before("inline", "block_attributes", _take_block_attributes)
    parser.core.ruler.after("inline", "inline_attributes", _take_inline_attributes)
    # Joined texts would no longer be found in the source, and so have no line.
    parser.core.ruler.disable("text_join")
    parser.inline.ruler.before("text", "attributes", _attributes_behind_element)
    parser.inline.ruler.before("link", "language_span", _language_span)
    parser.inline.ruler.before("html_inline", "unknown_tag", _unknown_tag)
    return parser


def _without_mailto(link: str) -> str:
    return re.sub("^mailto:", "", link, flags=re.IGNORECASE)


def _with_pipes_escaped(line: str) -> str:
    return CODE.sub(lambda match: re.sub(r"(?<!\\)\|", r"\\|", match[0]), line)


def _is_tag(match: re.Match[str]) -> bool:
    """Return whether what is written as a tag is one: an element of HTML, with attributes of HTML."""
    words = {
        word.lower()
        for word in _BARE_ATTRIBUTE.findall(re.sub(r"=\s*+(?:\"[^\"]*\"|'[^']*')", "=", match["attributes"]))
    }
    return match["name"].lower() in _ELEMENTS and words <= _BOOLEAN_ATTRIBUTES


def _abbreviation(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Read `*[UN]: United Nations`, the words on the same line or on the next."""
    match = _ABBREVIATION.fullmatch(state.src, state.bMarks[start] + state.tShift[start], state.eMarks[start])
    if match is None or state.is_code_block(start):
        return False
    short, long, after = match[1].strip(), match[2].strip(), start + 1
    if not long and after < end:
        long, after = state.getLines(after, after + 1, state.blkIndent, keepLastLF=False).strip(), after + 1
    if not long or not short:
        return False
    if not silent:
        state.env.setdefault("abbreviations", {})[short] = long
        state.line = after
    return True


def _html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Read a block of HTML, with the Markdown in it where its tag says `markdown="1"`.

    A tag that may stand in a paragraph begins none: a line may begin with `<br>`.
    """
    begin = state.bMarks[start] + state.tShift[start]
    name = _TAG_NAME.match(state.src, begin, state.eMarks[start])
    whole = _TAG.match(state.src, begin)
    if name is not None and (name[1].lower() not in _BLOCKS or (whole is not None and not _is_tag(whole))):
        return False
    asked = _MARKDOWN_IN_HTML.match(state.src, begin, state.eMarks[start])
    if asked is not None and not state.is_code_block(start):
        closing = _closing_tag(state, asked, start, end)
        if closing is not None:
            if not silent:
                _read_markdown_in_html(state, asked, start, closing)
            return True
    return html_block(state, start, end, silent)


def _closing_tag(
    state: StateBlock, opening: re.Match[str], start: int, end: int
) -> tuple[int, re.Match[str]] | None:
    """Return the line with the tag that closes an element, and the tag; None if no line has it."""
    tag = re.compile(rf"<(/?){opening['name']}(?=[\s/>])[^<>]*>", re.IGNORECASE)
    depth = 1
    for line in range(start, end):
        begin = opening.end() if line == start else state.bMarks[line]
        for match in tag.finditer(state.src, begin, state.eMarks[line]):
            depth += -1 if match[1] else 1
            if not depth:
                return line, match
    return None


def _read_markdown_in_html(
    state: StateBlock, opening: re.Match[str], start: int, closing: tuple[int, re.Match[str]]
) -> None:
    """Push the element's tags as HTML, and between them the blocks (or the running text) of its content."""
    last, tag = closing
    _push_html(
        state,
        re.sub(r"\s+markdown\s*=\s*(?:\"[^\"]*\"|'[^']*'|\w+)", "", opening[0], flags=re.IGNORECASE),
        start,
        start,
    )
    if opening["name"].lower() in _RUNNING:
        token = state.push("inline", "", 0)
        token.content = state.src[opening.end() : tag.start()].strip()
        token.map, token.children = [start, last + 1], []
    else:
        _read_blocks(state, opening.end(), start, last, tag.start())
    _push_html(state, state.src[tag.start() : state.eMarks[last]], last, last)
    state.line = last + 1


def _read_blocks(state: StateBlock, begin: int, first: int, last: int, end: int) -> None:
    """Read the blocks from one place to another, which may be in the midst of their lines."""
    marks = (state.bMarks, state.eMarks, state.tShift, state.sCount)
    kept = {line: [each[line] for each in marks] for line in (first, last)}
    indent, parent, limit = state.blkIndent, state.parentType, state.lineMax
    state.bMarks[first], state.eMarks[last] = begin, end
    for line in kept:
        text = state.src[state.bMarks[line] : state.eMarks[line]]
        state.tShift[line] = len(text) - len(text.lstrip(" \t"))
        state.sCount[line] = indent if line == first else indent + state.tShift[line]
    texts = [line for line in range(first, last + 1) if not state.isEmpty(line)]
    inner = [state.sCount[line] for line in texts if line != first]
    state.blkIndent = min(inner, default=indent)
    if first in texts:
        state.sCount[first] = state.blkIndent
    state.lineMax, state.parentType = last + 1, "root"
    state.md.block.tokenize(state, first, last + 1)
    for line, values in kept.items():
        for each, value in zip(marks, values, strict=True):
            each[line] = value
    state.blkIndent, state.parentType, state.lineMax = indent, parent, limit


def _push_html(state: StateBlock, content: str, first: int, last: int) -> None:
    token = state.push("html_block", "", 0)
    token.content, token.map = content, [first, last + 1]


def _language_span(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Read `[words]{lang=fr}`: words in another language."""
    # Silent is the search for a link's end, which would take such words for a link in a link.
    if silent or state.src[state.pos] != "[":
        return False
    end = parseLinkLabel(state, state.pos)
    match = SPAN_LANGUAGE.match(state.src, end + 1) if end >= 0 else None
    if match is None or match.end() > state.posMax:
        return False
    last = state.posMax
    state.push("span_open", "span", 1).attrs = {"lang": match["language"]}
    state.pos, state.posMax = state.pos + 1, end
    state.md.inline.tokenize(state)
    state.push("span_close", "span", -1)
    state.pos, state.posMax = match.end(), last
    return True


def _unknown_tag(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Take `<name>` and `<b and c>` for text."""
    match = _TAG.match(state.src, state.pos)
    if match is None or _is_tag(match):
        return False
    if not silent:
        state.pending += "<"
    state.pos += 1
    return True


def _attributes_behind_element(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Read `{: .class #id lang=fr }` right behind something else than text."""
    if state.src[state.pos] != "{" or state.pending or not state.tokens:
        return False
    match = _INLINE_ATTRIBUTES.match(state.src, state.pos)
    if match is None or match.end() > state.posMax:
        return False
    if not silent:
        token = state.push("attributes", "", 0)
        token.content, token.meta = match[0], {"attributes": _attributes(match[1])}
    state.pos = match.end()
    return True


def _take_inline_attributes(state: StateCore) -> None:
    """Give attribute lists to the elements that they stand behind; behind text they are text."""
    for token in state.tokens:
        children = token.children or []
        if not any(child.type == "attributes" for child in children):
            continue
        for index, child in enumerate(children):
            if child.type != "attributes":
                continue
            owner = _element_before(children, index)
            if owner is None:
                child.type = "text"
            else:
                owner.attrs.update(child.meta["attributes"])
        token.children = [child for child in children if child.type != "attributes"]


def _element_before(children: Sequence[Token], index: int) -> Token | None:
    """Return the token that begins the element which ends right before an index, or None."""
    if not index or (children[index - 1].nesting >= 0 and children[index - 1].type not in _TAKES_ATTRIBUTES):
        return None
    depth = 0
    for child in reversed(children[:index]):
        depth -= child.nesting
        if not depth:
            return child
    return None


def _take_block_attributes(state: StateCore) -> None:
    """Give the attribute list at the end of a block to the block, before its text is read."""
    tokens = state.tokens
    for index, token in enumerate(tokens):
        if token.type != "inline" or not index or "{" not in token.content:
            continue
        block = tokens[index - 1]
        pattern = _TRAILING_ATTRIBUTES if block.type in _ATTRIBUTES_TRAIL else _LAST_LINE_ATTRIBUTES
        match = pattern.search(token.content)
        if match is None or block.nesting <= 0:
            continue
        token.content = token.content[: match.start()]
        if block.type == "heading_open":
            token.content = re.sub(r"[ ]+#+$", "", token.content)
        owner = tokens[index - 2] if block.hidden and index > 1 else block
        owner.attrs.update(_attributes(match[1]))


def _attributes(written: str) -> dict[str, str | int | float]:
    """Return what an attribute list says, by name: `.a .b` is one class of two words, the last id holds."""
    found: dict[str, str | int | float] = {}
    for match in re.finditer(rf"{ATTRIBUTE}|[\w-]+", written):
        word = match[0]
        name, equals, value = word.partition("=")
        if word.startswith("."):
            found["class"] = f"{found.get('class', '')} {word[1:]}".strip()
        elif word.startswith("#"):
            found["id"] = word[1:]
        else:
            quoted = value[:1] in {'"', "'"}
            found[name] = (value[1:-1] if quoted else value) if equals else name
    return found

"""Tokens → outline, in one walk over the body."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from markdown_it.token import Token

from pipeline.sources.markup import REMOVED_WITH_CONTENT
from pipeline.sources.outline.model import (
    BrokenLink,
    Heading,
    HtmlTag,
    ImageUse,
    NoteMark,
    NoteText,
    Outline,
    OutlineLink,
    OutlineTable,
    OverfullRow,
    Piece,
    UnreadMarkdown,
)
from pipeline.sources.outline.parser import (
    begins_item,
    cells_in,
    parse,
    plain_text,
    task_box,
    with_unknown_tags_as_text,
)
from pipeline.sources.outline.raw_html import INLINE, ClosingTag, HtmlText, LineEnd, OpeningTag, parts_of

_BROKEN = re.compile(r"!?\[[^\[\]]*\](?P<space>[ ]?)\((?P<address>[^()]*)")
#: What a link's address begins with: `[sic] (see below)` is none.
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|www\.|[#/.])\S", re.IGNORECASE)
#: Markdown in running text or at a line's beginning.
_MARKDOWN = re.compile(
    r"\*\*(?=\S)[^*\n]+(?<=\S)\*\*|(?<![\w*])\*(?=[^\s*])[^*\n]+(?<=[^\s*])\*(?![\w*])|\]\([^()\s]+\)"
    r"|^[ ]*(?:[-*+]|\d{1,9}[.)])[ ]+\S|^[ ]{0,3}#{1,6}[ ]\S",
    re.MULTILINE,
)
_ONE_IMAGE = re.compile(r"\s*<img\b[^>]*>\s*", re.IGNORECASE)
_LONGEST_SHOWN = 60
#: As many outlines are cached as a project has that is built while somebody waits.
_CACHED = 256
#: Takes the place of what is no plain text where broken links are searched for.
_OBJECT = "\ufffc"
_NO_TEXT = frozenset(
    {"em_open", "em_close", "strong_open", "strong_close", "s_open", "s_close", "span_open", "span_close"}
)


@lru_cache(maxsize=_CACHED)
def read_outline(body: str, *, first_line: int = 1) -> Outline:
    """Return the outline of a Markdown body whose first line is line `first_line` of its file.

    The last ones are cached: an edition is read, then composed, mostly with the same body.
    """
    parsed = parse(body)
    reader = _Reader(first_line, parsed.lines)
    reader.read(parsed.tokens)
    deepest = parsed.deepest()
    return reader.collector.outline(too_deep=None if deepest is None else first_line + deepest)


class _Cursor:
    """Finds the line of the file for each part of a paragraph, in their order."""

    def __init__(self, content: str, line: int) -> None:
        self._content = content
        self._offset = 0
        self.line = line

    def move_past(self, needle: str) -> int:
        """Move behind the next occurrence of a text and return the line in which it begins."""
        found = self._content.find(needle, self._offset)
        if found < 0:
            return self.line
        line = self.line + self._content.count("\n", self._offset, found)
        self.line = line + needle.count("\n")
        self._offset = found + len(needle)
        return line


class _Reader:
    """Walks over tokens and collects what they mean."""

    def __init__(self, first_line: int, lines: Sequence[str]) -> None:
        self.collector = _Collector()
        self._first_line = first_line
        self._lines = lines
        self._line = first_line
        self._columns = 0

    def read(self, tokens: Sequence[Token]) -> None:
        """Walk over the tokens of a body."""
        before = Token("", "", 0)
        for index, token in enumerate(tokens):
            if token.map:
                self._line = self._first_line + token.map[0]
            match token.type:
                case "inline":
                    self._read_inline(token, before, begins_item=begins_item(tokens, index))
                case "fence" | "code_block":
                    self._read_code(token)
                case "html_block":
                    is_alone = _ONE_IMAGE.fullmatch(token.content) is not None
                    self._read_html(with_unknown_tags_as_text(token.content), self._line, is_alone=is_alone)
                    self._note_unread_markdown(token.content)
                    self.collector.end_piece()
                case _:
                    self._read_frame(token)
            before = token

    def _read_frame(self, token: Token) -> None:
        """Read a token that encloses others: of a table or a footnote."""
        match token.type:
            case "table_open":
                self.collector.tables.append(OutlineTable(line=self._line, has_head=False))
                self._columns = 0
            case "th_open":
                self._columns += 1
            case "tr_open":
                self._count_cells()
            case "footnote_reference_open":
                self.collector.begin_note(str(token.meta["label"]), self._line)
            case "footnote_reference_close":
                self.collector.end_note()

    def _count_cells(self) -> None:
        """Note a row with more cells than its table's head."""
        cells = cells_in(self._lines[self._line - self._first_line])
        if self._columns and cells > self._columns:
            self.collector.overfull_rows.append(
                OverfullRow(line=self._line, cells=cells, columns=self._columns)
            )

    def _read_code(self, token: Token) -> None:
        first = self._line + (token.type == "fence")
        for offset, text in enumerate(token.content.split("\n")):
            self.collector.write(text, first + offset)
            self.collector.end_piece()

    def _note_unread_markdown(self, content: str) -> None:
        """Note the first line of a block of HTML whose text is written as Markdown."""
        for part in parts_of(content):
            match = _MARKDOWN.search(part.text) if isinstance(part, HtmlText) else None
            if match is not None and isinstance(part, HtmlText):
                tag = re.match(r"\s*</?([A-Za-z][A-Za-z0-9-]*)", content)
                name = tag[1].lower() if tag else "div"
                self.collector.unread_markdown.append(
                    UnreadMarkdown(tag=name, text=match[0].strip(), line=self._line + part.line)
                )
                return

    def _read_inline(self, token: Token, before: Token, *, begins_item: bool) -> None:
        children = token.children or []
        if begins_item and task_box(token) is not None and children[0].type == "text":
            children = [replace(children[0], content=children[0].content[len("[x]") :]), *children[1:]]
        is_alone = before.type == "paragraph_open" and not before.hidden and _is_one_image(children)
        cursor = _Cursor(token.content, self._line)
        start = self.collector.count
        seen: list[tuple[str, int]] = []
        for child in children:
            self._read_child(child, cursor, is_alone=is_alone)
            seen.append((_as_plain(child), cursor.line))
        self.collector.end_piece()
        self.collector.close_links()
        self._note_broken_links(seen)
        text = self.collector.text_since(start)
        if before.type == "heading_open":
            self.collector.headings.append(Heading(level=int(before.tag[1]), text=text, line=self._line))
        if before.type == "th_open" and text:
            self.collector.tables[-1] = OutlineTable(line=self.collector.tables[-1].line, has_head=True)

    def _read_child(self, child: Token, cursor: _Cursor, *, is_alone: bool) -> None:
        match child.type:
            case "text":
                self.collector.write(child.content, cursor.move_past(child.content))
            case "text_special":
                self.collector.write(child.content, cursor.move_past(child.markup))
            case "softbreak" | "hardbreak":
                cursor.move_past("\n")
                self.collector.end_piece()
            case "code_inline":
                self.collector.write(child.content, cursor.move_past(child.content.partition(" ")[0]))
            case "html_inline":
                self._read_html(child.content, cursor.move_past(child.content), is_alone=is_alone)
            case "image":
                self._read_image(child, cursor.move_past("!["), is_alone=is_alone)
            case "link_open":
                line = cursor.move_past({"autolink": "<", "linkify": ""}.get(child.markup, "["))
                self.collector.open_link(str(child.attrGet("href") or ""), line)
            case "link_close":
                self.collector.close_link()
            case "footnote_ref":
                label = str(child.meta["label"])
                self.collector.references.append(NoteMark(label=label, line=cursor.move_past("[^")))

    def _read_image(self, token: Token, line: int, *, is_alone: bool) -> None:
        path, title = (str(token.attrGet(key) or "") for key in ("src", "title"))
        is_decorative = "decorative" in str(token.attrGet("class") or "").split()
        image = ImageUse(
            path=path, alt=plain_text(token), title=title, line=line, is_decorative=is_decorative
        )
        self.collector.show_image(image, is_alone=is_alone)

    def _read_html(self, content: str, line: int, *, is_alone: bool) -> None:
        """Read a run of HTML: a block, or a single tag inside a paragraph."""
        for part in parts_of(content):
            match part:
                case HtmlText():
                    self.collector.write(part.text, line + part.line)
                case LineEnd():
                    self.collector.end_piece()
                case OpeningTag():
                    self.collector.open_tag(part.name, part.attributes, line + part.line, is_alone=is_alone)
                case ClosingTag():
                    self.collector.close_tag(part.name)

    def _note_broken_links(self, seen: list[tuple[str, int]]) -> None:
        plain = "".join(text for text, _ in seen)
        for match in _BROKEN.finditer(plain):
            length = 0
            for text, line in seen:
                length += len(text)
                if length > match.start():
                    self._note_broken_link(match, line)
                    break

    def _note_broken_link(self, match: re.Match[str], line: int) -> None:
        has_space = bool(match["space"])
        if has_space and not _ADDRESS.match(match["address"]):
            return
        shown = " ".join(match[0].split())[:_LONGEST_SHOWN]
        is_image = match[0].startswith("!")
        self.collector.broken_links.append(
            BrokenLink(text=shown, is_image=is_image, has_space=has_space, line=line)
        )


@dataclass(slots=True, kw_only=True)
class _OpenLink:
    """A link whose end has not come yet."""

    target: str
    line: int
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenHeading:
    """A heading in HTML whose end has not come yet, and how many pieces stood before it."""

    level: int
    line: int
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Removal:
    """An element that is removed with its content: its name, and how long each list was before it."""

    name: str
    lengths: tuple[int, ...]
    pieces: list[Piece]


class _Collector:
    """Collects the parts of an outline while a body is read from its beginning to its end."""

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self.tables: list[OutlineTable] = []
        self.definitions: list[NoteMark] = []
        self.references: list[NoteMark] = []
        self.broken_links: list[BrokenLink] = []
        self.overfull_rows: list[OverfullRow] = []
        self.unread_markdown: list[UnreadMarkdown] = []
        self._images: list[ImageUse] = []
        self._links: list[OutlineLink] = []
        self._tags: list[HtmlTag] = []
        self._words: list[Piece] = []
        self._notes: dict[str, NoteText] = {}
        self._pieces = self._words
        self._buffer: list[str] = []
        self._is_blank = True
        self._line = 1
        self._open_links: list[_OpenLink] = []
        self._open_heading: _OpenHeading | None = None
        self._removals: list[_Removal] = []

    def outline(self, *, too_deep: int | None) -> Outline:
        """Return what was collected."""
        return Outline(
            headings=tuple(self.headings),
            images=tuple(self._images),
            links=tuple(self._links),
            broken_links=tuple(self.broken_links),
            tables=tuple(self.tables),
            overfull_rows=tuple(self.overfull_rows),
            unread_markdown=tuple(self.unread_markdown),
            too_deep=too_deep,
            html_tags=tuple(self._tags),
            note_definitions=tuple(self.definitions),
            note_references=tuple(self.references),
            words=tuple(self._words),
            notes=tuple(self._notes.values()),
        )

    @property
    def count(self) -> int:
        """Return how many pieces there are so far, for `text_since`."""
        return len(self._pieces)

    def text_since(self, count: int) -> str:
        """Return the text of the pieces since there were `count` of them, on one line."""
        return " ".join(" ".join(piece.text for piece in self._pieces[count:]).split())

    def write(self, text: str, line: int) -> None:
        """Add text to the piece that is being written."""
        if self._is_blank:
            self._line = line
            self._is_blank = not text.strip()
        self._buffer.append(text)
        for link in self._open_links:
            link.texts.append(text)

    def end_piece(self) -> None:
        """End the piece that is being written."""
        text = "".join(self._buffer).strip()
        self._buffer.clear()
        self._is_blank = True
        if text:
            self._pieces.append(Piece(text=text, line=self._line))
        for link in self._open_links:
            link.texts.append(" ")

    def begin_note(self, label: str, line: int) -> None:
        """Begin a footnote: what follows belongs to it."""
        self.definitions.append(NoteMark(label=label, line=line))
        self._pieces = []

    def end_note(self) -> None:
        """End the footnote that was begun last."""
        mark = self.definitions[-1]
        note = NoteText(label=mark.label, line=mark.line, pieces=tuple(self._pieces))
        self._notes.setdefault(mark.label, note)
        self._pieces = self._words

    def open_link(self, target: str, line: int) -> None:
        """Begin a link."""
        self._open_links.append(_OpenLink(target=target, line=line))

    def close_link(self) -> None:
        """End the link that was begun last, if there is one."""
        if self._open_links:
            link = self._open_links.pop()
            text = " ".join("".join(link.texts).split())
            self._links.append(OutlineLink(target=link.target, text=text, line=link.line))

    def close_links(self) -> None:
        """End all links: none goes on behind its paragraph."""
        while self._open_links:
            self.close_link()

    def show_image(self, image: ImageUse, *, is_alone: bool) -> None:
        """Add an image; where it stands alone in its paragraph, its title is a caption."""
        self._images.append(image)
        for link in self._open_links:
            link.texts.append(image.alt)
        if is_alone:
            self.write(image.title, image.line)
            self.end_piece()

    def open_tag(self, name: str, attributes: Mapping[str, str], line: int, *, is_alone: bool) -> None:
        """Add an opening HTML tag and what it stands for."""
        self._tags.append(HtmlTag(name=name, line=line))
        if name not in INLINE:
            self.end_piece()
        if name in REMOVED_WITH_CONTENT:
            self._begin_removal(name)
        elif name == "img":
            path, alt, title = (attributes.get(key, "") for key in ("src", "alt", "title"))
            is_decorative = "decorative" in attributes.get("class", "").split()
            image = ImageUse(path=path, alt=alt, title=title, line=line, is_decorative=is_decorative)
            self.show_image(image, is_alone=is_alone)
        elif name == "a" and "href" in attributes:
            self.open_link(attributes["href"], line)
        elif name == "table":
            self.tables.append(OutlineTable(line=line, has_head=False))
        elif name == "th" and self.tables:
            self.tables[-1] = OutlineTable(line=self.tables[-1].line, has_head=True)
        elif name in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self._open_heading = _OpenHeading(level=int(name[1]), line=line, start=self.count)

    def close_tag(self, name: str) -> None:
        """End what an HTML tag began."""
        if name not in INLINE:
            self.end_piece()
        if name == "a":
            self.close_link()
        heading = self._open_heading
        if heading is not None and name == f"h{heading.level}":
            text = self.text_since(heading.start)
            self.headings.append(Heading(level=heading.level, text=text, line=heading.line))
            self._open_heading = None
        self._end_removal(name)

    def _lists(self) -> tuple[list[Any], ...]:
        """Return what the content of an element adds to."""
        return (self._pieces, self.headings, self._images, self._links, self.tables, self.references)

    def _begin_removal(self, name: str) -> None:
        lengths = tuple(len(part) for part in self._lists())
        self._removals.append(_Removal(name=name, lengths=lengths, pieces=self._pieces))

    def _end_removal(self, name: str) -> None:
        """Take out what was collected since such an element began; one that never ends takes nothing with it.

        A browser would drop all text behind it: since it stays here, the loss is noticed.
        """
        if name not in REMOVED_WITH_CONTENT or name not in {removal.name for removal in self._removals}:
            return
        while (removal := self._removals.pop()).name != name:
            continue
        if removal.pieces is self._pieces:
            for part, length in zip(self._lists(), removal.lengths, strict=True):
                del part[length:]


def _is_one_image(children: list[Token]) -> bool:
    parts = [
        child
        for child in children
        if child.type != "softbreak" and (child.type != "text" or child.content.strip())
    ]
    if len(parts) != 1:
        return False
    return parts[0].type == "image" or (
        parts[0].type == "html_inline" and _ONE_IMAGE.fullmatch(parts[0].content) is not None
    )


def _as_plain(token: Token) -> str:
    """Return a token's text where it could be part of a broken link, else a placeholder."""
    if token.type in _NO_TEXT or token.markup == "linkify":
        return ""
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return token.content if token.type == "text" else _OBJECT

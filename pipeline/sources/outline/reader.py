"""Tokens → outline: one walk over the body that notes what stands where."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from markdown_it.token import Token

from pipeline.sources.outline.collector import Collector
from pipeline.sources.outline.parser import cells_in, parse
from pipeline.sources.outline.raw_html import ClosingTag, HtmlText, LineEnd, OpeningTag, parts_of
from pipeline.sources.outline.shapes import (
    BrokenLink,
    Heading,
    ImageUse,
    NoteMark,
    Outline,
    OverfullRow,
    Table,
)

_BROKEN = re.compile(r"!?\[[^\[\]]*\]\([^()]*")
_ONE_IMAGE = re.compile(r"\s*<img\b[^>]*>\s*", re.IGNORECASE)
_LONGEST_SHOWN = 60
#: Outlines that are kept: those of the projects that are built while somebody waits.
_KEPT = 256
#: Stands for what is no plain text where links are looked for.
_OBJECT = "\ufffc"
_NO_TEXT = frozenset({"em_open", "em_close", "strong_open", "strong_close", "span_open", "span_close"})


@lru_cache(maxsize=_KEPT)
def read_outline(body: str, *, first_line: int = 1) -> Outline:
    """Return the outline of a Markdown body whose first line is line `first_line` of its file.

    The last ones are kept: an edition is read, then composed, mostly with the same body.
    """
    parsed = parse(body)
    reader = _Reader(first_line, parsed.lines)
    reader.read(parsed.tokens)
    return reader.collector.outline(
        tuple(
            replace(abbreviation, line=first_line + abbreviation.line)
            for abbreviation in parsed.abbreviations
        )
    )


class _Place:
    """Knows on which line of the file a part of a paragraph stands."""

    def __init__(self, content: str, line: int) -> None:
        self._content = content
        self._cursor = 0
        self.line = line

    def pass_by(self, needle: str) -> int:
        """Move behind the next occurrence of a text and return the line in which it begins."""
        found = self._content.find(needle, self._cursor)
        if found < 0:
            return self.line
        line = self.line + self._content.count("\n", self._cursor, found)
        self.line = line + needle.count("\n")
        self._cursor = found + len(needle)
        return line


class _Reader:
    """Walks over tokens and passes on what they stand for."""

    def __init__(self, first_line: int, lines: Sequence[str]) -> None:
        self.collector = Collector()
        self._first_line = first_line
        self._lines = lines
        self._line = first_line
        self._columns = 0

    def read(self, tokens: Sequence[Token]) -> None:
        """Walk over the tokens of a body."""
        before = Token("", "", 0)
        for token in tokens:
            if token.map:
                self._line = self._first_line + token.map[0]
            match token.type:
                case "inline":
                    self._read_inline(token, before)
                case "fence" | "code_block":
                    self._read_code(token)
                case "html_block":
                    is_alone = _ONE_IMAGE.fullmatch(token.content) is not None
                    self._read_html(token.content, self._line, is_alone=is_alone)
                    self.collector.end_piece()
                case _:
                    self._read_frame(token)
            before = token

    def _read_frame(self, token: Token) -> None:
        """Read a token that stands around others: of a table or a footnote."""
        match token.type:
            case "table_open":
                self.collector.tables.append(Table(line=self._line, has_head=False))
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
        """Tell a row with more cells than its table's head."""
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

    def _read_inline(self, token: Token, before: Token) -> None:
        children = token.children or []
        is_alone = before.type == "paragraph_open" and not before.hidden and _is_one_image(children)
        place = _Place(token.content, self._line)
        start = self.collector.count
        seen: list[tuple[str, int]] = []
        for child in children:
            self._read_child(child, place, is_alone=is_alone)
            seen.append((_as_plain(child), place.line))
        self.collector.end_piece()
        self.collector.close_links()
        self._tell_broken_links(seen)
        text = self.collector.text_since(start)
        if before.type == "heading_open" and not _runs_over_lines(before):
            self.collector.headings.append(Heading(level=int(before.tag[1]), text=text, line=self._line))
        if before.type == "th_open" and text:
            self.collector.tables[-1] = Table(line=self.collector.tables[-1].line, has_head=True)

    def _read_child(self, child: Token, place: _Place, *, is_alone: bool) -> None:
        match child.type:
            case "text":
                self.collector.write(child.content, place.pass_by(child.content))
            case "text_special":
                self.collector.write(child.content, place.pass_by(child.markup))
            case "softbreak" | "hardbreak":
                place.pass_by("\n")
                self.collector.end_piece()
            case "code_inline":
                self.collector.write(child.content, place.pass_by(child.content.partition(" ")[0]))
            case "html_inline":
                self._read_html(child.content, place.pass_by(child.content), is_alone=is_alone)
            case "image":
                self._read_image(child, place.pass_by("!["), is_alone=is_alone)
            case "link_open":
                line = place.pass_by("<" if child.markup == "autolink" else "[")
                self.collector.open_link(str(child.attrGet("href") or ""), line)
            case "link_close":
                self.collector.close_link()
            case "footnote_ref":
                label = str(child.meta["label"])
                self.collector.references.append(NoteMark(label=label, line=place.pass_by("[^")))

    def _read_image(self, token: Token, line: int, *, is_alone: bool) -> None:
        path, title = (str(token.attrGet(key) or "") for key in ("src", "title"))
        alt = "".join(_plain(child) for child in token.children or [])
        self.collector.show_image(ImageUse(path=path, alt=alt, title=title, line=line), is_alone=is_alone)

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

    def _tell_broken_links(self, seen: list[tuple[str, int]]) -> None:
        plain = "".join(text for text, _ in seen)
        for match in _BROKEN.finditer(plain):
            length = 0
            for text, line in seen:
                length += len(text)
                if length > match.start():
                    shown = " ".join(match[0].split())[:_LONGEST_SHOWN]
                    is_image = match[0].startswith("!")
                    self.collector.broken_links.append(BrokenLink(text=shown, is_image=is_image, line=line))
                    break


def _runs_over_lines(heading: Token) -> bool:
    """Return whether an underlined heading has several lines of text: Python-Markdown takes it for a paragraph."""
    longest = 2
    return (
        heading.markup in {"=", "-"} and heading.map is not None and heading.map[1] - heading.map[0] > longest
    )


def _is_one_image(children: list[Token]) -> bool:
    kept = [
        child
        for child in children
        if child.type != "softbreak" and (child.type != "text" or child.content.strip())
    ]
    if len(kept) != 1:
        return False
    return kept[0].type == "image" or (
        kept[0].type == "html_inline" and _ONE_IMAGE.fullmatch(kept[0].content) is not None
    )


def _plain(token: Token) -> str:
    """Return what a token says in plain text."""
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    if token.type == "image":
        return "".join(_plain(child) for child in token.children or [])
    return token.content if token.type in {"text", "text_special", "code_inline"} else ""


def _as_plain(token: Token) -> str:
    """Return a token's text where a link could still be meant by it, and an object's stand-in for any other."""
    if token.type in _NO_TEXT:
        return ""
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return token.content if token.type == "text" else _OBJECT

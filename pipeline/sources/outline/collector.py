"""Gathers the parts of an outline while a body is read from its beginning to its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.sources.outline.raw_html import REMOVED_WITH_CONTENT, RUNNING
from pipeline.sources.outline.shapes import (
    Abbreviation,
    BrokenLink,
    Heading,
    HtmlTag,
    ImageUse,
    Link,
    NoteMark,
    NoteText,
    Outline,
    OverfullRow,
    Piece,
    Table,
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
    """An element that goes with its content: its name, and how long each list was before it."""

    name: str
    lengths: tuple[int, ...]
    pieces: list[Piece]


class Collector:
    """Gathers pieces of text and what stands between them; all lines are lines of the file."""

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self.tables: list[Table] = []
        self.definitions: list[NoteMark] = []
        self.references: list[NoteMark] = []
        self.broken_links: list[BrokenLink] = []
        self.overfull_rows: list[OverfullRow] = []
        self._images: list[ImageUse] = []
        self._links: list[Link] = []
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

    def outline(self, abbreviations: tuple[Abbreviation, ...]) -> Outline:
        """Return what was gathered."""
        return Outline(
            headings=tuple(self.headings),
            images=tuple(self._images),
            links=tuple(self._links),
            broken_links=tuple(self.broken_links),
            tables=tuple(self.tables),
            overfull_rows=tuple(self.overfull_rows),
            html_tags=tuple(self._tags),
            note_definitions=tuple(self.definitions),
            note_references=tuple(self.references),
            abbreviations=abbreviations,
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
        self._notes[mark.label] = NoteText(label=mark.label, line=mark.line, pieces=tuple(self._pieces))
        self._pieces = self._words

    def open_link(self, target: str, line: int) -> None:
        """Begin a link."""
        self._open_links.append(_OpenLink(target=target, line=line))

    def close_link(self) -> None:
        """End the link that was begun last, if there is one."""
        if self._open_links:
            link = self._open_links.pop()
            text = " ".join("".join(link.texts).split())
            self._links.append(Link(target=link.target, text=text, line=link.line))

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
        if name not in RUNNING:
            self.end_piece()
        if name in REMOVED_WITH_CONTENT:
            self._begin_removal(name)
        elif name == "img":
            path, alt, title = (attributes.get(key, "") for key in ("src", "alt", "title"))
            self.show_image(ImageUse(path=path, alt=alt, title=title, line=line), is_alone=is_alone)
        elif name == "a" and "href" in attributes:
            self.open_link(attributes["href"], line)
        elif name == "table":
            self.tables.append(Table(line=line, has_head=False))
        elif name == "th" and self.tables:
            self.tables[-1] = Table(line=self.tables[-1].line, has_head=True)
        elif name in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self._open_heading = _OpenHeading(level=int(name[1]), line=line, start=self.count)

    def close_tag(self, name: str) -> None:
        """End what an HTML tag began."""
        if name not in RUNNING:
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
        """Take out what was gathered since such an element began; one that never ends takes nothing with it.

        A browser would drop all text behind it: kept here, the loss is noticed.
        """
        if name not in REMOVED_WITH_CONTENT or name not in {removal.name for removal in self._removals}:
            return
        while (removal := self._removals.pop()).name != name:
            continue
        if removal.pieces is self._pieces:
            for part, length in zip(self._lists(), removal.lengths, strict=True):
                del part[length:]

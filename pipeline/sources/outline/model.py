"""The outline of a body, as data; every `line` is a line of the file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text on one line of the source, without its Markdown marks."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading: its level as the source writes it, 1 to 6, and its text."""

    level: int
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageUse:
    """A use of an image: the path as the source writes it, the text alternative and the title."""

    path: str
    alt: str
    title: str
    line: int
    is_decorative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineLink:
    """A link: the target as the source writes it, and its text (of an image in it, the text alternative)."""

    target: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLink:
    """The beginning of text that looks like a link or image and is none: its address holds a space, say.

    `has_space` is whether a space before the parenthesis is the reason.
    """

    text: str
    is_image: bool
    line: int
    has_space: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadMarkdown:
    """The first text in a block of HTML that is written as Markdown, which is not read there."""

    tag: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineTable:
    """A table; `has_head` is whether any cell of its head holds text."""

    line: int
    has_head: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OverfullRow:
    """A table's row that has more cells than the head: the excess ones would be on no page."""

    line: int
    cells: int
    columns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlTag:
    """An opening HTML tag written in the source, its name in lower case."""

    name: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteMark:
    """The label of a footnote, between `[^` and `]`, where it is defined or referred to."""

    label: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteText:
    """The text of a footnote."""

    label: str
    line: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a body holds, and where.

    `words` is the text of the main flow in the order of the source. It includes code, and the titles of
    images that are alone in their paragraph, which become captions; it does not include text alternatives,
    comments, footnotes and what is removed with its tags (scripts and the like). `notes` holds the footnotes
    in the order of their definitions, the first of each label. `too_deep` is the line of the first block
    whose content is nested too deep to be read.
    """

    headings: tuple[Heading, ...]
    images: tuple[ImageUse, ...]
    links: tuple[OutlineLink, ...]
    broken_links: tuple[BrokenLink, ...]
    tables: tuple[OutlineTable, ...]
    overfull_rows: tuple[OverfullRow, ...]
    html_tags: tuple[HtmlTag, ...]
    note_definitions: tuple[NoteMark, ...]
    note_references: tuple[NoteMark, ...]
    words: tuple[Piece, ...]
    notes: tuple[NoteText, ...]
    unread_markdown: tuple[UnreadMarkdown, ...] = ()
    too_deep: int | None = None

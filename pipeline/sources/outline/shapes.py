"""What an outline is made of; every `line` is a line of the file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Text that stands together on one line of the source, without its marks."""

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
    """A place that shows an image: the path as the source writes it, what it says in its stead, and its title."""

    path: str
    alt: str
    title: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link: the target as the source writes it, and its text (for an image, what it says in its stead)."""

    target: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLink:
    """Something like a link or an image that is none, such as one whose address holds a space: its beginning."""

    text: str
    is_image: bool
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; `has_head` tells whether any cell of its head says something."""

    line: int
    has_head: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OverfullRow:
    """A table's row that has more cells than its head: those in excess are on no page."""

    line: int
    cells: int
    columns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlTag:
    """An opening HTML tag written in the source: its name in lower case."""

    name: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteMark:
    """A footnote's definition or a reference to one: what stands between `[^` and `]`."""

    label: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteText:
    """The text of a footnote."""

    label: str
    line: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Abbreviation:
    """An abbreviation's definition, `*[UN]: United Nations`: its text shows nowhere on the page."""

    short: str
    long: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What stands where in a body.

    `words` is the text of the main flow in the order of the source: code and the captions of images that stand alone
    included; alternative texts, comments, footnotes and what is removed with its tags (scripts and the like) not.
    `notes` holds the footnotes, in the order of their definitions.
    """

    headings: tuple[Heading, ...]
    images: tuple[ImageUse, ...]
    links: tuple[Link, ...]
    broken_links: tuple[BrokenLink, ...]
    tables: tuple[Table, ...]
    overfull_rows: tuple[OverfullRow, ...]
    html_tags: tuple[HtmlTag, ...]
    note_definitions: tuple[NoteMark, ...]
    note_references: tuple[NoteMark, ...]
    abbreviations: tuple[Abbreviation, ...]
    words: tuple[Piece, ...]
    notes: tuple[NoteText, ...]

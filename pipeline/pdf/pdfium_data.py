"""What the second reader finds in a PDF, as plain data.

All boxes are in points (1/72 inch) from the lower left corner of the page's media box; pages count from 1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

#: A word is a run of letters and digits: marks, spaces and dashes are typography, which may differ.
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on a page."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def area(self) -> float:
        """Return the area in square points; 0 for a box turned inside out."""
        return max(self.right - self.left, 0.0) * max(self.top - self.bottom, 0.0)

    def meet(self, other: "Box") -> "Box":
        """Return what two boxes share; its area is 0 where they share nothing."""
        return Box(
            left=max(self.left, other.left),
            bottom=max(self.bottom, other.bottom),
            right=min(self.right, other.right),
            top=min(self.top, other.top),
        )

    def shrunk(self, by: float) -> "Box":
        """Return the box with each side moved inwards."""
        return Box(left=self.left + by, bottom=self.bottom + by, right=self.right - by, top=self.top - by)

    def holds(self, other: "Box", *, tolerance: float = 0.0) -> bool:
        """Say whether another box lies wholly inside this one."""
        return (
            other.left >= self.left - tolerance
            and other.bottom >= self.bottom - tolerance
            and other.right <= self.right + tolerance
            and other.top <= self.top + tolerance
        )

    def share_of(self, other: "Box") -> float:
        """Return how much of another box lies inside this one, from 0 to 1; 1 for a box without area."""
        return self.meet(other).area / other.area if other.area else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """A character and the box of its glyph."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRun:
    """What one operator of the page's content shows: a line of text, or the part of it that is set alike.

    `clip` is the rectangle that the content lets show, where it sets one. `is_artifact` tells what the PDF marks as
    no content (a running foot), `is_hidden` what no reader can see: transparent, or in the colour of its ground.
    `characters` are there only where the run comes near an edge of the page or of its clip.
    """

    text: str
    page: int
    box: Box
    clip: Box | None
    is_artifact: bool
    is_hidden: bool
    characters: tuple[Character, ...]

    def outside(self, area: Box, *, visible_share: float) -> str:
        """Return the characters of which less than `visible_share` (0 to 1) lies inside an area, in order."""
        if area.holds(self.box):
            return ""
        return "".join(
            character.text for character in self.characters if area.share_of(character.box) < visible_share
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnImage:
    """An image that a page draws: its size in pixels, and its box on the page."""

    page: int
    width: int
    height: int
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link's rectangle, and where it leads: an address, or a page of this document (neither: nowhere)."""

    page: int
    box: Box
    address: str | None
    target_page: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """An entry of the document's outline; the outermost level is 1."""

    title: str
    level: int
    page: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word and its page."""

    text: str
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """One page: its media box's size in points, its text in the order of the content with broken words made whole."""

    number: int
    width: float
    height: float
    text: str
    runs: tuple[TextRun, ...] = field(repr=False)
    images: tuple[DrawnImage, ...]

    @property
    def area(self) -> Box:
        """Return the page's area."""
        return Box(left=0.0, bottom=0.0, right=self.width, top=self.height)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """What a PDF says to a reader that knows nothing of how it was made.

    `fault` says why the PDF can't be read (to its end); it is None for a good one. `destinations` are the named ones.
    """

    pages: tuple[ReadPage, ...]
    links: tuple[Link, ...] = ()
    destinations: tuple[str, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    fault: str | None = None

    @property
    def text(self) -> str:
        """Return the text of all pages, a form feed between two."""
        return "\f".join(page.text for page in self.pages)

    @property
    def words(self) -> tuple[Word, ...]:
        """Return every word with its page, in the order of the content."""
        return tuple(
            Word(text=match[0], page=page.number) for page in self.pages for match in WORD.finditer(page.text)
        )

    @property
    def runs(self) -> Iterator[TextRun]:
        """Yield the runs of all pages, in the order of the content."""
        for page in self.pages:
            yield from page.runs

    @property
    def images(self) -> Iterator[DrawnImage]:
        """Yield every image that is drawn, in the order of the content; one drawn twice counts twice."""
        for page in self.pages:
            yield from page.images

"""What the readers find in a finished PDF, as plain data: checks need no PDF library.

All boxes are in points (1/72 inch) from the lower left corner of the page's media box; pages count from 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


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
    """What one operator of the page's content shows: a line of text, or a part of a line in one style.

    `clip` is the rectangle outside of which nothing of it shows, where there is one. `is_artifact` is whether
    the PDF marks it as page furniture (a running foot), `is_hidden` whether no reader can see it:
    transparent, or in the colour of its background. `characters` are given only where the run comes near an
    edge of the page or of its clip.
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
        return "".join(one.text for one in self.characters if area.share_of(one.box) < visible_share)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnImage:
    """An image that a page draws: its size in pixels, and its box on the page."""

    page: int
    width: int
    height: int
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAnnotation:
    """A link: its rectangle, and the address or the page of this document it leads to (neither: nowhere)."""

    page: int
    box: Box
    address: str | None
    target_page: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """A page: the size of its media box, its text in the order of the content, hyphenated words joined."""

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
    """What PDFium finds in a PDF; links lead to `destinations`, `fault` says why it can't be read."""

    pages: tuple[ReadPage, ...]
    links: tuple[LinkAnnotation, ...] = ()
    destinations: tuple[str, ...] = ()
    fault: str | None = None

    @property
    def text(self) -> str:
        """Return the text of all pages, a form feed between two."""
        return "\f".join(page.text for page in self.pages)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfFont:
    """A font of the PDF: its name without a subset's prefix, whether it is embedded, and as a subset only."""

    name: str
    is_embedded: bool
    is_subset: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingGlyph:
    """A character (empty: it can't be named) that no glyph of its font shows, and the first page with it."""

    character: str
    font: str
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableFont:
    """A font whose glyphs can't be examined, and the reason."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfFacts:
    """What a PDF says of itself; `fault` says why it can't be read.

    `language` and `title` are None where the PDF names none. `shows_title` is whether viewers are asked to
    show the title instead of the file's name. `unreadable_fonts` can't be examined.
    """

    title: str | None = None
    language: str | None = None
    shows_title: bool = False
    is_encrypted: bool = False
    fonts: tuple[PdfFont, ...] = ()
    missing_glyphs: tuple[MissingGlyph, ...] = ()
    unreadable_fonts: tuple[UnreadableFont, ...] = ()
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedContent:
    """A marked-content sequence (ISO 32000-1, 14.6), or all content of a page that is not marked.

    `number` is its MCID, to which the structure tree refers. `is_artifact` means page furniture that is not
    read out, `has_image` that something other than text is drawn.
    """

    page: int
    number: int | None
    is_artifact: bool
    text: str
    has_image: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureElement:
    """A structure element: its standard type (after the role map) and its children in reading order.

    A number among the children is an index into the marks of the LogicalStructure. `scope` says whether a
    header cell belongs to a row or to a column.
    """

    kind: str
    children: "tuple[StructureElement | int, ...]" = field(repr=False)
    page: int | None
    alternative: str | None = None
    language: str | None = None
    identifier: str | None = None
    scope: str | None = None

    def walk(self) -> "Iterator[StructureElement]":
        """Yield this element and all below in reading order."""
        yield self
        for child in self.children:
            if isinstance(child, StructureElement):
                yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """An annotation: its page, what a screen reader says of it, and whether the tree refers to it."""

    page: int
    contents: str | None
    is_reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LogicalStructure:
    """A document's logical structure (ISO 32000-1, 14.7); `fault` says why it can't be read.

    `marks` is all content of all pages, `silent` the content that is neither in the tree nor an artifact.
    On `unordered_pages` the tab key does not follow the structure.
    """

    tree: StructureElement | None = None
    marks: tuple[MarkedContent, ...] = field(default=(), repr=False)
    silent: tuple[MarkedContent, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    unordered_pages: tuple[int, ...] = ()
    fault: str | None = None

    def elements(self, kind: str) -> "list[StructureElement]":
        """Return the elements of one type in reading order; none where there is no tree."""
        return [element for element in self.tree.walk() if element.kind == kind] if self.tree else []

    def text(self, element: StructureElement, *, without: frozenset[str] = frozenset()) -> str:
        """Return the text of an element and all below, but for elements of some types."""
        parts = []
        for child in element.children:
            if isinstance(child, int):
                parts.append(self.marks[child].text)
            elif child.kind not in without:
                parts.append(self.text(child, without=without))
        return "".join(parts)


class Cause(StrEnum):
    """What a byte of a PDF is used for."""

    FONTS = "fonts"
    IMAGES = "images"
    TEXT = "text"
    STRUCTURE = "structure"
    METADATA = "metadata"
    REST = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many bytes are used for one cause."""

    cause: Cause
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How many bytes one thing uses: a font by its name, an image by its pixels, the structure as a whole."""

    cause: Cause
    name: str
    size: int

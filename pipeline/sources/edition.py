"""The bytes of one Markdown file → an edition, and all that is wrong with it."""

import datetime as dt
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.core.model import Edition, Finding, Image, Severity
from pipeline.core.size_labels import SizeLabels
from pipeline.sources.faults import Faults
from pipeline.sources.front_matter import FrontMatter, Parts, cut, read_front_matter
from pipeline.sources.images import RefusedImageError
from pipeline.sources.layout import without_layout_spaces
from pipeline.sources.outline import Outline, read_outline
from pipeline.sources.text import decode, tidy

#: Gives the image that a source names by this path; raises RefusedImageError.
ImageLoader = Callable[[str], Image]


#: Stands for front matter that can't be read, so that the text below it can be looked through.
_UNREAD = FrontMatter(
    title="",
    authors=(),
    date=dt.date(1970, 1, 1),
    label="",
    published_size=None,
    publish=(),
    short_title="",
    description="",
    keywords=(),
    lines=(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an edition stands: its post, its language (None where the file's name tells none), and its file."""

    slug: str
    language: str | None
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What reading a file gave: the edition, None where an error was found, and all that was found.

    `draft` stands in for an edition that can't be built where its text can be read (see `pipeline.core.model.Reading`).
    """

    edition: Edition | None
    findings: tuple[Finding, ...]
    draft: Edition | None = None


def read_edition(data: bytes, place: Place, load: ImageLoader, *, size_labels: SizeLabels) -> Read:
    """Return the edition that a file's bytes hold, with all that was found in it."""
    faults = Faults("source", place.file, slug=place.slug, language=place.language)
    text = decode(data, faults)
    parts = None if text is None else cut(tidy(text, faults), faults)
    if parts is None:
        return Read(edition=None, findings=faults.findings)
    front = read_front_matter(parts, place.language, faults, size_labels=size_labels)
    body, body_line = _body(parts, faults)
    outline = read_outline(body, first_line=body_line)
    if parts.front is not None and not outline.words and not outline.images:
        what = "there is no text below the front matter"
        faults.tell("empty_body", parts.body_line, what, "write it, or delete the file")
    _tell_lost_parts(outline, faults)
    images = _images(outline, load, faults)
    if place.language is None:
        return Read(edition=None, findings=faults.findings)
    read = _edition(place.slug, place.language, place.file, front or _UNREAD, body, body_line, images)
    if front is None or faults.errors:
        return Read(edition=None, findings=faults.findings, draft=read)
    return Read(edition=read, findings=faults.findings)


def _body(parts: Parts, faults: Faults) -> tuple[str, int]:
    """Return the body without blank lines around it, and its first line."""
    text = without_layout_spaces(parts.body, parts.body_line, faults)
    kept = text.lstrip("\n \t")
    skipped = text[: len(text) - len(kept)]
    # An indent belongs to the first line: four spaces make code.
    start = skipped.rfind("\n") + 1
    body = text[start:].rstrip()
    return (f"{body}\n" if body else ""), parts.body_line + skipped.count("\n")


def _images(outline: Outline, load: ImageLoader, faults: Faults) -> tuple[Image, ...]:
    """Return the images of a body, each once, and tell those that can't be used."""
    images: dict[str, Image | None] = {}
    for use in outline.images:
        try:
            images[use.path] = load(use.path)
        except RefusedImageError as error:
            faults.tell(error.name, use.line, error.message, error.remedy)
    return tuple(image for image in images.values() if image is not None)


def _tell_lost_parts(outline: Outline, faults: Faults) -> None:
    for link in outline.broken_links:
        what = f"{_shown(link.text)} is written like {'an image' if link.is_image else 'a link'}, but is none"
        remedy = "put an address that holds spaces between < and >, and no quotation marks inside its title"
        name = "broken_image" if link.is_image else "broken_link"
        severity = Severity.ERROR if link.is_image else Severity.WARNING
        faults.tell(name, link.line, what, remedy, severity)
    for row in outline.overfull_rows:
        what = (
            f"this row has {row.cells} cells, the head of its table {row.columns}: the others would be lost"
        )
        faults.tell(
            "overfull_row", row.line, what, "give the head as many cells, or write \\| for a bar in the text"
        )


def _shown(text: str) -> str:
    return "".join(
        character if character.isprintable() else " " for character in unicodedata.normalize("NFC", text)
    )


def _edition(
    slug: str,
    language: str,
    file: str,
    front: FrontMatter,
    body: str,
    body_line: int,
    images: tuple[Image, ...],
) -> Edition:
    return Edition(
        slug=slug,
        language=language,
        file=file,
        title=front.title,
        authors=front.authors,
        date=front.date,
        label=front.label,
        published_size=front.published_size,
        publish=front.publish,
        short_title=front.short_title,
        description=front.description,
        keywords=front.keywords,
        body=body,
        body_line=body_line,
        images=images,
        lines=front.lines,
    )

"""The bytes of one Markdown file → an edition, and all that is wrong with it."""

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from pipeline.core.model import Edition, Finding, Image, PublishedSize
from pipeline.core.size_labels import LABEL_REMEDY, SizeLabels, read_label
from pipeline.sources.file_findings import FileFindings
from pipeline.sources.images import RefusedImageError
from pipeline.sources.outline.model import Outline
from pipeline.sources.outline.reader import read_outline
from pipeline.sources.post_references import read_references
from pipeline.sources.text import decode, normalise, without_glue, without_layout_spaces
from pipeline.sources.yaml import (
    YamlMapping,
    YamlNode,
    YamlScalar,
    YamlSequence,
    as_text,
    as_texts,
    kind_of,
    read_mapping,
    report_unknown_keys,
)

KEYS = tuple("title author date label published_size publish short_title description keywords lang".split())
#: What is to be done about a key that every edition needs and this one lacks.
_NEEDED = {
    "title": "write title: and the edition's title in the front matter",
    "date": "write date: and the day as year-month-day, such as 2020-07-09",
}
_FENCE = re.compile(r"---[ \t\u00a0]*")
_END = re.compile(r"(?:---|\.\.\.)[ \t\u00a0]*")
_LARGEST = 16 * 1024
_LONGEST = 300
_LONGEST_SHORT_TITLE = 60
_DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
#: Not `calendar.month_name`, which speaks the machine's language.
_MONTH_NAMES = "January February March April May June July August September October November December".split()
_BEFORE_ELLIPSIS = " ,;:.-\u2013\u2014\u00ab(\u00a0\u202f"
#: The commas of the Latin, Arabic and Chinese scripts.
_COMMAS = "[,\u060c\u3001\uff0c]"
KEY_SPACE = re.compile(r"^([\w-]+:|\s*-)[ \u00a0]*\u00a0[ \u00a0]*", re.MULTILINE)

#: Gives the image that a source names by this path; raises RefusedImageError.
ImageLoader = Callable[[str], Image]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """The file of an edition: its post, its language (None where its name gives none), its path as shown."""

    slug: str
    language: str | None
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEdition:
    """The result of reading a file: the edition, None where an error was found, and all that was found.

    `draft` takes the place of an edition that can't be built but whose text can be read (see
    `pipeline.core.model.Reading`).
    """

    edition: Edition | None
    findings: tuple[Finding, ...]
    draft: Edition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A file's text in two: front matter (None where there is none) and body, each with its first line."""

    front: str | None
    front_line: int
    body: str
    body_line: int


def read_edition(data: bytes, file: SourceFile, load: ImageLoader, *, size_labels: SizeLabels) -> ReadEdition:
    """Return the edition that a file's bytes hold, with all that was found in it."""
    findings = FileFindings("source", file.file, slug=file.slug, language=file.language)
    text = decode(data, findings)
    parts = None if text is None else split_source(normalise(text, findings), findings)
    if parts is None:
        return ReadEdition(edition=None, findings=findings.all)
    front = _read_front_matter(parts, file, findings, size_labels)
    body, body_line = _body(parts, findings)
    outline = read_outline(body, first_line=body_line)
    if parts.front is not None and not outline.words and not outline.images:
        what = "there is no text below the front matter"
        findings.error("empty_body", parts.body_line, what, "write it, or delete the file")
    _report_lost_parts(outline, findings)
    images = _images(outline, load, findings)
    if file.language is None:
        return ReadEdition(edition=None, findings=findings.all)
    edition = replace(front or _unread(file), body=body, body_line=body_line, images=images)
    if front is None or findings.errors:
        return ReadEdition(edition=None, findings=findings.all, draft=edition)
    return ReadEdition(edition=edition, findings=findings.all)


def split_source(text: str, findings: FileFindings) -> Parts | None:
    """Return front matter and body; None where the end of the front matter can't be found (reported)."""
    lines = text.split("\n")
    start = next((index for index, line in enumerate(lines) if line.strip(" \t\u00a0")), 0)
    if not _FENCE.fullmatch(lines[start]):
        what = "the file does not begin with front matter"
        remedy = "write --- on a line of its own, title: and date: below it, and another ---"
        findings.error("no_front_matter", start + 1, what, remedy)
        return Parts(front=None, front_line=1, body=text, body_line=1)
    end = next((index for index in range(start + 1, len(lines)) if _END.fullmatch(lines[index])), None)
    if end is None:
        what = "the front matter that begins here never ends"
        findings.error(
            "unclosed_front_matter", start + 1, what, "write --- on a line of its own below its last key"
        )
        return None
    front = "\n".join(lines[start + 1 : end])
    if len(front) > _LARGEST:
        what = f"the front matter is longer than {_LARGEST} characters"
        findings.error("long_value", start + 1, what, "move text to the body")
        return None
    return Parts(front=front, front_line=start + 2, body="\n".join(lines[end + 1 :]), body_line=end + 2)


def shortened(title: str, longest: int = _LONGEST_SHORT_TITLE) -> str:
    """Return a title of at most `longest` characters, cut between words before an ellipsis if need be."""
    if len(title) <= longest:
        return title
    start, space, _ = title[:longest].rpartition(" ")
    return (start if space else title[: longest - 1]).rstrip(_BEFORE_ELLIPSIS) + "…"


def _body(parts: Parts, findings: FileFindings) -> tuple[str, int]:
    """Return the body without blank lines around it, and its first line."""
    text = without_layout_spaces(parts.body, parts.body_line, findings)
    text = without_glue(text, parts.body_line, findings)
    skipped = text[: len(text) - len(text.lstrip("\n \t"))]
    # An indent belongs to the first line: four spaces make code.
    start = skipped.rfind("\n") + 1
    body = text[start:].rstrip()
    return (f"{body}\n" if body else ""), parts.body_line + skipped.count("\n")


def _images(outline: Outline, load: ImageLoader, findings: FileFindings) -> tuple[Image, ...]:
    """Return the images of a body, each once, and report those that can't be used."""
    images: dict[str, Image] = {}
    for use in outline.images:
        try:
            images[use.path] = load(use.path)
        except RefusedImageError as error:
            findings.error(error.name, use.line, error.message, error.remedy)
    return tuple(images.values())


def _report_lost_parts(outline: Outline, findings: FileFindings) -> None:
    for link in outline.broken_links:
        shown = unicodedata.normalize("NFC", link.text)
        shown = "".join(character if character.isprintable() else " " for character in shown)
        what = f"{shown} is written like {'an image' if link.is_image else 'a link'}, but is none"
        remedy = "put an address that holds spaces between < and >, and no quotation marks inside its title"
        if link.has_space:
            remedy = "take out the space between ] and ("
        # The beginning of a whole address becomes a link of its own, to another place.
        if link.is_image:
            findings.error("broken_image", link.line, what, remedy)
        elif "://" in link.text and not link.has_space:
            findings.error("broken_link", link.line, what, remedy)
        else:
            findings.warning("broken_link", link.line, what, remedy)
    for row in outline.overfull_rows:
        cells, columns = row.cells, row.columns
        what = f"this row has {cells} cells, the head of its table {columns}: the others would be lost"
        remedy = "give the head as many cells, or write \\| for a bar in the text"
        findings.error("overfull_row", row.line, what, remedy)


def _unread(file: SourceFile) -> Edition:
    """Return an edition without front matter, to check the text where the front matter can't be read."""
    return Edition(
        slug=file.slug,
        language=file.language or "",
        file=file.file,
        title="",
        authors=(),
        date=dt.date(1970, 1, 1),
        label="",
        published_size=None,
        short_title="",
        description="",
        keywords=(),
        body="",
        body_line=1,
        images=(),
        lines=(),
    )


def _read_front_matter(
    parts: Parts, file: SourceFile, findings: FileFindings, size_labels: SizeLabels
) -> Edition | None:
    """Return the edition of a front matter, still without its text; None where it has no title or no date.

    Whatever is wrong is reported.
    """
    if parts.front is None:
        return None
    stray = "write --- above it if the front matter ends there; else begin it with a key and a colon"
    errors_before = len(findings.errors)
    front = read_mapping(KEY_SPACE.sub(r"\1 ", parts.front), parts.front_line, findings, stray=stray)
    fields = _Fields(front, parts.front_line - 1, findings)
    report_unknown_keys(front, KEYS, findings)
    if front.entries or len(findings.errors) == errors_before:
        fields.report_missing()
    title, date = fields.text("title"), fields.date()
    fields.check_language(file.language)
    authors, keywords, size = fields.texts("author"), fields.keywords(), fields.size(size_labels)
    label, short_title = fields.text("label"), fields.text("short_title")
    description = fields.text("description", longest=None)
    publish = read_references(fields.node("publish"), file.language, findings)
    if title is None or date is None:
        return None
    return replace(
        _unread(file),
        title=title,
        authors=authors,
        date=date,
        label=label or title,
        published_size=size,
        publish=publish,
        short_title=short_title or shortened(title),
        description=description or "",
        keywords=keywords,
        lines=tuple((key.value, key.line) for key, _ in front.entries),
    )


class _Fields:
    """The values of a front matter, checked when they are asked for."""

    def __init__(self, front: YamlMapping, line: int, findings: FileFindings) -> None:
        self._nodes: dict[str, YamlNode] = {key.value: value for key, value in front.entries}
        self._line = line
        self._findings = findings

    def report_missing(self) -> None:
        """Report the keys that every edition needs and this one lacks."""
        for key, remedy in _NEEDED.items():
            if key not in self._nodes:
                self._findings.error("missing_key", self._line, f"{key} is missing", remedy)

    def node(self, key: str) -> YamlNode | None:
        """Return the node of a key, or None where the key is not written."""
        return self._nodes.get(key)

    def text(self, key: str, *, longest: int | None = _LONGEST) -> str | None:
        """Return a text, or None where there is none that can be used."""
        node = self.node(key)
        text = as_text(node, key, self._findings) if node else None
        if node and text and longest and len(text) > longest:
            what = f"{key} has {len(text)} characters, more than {longest}"
            self._findings.error("long_value", node.line, what, "shorten it")
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts of a list or a single value; none where the key isn't written or can't be used."""
        node = self.node(key)
        return (as_texts(node, key, self._findings) or ()) if node else ()

    def keywords(self) -> tuple[str, ...]:
        """Return the keywords of a list, or of a text in which commas stand between them."""
        texts = self.texts("keywords")
        if isinstance(self.node("keywords"), YamlSequence):
            return texts
        return tuple(word.strip() for text in texts for word in re.split(_COMMAS, text) if word.strip())

    def size(self, style: SizeLabels) -> PublishedSize | None:
        """Return the published size, or None where the key isn't written or can't be used."""
        node = self.node("published_size")
        text = self._text_or_number(node, "published_size")
        if node is None or text is None:
            return None
        try:
            return read_label(text, style=style)
        except ValueError:
            self._findings.error("size_label", node.line, f'"{text[:60]}" is not a size label', LABEL_REMEDY)
            return None

    def date(self) -> dt.date | None:
        """Return the date, or None where there is none that can be used."""
        node = self.node("date")
        text = self._text_or_number(node, "date")
        if node is None or text is None:
            return None
        match = _DATE.fullmatch(text)
        if match is None:
            what = f'the date "{text[:60]}" is not written as year-month-day'
            self._findings.error("date", node.line, what, "write it so, such as 2020-07-09")
            return None
        year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
        try:
            return dt.date(year, month, day)
        except ValueError:
            what = f"{text} is no day of the calendar{_why_no_day(year, month)}"
            self._findings.error("date", node.line, what, "write the day that was meant")
            return None

    def check_language(self, language: str | None) -> None:
        """Report a key `lang` that names another language than the file's name does, or none."""
        node = self.node("lang")
        if isinstance(node, YamlScalar) and kind_of(node) == "a yes or no":
            meaning = "true" if node.value.lower() in {"yes", "on", "true"} else "false"
            what = f'lang: {node.value} means "{meaning}" to YAML, not a language'
            self._findings.error("wrong_type", node.line, what, f'put it in quotes: lang: "{node.value}"')
            return
        text = as_text(node, "lang", self._findings) if node else None
        if node is not None and text is not None and language is not None and text != language:
            what = f"lang is {text[:60]}, but the file's name says {language}"
            self._findings.error(
                "language_mismatch", node.line, what, "take the line out, or rename the file"
            )

    def _text_or_number(self, node: YamlNode | None, key: str) -> str | None:
        """Return what is written behind a key, though it be a number to YAML."""
        if isinstance(node, YamlScalar) and node.value.strip() and kind_of(node) == "a number":
            return node.value
        return as_text(node, key, self._findings) if node else None


def _why_no_day(year: int, month: int) -> str:
    if not 1 <= month <= len(_MONTH_NAMES):
        return f": there is no month {month}"
    if not year:
        return ": there is no year 0"
    return f": {_MONTH_NAMES[month - 1]} {year} has {calendar.monthrange(year, month)[1]} days"

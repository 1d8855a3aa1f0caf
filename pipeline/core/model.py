"""The things that pass between the stages: frozen, slotted, keyword-only dataclasses and nothing else."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

#: The text of a new post until somebody writes it; an edition that still says so is never built.
PLACEHOLDER = "Write the text of this edition here."


class Severity(StrEnum):
    """How bad a finding is: only an error fails a run."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check or a stage says: what is wrong, where, and what to do.

    `check` is the stable id, `subject.name` (`size.over`); each has a section in docs/findings.md.
    `file` is a path as the editor would type it; `line` and `page` count from 1.
    """

    check: str
    severity: Severity
    message: str
    remedy: str
    slug: str | None = None
    language: str | None = None
    file: str | None = None
    line: int | None = None
    page: int | None = None

    @property
    def subject(self) -> str:
        """Return what stands before the dot of the id: `size` of `size.over`."""
        return self.check.partition(".")[0]

    @property
    def place(self) -> str:
        """Return `file:line`, `file` or an empty string."""
        if self.file is None:
            return ""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def __str__(self) -> str:
        """Return `place: what is wrong; what to do`."""
        where = f"{self.place}: " if self.file else ""
        page = f" (page {self.page})" if self.page else ""
        return f"{where}{self.message}{page}; {self.remedy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSize:
    """A size label on a live page, and the interval of bytes (both ends included) that it stands for."""

    label: str
    smallest: int
    largest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReference:
    """What the front matter calls a post of a site: on `target`, the edition in `language` belongs on `post`.

    `post` is a number, a slug or a UUID as it is written; `line` is where.
    """

    target: str
    language: str
    post: str
    line: int


class Status(StrEnum):
    """How far the institution stands behind a wording of its own."""

    APPROVED = "approved"
    PUBLISHED = "published"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseText:
    """A wording of the institution: its text, how far it is approved, its source, its line in house.yaml."""

    text: str
    status: Status
    source: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The labels around an edition's text and a site's posts; `page` holds `{page}` and `{pages}`."""

    author: str
    authors: str
    date: str
    also_in: str
    page: str
    skip_to_text: str
    note: str
    back_to_text: str
    disclaimer: str
    attachments: str
    all_posts: str
    newer_posts: str
    older_posts: str
    years: str
    languages: str
    feed: str
    status: Status
    source: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseLanguage:
    """The institution's standard wording in one language.

    `language` is a BCP 47 tag, `name` the language's own name, `direction` `ltr` or `rtl`.
    `kosovo_spellings` are the spellings of Kosovo that call for the note in this language.
    """

    language: str
    name: str
    direction: str
    institution: HouseText
    disclaimer: HouseText
    kosovo_note: HouseText
    kosovo_spellings: tuple[str, ...]
    labels: Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The institution's standard wording in all its languages, in the order of house.yaml."""

    file: str
    languages: tuple[HouseLanguage, ...]

    def language(self, tag: str) -> HouseLanguage | None:
        """Return the wording in the language with this tag, or None."""
        return next((words for words in self.languages if words.language == tag), None)

    @property
    def kosovo_spellings(self) -> tuple[str, ...]:
        """Return every spelling of Kosovo in any of the house languages, longest first, none twice."""
        spellings = {spelling for words in self.languages for spelling in words.kosovo_spellings}
        return tuple(sorted(spellings, key=lambda spelling: (-len(spelling), spelling)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image of a post: the path as the source writes it, its bytes, media type and size in pixels."""

    path: str
    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One language of a post.

    `body` is the Markdown after the front matter: NFC, line feeds only; its first line is line `body_line` of
    `file`. `label` is the text of the attachment's link on the live post; `lines` gives the line of each
    front matter key. `publish` names posts of sites, of this edition and maybe of others of its post too.
    """

    slug: str
    language: str
    file: str
    title: str
    authors: tuple[str, ...]
    date: dt.date
    label: str
    published_size: PublishedSize | None
    short_title: str
    description: str
    keywords: tuple[str, ...]
    body: str
    body_line: int
    images: tuple[Image, ...]
    lines: tuple[tuple[str, int], ...]
    publish: tuple[PostReference, ...] = ()

    def line_of(self, key: str) -> int:
        """Return the line of a front matter key, or 1 where the key is not written."""
        return dict(self.lines).get(key, 1)

    @property
    def name(self) -> str:
        """Return the name that no other edition has: `slug-language`."""
        return f"{self.slug}-{self.language}"

    def finding(
        self,
        check: str,
        severity: Severity,
        message: str,
        remedy: str,
        *,
        file: str | None = None,
        line: int | None = None,
        page: int | None = None,
    ) -> Finding:
        """Return a finding about this edition, in its source file or in another `file`."""
        return Finding(
            check=check,
            severity=severity,
            message=message,
            remedy=remedy,
            slug=self.slug,
            language=self.language,
            file=file or self.file,
            line=line,
            page=page,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One publication: its good editions, in the order of the house languages."""

    slug: str
    editions: tuple[Edition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What reading a folder of posts gave: the good editions, all findings, and which editions failed.

    `failed` holds (slug, language) of each edition that can't be built; the language is None where it can't
    be told. `drafts` are those of them whose text can be read all the same, so that everything else that is
    wrong with them is told in the same run; their front matter may be made up, and they are never built.
    """

    posts: tuple[Post, ...]
    findings: tuple[Finding, ...]
    failed: tuple[tuple[str, str | None], ...]
    drafts: tuple[Edition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file that a page needs: the name that its URL `annexe:<name>` carries, media type and bytes."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What rendering needs besides pages: print sheets as (name, CSS), the fonts' style sheet and files."""

    sheets: tuple[tuple[str, str], ...] = field(repr=False)
    font_faces: str = field(repr=False)
    fonts: tuple[Asset, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The composed page of an edition, for print; `assets` has the images at its `annexe:` URLs."""

    slug: str
    language: str
    html: str = field(repr=False)
    assets: tuple[Asset, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """The composed page of an edition, for browsers: `html` has styles, fonts and images inside."""

    slug: str
    language: str
    html: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """The PDF of an edition."""

    slug: str
    language: str
    data: bytes = field(repr=False)
    sha256: str
    pages: int

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        return len(self.data)

    @property
    def file_name(self) -> str:
        """Return the name of the file: `slug-language.pdf`."""
        return f"{self.slug}-{self.language}.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The settings about sizes: ratios to the ends of the published size and to the last recorded build."""

    size_over: float = 1.0
    size_under: float = 0.05
    size_drift: float = 0.1
    size_labels: Literal["drupal", "wordpress"] = "drupal"

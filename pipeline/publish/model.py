"""What publishing speaks of: what a site is to carry, what it carries, and what is wrong with it.

The words are those of every kind of site: a *file* is an attachment as it lies on the site, a *place* one list of links to
files (a post, or one translation of a post).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pipeline.core.model import Post

_MARKER = re.compile(
    r"annexe:(?P<slug>[a-z0-9-]+):(?P<language>[A-Za-z0-9-]+):(?P<sha256>[0-9a-f]{64}):(?P<size>[0-9]+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What makes a file on a site ours: whose it is and which bytes it holds."""

    slug: str
    language: str
    sha256: str
    size: int

    @property
    def marker(self) -> str:
        """Return the identity as text, for a field of the site that nobody else writes."""
        return f"annexe:{self.slug}:{self.language}:{self.sha256}:{self.size}"

    @property
    def file_name(self) -> str:
        """Return the name of the file on the site: ASCII, and another one for other bytes."""
        return f"{self.slug}-{self.language}-{self.sha256[:8]}.pdf"


def read_marker(text: str) -> Identity | None:
    """Return the identity that a text is, to the letter, or None where it is anything else."""
    match = _MARKER.fullmatch(text.strip())
    if match is None:
        return None
    return Identity(
        slug=match["slug"], language=match["language"], sha256=match["sha256"], size=int(match["size"])
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """A built attachment: its identity, where its bytes lie, and its link as the site is to show it.

    `title` is the edition's, `label` the link's text without a size ("Reflections"), `size_label` the size as this
    site prints it ("31.74 KB"), `text` the link's text as the site is to keep it: "Reflections (31.74 KB)", or the
    label alone where the site's own software prints the size beside it.
    """

    identity: Identity
    path: Path
    title: str
    label: str
    size_label: str
    text: str

    @property
    def language(self) -> str:
        """Return the edition's language."""
        return self.identity.language


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file of ours on a site.

    `key` is the site's id of it. `sha256` may be the first eight digits alone, where the site keeps no more;
    `size` is None where the site doesn't tell. `kept` says why it must not be deleted (somebody else uses it), or is
    None.
    """

    key: str
    url: str
    slug: str
    language: str
    sha256: str
    size: int | None = None
    kept: str | None = None

    def holds(self, identity: Identity) -> bool:
        """Say whether this file is of that identity, as far as the site tells."""
        return (
            (self.slug, self.language) == (identity.slug, identity.language)
            and identity.sha256.startswith(self.sha256)
            and self.size in (None, identity.size)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of ours in a place: its language, its text as the site keeps it, and the file it leads to.

    `file_key` is None where the link leads to no file of ours.
    """

    language: str
    text: str
    url: str
    file_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong on a site, in words: `name` is stable (`post_not_found`), the remedy names a setting or a person."""

    name: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPlace:
    """One list of links as it is to be.

    `reference` is what the front matter calls the post there (an id, a UUID or a slug; the post's own slug where it
    says nothing). `languages` are those of the links, in their order: each of `files` is of one of them, the others
    keep the link they have, whatever it is, since their editions can't be published now. `translation` is the language
    of the translation that holds the list, or None where the post has one list for all.
    """

    reference: str
    files: tuple[LocalFile, ...]
    languages: tuple[str, ...]
    translation: str | None = None

    @property
    def kept(self) -> tuple[str, ...]:
        """Return the languages whose links stay as they are."""
        ready = {file.language for file in self.files}
        return tuple(language for language in self.languages if language not in ready)

    @property
    def name(self) -> str:
        """Return what the place is called when people are told of it."""
        return f"{self.reference} ({self.translation})" if self.translation else self.reference


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPost:
    """What a site is to carry of one post; `post` are its good editions, for a site that shows the text too."""

    slug: str
    places: tuple[WantedPlace, ...]
    post: Post | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceState:
    """One list of links as it is.

    `key` is the site's id of the place; None where there is no such post yet and one is to be created. `version` is
    another one after any change by anybody. `stale` says why the place must be written although its links are right,
    or is None. `page_url` is where anybody can see it; None where nobody can (a draft). With `trouble`, nothing is
    known of the place and nothing is done there.
    """

    key: str | None
    version: str
    links: tuple[Link, ...]
    page_url: str | None = None
    stale: str | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostState:
    """What a site carries of one post: its places, in the order of the wanted ones, and every file of ours."""

    slug: str
    places: tuple[PlaceState, ...]
    files: tuple[RemoteFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """A link as a place is to show it; `title` is the edition's title, `text` and `label` as in LocalFile."""

    language: str
    text: str
    label: str
    title: str
    file: RemoteFile


class Target(Protocol):
    """A site, by the six things that can be done there.

    Every method may raise TroubleError (told, nothing done), `upload`, `link` and `delete` also FateUnknownError (look
    before doing it again), `link` also ChangedMeanwhileError.
    """

    @property
    def name(self) -> str:
        """Return how the site is called in the settings."""

    @property
    def front(self) -> WantedPost | None:
        """Return what the site shows of all posts together, written behind them; None where its own software does."""

    def check(self) -> str:
        """Try address, password and rights, writing nothing; return in words who we are there."""

    def observe(self, posts: Sequence[WantedPost]) -> Sequence[PostState]:
        """Return what the site carries of each post, in their order; what is wrong with one post is its places' trouble."""

    def upload(self, file: LocalFile, place: PlaceState) -> RemoteFile:
        """Put a new file on the site, for a link in this place; nothing shows it yet."""

    def fetch(self, url: str, most: int) -> bytes:
        """Return the bytes that a reader gets at an address of the site; more than `most` of them are trouble."""

    def link(
        self, wanted: WantedPlace, place: PlaceState, links: Sequence[NewLink | Link], post: WantedPost
    ) -> None:
        """Make these our links in a place, in this order, and change nothing else there.

        A `Link` is one that stands there and stays. A place without a key is created first, as a draft. Raises
        ChangedMeanwhileError where the place is no longer of the version observed.
        """

    def delete(self, file: RemoteFile) -> None:
        """Take a file of ours off the site; one that is gone already is no trouble."""

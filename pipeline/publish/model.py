"""The types of publishing: what a site is to carry (desired), what it carries (state), a site (target).

They hold for every kind of site: a *file* is an attachment on the site, a *place* is one list of links to
files (a post, or one translation of a post).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pipeline.core.model import Post
from pipeline.publish.errors import SiteProblem

_MARKER = re.compile(
    r"annexe:(?P<slug>[a-z0-9-]+):(?P<language>[A-Za-z0-9-]+):(?P<sha256>[0-9a-f]{64}):(?P<size>[0-9]+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What makes a file on a site ours: the edition that it belongs to and the bytes that it holds."""

    slug: str
    language: str
    sha256: str
    size: int

    @property
    def marker(self) -> str:
        """Return the identity as text, for a field that nobody else writes; `read_marker` reads it."""
        return f"annexe:{self.slug}:{self.language}:{self.sha256}:{self.size}"

    @property
    def file_name(self) -> str:
        """Return the name of the file on the site: in ASCII, and different for different bytes."""
        return f"{self.slug}-{self.language}-{self.sha256[:8]}.pdf"


def read_marker(text: str) -> Identity | None:
    """Return the identity of a text that is exactly a marker, or None."""
    match = _MARKER.fullmatch(text.strip())
    if match is None:
        return None
    slug, language, sha256, size = match.groups()
    return Identity(slug=slug, language=language, sha256=sha256, size=int(size))


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """A built attachment: its identity, its path, and its link as the site is to show it.

    `title` is the edition's, `label` the link's text without a size ("Reflections"), `size_label` the size as
    this site prints it ("31.74 KB"), `text` the link's text as the site is to keep it: "Reflections (31.74
    KB)", or the label alone where the site's own software prints the size beside it.
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

    `key` is the site's id of it. `sha256` may be the first eight digits alone, where the site stores no more;
    `size` is None where it is unknown. `keep_reason` says why the file must not be deleted (somebody else
    uses it), or is None.
    """

    key: str
    url: str
    slug: str
    language: str
    sha256: str
    size: int | None = None
    keep_reason: str | None = None

    def holds(self, identity: Identity) -> bool:
        """Say whether this file has that identity, as far as the site's data say."""
        return (
            (self.slug, self.language) == (identity.slug, identity.language)
            and identity.sha256.startswith(self.sha256)
            and self.size in (None, identity.size)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentLink:
    """A link of ours that is in a place; `file_key` is None where it leads to no file of ours."""

    language: str
    text: str
    url: str
    file_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredPlace:
    """One list of links as it is to be.

    `reference` is what the front matter calls the post there (an id, a UUID or a slug; the post's own slug
    where the front matter names none). `languages` are those of the links, in their order: each of `files` is
    of one of them; for the others the present link stays, since their editions can't be published now.
    `translation` is the language of the translation that holds the list, or None where the post has one list
    for all.
    """

    reference: str
    files: tuple[LocalFile, ...]
    languages: tuple[str, ...]
    translation: str | None = None

    @property
    def unchanged_languages(self) -> tuple[str, ...]:
        """Return the languages whose links stay as they are."""
        ready = {file.language for file in self.files}
        return tuple(language for language in self.languages if language not in ready)

    @property
    def name(self) -> str:
        """Return how messages call the place."""
        return f"{self.reference} ({self.translation})" if self.translation else self.reference


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredPost:
    """What a site is to carry of one post; `post` holds its good editions, for sites that show the text."""

    slug: str
    places: tuple[DesiredPlace, ...]
    post: Post | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceState:
    """One list of links as it is.

    `key` is the site's id of the place; None where there is no such post yet and one is to be created.
    `version` differs after any change by anybody. `stale` says why the place must be written although its
    links are right, or is None. `page_url` is where the public sees it; None of a draft. With `problem`,
    nothing is known of the place and nothing is done there.
    """

    key: str | None
    version: str
    links: tuple[AttachmentLink, ...]
    page_url: str | None = None
    stale: str | None = None
    problem: SiteProblem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostState:
    """What a site carries of one post: its places, in the order of the desired ones, and our files."""

    slug: str
    places: tuple[PlaceState, ...]
    files: tuple[RemoteFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """A link that a place is to show, to a file that is on the site; `text` is as in LocalFile."""

    language: str
    text: str
    file: RemoteFile

    @property
    def url(self) -> str:
        """Return the address that the link leads to."""
        return self.file.url

    @property
    def file_key(self) -> str:
        """Return the key of the file that the link leads to."""
        return self.file.key


#: A link that a place is to have: a new one, or one that is there and stays as it is.
PlacedLink = NewLink | AttachmentLink


#: (post, place) → title and text of HTML of a draft.
Draft = Callable[[DesiredPost, DesiredPlace], tuple[str, str]]


class Target(Protocol):
    """A site, as the six operations on it.

    Every method may raise SiteProblemError (nothing was done); `upload`, `link` and `delete` also
    OutcomeUnknownError (observe before doing it again), `link` also ChangedMeanwhileError.
    """

    @property
    def name(self) -> str:
        """Return the site's name in the settings."""

    @property
    def front(self) -> DesiredPost | None:
        """Return what the site shows of all posts, as a last post; None where its own software shows that."""

    def check(self) -> str:
        """Try address, password and rights, writing nothing; return in words the site and our user."""

    def observe(self, posts: Sequence[DesiredPost]) -> Sequence[PostState]:
        """Return the state of each post, in their order; a problem with one post is set in its places."""

    def upload(self, file: LocalFile, place: PlaceState) -> RemoteFile:
        """Put a new file on the site, for a link in this place; nothing shows it yet."""

    def fetch(self, url: str, most: int) -> bytes:
        """Return the bytes that a reader gets; more than `most` raise SiteProblemError."""

    def link(
        self, desired: DesiredPlace, place: PlaceState, links: Sequence[PlacedLink], post: DesiredPost
    ) -> None:
        """Make these our links in a place, in this order, and change nothing else there.

        A place without a key is created first, as a draft. Raises ChangedMeanwhileError where the place no
        longer has the version observed.
        """

    def delete(self, file: RemoteFile) -> None:
        """Take a file of ours off the site; one that is gone already is no problem."""

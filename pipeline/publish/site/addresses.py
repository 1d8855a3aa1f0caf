"""The path of every file of the site, and how one page refers to another.

Paths count from the site's root. Names with a dot can't be a post's, so nothing shared and no post get in
each other's way but in the folders of languages and assets, whose names no post may have.
"""

import posixpath
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

INDEX = "index.html"
SUMMARY = "post.json"
ASSETS = "assets"
FEED = "feed.xml"
SITEMAP = "sitemap.xml"
_YEAR_PAGE = re.compile(r"[0-9]{4}(?:-[0-9]+)?\.html")
_SITEMAP_PART = re.compile(r"sitemap(?:-[0-9]+)?\.xml")


def page_path(slug: str, language: str) -> str:
    """Return where an edition's page lies: in a folder of its own, so that its address needs no file name."""
    return f"{slug}/{language}/{INDEX}"


def fragment_path(slug: str, language: str) -> str:
    """Return where the fragment of an edition lies, ready to be pasted into another site."""
    return f"{slug}/fragment-{language}.html"


def summary_path(slug: str) -> str:
    """Return where a post's summary lies."""
    return f"{slug}/{SUMMARY}"


def list_path(language: str | None, year: str | None = None, number: int = 1) -> str:
    """Return where a list of posts lies: of all languages or of one, the newest or those of a year."""
    folder = f"{language}/" if language else ""
    if year is None:
        return f"{folder}{INDEX}"
    return f"{folder}{year}{'' if number == 1 else f'-{number}'}.html"


def feed_path(language: str) -> str:
    """Return where the feed of a language lies."""
    return f"{language}/{FEED}"


def from_page(page: str, address: str) -> str:
    """Return the path that a relative address on a page leads to; an address of another site as it is."""
    if "://" in address:
        return address
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), address))


def is_shared(name: str, *, is_root: bool) -> bool:
    """Say whether a file name, at the root or in a language's folder, may be that of a shared file."""
    own = _SITEMAP_PART.fullmatch(name) if is_root else name == FEED
    return bool(name == INDEX or _YEAR_PAGE.fullmatch(name) or own)


def reserved_names(languages: Iterable[str]) -> frozenset[str]:
    """Return the names that no post of the site may have: those of the folders that all posts share."""
    return frozenset({ASSETS, *(language.casefold() for language in languages)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """How pages refer to each other, and to themselves; `url` is where the site is served, if known."""

    url: str | None

    def absolute(self, path: str) -> str | None:
        """Return a path's address on the web, without an `index.html`; None where it is unknown."""
        if self.url is None or "://" in path:
            return path if "://" in path else None
        folder, _, name = path.rpartition("/")
        shown = f"{folder}/" if name == INDEX and folder else "" if name == INDEX else path
        return f"{self.url}/{shown}"

    def between(self, page: str, path: str) -> str:
        """Return the relative address of a path on a page: it holds on any server, and on a disk."""
        return path if "://" in path else posixpath.relpath(path, posixpath.dirname(page) or ".")

    def best(self, page: str, path: str) -> str:
        """Return the address on the web where it is known, else the relative one."""
        return self.absolute(path) or self.between(page, path)

    def stable_id(self, path: str) -> str:
        """Return the permanent id of a page in feeds (RFC 4287, 4.2.6), its address or a name of its path."""
        return self.absolute(path) or f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'annexe:{path}')}"

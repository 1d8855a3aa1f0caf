"""What passes between the parts of the site: frozen, slotted, keyword-only dataclasses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A link of a post's list of attachments.

    `path` is the file's, from the site's root; or an address, where the link leads to no file of the site. Size in bytes,
    sha256 and size label are None where nobody knows them.
    """

    language: str
    text: str
    path: str
    size: int | None = None
    sha256: str | None = None
    size_label: str | None = None

    @property
    def is_ours(self) -> bool:
        """Say whether the link leads to a file of the site."""
        return self.size is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An edition as lists and feeds tell of it; `date` is ISO 8601, `stylesheet` the sheet that its page asks for."""

    language: str
    title: str
    description: str
    authors: tuple[str, ...]
    date: str
    stylesheet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An attachment as a post's summary tells of it: its name in the post's folder, size in bytes, sha256."""

    language: str
    text: str
    file: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A post of the site: the content of its `post.json`."""

    slug: str
    entries: tuple[Entry, ...]
    attachments: tuple[Stored, ...]

    @property
    def date(self) -> str:
        """Return the post's date: that of its first edition."""
        return self.entries[0].date

"""A site in memory: what planning and applying are tried on, thousands of times, with every write lost or doubled.

The real sites have their own tests; this one holds that the shared part is right whatever they do.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.publish.errors import ChangedMeanwhileError, OutcomeUnknownError, SiteProblem
from pipeline.publish.model import (
    AttachmentLink,
    DesiredPlace,
    DesiredPost,
    Identity,
    LocalFile,
    PlacedLink,
    PlaceState,
    PostState,
    RemoteFile,
)

#: Says of the number of a write: None, or that it is lost "before" or "after" it reached the site.
Fault = Callable[[int], str | None]


@dataclass(slots=True)
class MemoryPost:
    """A post: its text by other people, our links, and how often it was changed."""

    text: str = "What an editor wrote."
    links: tuple[AttachmentLink, ...] = ()
    changes: int = 0


@dataclass(slots=True)
class MemorySite:
    """A target without a site; `posts` by reference, `files` with their bytes by key."""

    name: str = "memory"
    front: DesiredPost | None = None
    posts: dict[str, MemoryPost] = field(default_factory=dict)
    files: dict[str, tuple[RemoteFile, bytes]] = field(default_factory=dict)
    creates: bool = False
    fault: Fault = lambda _number: None
    writes: int = 0
    log: list[str] = field(default_factory=list)
    meddle: Callable[["MemorySite"], None] | None = None

    def check(self) -> str:
        """Say who we are."""
        return "a site in memory"

    def observe(self, posts: Sequence[DesiredPost]) -> Sequence[PostState]:
        """Return what is there."""
        return [
            PostState(
                slug=post.slug,
                places=tuple(self._state(place) for place in post.places),
                files=tuple(file for file, _ in self.files.values() if file.slug == post.slug),
            )
            for post in posts
        ]

    def _state(self, place: DesiredPlace) -> PlaceState:
        there = self.posts.get(place.reference)
        if there is not None:
            version = f"{there.changes}"
            return PlaceState(key=place.reference, version=version, links=there.links)
        problem = SiteProblem(
            name="post_not_found", message=f"there is no {place.reference}", remedy="make one"
        )
        return PlaceState(key=None, version="", links=(), problem=None if self.creates else problem)

    def upload(self, file: LocalFile, place: PlaceState) -> RemoteFile:
        """Put a file there."""
        assert place.key is not None
        identity = file.identity
        key = f"{len(self.log)}-{identity.file_name}"
        remote = RemoteFile(
            key=key,
            url=f"memory:{key}",
            slug=identity.slug,
            language=identity.language,
            sha256=identity.sha256,
            size=identity.size,
        )
        self._write(
            f"upload {identity.file_name}", lambda: self.files.update({key: (remote, file.path.read_bytes())})
        )
        return remote

    def fetch(self, url: str, most: int) -> bytes:
        """Return a file's bytes."""
        data = self.files[url.removeprefix("memory:")][1]
        assert len(data) <= most
        return data

    def link(
        self,
        desired: DesiredPlace,
        place: PlaceState,
        links: Sequence[PlacedLink],
        post: DesiredPost,
    ) -> None:
        """Set a post's links."""
        assert all(place.name for place in post.places)
        if self.meddle is not None:
            self.meddle(self)
        if place.key is None:
            self._write(
                f"create {desired.reference}", lambda: self.posts.setdefault(desired.reference, MemoryPost())
            )
            return
        there = self.posts[place.key]
        if str(there.changes) != place.version:
            raise ChangedMeanwhileError(f"{place.key} was changed")
        new = tuple(
            link
            if isinstance(link, AttachmentLink)
            else AttachmentLink(
                language=link.language, text=link.text, url=link.file.url, file_key=link.file.key
            )
            for link in links
        )
        assert all(link.file_key is None or link.file_key in self.files for link in new), "a link to nothing"

        def change() -> None:
            there.links = new
            there.changes += 1

        self._write(f"link {place.key}", change)

    def delete(self, file: RemoteFile) -> None:
        """Take a file away."""
        linked = {link.file_key for post in self.posts.values() for link in post.links}
        assert file.key not in linked, "a file was deleted that a post links to"
        self._write(f"delete {file.key}", lambda: self.files.pop(file.key, None))

    def _write(self, what: str, change: Callable[[], object]) -> None:
        self.writes += 1
        fate = self.fault(self.writes)
        if fate != "before":
            self.log.append(what)
            change()
        if fate is not None:
            raise OutcomeUnknownError(f"no answer to {what}")

    def replace_by_hand(self, key: str, data: bytes) -> None:
        """Let somebody put other bytes behind a file's address."""
        remote, _ = self.files[key]
        self.files[key] = (replace(remote), data)


def identity_of(slug: str, language: str, data: bytes) -> Identity:
    """Return the identity of an attachment with these bytes."""
    return Identity(slug=slug, language=language, sha256=hashlib.sha256(data).hexdigest(), size=len(data))

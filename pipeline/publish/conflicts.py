"""Two of our posts that name the same post of a site: each would replace the other's links.

The first of them, by name, has the place; the others are reported and left alone until their front matter
changes.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from pipeline.core.files import read_if_there
from pipeline.core.model import Finding
from pipeline.core.settings import Settings
from pipeline.core.settings.targets import TargetKind, TargetSettings
from pipeline.publish.desired import DesiredPosts
from pipeline.publish.errors import publish_finding
from pipeline.publish.model import DesiredPlace, DesiredPost, PlaceState, PostState
from pipeline.sources.post_folders import post_folders

#: What ends the front matter; nothing behind it names a post of a site.
_END = re.compile(rb"^---[ \t\r]*$", re.MULTILINE)

#: What two posts can't both have: the site's own id of a place, or what the front matter calls it (with the
#: translation).
_Place = str | tuple[str, str | None]


class PlaceOwners:
    """Remembers, while all posts are gone through, which post has which place; two short entries a place.

    A place has two names, the site's own id and what the front matter calls it (a number or a slug), so that
    two posts are found to share one however each of them names it.
    """

    def __init__(self, target: TargetSettings) -> None:
        self._target = target
        self._owners: dict[_Place, str] = {}

    def conflict(self, desired: DesiredPost, state: PostState) -> Finding | None:
        """Return why a post must be left alone, or None; from then on its places belong to it."""
        pairs = list(zip(desired.places, state.places, strict=True))
        own: dict[str, DesiredPlace] = {}
        for place, there in pairs:
            if there.key is not None and own.setdefault(there.key, place) is not place:
                return self._twice(desired, own[there.key], place)
            for one in self._names(place, there):
                owner = self._owners.get(one, desired.slug)
                if owner != desired.slug:
                    return self._shared(desired, place, owner)
        for place, there in pairs:
            self._owners.update((one, desired.slug) for one in self._names(place, there))
        return None

    def add_other_posts(
        self, desired_posts: DesiredPosts, settings: Settings, slugs: Collection[str]
    ) -> None:
        """Where only some posts are published, add the places of earlier posts that those also name."""
        if self._target.kind is TargetKind.FOLDER:
            return
        for slug in slugs:
            for place in _places(desired_posts, slug):
                for other in _naming(settings, place.reference, slug):
                    names = [(one.reference, one.translation) for one in _places(desired_posts, other)]
                    if other not in slugs and (place.reference, place.translation) in names:
                        self._owners.setdefault((place.reference, place.translation), other)

    def _names(self, place: DesiredPlace, there: PlaceState) -> Iterator[_Place]:
        if there.key is not None:
            yield there.key
        if self._target.kind is not TargetKind.FOLDER:
            # In a folder each post stands under its own name, whatever its front matter calls it.
            yield place.reference, place.translation

    def _shared(self, desired: DesiredPost, place: DesiredPlace, owner: str) -> Finding:
        name = self._target.name
        return publish_finding(
            "shared_post",
            f"{desired.slug} and {owner} name the same post of {name} ({place.name}), so that each would "
            f"take the other's links away; {desired.slug} was left alone",
            f"correct `publish` in the front matter of {desired.slug} or of {owner}: each needs a post of "
            f"its own on {name}",
            slug=desired.slug,
        )

    def _twice(self, desired: DesiredPost, one: DesiredPlace, other: DesiredPlace) -> Finding:
        return publish_finding(
            "shared_post",
            f"{one.name} and {other.name} are the same post of {self._target.name}, so that it can't be "
            f"told which languages it is to carry; {desired.slug} was left alone",
            f"write one of the two for every language that belongs there: {one.reference} or "
            f"{other.reference}",
            slug=desired.slug,
        )


def _naming(settings: Settings, reference: str, slug: str) -> Iterator[str]:
    """Yield the posts before this one whose front matter holds this reference as a word.

    They may name the same post of the site. Reading ten thousand posts takes minutes; searching their front
    matter for a word takes a second.
    """
    word = re.compile(rb"(?<![\w-])" + re.escape(reference.encode()) + rb"(?![\w-])", re.IGNORECASE)
    for name in post_folders(settings.sources).folders:
        if name >= slug:
            return
        heads = (_head(path) for path in (settings.sources / name).glob("*.md"))
        if name == reference or any(b"publish" in head and word.search(head) for head in heads):
            yield name


def _head(path: Path) -> bytes:
    """Return the front matter of a source; empty where it can't be read, which publishing it reports."""
    try:
        data = read_if_there(path) or b""
    except OSError:
        return b""
    end = _END.search(data, 4)
    return data[: end.start()] if end is not None else data


def _places(desired_posts: DesiredPosts, slug: str) -> tuple[DesiredPlace, ...]:
    desired = desired_posts.one(slug)
    return () if desired is None else desired.places

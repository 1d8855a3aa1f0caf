"""Two of our posts that name the same post of a site: each would put its own links in the place of the other's.

The first of them, by name, has the place; the others are told and left alone until the front matter says otherwise.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from pipeline.core.files import read_if_there
from pipeline.core.model import Finding, Severity
from pipeline.core.settings import Settings
from pipeline.core.settings.targets import TargetKind, TargetSettings
from pipeline.publish.desired import Wants
from pipeline.publish.model import PlaceState, PostState, WantedPlace, WantedPost
from pipeline.sources.post_folders import post_folders

#: What ends the front matter; nothing behind it names a post of a site.
_END = re.compile(rb"^---[ \t\r]*$", re.MULTILINE)

#: What two posts can't both have: the site's own id of a place, or what the front matter calls it (with the translation).
_Place = str | tuple[str, str | None]


class Claims:
    """Remembers, during one walk through all posts, which of them has which place; two short entries a place.

    Two posts are told apart from two names of one by the site's own id of the place, so that a number and a slug may
    name the same.
    """

    def __init__(self, target: TargetSettings) -> None:
        self._target = target
        self._owners: dict[_Place, str] = {}

    def refusal(self, wanted: WantedPost, state: PostState) -> Finding | None:
        """Return why a post is to be left alone, or None; its places are its own from then on."""
        pairs = list(zip(wanted.places, state.places, strict=True))
        own: dict[str, WantedPlace] = {}
        for place, there in pairs:
            if there.key is not None and own.setdefault(there.key, place) is not place:
                return self._twice(wanted, own[there.key], place)
            for one in self._names(place, there):
                owner = self._owners.get(one, wanted.slug)
                if owner != wanted.slug:
                    return self._shared(wanted, place, owner)
        for place, there in pairs:
            self._owners.update((one, wanted.slug) for one in self._names(place, there))
        return None

    def of_others(self, wants: Wants, settings: Settings, slugs: Collection[str]) -> None:
        """Where some posts alone are looked at, learn what the posts before them have, if it is the same."""
        if self._target.kind is TargetKind.FOLDER:
            return
        for slug in slugs:
            for place in _places(wants, slug):
                for other in _naming(settings, place.reference, slug):
                    names = [(one.reference, one.translation) for one in _places(wants, other)]
                    if other not in slugs and (place.reference, place.translation) in names:
                        self._owners.setdefault((place.reference, place.translation), other)

    def _names(self, place: WantedPlace, there: PlaceState) -> Iterator[_Place]:
        if there.key is not None:
            yield there.key
        if self._target.kind is not TargetKind.FOLDER:
            # In a folder each post stands under its own name, whatever its front matter calls it.
            yield place.reference, place.translation

    def _shared(self, wanted: WantedPost, place: WantedPlace, owner: str) -> Finding:
        name = self._target.name
        return _finding(
            wanted.slug,
            f"{wanted.slug} and {owner} name the same post of {name} ({place.name}), so that each would take the other's "
            f"links away; {wanted.slug} was left alone",
            f"correct `publish` in the front matter of {wanted.slug} or of {owner}: each needs a post of its own on {name}",
        )

    def _twice(self, wanted: WantedPost, one: WantedPlace, other: WantedPlace) -> Finding:
        return _finding(
            wanted.slug,
            f"{one.name} and {other.name} are the same post of {self._target.name}, so that it can't be told which languages "
            f"it is to carry; {wanted.slug} was left alone",
            f"write one of the two for every language that belongs there: {one.reference} or {other.reference}",
        )


def _naming(settings: Settings, reference: str, slug: str) -> Iterator[str]:
    """Yield the posts before this one that may name a post of a site so: their front matter holds that word.

    Reading ten thousand posts takes minutes, looking for a word in their first lines takes a second.
    """
    word = re.compile(rb"(?<![\w-])" + re.escape(reference.encode()) + rb"(?![\w-])", re.IGNORECASE)
    for name in post_folders(settings.sources).folders:
        if name >= slug:
            return
        heads = (_head(path) for path in (settings.sources / name).glob("*.md"))
        if name == reference or any(b"publish" in head and word.search(head) for head in heads):
            yield name


def _head(path: Path) -> bytes:
    """Return the front matter of a source; nothing where it can't be read, which is told where it is published."""
    try:
        data = read_if_there(path) or b""
    except OSError:
        return b""
    end = _END.search(data, 4)
    return data[: end.start()] if end is not None else data


def _places(wants: Wants, slug: str) -> tuple[WantedPlace, ...]:
    wanted = wants.one(slug)
    return () if wanted is None else wanted.places


def _finding(slug: str, message: str, remedy: str) -> Finding:
    return Finding(
        check="publish.shared_post", severity=Severity.ERROR, message=message, remedy=remedy, slug=slug
    )

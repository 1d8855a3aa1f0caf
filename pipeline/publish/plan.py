"""What a site is to carry, and what it carries → what is to be done; pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.publish.errors import SiteProblem
from pipeline.publish.model import (
    DesiredPlace,
    DesiredPost,
    LocalFile,
    NewLink,
    PlacedLink,
    PlaceState,
    PostState,
    RemoteFile,
)


class ActionKind(StrEnum):
    """What is to be done, in the order in which it is done."""

    CREATE = "create draft"
    UPLOAD = "upload"
    LINK = "link"
    UNLINK = "unlink"
    WRITE = "write"
    DELETE = "delete"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One line of a plan: what is done to what, where, and for which language (None: for the whole place)."""

    kind: ActionKind
    slug: str
    language: str | None
    what: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLinks:
    """The links that a place is to have; a LocalFile among them must be uploaded first."""

    index: int
    links: tuple[PlacedLink | LocalFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPlan:
    """What is to be done for one post.

    `creates`, `uploads` and `links` name places by their index. These and `deletes` are four phases: each is
    planned from one observation, so that after one phase the site is observed again. `problems` are (place,
    problem).
    """

    slug: str
    actions: tuple[Action, ...]
    creates: tuple[int, ...] = ()
    uploads: tuple[tuple[int, LocalFile], ...] = ()
    links: tuple[PlaceLinks, ...] = ()
    deletes: tuple[RemoteFile, ...] = ()
    problems: tuple[tuple[str, SiteProblem], ...] = ()

    @property
    def has_work(self) -> bool:
        """Say whether anything would be written."""
        return bool(self.creates or self.uploads or self.links or self.deletes)


def plan_post(desired: DesiredPost, state: PostState, damaged: Collection[str] = ()) -> PostPlan:
    """Return what is to be done for a post; `damaged` are the keys of files with wrong bytes."""
    return _Planner(desired, state, frozenset(damaged)).plan()


def versions_of(state: PostState) -> tuple[str, ...]:
    """Return the versions of a post's places: they differ after any change by anybody."""
    return tuple(place.version for place in state.places)


class _Planner:
    def __init__(self, desired: DesiredPost, state: PostState, damaged: frozenset[str]) -> None:
        self._desired = desired
        shared = _shared(state.files)
        self._files = [file for file in state.files if file.key not in damaged and file.url not in shared]
        self._damaged = damaged
        self._state = state
        self._pairs = list(enumerate(zip(desired.places, state.places, strict=True)))

    def plan(self) -> PostPlan:
        usable = [(index, pair) for index, pair in self._pairs if pair[1].problem is None]
        creates = tuple(index for index, (_, place) in usable if place.key is None)
        placed = tuple(self._place(index, *pair) for index, pair in usable)
        links = tuple(
            one for one, (_, pair) in zip(placed, usable, strict=True) if self._must_write(one, pair[1])
        )
        deletes = self._deletes(placed)
        return PostPlan(
            slug=self._desired.slug,
            actions=(
                *(self._action(ActionKind.CREATE, None, self._title(index), index) for index in creates),
                *(action for one in placed for action in self._actions(one)),
                *(self._delete_action(file) for file in deletes),
            ),
            creates=creates,
            uploads=tuple(self._uploads(placed)),
            links=links,
            deletes=deletes,
            problems=tuple(
                (desired.name, place.problem) for _, (desired, place) in self._pairs if place.problem
            ),
        )

    def _place(self, index: int, desired: DesiredPlace, place: PlaceState) -> PlaceLinks:
        """Return the links that a place is to have, in their order."""
        ready = {file.language: file for file in desired.files}
        links: list[PlacedLink | LocalFile] = []
        for language in desired.languages:
            if language in ready:
                links.append(self._link(ready[language], place))
            else:
                links += [link for link in place.links if link.language == language]
        return PlaceLinks(index=index, links=tuple(links))

    def _link(self, file: LocalFile, place: PlaceState) -> NewLink | LocalFile:
        """Return the link to a file that is on the site already, or the file that must be uploaded first."""
        there = [remote for remote in self._files if remote.holds(file.identity)]
        if not there:
            return file
        linked = [link.file_key for link in place.links]
        remote = next((remote for remote in there if remote.key in linked), there[0])
        return NewLink(language=file.language, text=file.text, file=remote)

    def _must_write(self, one: PlaceLinks, place: PlaceState) -> bool:
        if place.stale is not None or any(isinstance(link, LocalFile) for link in one.links):
            return True
        return _shown(one.links) != _shown(place.links)

    def _uploads(self, placed: Sequence[PlaceLinks]) -> Iterator[tuple[int, LocalFile]]:
        """Yield each file to be uploaded once, with the first place that links to it."""
        seen = set()
        for one in placed:
            for link in one.links:
                if isinstance(link, LocalFile) and link.identity not in seen:
                    seen.add(link.identity)
                    yield one.index, link

    def _deletes(self, placed: Sequence[PlaceLinks]) -> tuple[RemoteFile, ...]:
        """Return the files of ours that nothing links to once the links are right.

        Files of a language whose link stays are left alone: they may be linked from a place that wasn't
        observed.
        """
        if any(place.problem is not None for place in self._state.places):
            # A place that can't be observed may link to any of them.
            return ()
        used = {link.file_key for one in placed for link in one.links if not isinstance(link, LocalFile)}
        left = {language for place in self._desired.places for language in place.unchanged_languages}
        return tuple(
            file
            for file in self._state.files
            if file.key not in used and file.keep_reason is None and file.language not in left
        )

    def _actions(self, one: PlaceLinks) -> Iterator[Action]:
        """Yield the lines of the plan about one place."""
        place = self._state.places[one.index]
        before = {(link.language, link.text, link.file_key) for link in place.links}
        stays = True
        for link in one.links:
            if isinstance(link, LocalFile):
                what = f"{link.identity.file_name}, {link.size_label}"
                yield self._action(ActionKind.UPLOAD, link.language, what, one.index)
            is_there = not isinstance(link, LocalFile) and _shown([link])[0] in before
            stays = stays and is_there
            kind = ActionKind.NOTHING if is_there else ActionKind.LINK
            yield self._action(kind, link.language, link.text, one.index)
        languages = {link.language for link in one.links}
        gone = [link for link in place.links if link.language not in languages]
        for link in gone:
            yield self._action(ActionKind.UNLINK, link.language, link.text, one.index)
        if stays and not gone and self._must_write(one, place):
            yield self._action(ActionKind.WRITE, None, place.stale or "the order of the links", one.index)

    def _action(self, kind: ActionKind, language: str | None, what: str, index: int) -> Action:
        where = self._desired.places[index].name
        return Action(kind=kind, slug=self._desired.slug, language=language, what=what, where=where)

    def _delete_action(self, file: RemoteFile) -> Action:
        slug, name = self._desired.slug, file.url.rpartition("/")[2] or file.key
        what = f"{name}{', which was damaged' * (file.key in self._damaged)}"
        return Action(kind=ActionKind.DELETE, slug=slug, language=file.language, what=what, where=file.key)

    def _title(self, index: int) -> str:
        files = self._desired.places[index].files
        return files[0].title if files else self._desired.slug


def _shared(files: Sequence[RemoteFile]) -> frozenset[str]:
    """Return the addresses that more than one file has: to delete either would delete the bytes of both.

    WordPress looks for a free name and takes it in two steps, so that two uploads in the same moment may get
    the same one (`wp_unique_filename`; 1 of 40 pairs on 6.1.9). Neither can be used: one more is uploaded,
    and both are deleted once it is linked.
    """
    return frozenset(url for url, number in Counter(file.url for file in files).items() if number > 1)


def _shown(links: Sequence[PlacedLink | LocalFile]) -> list[tuple[str, str, str | None]]:
    """Return what a reader sees of links, and where they lead."""
    return [
        (link.language, link.text, None if isinstance(link, LocalFile) else link.file_key) for link in links
    ]

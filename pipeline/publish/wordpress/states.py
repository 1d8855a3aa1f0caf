"""What a WordPress carries of a post: its places, our links in them, and which of our files others use."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from pipeline.core.settings.targets import TargetSettings
from pipeline.publish.model import (
    Link,
    PlaceState,
    PostState,
    RemoteFile,
    Trouble,
    WantedPlace,
    WantedPost,
)
from pipeline.publish.wordpress.block import FoundList, find_lists, outside
from pipeline.publish.wordpress.posts import Posts, StoredPost


class States:
    """Puts together what was found on the site."""

    def __init__(self, settings: TargetSettings, posts: Posts, *, user: str) -> None:
        self._settings = settings
        self._posts = posts
        self._user = user

    def state_of(
        self, post: WantedPost, found: Mapping[str, StoredPost | Trouble], files: Sequence[RemoteFile]
    ) -> PostState:
        """Return the state of a post; `found` are the site's posts by reference, `files` those of ours."""
        languages = languages_of(files)
        stored = [found.get(place.reference) for place in post.places]
        texts = {
            one.number: (one, find_lists(one.content, languages))
            for one in stored
            if isinstance(one, StoredPost)
        }
        places = []
        for place, one in zip(post.places, stored, strict=True):
            if isinstance(one, StoredPost):
                places.append(_place(one, texts[one.number][1], files))
            else:
                places.append(self._no_place(post, place, one))
        needed = _needed(post, places, files)
        return PostState(
            slug=post.slug,
            places=tuple(places),
            files=tuple(
                file if file.key in needed else self._with_use(file, list(texts.values())) for file in files
            ),
        )

    def _no_place(self, post: WantedPost, place: WantedPlace, trouble: Trouble | None) -> PlaceState:
        """Return the state of a place that isn't there, or can't be touched."""
        if trouble is None and not (self._settings.create and place.reference == post.slug):
            trouble = Trouble(
                name="post_not_found",
                message=f"{self._settings.name}: there is no post {place.reference} that {self._user} may see",
                remedy=f"write the post's id or slug there into the front matter (publish: {{{self._settings.name}: …}}), or set "
                f"create = true in [tool.annexe.publish.{self._settings.name}] to have it made as a draft",
            )
        return PlaceState(key=None, version="", links=(), trouble=trouble)

    def _with_use(
        self,
        file: RemoteFile,
        texts: Sequence[tuple[StoredPost, Sequence[FoundList]]],
    ) -> RemoteFile:
        """Return a file with the reason to keep it where somebody else's words link to it."""
        name = urlsplit(file.url).path.rpartition("/")[2]
        user = next(
            (one.link for one, lists in texts if name in outside(one.content, lists)), None
        ) or self._posts.that_name(name, [one.number for one, _ in texts])
        if user is None:
            return file
        return replace(file, kept=f"{user} links to it")


def _needed(post: WantedPost, places: Sequence[PlaceState], files: Sequence[RemoteFile]) -> set[str | None]:
    """Return the keys of the files that stay in any case: the others may go, so that it matters who uses them."""
    needed = {link.file_key for place in places for link in place.links}
    for place in post.places:
        for wanted in place.files:
            there = [file.key for file in files if file.holds(wanted.identity)]
            if not needed.intersection(there):
                needed.update(there[:1])
    return needed


def languages_of(files: Sequence[RemoteFile]) -> dict[str, str]:
    """Return the languages of files by their addresses."""
    return {file.url: file.language for file in files}


def _place(stored: StoredPost, lists: Sequence[FoundList], files: Sequence[RemoteFile]) -> PlaceState:
    keys = {file.url: file.key for file in files}
    return PlaceState(
        key=stored.key,
        version=stored.version,
        links=tuple(
            Link(language=item.language, text=item.text, url=item.url, file_key=keys.get(item.url))
            for found in lists
            for item in found.items
            if item.language is not None
        ),
        page_url=stored.link if stored.status == "publish" else None,
        stale=_stale(lists),
    )


def _stale(lists: Sequence[FoundList]) -> str | None:
    if len(lists) > 1:
        return f"the list stands {len(lists)} times in the post"
    if any(found.lost_class for found in lists):
        return "the list lost the class that makes it ours"
    return None

"""The posts and pages of a WordPress: found, read, written, and described as the states of places."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from pipeline.core.settings.targets import TargetSettings
from pipeline.publish.errors import SiteProblem, SiteProblemError
from pipeline.publish.http.client import Client
from pipeline.publish.http.diagnosis import table_of, user_of
from pipeline.publish.http.exchange import Response
from pipeline.publish.model import (
    AttachmentLink,
    DesiredPlace,
    DesiredPost,
    PlaceState,
    PostState,
    RemoteFile,
)
from pipeline.publish.wordpress.block import FoundList, find_lists, outside

API = "/wp-json/wp/v2"
#: Posts come before pages: a reference that is both is the post.
KINDS: tuple[Literal["posts", "pages"], ...] = ("posts", "pages")
#: So many posts, each with its whole text, are asked for at once.
_BATCH = 25
_OK, _BAD_REQUEST, _FORBIDDEN = 200, 400, 403
_FIELDS = "id,slug,status,link,modified_gmt,content.raw,_links"
_PUBLIC = frozenset({"publish", "private"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPost:
    """A post as it is stored: `content` is its text to the letter.

    `keeps_html` says that our user may write any HTML there, so that saving filters nothing. `revisions`
    counts the earlier versions that the site keeps, `last_revision` is the newest one's id.
    """

    kind: str
    number: int
    slug: str
    status: str
    link: str
    modified: str
    content: str = field(repr=False)
    keeps_html: bool
    revisions: int
    last_revision: int | None

    @property
    def key(self) -> str:
        """Return what the site calls it: `posts/123`."""
        return f"{self.kind}/{self.number}"

    @property
    def version(self) -> str:
        """Return another text after any change of the post or of its text."""
        return f"{self.modified} {hashlib.sha256(self.content.encode('utf-8', 'surrogatepass')).hexdigest()}"


#: A reference, and the post of that name or the address of one that our user may not edit.
_Hit = tuple[str, StoredPost | str]


class Posts:
    """Finds posts by their references, reads and writes them, and describes their state."""

    def __init__(self, client: Client, settings: TargetSettings) -> None:
        self._client = client
        self._settings = settings
        self._name = settings.name
        self._user = user_of(settings)

    def find(self, references: Iterable[str]) -> dict[str, StoredPost | SiteProblem]:
        """Return by reference (an id or a slug) the post or what is wrong; a missing post has no entry."""
        missing = list(dict.fromkeys(references))
        found: dict[str, StoredPost | SiteProblem] = {}
        for context in ("edit", "view"):
            for kind in KINDS:
                for parameter, batch in _batches(missing):
                    hits = self._list(kind, parameter, batch, context)
                    found.update(self._chosen(hits))
                missing = [reference for reference in missing if reference not in found]
        return found

    def read(self, key: str) -> StoredPost:
        """Return the post with this key as it is now."""
        response = self._client.read(
            f"{API}/{key}", params={"context": "edit", "_fields": _FIELDS}, doing=f"reading {key}"
        )
        return _stored(response.json(), key.partition("/")[0], response)

    def write(self, key: str, content: str) -> StoredPost:
        """Give a post another text; return it as it is stored after that."""
        response = self._client.write(
            "POST",
            f"{API}/{key}",
            params={"context": "edit", "_fields": _FIELDS},
            json={"content": content},
            expect=(_OK,),
            doing=f"writing {key}",
        )
        return _stored(response.json(), key.partition("/")[0], response)

    def _other_user(self, words: str, besides: Sequence[int]) -> str | None:
        """Return the address of a post, besides some, whose text holds these words, or None."""
        for kind in KINDS:
            params: dict[str, str | int] = {
                "search": words,
                "exclude": ",".join(map(str, besides)),
                "per_page": 1,
                "_fields": "id,link",
            }
            if kind == "posts":
                params["status"] = "any"
            for entry in entries_of(
                self._client.read(f"{API}/{kind}", params=params, doing="looking for links")
            ):
                return str(entry["link"])
        return None

    def state_of(
        self, post: DesiredPost, found: Mapping[str, StoredPost | SiteProblem], files: Sequence[RemoteFile]
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

    def _no_place(self, post: DesiredPost, place: DesiredPlace, problem: SiteProblem | None) -> PlaceState:
        """Return the state of a place that isn't there, or can't be touched."""
        if problem is None and not (self._settings.create and place.reference == post.slug):
            problem = SiteProblem(
                name="post_not_found",
                message=f"{self._name}: there is no post {place.reference} that {self._user} may see",
                remedy="write the post's id or slug there into the front matter (publish: "
                f"{{{self._name}: …}}), or set create = true in "
                f"{table_of(self._settings)} to have it made as a draft",
            )
        return PlaceState(key=None, version="", links=(), problem=problem)

    def _with_use(
        self, file: RemoteFile, texts: Sequence[tuple[StoredPost, Sequence[FoundList]]]
    ) -> RemoteFile:
        """Return a file, with a reason to keep it where a text outside our lists links to it."""
        name = urlsplit(file.url).path.rpartition("/")[2]
        user = next(
            (one.link for one, lists in texts if name in outside(one.content, lists)), None
        ) or self._other_user(name, [one.number for one, _ in texts])
        return file if user is None else replace(file, keep_reason=f"{user} links to it")

    def _list(self, kind: str, parameter: str, batch: Sequence[str], context: str) -> Iterator[_Hit]:
        """Yield (reference, post) where our user may edit it, (reference, address) where it is public."""
        params: dict[str, str | int] = {
            parameter: ",".join(batch),
            "context": context,
            "per_page": 100,
            "orderby": "id",
            "order": "asc",
            "_fields": _FIELDS if context == "edit" else "id,slug,link",
        }
        if context == "edit":
            params["status"] = "any"
        # Whoever may edit posts of their own may lack the right to edit any page at all, and to ask for
        # drafts of them.
        expect = (_OK, _BAD_REQUEST, _FORBIDDEN) if kind == "pages" else (_OK,)
        response = self._client.read(
            f"{API}/{kind}", params=params, expect=expect, doing=f"looking for {kind}"
        )
        if response.status != _OK:
            return
        names = {
            _stored_slug(reference) if parameter == "slug" else reference: reference for reference in batch
        }
        for entry in entries_of(response):
            reference = names.get(str(entry.get("slug" if parameter == "slug" else "id")))
            if reference is not None:
                post = _stored(entry, kind, response) if context == "edit" else str(entry.get("link"))
                yield reference, post

    def _chosen(self, hits: Iterable[_Hit]) -> Iterator[tuple[str, StoredPost | SiteProblem]]:
        """Yield what each reference means: the one post of that name, else the one that is published."""
        by_reference: dict[str, list[StoredPost | str]] = {}
        for reference, post in hits:
            by_reference.setdefault(reference, []).append(post)
        for reference, posts in by_reference.items():
            stored = [post for post in posts if isinstance(post, StoredPost)]
            public = [post for post in stored if post.status in _PUBLIC]
            if not stored:
                yield reference, self._forbidden(reference, str(posts[0]))
            elif len(stored) == 1 or len(public) == 1:
                yield reference, (public or stored)[0]
            else:
                yield reference, self._ambiguous(reference, stored)

    def _forbidden(self, reference: str, link: str) -> SiteProblem:
        return SiteProblem(
            name="missing_permission",
            message=f"{self._name}: {self._user} may not edit the post {reference} ({link})",
            remedy=f"ask the site's administrator to give {self._user} the role Editor, or to make "
            f"{self._user} the post's author",
        )

    def _ambiguous(self, reference: str, posts: Sequence[StoredPost]) -> SiteProblem:
        numbers = ", ".join(str(post.number) for post in posts)
        return SiteProblem(
            name="post_ambiguous",
            message=f"{self._name}: several posts are called {reference}: {numbers}",
            remedy=f"write the id of the right one into the front matter (publish: {{{self._name}: "
            f"{posts[0].number}}})",
        )


def no_data(response: Response) -> SiteProblemError:
    """Return the problem that an answer isn't what WordPress answers."""
    return SiteProblemError(
        "unexpected_answer",
        f"{response.target}: {response.url.partition('?')[0]} answered with data that is none of "
        "WordPress's own",
        "ask the site's administrator which plugin changes the REST interface",
        is_whole_site=True,
    )


def entries_of(response: Response) -> list[Mapping[str, Any]]:
    """Return the list that an answer holds; raises SiteProblemError where it holds none."""
    data = response.json()
    if not isinstance(data, list) or not all(
        isinstance(entry, dict) and isinstance(entry.get("id"), int) for entry in data
    ):
        raise no_data(response)
    return data


def _stored(data: Any, kind: str, response: Response) -> StoredPost:
    """Return the post in the data of a response; raises SiteProblemError where there is none."""
    try:
        links: Mapping[str, list[Mapping[str, Any]]] = data.get("_links") or {}
        return StoredPost(
            kind=kind,
            number=int(data["id"]),
            slug=str(data["slug"]),
            status=str(data["status"]),
            link=str(data["link"]),
            modified=str(data["modified_gmt"]),
            content=str(data["content"]["raw"]),
            keeps_html=any(name.endswith("action-unfiltered-html") for name in links),
            revisions=int(links["version-history"][0]["count"]) if "version-history" in links else 0,
            last_revision=int(links["predecessor-version"][0]["id"])
            if "predecessor-version" in links
            else None,
        )
    except (AttributeError, LookupError, TypeError, ValueError):
        pass
    raise no_data(response)


def _batches(references: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the references in batches, each with the parameter that asks for its kind."""
    for parameter, is_id in (("include", True), ("slug", False)):
        some = [reference for reference in references if reference.isdecimal() == is_id]
        for start in range(0, len(some), _BATCH):
            yield parameter, some[start : start + _BATCH]


def _stored_slug(reference: str) -> str:
    """Return a slug as WordPress stores it: other letters than ASCII in percent signs, in lower case."""
    return quote(reference.lower(), safe="-_%").lower()


def _needed(post: DesiredPost, places: Sequence[PlaceState], files: Sequence[RemoteFile]) -> set[str | None]:
    """Return the keys of files that stay in any case; for the others, it matters who uses them."""
    needed = {link.file_key for place in places for link in place.links}
    for place in post.places:
        for desired in place.files:
            there = [file.key for file in files if file.holds(desired.identity)]
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
            AttachmentLink(language=item.language, text=item.text, url=item.url, file_key=keys.get(item.url))
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

"""The posts and pages of a WordPress, as its REST interface tells of them to somebody who may edit them."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from pipeline.publish.errors import TroubleError
from pipeline.publish.http.client import Client
from pipeline.publish.http.responses import Answer
from pipeline.publish.model import Trouble

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

    `keeps_html` says that our user may write any HTML there, so that saving filters nothing. `revisions` counts the earlier
    versions that the site keeps, `last_revision` is the newest one's id.
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
    """Finds posts by what the front matter calls them."""

    def __init__(self, client: Client, *, name: str, user: str) -> None:
        self._client = client
        self._name = name
        self._user = user

    def find(self, references: Iterable[str]) -> dict[str, StoredPost | Trouble]:
        """Return the posts by reference (an id or a slug), or what is wrong; one without an entry isn't there."""
        missing = list(dict.fromkeys(references))
        found: dict[str, StoredPost | Trouble] = {}
        for context in ("edit", "view"):
            for kind in KINDS:
                for parameter, batch in _batches(missing):
                    hits = self._list(kind, parameter, batch, context)
                    found.update(self._chosen(hits))
                missing = [reference for reference in missing if reference not in found]
        return found

    def read(self, key: str) -> StoredPost:
        """Return the post with this key as it is now."""
        answer = self._client.read(
            f"{API}/{key}", params={"context": "edit", "_fields": _FIELDS}, doing=f"reading {key}"
        )
        return _stored(answer.json(), key.partition("/")[0], answer)

    def write(self, key: str, content: str) -> StoredPost:
        """Give a post another text; return it as it is stored after that."""
        answer = self._client.write(
            "POST",
            f"{API}/{key}",
            params={"context": "edit", "_fields": _FIELDS},
            json={"content": content},
            expect=(_OK,),
            doing=f"writing {key}",
        )
        return _stored(answer.json(), key.partition("/")[0], answer)

    def that_name(self, words: str, besides: Sequence[int]) -> str | None:
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

    def _list(self, kind: str, parameter: str, batch: Sequence[str], context: str) -> Iterator[_Hit]:
        """Yield (reference, post) of those that our user may edit, else (reference, address) of those all may read."""
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
        # Whoever may edit posts of their own may lack the right to edit any page at all, and to ask for drafts of them.
        expect = (_OK, _BAD_REQUEST, _FORBIDDEN) if kind == "pages" else (_OK,)
        answer = self._client.read(f"{API}/{kind}", params=params, expect=expect, doing=f"looking for {kind}")
        if answer.status != _OK:
            return
        names = {
            _stored_slug(reference) if parameter == "slug" else reference: reference for reference in batch
        }
        for entry in entries_of(answer):
            reference = names.get(str(entry.get("slug" if parameter == "slug" else "id")))
            if reference is not None:
                post = _stored(entry, kind, answer) if context == "edit" else str(entry.get("link"))
                yield reference, post

    def _chosen(self, hits: Iterable[_Hit]) -> Iterator[tuple[str, StoredPost | Trouble]]:
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

    def _forbidden(self, reference: str, link: str) -> Trouble:
        return Trouble(
            name="missing_permission",
            message=f"{self._name}: {self._user} may not edit the post {reference} ({link})",
            remedy=f"ask the site's administrator to give {self._user} the role Editor, or to make {self._user} the "
            "post's author",
        )

    def _ambiguous(self, reference: str, posts: Sequence[StoredPost]) -> Trouble:
        numbers = ", ".join(str(post.number) for post in posts)
        return Trouble(
            name="post_ambiguous",
            message=f"{self._name}: several posts are called {reference}: {numbers}",
            remedy=f"write the id of the right one into the front matter (publish: {{{self._name}: {posts[0].number}}})",
        )


def no_data(answer: Answer) -> TroubleError:
    """Return the trouble that an answer isn't what WordPress answers."""
    return TroubleError(
        Trouble(
            name="unexpected_answer",
            message=f"{answer.target}: {answer.url.partition('?')[0]} answered with data that is none of WordPress's own",
            remedy="ask the site's administrator which plugin changes the REST interface",
        ),
        is_whole_site=True,
    )


def entries_of(answer: Answer) -> list[Mapping[str, Any]]:
    """Return the list that an answer holds; raises TroubleError where it holds none."""
    data = answer.json()
    if not isinstance(data, list) or not all(
        isinstance(entry, dict) and isinstance(entry.get("id"), int) for entry in data
    ):
        raise no_data(answer)
    return data


def _stored(data: Any, kind: str, answer: Answer) -> StoredPost:
    """Return the post that an answer, or an entry of it, tells of; raises TroubleError where it tells of none."""
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
    raise no_data(answer)


def _batches(references: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the references in batches, each with the parameter that asks for its kind."""
    for parameter, is_id in (("include", True), ("slug", False)):
        some = [reference for reference in references if reference.isdecimal() == is_id]
        for start in range(0, len(some), _BATCH):
            yield parameter, some[start : start + _BATCH]


def _stored_slug(reference: str) -> str:
    """Return a slug as WordPress stores it: other letters than ASCII in percent signs, in lower case."""
    return quote(reference.lower(), safe="-_%").lower()

"""Reads posts, translations and files of a Drupal through JSON:API, in few and small pages."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from pipeline.core.settings.targets import TargetSettings
from pipeline.publish.drupal.documents import (
    DrupalNode,
    JsonObject,
    filter_in,
    filter_names,
    has_next,
    is_own_name,
    read_file,
    read_node,
    reference_key,
    resources_of,
    users_of,
)
from pipeline.publish.errors import SiteProblem
from pipeline.publish.http.client import Client
from pipeline.publish.http.diagnosis import table_of, user_of
from pipeline.publish.model import (
    AttachmentLink,
    DesiredPlace,
    DesiredPost,
    PlaceState,
    PostState,
    RemoteFile,
)

#: The most resources of one response (`OffsetPage::SIZE_MAX`).
_MOST_A_PAGE = 50
#: With so many names in one request, its address stays below the 8 KiB that web servers accept.
_MOST_NAMES = 20
_FILES = "/jsonapi/file/file"

ACCEPTED = {"Accept": "application/vnd.api+json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """A file of ours; Drupal calls it temporary until a node that uses it is saved."""

    file: RemoteFile
    is_temporary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What was read: nodes by their keys, their translations by (language, UUID), files by slug."""

    nodes: Mapping[tuple[str, str], DrupalNode]
    translated: Mapping[tuple[str, str], DrupalNode]
    files: Mapping[str, Sequence[FoundFile]]


class Reader:
    """Reads one content type of one site; `languages` are those of files of ours, besides the posts' own."""

    def __init__(self, settings: TargetSettings, client: Client, languages: Collection[str]) -> None:
        self._settings = settings
        self._languages = frozenset(languages)
        self._client = client
        self._kind = f"node--{settings.content_type}"
        self.nodes_path = f"/jsonapi/node/{settings.content_type}"
        names = ("drupal_internal__nid", "drupal_internal__vid", "langcode", "status", "changed")
        self._node_fields = {f"fields[{self._kind}]": ",".join((*names, settings.field))}

    def nodes(
        self, keys: Collection[tuple[str, str]], language: str | None = None
    ) -> dict[tuple[str, str], DrupalNode]:
        """Return the nodes with these keys (`reference_key`), each node under its UUID and under its number.

        With a language, they come in that one where they have it, else in their original's; none come where
        the site has no such language.
        """
        found = {}
        for path in sorted({path for path, _ in keys}):
            values = sorted({value for one, value in keys if one == path})
            for chunk in _chunks(values, _MOST_A_PAGE):
                for node in self._nodes(filter_in(path, chunk), language):
                    found["id", node.uuid] = node
                    found["drupal_internal__nid", str(node.number)] = node
        return found

    def node(self, key: str) -> DrupalNode | None:
        """Return the node of a place's key as it is now, or None where it is gone."""
        expect = (HTTPStatus.OK, HTTPStatus.NOT_FOUND)
        response = self._client.read(
            key, params=self._node_fields, headers=ACCEPTED, expect=expect, doing="reading a post"
        )
        if response.status == HTTPStatus.NOT_FOUND:
            return None
        return next((read_node(one, self._settings.field) for one in resources_of(response.json())), None)

    def files(self, slugs: Sequence[str], languages: Collection[str]) -> dict[str, list[FoundFile]]:
        """Return every file of ours, temporary ones too, by slug."""
        found: dict[str, list[FoundFile]] = {slug: [] for slug in slugs}
        fields = {"fields[file--file]": "filename,uri,filesize,status", "sort": "drupal_internal__fid"}
        for chunk in _chunks(list(found), _MOST_NAMES):
            for resource in self._pages(_FILES, filter_names(chunk) | fields, "reading the files"):
                file = read_file(resource, self._settings.url or "", chunk, languages)
                if file is not None:
                    is_temporary = resource["attributes"].get("status") is False
                    found[file.slug].append(FoundFile(file=file, is_temporary=is_temporary))
        return found

    def with_users(self, files: Sequence[FoundFile], keys: Collection[str]) -> list[RemoteFile]:
        """Return files, some with a reason to keep them: others use them. `keys` are the post's own places.

        Use by media or paragraphs stays unknown: Drupal's JSON:API has no list of the uses of a file.
        """
        wanted = {one.file.key for one in files if not one.is_temporary}
        reasons = dict(self._in_other_fields(wanted, keys)) if wanted else {}
        for key in wanted - set(reasons):
            number = self._user_of(key)
            if number is not None:
                reasons[key] = f"node {number} uses it"
        return [replace(one.file, keep_reason=reasons.get(one.file.key)) for one in files]

    def sample(self) -> JsonObject:
        """Return the newest node of the content type, whole, or an empty object."""
        params = {"page[limit]": "1", "sort": "-changed"}
        response = self._client.read(self.nodes_path, params=params, headers=ACCEPTED, doing="reading a post")
        return next(resources_of(response.json()), {})

    def default_language(self) -> str | None:
        """Return the language of addresses without a language, as a header of the site names it."""
        response = self._client.read("/jsonapi", headers=ACCEPTED)
        return response.headers.get("content-language")

    def _nodes(self, parameters: Mapping[str, str], language: str | None) -> Iterator[DrupalNode]:
        path = self.nodes_path if language is None else f"/{language}{self.nodes_path}"
        # Where the site lacks the language, it has no such address.
        expect = (HTTPStatus.OK,) if language is None else (HTTPStatus.OK, HTTPStatus.NOT_FOUND)
        for resource in self._pages(path, {**parameters, **self._node_fields}, "reading posts", expect):
            node = read_node(resource, self._settings.field)
            if node is not None:
                yield node

    def _pages(
        self, path: str, parameters: Mapping[str, str], doing: str, expect: Collection[int] = (HTTPStatus.OK,)
    ) -> Iterator[JsonObject]:
        """Yield the resources of all pages; a page leaves out what we may not see, and so may be short."""
        offset = 0
        while True:
            params = {**parameters, "page[offset]": str(offset), "page[limit]": str(_MOST_A_PAGE)}
            response = self._client.read(path, params=params, headers=ACCEPTED, expect=expect, doing=doing)
            if response.status != HTTPStatus.OK:
                return
            document = response.json()
            yield from resources_of(document)
            if not has_next(document):
                return
            offset += _MOST_A_PAGE

    def _user_of(self, key: str) -> int | None:
        """Return the number of a node whose field holds a file, or None."""
        params = {f"filter[{self._settings.field}.id]": key, "page[limit]": "1", **self._node_fields}
        response = self._client.read(
            self.nodes_path, params=params, headers=ACCEPTED, doing="looking who uses a file"
        )
        node = next((read_node(one, self._settings.field) for one in resources_of(response.json())), None)
        return None if node is None else node.number

    def _in_other_fields(self, files: Collection[str], keys: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield (file, reason) of those that another field of the post's own places holds."""
        for key in keys:
            response = self._client.read(key, headers=ACCEPTED, doing="looking who uses a file")
            for resource in resources_of(response.json()):
                for file in users_of(resource, self._settings.field, files):
                    yield file, "another field of the post holds it"

    def observe(self, posts: Sequence[DesiredPost]) -> tuple[PostState, ...]:
        """Return what the site carries of each post, in their order.

        The nodes are read before the files: what a node links to is there then, or is gone for good.
        """
        places = [place for post in posts for place in post.places]
        nodes = self.nodes({self._key(place) for place in places})
        seen = _Seen(
            nodes=nodes,
            translated=self._translated(places, nodes),
            files=self.files([post.slug for post in posts], self._languages | _languages(posts)),
        )
        return tuple(self._post(post, seen) for post in posts)

    def _translated(
        self, places: Sequence[DesiredPlace], nodes: Mapping[tuple[str, str], DrupalNode]
    ) -> dict[tuple[str, str], DrupalNode]:
        """Return the translations that places ask for, of nodes that are in another language."""
        wanted: dict[str, set[tuple[str, str]]] = {}
        for place in places:
            node = nodes.get(self._key(place))
            language = _code(place)
            if node is not None and language not in (None, node.language):
                wanted.setdefault(str(language), set()).add(("id", node.uuid))
        return {
            (language, node.uuid): node
            for language, keys in wanted.items()
            for node in self.nodes(keys, language).values()
            if node.language == language
        }

    def _post(self, post: DesiredPost, seen: _Seen) -> PostState:
        found = seen.files[post.slug]
        ours = {one.file.key: one.file for one in found}
        places = tuple(self._place(place, seen, ours) for place in post.places)
        linked = {link.file_key for place in places for link in place.links}
        files = [one.file for one in found if one.file.key in linked]
        loose = [one for one in found if one.file.key not in linked]
        if any(place.problem is not None for place in places):
            # Nothing is deleted then, so that the other users of a file don't matter.
            files += [one.file for one in loose]
        else:
            keys = sorted({place.key for place in places if place.key is not None})
            files += self.with_users(loose, keys)
        return PostState(slug=post.slug, places=places, files=tuple(files))

    def _place(self, place: DesiredPlace, seen: _Seen, ours: Mapping[str, RemoteFile]) -> PlaceState:
        node = seen.nodes.get(self._key(place))
        if node is None:
            return self._absent(place)
        prefix, language = "", _code(place)
        if language not in (None, node.language):
            translated = seen.translated.get((str(language), node.uuid))
            if translated is None:
                return _with_problem(self._no_translation(place, node.number))
            node, prefix = translated, f"/{language}"
        entries = [entry for entry in node.entries if entry.file in ours]
        page = f"{self._settings.url}{prefix}/node/{node.number}"
        return PlaceState(
            key=f"{prefix}{self.nodes_path}/{node.uuid}",
            version=node.version,
            links=tuple(
                AttachmentLink(
                    language=ours[entry.file].language,
                    text=entry.description,
                    url=ours[entry.file].url,
                    file_key=entry.file,
                )
                for entry in entries
            ),
            page_url=page if node.is_published else None,
            stale=None if all(entry.is_shown for entry in entries) else "a link is hidden from readers",
        )

    def _absent(self, place: DesiredPlace) -> PlaceState:
        """Return the state of a place that isn't there: one to be created, or one with a problem."""
        settings = self._settings
        if not (settings.create and is_own_name(place.reference)):
            return _with_problem(self._not_found(place))
        language = _code(place)
        if language is not None and self.default_language() not in (None, language):
            return _with_problem(self._no_translation(place, None))
        return PlaceState(key=None, version="", links=())

    def _key(self, place: DesiredPlace) -> tuple[str, str]:
        return reference_key(place.reference, self._settings.url or "", self._settings.content_type)

    def _not_found(self, place: DesiredPlace) -> SiteProblem:
        settings = self._settings
        if is_own_name(place.reference):
            return SiteProblem(
                name="post_not_found",
                message=f"{settings.name}: nothing tells which {settings.content_type} {place.reference} is "
                "there: Drupal knows posts by number or UUID",
                remedy=f"write its number into the front matter (publish: {{{settings.name}: 123}}; it "
                f"stands in the address /node/123/edit), or set create = true in {table_of(settings)} to "
                "have it made as a draft",
            )
        user = user_of(settings)
        return SiteProblem(
            name="post_not_found",
            message=f"{settings.name}: there is no {settings.content_type} {place.reference}, or {user} may "
            "not see it",
            remedy="correct `publish` in the front matter; where the post is there and not published, ask "
            f"the site's administrator to let {user} see unpublished content",
        )

    def _no_translation(self, place: DesiredPlace, number: int | None) -> SiteProblem:
        settings = self._settings
        which = f"node {number}" if number is not None else place.reference
        return SiteProblem(
            name="translation_missing",
            message=f"{settings.name}: {which} has no translation in {place.translation}, and JSON:API can "
            "create none",
            remedy="add the translation on the site first "
            f"({'/node/' + str(number) if number else 'the post’s tab'} → Translate); where each language "
            f"is a post of its own, set translations = false in {table_of(settings)}",
        )


def _chunks(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _languages(posts: Sequence[DesiredPost]) -> frozenset[str]:
    """Return every language of posts: of their links, translations and editions."""
    desired = {language for post in posts for place in post.places for language in place.languages}
    translations = {place.translation for post in posts for place in post.places if place.translation}
    written = {edition.language for post in posts if post.post for edition in post.post.editions}
    return frozenset(desired | translations | written)


def _code(place: DesiredPlace) -> str | None:
    """Return Drupal's code of a translation, which also begins its addresses: `zh-hans` of `zh-Hans`."""
    return None if place.translation is None else place.translation.lower()


def _with_problem(problem: SiteProblem) -> PlaceState:
    return PlaceState(key=None, version="", links=(), problem=problem)

"""What is asked of a Drupal's JSON:API: pages of nodes and files, as few and as small as they can be."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from pipeline.core.settings.targets import TargetSettings
from pipeline.publish.drupal.documents import (
    JsonObject,
    Node,
    filter_in,
    filter_names,
    has_next,
    read_file,
    read_node,
    resources_of,
    users_of,
)
from pipeline.publish.http.client import Client
from pipeline.publish.model import RemoteFile

#: Drupal answers with no more at once (`OffsetPage::SIZE_MAX`).
_MOST_A_PAGE = 50
#: So many names are asked for at once that the address stays below the 8 KiB that web servers take.
_MOST_NAMES = 20
_FILES = "/jsonapi/file/file"

ACCEPTED = {"Accept": "application/vnd.api+json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file of ours; it is temporary until a node that uses it is saved."""

    file: RemoteFile
    is_temporary: bool


class Reader:
    """Reads one content type of one site."""

    def __init__(self, settings: TargetSettings, client: Client) -> None:
        self._settings = settings
        self._client = client
        self._kind = f"node--{settings.content_type}"
        self.nodes_path = f"/jsonapi/node/{settings.content_type}"
        names = ("drupal_internal__nid", "drupal_internal__vid", "langcode", "status", "changed")
        self._node_fields = {f"fields[{self._kind}]": ",".join((*names, settings.field))}

    def nodes(
        self, keys: Collection[tuple[str, str]], language: str | None = None
    ) -> dict[tuple[str, str], Node]:
        """Return the nodes with these keys, (path, value) as of `reference_key`, under each key that they answer to.

        With a language, they come in that one where they have it, else in their original's; none come where the site
        has no such language.
        """
        found = {}
        for path in sorted({path for path, _ in keys}):
            values = sorted({value for one, value in keys if one == path})
            for chunk in _chunks(values, _MOST_A_PAGE):
                for node in self._nodes(filter_in(path, chunk), language):
                    found["id", node.uuid] = node
                    found["drupal_internal__nid", str(node.number)] = node
        return found

    def node(self, key: str) -> Node | None:
        """Return the node of a place's key as it is now, or None where it is gone."""
        expect = (HTTPStatus.OK, HTTPStatus.NOT_FOUND)
        answer = self._client.read(
            key, params=self._node_fields, headers=ACCEPTED, expect=expect, doing="reading a post"
        )
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        return next((read_node(one, self._settings.field) for one in resources_of(answer.json())), None)

    def files(self, slugs: Sequence[str], languages: Collection[str]) -> dict[str, list[Found]]:
        """Return every file of ours, temporary ones too, by slug."""
        found: dict[str, list[Found]] = {slug: [] for slug in slugs}
        fields = {"fields[file--file]": "filename,uri,filesize,status", "sort": "drupal_internal__fid"}
        for chunk in _chunks(list(found), _MOST_NAMES):
            for resource in self._pages(_FILES, filter_names(chunk) | fields, "reading the files"):
                file = read_file(resource, self._settings.url or "", chunk, languages)
                if file is not None:
                    is_temporary = resource["attributes"].get("status") is False
                    found[file.slug].append(Found(file=file, is_temporary=is_temporary))
        return found

    def with_users(self, files: Sequence[Found], keys: Collection[str]) -> list[RemoteFile]:
        """Return files with the reason to keep each that a node uses elsewhere; `keys` are the post's own places.

        What media or paragraphs use can't be asked for: Drupal's JSON:API tells no usage of a file.
        """
        asked = {one.file.key for one in files if not one.is_temporary}
        reasons = dict(self._in_other_fields(asked, keys)) if asked else {}
        for key in asked - set(reasons):
            number = self._user_of(key)
            if number is not None:
                reasons[key] = f"node {number} uses it"
        return [replace(one.file, kept=reasons.get(one.file.key)) for one in files]

    def sample(self) -> JsonObject:
        """Return the newest node of the content type, whole, or an empty object."""
        params = {"page[limit]": "1", "sort": "-changed"}
        answer = self._client.read(self.nodes_path, params=params, headers=ACCEPTED, doing="reading a post")
        return next(resources_of(answer.json()), {})

    def default_language(self) -> str | None:
        """Return the language of addresses without a language, as the site's answers name it."""
        answer = self._client.read("/jsonapi", headers=ACCEPTED)
        return answer.headers.get("content-language")

    def _nodes(self, parameters: Mapping[str, str], language: str | None) -> Iterator[Node]:
        path = self.nodes_path if language is None else f"/{language}{self.nodes_path}"
        # A language that the site doesn't have is an address that it doesn't have.
        expect = (HTTPStatus.OK,) if language is None else (HTTPStatus.OK, HTTPStatus.NOT_FOUND)
        for resource in self._pages(path, {**parameters, **self._node_fields}, "reading posts", expect):
            node = read_node(resource, self._settings.field)
            if node is not None:
                yield node

    def _pages(
        self, path: str, parameters: Mapping[str, str], doing: str, expect: Collection[int] = (HTTPStatus.OK,)
    ) -> Iterator[JsonObject]:
        """Yield the resources of every page. A page may hold fewer than it could: what we may not see is left out."""
        offset = 0
        while True:
            params = {**parameters, "page[offset]": str(offset), "page[limit]": str(_MOST_A_PAGE)}
            answer = self._client.read(path, params=params, headers=ACCEPTED, expect=expect, doing=doing)
            if answer.status != HTTPStatus.OK:
                return
            document = answer.json()
            yield from resources_of(document)
            if not has_next(document):
                return
            offset += _MOST_A_PAGE

    def _user_of(self, key: str) -> int | None:
        """Return the number of a node whose field holds a file, or None."""
        params = {f"filter[{self._settings.field}.id]": key, "page[limit]": "1", **self._node_fields}
        answer = self._client.read(
            self.nodes_path, params=params, headers=ACCEPTED, doing="looking who uses a file"
        )
        node = next((read_node(one, self._settings.field) for one in resources_of(answer.json())), None)
        return None if node is None else node.number

    def _in_other_fields(self, files: Collection[str], keys: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield (file, reason) of those that another field of the post's own places holds."""
        for key in keys:
            answer = self._client.read(key, headers=ACCEPTED, doing="looking who uses a file")
            for resource in resources_of(answer.json()):
                for file in users_of(resource, self._settings.field, files):
                    yield file, "another field of the post holds it"


def _chunks(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]

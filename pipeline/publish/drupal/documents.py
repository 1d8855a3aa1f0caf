"""Drupal's JSON:API documents → what publishing needs of them, and back; pure."""

import hashlib
import json
import re
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from pipeline.publish.model import NewLink, RemoteFile

JsonObject = dict[str, Any]

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
#: The rest of a file's name behind the language; Drupal adds `_0` where the name was taken.
_REST_OF_NAME = re.compile(r"-(?P<sha8>[0-9a-f]{8})(?:_[0-9]+)?\.pdf")
#: Drupal's value in the place of the UUID of a file that is gone.
_GONE = "missing"
#: Data that Drupal gives with an entry and doesn't accept.
_NOT_TAKEN_BACK = re.compile(r"drupal_internal__.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldEntry:
    """An entry of a file field: the file's UUID and the field's own data, such as the description."""

    file: str
    meta: Mapping[str, Any]

    @property
    def description(self) -> str:
        """Return the text of the link; where there is none, Drupal prints the file's name."""
        return str(self.meta.get("description") or "")

    @property
    def is_shown(self) -> bool:
        """Say whether readers see it; a field without the tick "Include file in display" shows all."""
        return self.meta.get("display", True) is not False

    @property
    def is_gone(self) -> bool:
        """Say whether its file is gone: no reader sees such an entry, and Drupal accepts none."""
        return self.file == _GONE

    def document(self) -> JsonObject:
        """Return the entry in the form that Drupal accepts."""
        return {"type": "file--file", "id": self.file, "meta": dict(self.meta)}


@dataclass(frozen=True, slots=True, kw_only=True)
class DrupalNode:
    """A node in one language: `number` is its nid, `is_single` says that its field takes one file only."""

    uuid: str
    number: int
    language: str
    is_published: bool
    entries: tuple[FieldEntry, ...]
    is_single: bool
    version: str


def reference_key(reference: str, settings_url: str, content_type: str) -> tuple[str, str]:
    """Return what to look a post up by: (`drupal_internal__nid`, number) or (`id`, UUID).

    Drupal knows no slugs. So a slug stands for the UUID that a draft of ours gets when it is created: a
    name-based one (RFC 9562, version 5) of site, content type and slug, which finds the draft again whatever
    happened to the answer.
    """
    if _NUMBER.fullmatch(reference):
        return "drupal_internal__nid", reference
    if _UUID.fullmatch(reference):
        return "id", reference.lower()
    return "id", str(
        uuid.uuid5(uuid.NAMESPACE_URL, f"{settings_url}/jsonapi/node/{content_type}#{reference}")
    )


def is_own_name(reference: str) -> bool:
    """Say whether a reference is a slug, neither a number nor a UUID."""
    return not (_NUMBER.fullmatch(reference) or _UUID.fullmatch(reference))


def read_node(resource: JsonObject, field: str) -> DrupalNode | None:
    """Return a node, or None where the resource lacks what every node has."""
    attributes = _object(resource, "attributes")
    number = attributes.get("drupal_internal__nid")
    if not isinstance(number, int) or not isinstance(resource.get("id"), str):
        return None
    data = _object(_object(resource, "relationships"), field).get("data")
    listed = data if isinstance(data, list) else [data]
    entries = tuple(_entry(one) for one in listed if isinstance(one, dict))
    return DrupalNode(
        uuid=resource["id"],
        number=number,
        language=str(attributes.get("langcode", "")),
        is_published=attributes.get("status") is True,
        entries=entries,
        is_single=not isinstance(data, list),
        version=_version(attributes, entries),
    )


def read_file(
    resource: JsonObject, url: str, slugs: Collection[str], languages: Collection[str]
) -> RemoteFile | None:
    """Return a file of ours, or None where its name isn't one that we give.

    Older Drupals change the name in the address alone where it was taken, newer ones both.
    """
    attributes = _object(resource, "attributes")
    address = _object(attributes, "uri").get("url")
    if not isinstance(address, str) or not isinstance(resource.get("id"), str):
        return None
    whole = urljoin(f"{url}/", address)
    names = (attributes.get("filename"), PurePosixPath(unquote(urlsplit(whole).path)).name)
    read = [read_name(name, slugs, languages) for name in names if isinstance(name, str)]
    marked = next((one for one in read if one is not None), None)
    if marked is None:
        return None
    size = attributes.get("filesize")
    return RemoteFile(
        key=resource["id"],
        url=whole,
        slug=marked[0],
        language=marked[1],
        sha256=marked[2],
        size=size if isinstance(size, int) else None,
    )


def read_name(name: str, slugs: Collection[str], languages: Collection[str]) -> tuple[str, str, str] | None:
    """Return the slug, the language and the first eight digits of the sha256 in a file name of ours.

    Slugs and languages may hold hyphens: only known ones are taken, the longest slug first.
    """
    for slug in sorted(slugs, key=len, reverse=True):
        for language in languages:
            start = f"{slug}-{language}"
            rest = _REST_OF_NAME.fullmatch(name.removeprefix(start)) if name.startswith(start) else None
            if rest is not None:
                return slug, language, rest["sha8"]
    return None


def merged(
    entries: Sequence[FieldEntry], ours: Collection[str], links: Sequence[FieldEntry]
) -> tuple[FieldEntry, ...]:
    """Return a list with our entries replaced: new ones come where the first of ours is, else at the end.

    Everybody else's stay as and where they are, but for those whose file is gone: Drupal takes them from
    nobody.
    """
    result: list[FieldEntry] = []
    is_placed = False
    for entry in entries:
        if entry.file in ours:
            result += () if is_placed else links
            is_placed = True
        elif not entry.is_gone:
            result.append(entry)
    return tuple(result if is_placed else [*result, *links])


def new_entry(link: NewLink) -> FieldEntry:
    """Return the entry of a new link."""
    return FieldEntry(file=link.file.key, meta={"description": link.text, "display": True})


def same_entries(one: Sequence[FieldEntry], other: Sequence[FieldEntry]) -> bool:
    """Say whether two lists show the same; `arity`, Drupal's count of entries of one file, doesn't matter."""
    return [_shown(entry) for entry in one] == [_shown(entry) for entry in other]


def filter_in(path: str, values: Sequence[str]) -> dict[str, str]:
    """Return the query parameters of a filter for resources with one of these values."""
    listed = {f"filter[{path}][value][{number}]": value for number, value in enumerate(values)}
    return {f"filter[{path}][operator]": "IN", **listed}


def filter_names(slugs: Sequence[str]) -> dict[str, str]:
    """Return the query parameters of a filter for files whose name begins with one of these slugs."""
    parameters = {"filter[any][group][conjunction]": "OR"}
    for number, slug in enumerate(slugs):
        condition = f"filter[name{number}][condition]"
        parameters |= {
            f"{condition}[path]": "filename",
            f"{condition}[operator]": "STARTS_WITH",
            f"{condition}[value]": f"{slug}-",
            f"{condition}[memberOf]": "any",
        }
    return parameters


def resources_of(document: object) -> Iterator[JsonObject]:
    """Yield the resources of a document, one or many."""
    data = document.get("data") if isinstance(document, dict) else None
    for resource in data if isinstance(data, list) else [data]:
        if isinstance(resource, dict):
            yield resource


def has_next(document: object) -> bool:
    """Say whether a document is followed by another page."""
    return isinstance(document, dict) and "next" in _object(document, "links")


def users_of(resource: JsonObject, field: str, files: Collection[str]) -> set[str]:
    """Return which of these files a node uses in any field but one."""
    found = set()
    for name, relationship in _object(resource, "relationships").items():
        data = relationship.get("data") if name != field and isinstance(relationship, dict) else None
        for one in data if isinstance(data, list) else [data]:
            if isinstance(one, dict) and one.get("id") in files:
                found.add(one["id"])
    return found


def _entry(identifier: JsonObject) -> FieldEntry:
    meta = {
        name: value
        for name, value in _object(identifier, "meta").items()
        if not _NOT_TAKEN_BACK.fullmatch(name)
    }
    return FieldEntry(file=str(identifier.get("id")), meta=meta)


def _shown(entry: FieldEntry) -> tuple[str, JsonObject]:
    return entry.file, {name: value for name, value in entry.meta.items() if name != "arity"}


def _version(attributes: JsonObject, entries: Sequence[FieldEntry]) -> str:
    """Return a text that differs after any change: Drupal's times are in seconds, so it includes the list."""
    listed = json.dumps([(entry.file, dict(entry.meta)) for entry in entries], sort_keys=True)
    parts = (attributes.get("drupal_internal__vid"), attributes.get("changed"))
    return f"{parts[0]} {parts[1]} {hashlib.sha256(listed.encode()).hexdigest()[:16]}"


def _object(holder: Mapping[str, Any], name: str) -> JsonObject:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}

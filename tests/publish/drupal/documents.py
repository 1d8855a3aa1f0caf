"""The documents that Drupal's JSON:API answers with."""

import datetime as dt
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from tests.publish.drupal.site import FILES, ListItem, Node, Refusal, Site, StoredFile, Translation

JsonObject = dict[str, Any]
_VERSION = {"version": "1.0", "meta": {"links": {"self": {"href": "http://jsonapi.org/format/1.0/"}}}}
_MISSING = {
    "links": {
        "help": {
            "href": "https://www.drupal.org/docs/8/modules/json-api/core-concepts#missing",
            "meta": {"about": "Usage and meaning of the 'missing' resource identifier."},
        }
    }
}


def document(data: object, **members: object) -> JsonObject:
    """Return a whole document around its primary data."""
    return {"jsonapi": _VERSION, "data": data, **members}


def error_document(refusal: Refusal, url: str) -> JsonObject:
    """Return the document that says why something was not done."""
    title = HTTPStatus(refusal.status).phrase
    error = {
        "title": title,
        "status": str(refusal.status),
        "detail": refusal.detail,
        "links": {"via": {"href": url}},
    }
    return {"jsonapi": _VERSION, "errors": [error]}


def _moment(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat()


def identifiers(site: Site, items: Sequence[ListItem]) -> list[JsonObject]:
    """Return the items of a file field as resource identifiers; `arity` tells those of one file apart."""
    found: list[JsonObject] = []
    for item in items:
        file = site.file(item.file)
        meta: JsonObject = dict(_MISSING)
        if file is not None:
            meta = {
                "display": item.display,
                "description": item.description,
                "drupal_internal__target_id": file.number,
            }
        key = file.uuid if file else "missing"
        same = [one for one in found if one["id"] == key]
        if same:
            same[0]["meta"].setdefault("arity", 0)
            meta["arity"] = len(same)
        found.append({"type": "file--file", "id": key, "meta": meta})
    return found


def linkage(site: Site, translation: Translation, name: str) -> object:
    """Return what a relationship holds: a list, or one or nothing where the field takes one value."""
    found = identifiers(site, translation.fields.get(name, []))
    return found if site.cardinality.get(name) != 1 else next(iter(found), None)


def node_resource(site: Site, node: Node, translation: Translation, address: str) -> JsonObject:
    """Return a node as a resource, in one translation."""
    attributes = {
        "drupal_internal__nid": node.number,
        "drupal_internal__vid": node.revision,
        "langcode": translation.language,
        "status": translation.published,
        "title": translation.title,
        "changed": _moment(translation.changed),
        "default_langcode": translation.language == node.language,
        "path": {"alias": None, "pid": None, "langcode": translation.language},
        "body": translation.body
        and {**translation.body, "processed": translation.body["value"], "summary": ""},
    }
    if not site.has_body:
        del attributes["body"]
    related = {name: {"data": linkage(site, translation, name), "links": {}} for name in site.fields}
    owner = {
        "data": {"type": "user--user", "id": "missing", "meta": {"drupal_internal__target_id": node.owner}}
    }
    return {
        "type": f"node--{node.kind}",
        "id": node.uuid,
        "links": {"self": {"href": f"{address}/{node.uuid}"}},
        "attributes": attributes,
        "relationships": {"uid": owner, **related},
    }


def file_resource(site: Site, file: StoredFile) -> JsonObject:
    """Return a file as a resource; Drupal tells no hash."""
    attributes = {
        "drupal_internal__fid": file.number,
        "langcode": "en",
        "filename": site.shown_name(file.name),
        "uri": {"value": f"public://{file.name}", "url": f"{FILES}{file.name}"},
        "filemime": "application/pdf" if file.name.endswith(".pdf") else "text/plain",
        "filesize": len(file.data),
        "status": file.permanent,
        "created": _moment(1_600_000_000),
        "changed": _moment(1_600_000_000),
    }
    return {"type": "file--file", "id": file.uuid, "attributes": attributes, "relationships": {}}


def sparse(resource: JsonObject, query: JsonObject) -> JsonObject:
    """Return a resource with the fields alone that a query asks for; an unknown field is passed over."""
    desired = query.get("fields", {}).get(resource["type"])
    if desired is None:
        return resource
    names = set(desired.split(","))
    parts = {
        part: {name: value for name, value in resource.get(part, {}).items() if name in names}
        for part in ("attributes", "relationships")
    }
    return {**resource, **parts}

"""What Drupal's JSON:API does with nodes and files, in the statuses and words measured and read in its source."""

import json
import re
import uuid

from tests.publish.drupal.documents import (
    JsonObject,
    document,
    file_resource,
    linkage,
    node_resource,
    sparse,
)
from tests.publish.drupal.queries import Values, filtered, known_paths, page_of, sorted_views
from tests.publish.drupal.site import ANONYMOUS, ListItem, Node, Refusal, Site, StoredFile, Translation, User
from tests.publish.drupal.storing import stored

#: Only these fields may be set by nobody but who may administer content.
_ADMINISTRATIVE = ("uid", "status", "created", "promote", "sticky")
_ATTRIBUTES = ("title", "body", "status", "langcode", "path", "created", "promote", "sticky")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Response = tuple[int, JsonObject | None]


class Resources:
    """JSON:API for one request: who asks, and in which language."""

    def __init__(self, site: Site, user: User, language: str, address: str) -> None:
        self._site = site
        self._user = user
        self._language = language
        self._address = address

    def entry(self) -> Response:
        """Return the entry document: the resource types, and `me` for who is signed in."""
        links = {
            f"node--{kind}": {"href": f"{self._address}/jsonapi/node/{kind}"} for kind in self._site.kinds
        }
        links |= {"file--file": {"href": f"{self._address}/jsonapi/file/file"}}
        if self._user is ANONYMOUS:
            return 200, document([], links=links)
        href = f"{self._address}/jsonapi/user/user/{self._user.uuid}"
        me = {"links": {"me": {"meta": {"id": self._user.uuid}, "href": href}}}
        return 200, document([], meta=me, links=links)

    def user(self, identifier: str) -> Response:
        """Return an account, which none but itself sees here."""
        if identifier != self._user.uuid:
            raise Refusal(403, "The current user is not allowed to GET the selected resource.")
        attributes = {"display_name": self._user.name, "name": self._user.name}
        return 200, document({"type": "user--user", "id": identifier, "attributes": attributes})

    def collection(self, kind: str, query: JsonObject) -> Response:
        """Return a page of the nodes of a type, or of the files, that a query lets through."""
        if kind == "file":
            # Drupal lets nobody without this permission filter files at all.
            may = self._user.may("access content")
            resources = [file_resource(self._site, file) for file in self._site.files] if may else []
        else:
            nodes = [node for node in self._site.nodes if node.kind == kind and self._sees(node)]
            resources = [self._resource(node) for node in nodes]
        views = [Values(one) for one in resources]
        found = filtered(query, sorted_views(query, views), known_paths(kind, self._site))
        first, most = page_of(query)
        shown = [sparse(view.resource, query) for view in found[first : first + most]]
        links: JsonObject = {"self": {"href": f"{self._address}/jsonapi"}}
        if len(found) > first + most:
            links["next"] = {
                "href": f"{self._address}/jsonapi/…?page[offset]={first + most}&page[limit]={most}"
            }
        return 200, document(shown, links=links)

    def individual(self, kind: str, identifier: str, query: JsonObject) -> Response:
        """Return one node or file."""
        if kind == "file":
            return 200, document(sparse(file_resource(self._site, self._file(identifier)), query))
        return 200, document(sparse(self._resource(self._node(kind, identifier)), query))

    def create(self, kind: str, body: bytes) -> Response:
        """Create a node; the client may choose its UUID."""
        data = _decoded(body).get("data", {})
        if "type" not in data:
            raise Refusal(400, 'Resource object must include a "type".')
        identifier = data.get("id", str(uuid.uuid4()))
        if not _UUID.fullmatch(identifier):
            raise Refusal(
                422, "IDs should be properly generated and formatted UUIDs as described in RFC 4122."
            )
        self._needs(f"create {kind} content", f"The 'create {kind} content' permission is required.")
        attributes = data.get("attributes", {})
        self._check_attributes(kind, attributes, "POST")
        if "title" not in attributes:
            raise Refusal(422, "title: This value should not be null.")
        if self._site.node(identifier):
            raise Refusal(409, "Conflict: Entity already exists.")
        language = attributes.get("langcode", self._site.languages[0])
        translation = Translation(language=language, title="", changed=self._site.tick())
        node = self._site.add_node(kind=kind, owner=self._user.uid)
        node.uuid, node.language, node.translations = identifier, language, {language: translation}
        self._set(translation, attributes)
        for name, value in data.get("relationships", {}).items():
            translation.fields[name] = self._items(name, value.get("data"))
        self._site.save(node, language)
        return 201, document(node_resource(self._site, node, translation, self._address))

    def change(self, kind: str, identifier: str, body: bytes) -> Response:
        """Change a node's attributes; `langcode` changes the original's language, as in the real one."""
        node = self._node(kind, identifier)
        translation = self._writable(node)
        attributes = _decoded(body).get("data", {}).get("attributes", {})
        self._check_attributes(kind, attributes, "PATCH")
        self._set(translation, attributes)
        language = attributes.get("langcode", node.language)
        if language != node.language:
            original = node.translations.pop(node.language)
            original.language = node.language = language
            node.translations[language] = original
        self._site.save(node, translation.language)
        return 200, document(self._resource(node))

    def replace(self, kind: str, identifier: str, name: str, body: bytes) -> Response:
        """Replace the whole list of a file field."""
        node = self._node(kind, identifier)
        translation = self._writable(node)
        self._check_field(name)
        items = self._items(name, _decoded(body).get("data"))
        most = self._site.cardinality.get(name, 0)
        if most and len(items) > most:
            raise Refusal(422, f"{name}: this field cannot hold more than {most} values.")
        translation.fields[name] = items
        self._site.save(node, translation.language)
        return 204, None

    def relationship(self, kind: str, identifier: str, name: str) -> Response:
        """Return the list of a file field."""
        self._check_field(name)
        shown = self._node(kind, identifier).best(self._language)
        return 200, document(linkage(self._site, shown, name))

    def upload(self, kind: str, name: str, disposition: str | None, body: bytes) -> Response:
        """Store a temporary file for a field of a node that may not exist yet."""
        if name not in self._site.fields:
            raise Refusal(404, f'Field "{name}" does not exist.')
        permission = f"create {kind} content"
        reason = "The current user is not permitted to upload a file for this field."
        self._needs(permission, f"{reason} The '{permission}' permission is required.")
        file = stored(self._site, self._user, disposition, body)
        return 201, document(file_resource(self._site, file))

    def delete_node(self, kind: str, identifier: str) -> Response:
        """Delete a node; its files stay."""
        node = self._node(kind, identifier)
        if node.owner != self._user.uid:
            self._needs(
                f"delete any {kind} content", f"The 'delete any {kind} content' permission is required."
            )
        self._site.nodes.remove(node)
        return 204, None

    def delete_file(self, identifier: str) -> Response:
        """Delete a file, whoever uses it."""
        file = self._file(identifier)
        if file.owner != self._user.uid and not self._user.may("delete any file"):
            raise Refusal(
                403,
                "The current user is not allowed to DELETE the selected resource. Only the file owner can "
                "update or delete the file entity.",
            )
        self._site.files.remove(file)
        return 204, None

    def _resource(self, node: Node) -> JsonObject:
        return node_resource(self._site, node, node.best(self._language), self._address)

    def _sees(self, node: Node) -> bool:
        if node.best(self._language).published:
            return self._user.may("access content")
        own = node.owner == self._user.uid and self._user.may("view own unpublished content")
        return own or self._user.may("bypass node access")

    def _node(self, kind: str, identifier: str) -> Node:
        node = self._site.node(identifier)
        if node is None or node.kind != kind:
            raise Refusal(
                404,
                f'The "entity" parameter was not converted for the path "/jsonapi/node/{kind}/{{entity}}" '
                f'(route name: "jsonapi.node--{kind}.individual")',
            )
        if not self._sees(node):
            raise Refusal(403, "The current user is not allowed to GET the selected resource.")
        return node

    def _file(self, identifier: str) -> StoredFile:
        file = self._site.file(identifier)
        if file is None:
            raise Refusal(
                404,
                'The "entity" parameter was not converted for the path "/jsonapi/file/file/{entity}" '
                '(route name: "jsonapi.file--file.individual")',
            )
        return file

    def _writable(self, node: Node) -> Translation:
        if self._language not in node.translations:
            there = ", ".join(node.translations)
            raise Refusal(
                405,
                "The requested translation of the resource object does not exist, instead modify one of "
                f"the translations that do exist: {there}.",
                {"Allow": "GET"},
            )
        own = node.owner == self._user.uid and self._user.may(f"edit own {node.kind} content")
        if not own:
            self._needs(
                f"edit any {node.kind} content",
                "The current user is not allowed to edit this relationship. The following permissions are "
                f"required: 'edit any {node.kind} content'.",
            )
        return node.translations[self._language]

    def _needs(self, permission: str, reason: str) -> None:
        if not self._user.may(permission):
            raise Refusal(403, reason)

    def _check_field(self, name: str) -> None:
        if name not in self._site.fields:
            raise Refusal(404, f'No route found for "{name}"')

    def _check_attributes(self, kind: str, attributes: JsonObject, doing: str) -> None:
        for name in attributes:
            if name not in _ATTRIBUTES or (name == "body" and not self._site.has_body):
                raise Refusal(422, f"The attribute {name} does not exist on the node--{kind} resource type.")
            if name in _ADMINISTRATIVE:
                self._needs(
                    "administer nodes",
                    f"The current user is not allowed to {doing} the selected field ({name}). The "
                    "'administer nodes' permission is required.",
                )
        body = attributes.get("body") or {}
        if body.get("format") not in {None, *self._site.formats}:
            raise Refusal(422, "body.0.format: The value you selected is not a valid choice.")

    def _set(self, translation: Translation, attributes: JsonObject) -> None:
        translation.title = attributes.get("title", translation.title)
        translation.body = attributes.get("body", translation.body)
        translation.published = attributes.get("status", translation.published)

    def _items(self, name: str, data: object) -> list[ListItem]:
        single = self._site.cardinality.get(name) == 1
        given = [data] if single and data is not None else data or []
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            raise Refusal(400, "Invalid body payload for the relationship.")
        items = [self._item(one) for one in given]
        seen = [(one.get("id"), one.get("meta", {}).get("arity")) for one in given]
        if len(set(seen)) < len(seen):
            raise Refusal(
                400,
                "Duplicate relationships are not permitted. Use `meta.arity` to distinguish resource "
                "identifiers with matching `type` and `id` values.",
            )
        return items

    def _item(self, given: JsonObject) -> ListItem:
        kind, identifier, meta = given.get("type"), given.get("id"), given.get("meta", {})
        if kind != "file--file":
            raise Refusal(
                400, f"The provided type ({kind}) does not match the destination resource types (file--file)."
            )
        if self._site.file(str(identifier)) is None:
            raise Refusal(400, f"The targeted `file--file` resource with ID `{identifier}` does not exist.")
        unknown = set(meta) - {"description", "display", "arity"}
        if unknown:
            raise Refusal(500, f"Property {min(unknown)} is unknown.")
        return ListItem(
            file=str(identifier), description=meta.get("description", ""), display=meta.get("display", True)
        )


def _decoded(body: bytes) -> JsonObject:
    if not body:
        raise Refusal(400, "Empty request body.")
    try:
        read = json.loads(body)
    except ValueError as error:
        raise Refusal(400, "Syntax error") from error
    if not isinstance(read, dict):
        raise Refusal(400, "Syntax error")
    return read

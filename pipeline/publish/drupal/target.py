"""A Drupal, through core's JSON:API: a file field of a content type holds the attachments.

Drupal keeps no hash of a file, so a file of ours is recognised by its name alone. Its JSON:API compares no
versions either (it has no ETag): a list is read again right before it is written, and what somebody writes in
the moment between goes unnoticed.
"""

from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import Any

from pipeline.core.settings.targets import TargetSettings
from pipeline.publish.drupal.documents import (
    DrupalNode,
    FieldEntry,
    merged,
    new_entry,
    read_file,
    reference_key,
    resources_of,
    same_entries,
)
from pipeline.publish.drupal.reading import ACCEPTED, Reader
from pipeline.publish.errors import ChangedMeanwhileError, PublishError, SiteProblemError
from pipeline.publish.http.client import Client
from pipeline.publish.http.diagnosis import quoted, status_error, table_of, user_of
from pipeline.publish.http.exchange import Response
from pipeline.publish.model import (
    DesiredPlace,
    DesiredPost,
    Draft,
    LocalFile,
    NewLink,
    PlacedLink,
    PlaceState,
    PostState,
    RemoteFile,
)

JSON_API = {"Content-Type": "application/vnd.api+json", **ACCEPTED}
#: The format of Drupal's standard installation, taken where no post shows another.
_USUAL_FORMAT = "basic_html"


class Drupal:
    """One Drupal; `languages` are those of files of ours, besides those of the posts themselves."""

    #: Drupal's own views show all posts together.
    front: DesiredPost | None = None

    def __init__(
        self, settings: TargetSettings, client: Client, draft: Draft, languages: Collection[str] = ()
    ) -> None:
        self.name = settings.name
        self._settings = settings
        self._client = client
        self._draft = draft
        self._reader = Reader(settings, client, languages)

    def check(self) -> str:
        """Try address, password, content type and field; return in words who we are there.

        Only a write shows whether JSON:API accepts writes and what the account may do.
        """
        entry = self._client.read("/jsonapi", headers=ACCEPTED, doing="signing in").json()
        me = _at(entry, "meta", "links", "me")
        if me is None:
            raise self._not_signed_in()
        if _at(entry, "links", f"node--{self._settings.content_type}") is None:
            raise self._unknown("content_type", self._settings.content_type)
        # Drupal refuses to filter by a field that doesn't exist, even where there are no posts.
        condition = "filter[ours][condition]"
        params = {
            f"{condition}[path]": f"{self._settings.field}.id",
            f"{condition}[operator]": "IS NOT NULL",
            "page[limit]": "1",
        }
        expect, doing = (HTTPStatus.OK, HTTPStatus.BAD_REQUEST), "looking for the field"
        response = self._client.read(
            self._reader.nodes_path, params=params, headers=ACCEPTED, expect=expect, doing=doing
        )
        if response.status == HTTPStatus.BAD_REQUEST:
            raise self._unknown("field", self._settings.field)
        return f"{self._user_name(str(_at(me, 'meta', 'id') or ''))} at {self._settings.url}"

    def observe(self, posts: Sequence[DesiredPost]) -> Sequence[PostState]:
        """Return what the site carries of each post, in their order."""
        return self._reader.observe(posts)

    def upload(self, file: LocalFile, place: PlaceState) -> RemoteFile:  # noqa: ARG002 - Drupal ties no file to a post
        """Upload a file: a temporary one, which cron deletes after some hours where nothing links to it."""
        identity = file.identity
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f'file; filename="{identity.file_name}"',
            **ACCEPTED,
        }
        response = self._client.write(
            "POST",
            f"{self._reader.nodes_path}/{self._settings.field}",
            headers=headers,
            content=file.path.read_bytes(),
            expect=(HTTPStatus.CREATED,),
            doing=f"uploading {identity.file_name}",
        )
        resource = next(resources_of(response.json()), {})
        stored = read_file(resource, self._settings.url or "", (identity.slug,), (identity.language,))
        if stored is None:
            raise self._renamed(resource, identity.file_name)
        return stored

    def fetch(self, url: str, most: int) -> bytes:
        """Return the bytes that a reader gets; more than `most` raise SiteProblemError."""
        return self._client.download(url, most)

    def link(
        self, desired: DesiredPlace, place: PlaceState, links: Sequence[PlacedLink], post: DesiredPost
    ) -> None:
        """Make these our links in a place, in this order; the entries of others stay as they are."""
        if place.key is None:
            _, node = reference_key(desired.reference, self._settings.url or "", self._settings.content_type)
            new = tuple(new_entry(link) for link in links if isinstance(link, NewLink))
            self._create(node, self._draft(post, desired), new)
            return
        before = self._reader.node(place.key)
        if before is None or before.version != place.version:
            raise ChangedMeanwhileError(
                f"{post.slug}: somebody changed the post {desired.name} on {self.name} in this moment, and "
                "it was left alone"
            )
        ours = {link.file_key for link in place.links if link.file_key is not None}
        entries = merged(before.entries, ours, [_entry(link, before.entries) for link in links])
        self._replace(place.key, before, entries, desired)
        after = self._reader.node(place.key)
        if after is None or not same_entries(after.entries, entries):
            raise SiteProblemError(
                "not_kept",
                f"{self.name}: the post {desired.name} doesn't show the list of files that was just written",
                "look at the post and publish again; where it stays so, ask the site's administrator which "
                "module changes the field when a post is saved",
            )

    def delete(self, file: RemoteFile) -> None:
        """Take a file of ours off the site; one that is gone already is no problem."""
        self._client.write(
            "DELETE",
            f"/jsonapi/file/file/{file.key}",
            headers=ACCEPTED,
            expect=(HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND),
            doing=f"deleting {file.url.rpartition('/')[2]}",
        )

    def _create(self, node: str, draft: tuple[str, str], entries: Sequence[FieldEntry]) -> None:
        """Create the node with this UUID as a draft, with a title and a text of HTML.

        Raises ChangedMeanwhileError where another run has just created it.
        """
        settings, path = self._settings, self._reader.nodes_path
        title, text = draft
        attributes: dict[str, Any] = {"title": title, "status": False, **self._body(text)}
        data: dict[str, Any] = {
            "type": f"node--{settings.content_type}",
            "id": node,
            "attributes": attributes,
        }
        if entries:
            data["relationships"] = {settings.field: {"data": [entry.document() for entry in entries]}}
        expect = (HTTPStatus.CREATED, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT)
        doing = "creating a draft"
        response = self._client.write(
            "POST", path, json={"data": data}, headers=JSON_API, expect=expect, doing=doing
        )
        if response.status == HTTPStatus.CONFLICT:
            raise self._taken(f"{path}/{node}", title)
        if response.status == HTTPStatus.FORBIDDEN:
            if "(status)" not in response.words():
                raise status_error(response, settings, doing)
            user = user_of(settings)
            raise SiteProblemError(
                "missing_permission",
                f"{settings.name}: {user} may not create drafts, only published posts, which we "
                f"don't{quoted(response)}",
                f'ask the site\'s administrator to give {user} the permission "Administer content" (newer '
                'Drupals: "Administer content published status"), or create the post there by hand and '
                f"write its number into the front matter (publish: {{{settings.name}: 123}})",
            )

    def _body(self, text: str) -> dict[str, Any]:
        """Return the attribute `body` in the format of the newest post; nothing where posts have no text."""
        sample = self._reader.sample().get("attributes")
        if isinstance(sample, dict) and "body" not in sample:
            return {}
        return {"body": {"value": text, "format": _at(sample, "body", "format") or _USUAL_FORMAT}}

    def _taken(self, path: str, title: str) -> PublishError:
        """Return what is wrong where a node has our UUID although it wasn't found right before."""
        expect = (HTTPStatus.OK, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
        if self._client.read(path, headers=ACCEPTED, expect=expect).status == HTTPStatus.OK:
            return ChangedMeanwhileError(
                f'{self.name}: another run has just created the draft "{title}", and nothing was written here'
            )
        user = user_of(self._settings)
        return SiteProblemError(
            "missing_permission",
            f'{self.name}: the draft "{title}" exists ({path}), and {user} may not see it',
            f'ask the site\'s administrator to give {user} the permission "View own unpublished content", '
            f"or write the number of the post into the front matter (publish: {{{self.name}: 123}}) once it "
            "is published",
        )

    def _replace(
        self, key: str, node: DrupalNode, entries: Sequence[FieldEntry], desired: DesiredPlace
    ) -> None:
        """Write the whole list: Drupal has no other way to set an order."""
        listed = [entry.document() for entry in entries]
        if node.is_single and len(listed) > 1:
            raise SiteProblemError(
                "field_full",
                f"{self.name}: the field {self._settings.field} takes one file, and the post {desired.name} "
                f"is to carry {len(listed)}",
                'ask the site\'s administrator to set "Allowed number of values" of the field to unlimited',
            )
        data = next(iter(listed), None) if node.is_single else listed
        response = self._patch(key, data, (HTTPStatus.METHOD_NOT_ALLOWED,))
        if response.status == HTTPStatus.METHOD_NOT_ALLOWED:
            # Without a language in its address, Drupal writes to the site's default language alone. A post
            # that lacks that one is written at the address of its own language; the refused request changed
            # nothing.
            there = f"/{node.language}{key}"
            if "translation" not in response.words() or key.startswith(f"/{node.language}/"):
                raise status_error(response, self._settings, f"linking in {desired.name}")
            response = self._patch(there, data)
        if response.status == HTTPStatus.BAD_REQUEST:
            if "does not exist" in response.words():
                raise SiteProblemError(
                    "file_gone",
                    f"{self.name}: a file for the post {desired.name} is gone since it was uploaded "
                    "(Drupal's cron collects what nothing links to)",
                    "publish again: the file is uploaded anew",
                )
            raise status_error(response, self._settings, f"linking in {desired.name}")

    def _patch(self, key: str, data: object, besides: Collection[int] = ()) -> Response:
        expect = (HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.BAD_REQUEST, *besides)
        return self._client.write(
            "PATCH",
            f"{key}/relationships/{self._settings.field}",
            json={"data": data},
            headers=JSON_API,
            expect=expect,
            doing="linking",
        )

    def _user_name(self, identifier: str) -> str:
        """Return the name that the site has for us; not every account may read its own."""
        expect = (HTTPStatus.OK, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
        path = f"/jsonapi/user/user/{identifier}"
        response = self._client.read(path, headers=ACCEPTED, expect=expect)
        name = _at(response.data(), "data", "attributes", "display_name")
        return (
            response.shown(name) if isinstance(name, str) else self._settings.user or f"the user {identifier}"
        )

    def _not_signed_in(self) -> Exception:
        """Return what is wrong where Drupal takes us for a visitor, as it does with a wrong password."""
        settings = self._settings
        what = "the token" if settings.user is None else f"the password of {settings.user}"
        how = (
            "OAuth (module Simple OAuth)" if settings.user is None else "the module HTTP Basic Authentication"
        )
        return SiteProblemError(
            "wrong_password",
            f"{self.name}: {settings.url} doesn't take {what}, and takes us for nobody",
            f"see that {settings.variable} is right, and ask the site's administrator whether {how} is "
            "switched on and the account is active",
            is_whole_site=True,
        )

    def _unknown(self, setting: str, value: str) -> Exception:
        what = {
            "content_type": f"the site has no content type {value}, or JSON:API doesn't show it",
            "field": f"the content type {self._settings.content_type} has no file field {value}",
        }[setting]
        return SiteProblemError(
            f"{setting}_unknown",
            f"{self.name}: {what}",
            f"set {setting} in {table_of(self._settings)} to its machine name (/admin/structure/types)",
            is_whole_site=True,
        )

    def _renamed(self, resource: dict[str, object], name: str) -> Exception:
        """Return what is wrong where the site gives files names of its own, and delete the file."""
        key, shown = resource.get("id"), _at(resource, "attributes", "filename")
        if isinstance(key, str):
            self.delete(RemoteFile(key=key, url=str(shown), slug="", language="", sha256=""))
        return SiteProblemError(
            "renamed",
            f"{self.name}: the site stores {name} as {shown}, so that it couldn't be known again; it was "
            "taken away again",
            "ask the site's administrator to keep the names of uploaded files (a module renames them, or "
            '"Sanitize filenames" at /admin/config/media/file-system does)',
            is_whole_site=True,
        )


def _entry(link: PlacedLink, entries: Sequence[FieldEntry]) -> FieldEntry:
    """Return the entry of a link: a new one, or the present one, which stays."""
    if isinstance(link, NewLink):
        return new_entry(link)
    before = next(entry for entry in entries if entry.file == link.file_key)
    meta = {name: value for name, value in before.meta.items() if name != "arity"}
    return FieldEntry(file=before.file, meta={**meta, "display": True})


def _at(value: object, *names: str) -> object:
    """Return the value in a document under these names, one below the other, or None."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value

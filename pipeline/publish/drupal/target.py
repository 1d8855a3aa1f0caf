"""A Drupal, through core's JSON:API: a file field of a content type holds the attachments.

Drupal keeps no hash of a file, so that what is ours is told by its name alone. Its JSON:API compares no versions either
(it knows no ETag): a list is read again right before it is written, and what somebody writes in the moment between can't
be seen.
"""

from collections.abc import Callable, Collection, Sequence
from http import HTTPStatus

from pipeline.core.settings.targets import TargetSettings
from pipeline.publish.drupal.documents import (
    Entry,
    Node,
    merged,
    new_entry,
    read_file,
    reference_key,
    resources_of,
    same_entries,
)
from pipeline.publish.drupal.drafts import JSON_API, create_draft
from pipeline.publish.drupal.reading import ACCEPTED, Reader
from pipeline.publish.drupal.states import States
from pipeline.publish.errors import ChangedMeanwhileError
from pipeline.publish.http.client import Answer, Client
from pipeline.publish.http.diagnosis import refusal
from pipeline.publish.http.messages import table_of, trouble_error
from pipeline.publish.model import (
    Link,
    LocalFile,
    NewLink,
    PlaceState,
    PostState,
    RemoteFile,
    WantedPlace,
    WantedPost,
)

#: (post, place) → title and text of HTML of a draft.
Draft = Callable[[WantedPost, WantedPlace], tuple[str, str]]


class Drupal:
    """One Drupal. `languages` are those that a file of ours may be in, besides those of the posts themselves."""

    #: Drupal's own views show all posts together.
    front: WantedPost | None = None

    def __init__(
        self, settings: TargetSettings, client: Client, draft: Draft, languages: Collection[str] = ()
    ) -> None:
        self.name = settings.name
        self._settings = settings
        self._client = client
        self._draft = draft
        self._reader = Reader(settings, client)
        self._states = States(settings, self._reader, languages)

    def check(self) -> str:
        """Try address, password, content type and field; return in words who we are there.

        Whether JSON:API takes writes and what the account may do, Drupal tells only when something is written.
        """
        entry = self._client.read("/jsonapi", headers=ACCEPTED, doing="signing in").json()
        me = _at(entry, "meta", "links", "me")
        if me is None:
            raise self._not_signed_in()
        if _at(entry, "links", f"node--{self._settings.content_type}") is None:
            raise self._unknown("content_type", self._settings.content_type)
        # Drupal refuses to filter by a field that there isn't, be there posts or none.
        condition = "filter[ours][condition]"
        params = {
            f"{condition}[path]": f"{self._settings.field}.id",
            f"{condition}[operator]": "IS NOT NULL",
            "page[limit]": "1",
        }
        expect = (HTTPStatus.OK, HTTPStatus.BAD_REQUEST)
        answer = self._client.read(
            self._reader.nodes_path,
            params=params,
            headers=ACCEPTED,
            expect=expect,
            doing="looking for the field",
        )
        if answer.status == HTTPStatus.BAD_REQUEST:
            raise self._unknown("field", self._settings.field)
        return f"{self._user_name(str(_at(me, 'meta', 'id') or ''))} at {self._settings.url}"

    def observe(self, posts: Sequence[WantedPost]) -> Sequence[PostState]:
        """Return what the site carries of each post, in their order."""
        return self._states.of(posts)

    def upload(self, file: LocalFile, place: PlaceState) -> RemoteFile:  # noqa: ARG002 - Drupal ties no file to a post
        """Put a new file on the site: a temporary one, which cron takes away after some hours if nothing links to it."""
        identity = file.identity
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f'file; filename="{identity.file_name}"',
            **ACCEPTED,
        }
        answer = self._client.write(
            "POST",
            f"{self._reader.nodes_path}/{self._settings.field}",
            headers=headers,
            content=file.path.read_bytes(),
            expect=(HTTPStatus.CREATED,),
            doing=f"uploading {identity.file_name}",
        )
        resource = next(resources_of(answer.json()), {})
        stored = read_file(resource, self._settings.url or "", (identity.slug,), (identity.language,))
        if stored is None:
            raise self._renamed(resource, identity.file_name)
        return stored

    def fetch(self, url: str, most: int) -> bytes:
        """Return the bytes that a reader gets at an address of the site; more than `most` of them are trouble."""
        return self._client.download(url, most)

    def link(
        self, wanted: WantedPlace, place: PlaceState, links: Sequence[NewLink | Link], post: WantedPost
    ) -> None:
        """Make these our links in a place, in this order; everybody else's entries stay as and where they are."""
        if place.key is None:
            _, node = reference_key(wanted.reference, self._settings.url or "", self._settings.content_type)
            new = tuple(new_entry(link) for link in links if isinstance(link, NewLink))
            create_draft(self._settings, self._client, node, self._draft(post, wanted), new)
            return
        before = self._reader.node(place.key)
        if before is None or before.version != place.version:
            raise ChangedMeanwhileError(
                f"{post.slug}: somebody changed the post {wanted.name} on {self.name} in this moment, and it was left alone"
            )
        ours = {link.file_key for link in place.links if link.file_key is not None}
        entries = merged(before.entries, ours, [_entry(link, before.entries) for link in links])
        self._replace(place.key, before, entries, wanted)
        after = self._reader.node(place.key)
        if after is None or not same_entries(after.entries, entries):
            raise trouble_error(
                "not_kept",
                f"{self.name}: the post {wanted.name} doesn't show the list of files that was just written",
                "look at the post and publish again; where it stays so, ask the site's administrator which module changes "
                "the field when a post is saved",
            )

    def delete(self, file: RemoteFile) -> None:
        """Take a file of ours off the site; one that is gone already is no trouble."""
        self._client.write(
            "DELETE",
            f"/jsonapi/file/file/{file.key}",
            headers=ACCEPTED,
            expect=(HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND),
            doing=f"deleting {file.url.rpartition('/')[2]}",
        )

    def _replace(self, key: str, node: Node, entries: Sequence[Entry], wanted: WantedPlace) -> None:
        """Write the whole list; Drupal knows no other way of keeping an order."""
        listed = [entry.document() for entry in entries]
        if node.is_single and len(listed) > 1:
            raise trouble_error(
                "field_full",
                f"{self.name}: the field {self._settings.field} takes one file, and the post {wanted.name} is to carry {len(listed)}",
                'ask the site\'s administrator to set "Allowed number of values" of the field to unlimited',
            )
        data = next(iter(listed), None) if node.is_single else listed
        answer = self._patch(key, data, (HTTPStatus.METHOD_NOT_ALLOWED,))
        if answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
            # Without a language in its address, Drupal writes to the site's default language alone. A post that lacks
            # that one is written at the address of its own; what was refused was not done.
            there = f"/{node.language}{key}"
            if "translation" not in answer.words() or key.startswith(f"/{node.language}/"):
                raise refusal(answer, self._settings, f"linking in {wanted.name}")
            answer = self._patch(there, data)
        if answer.status == HTTPStatus.BAD_REQUEST:
            raise self._not_taken(answer, wanted)

    def _not_taken(self, answer: Answer, wanted: WantedPlace) -> Exception:
        """Return what is wrong with a list that Drupal doesn't take."""
        if "does not exist" in answer.words():
            return trouble_error(
                "file_gone",
                f"{self.name}: a file for the post {wanted.name} is gone since it was uploaded (Drupal's cron collects what "
                "nothing links to)",
                "publish again: the file is uploaded anew",
            )
        return refusal(answer, self._settings, f"linking in {wanted.name}")

    def _patch(self, key: str, data: object, besides: Collection[int] = ()) -> Answer:
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
        """Return what the site calls us; not every account may read its own."""
        expect = (HTTPStatus.OK, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
        path = f"/jsonapi/user/user/{identifier}"
        answer = self._client.read(path, headers=ACCEPTED, expect=expect)
        name = _at(answer.data(), "data", "attributes", "display_name")
        return (
            answer.shown(name) if isinstance(name, str) else self._settings.user or f"the user {identifier}"
        )

    def _not_signed_in(self) -> Exception:
        """Return what is wrong where Drupal takes us for nobody: it does so, saying nothing, with a wrong password."""
        settings = self._settings
        what = "the token" if settings.user is None else f"the password of {settings.user}"
        how = (
            "OAuth (module Simple OAuth)" if settings.user is None else "the module HTTP Basic Authentication"
        )
        return trouble_error(
            "wrong_password",
            f"{self.name}: {settings.url} doesn't take {what}, and takes us for nobody",
            f"see that {settings.variable} is right, and ask the site's administrator whether {how} is switched on and the "
            "account is active",
            is_whole_site=True,
        )

    def _unknown(self, setting: str, value: str) -> Exception:
        what = {
            "content_type": f"the site has no content type {value}, or JSON:API doesn't show it",
            "field": f"the content type {self._settings.content_type} has no file field {value}",
        }[setting]
        return trouble_error(
            f"{setting}_unknown",
            f"{self.name}: {what}",
            f"set {setting} in {table_of(self._settings)} to its machine name (/admin/structure/types)",
            is_whole_site=True,
        )

    def _renamed(self, resource: dict[str, object], name: str) -> Exception:
        """Return what is wrong where the site gives files names of its own; the file is taken away again."""
        key, shown = resource.get("id"), _at(resource, "attributes", "filename")
        if isinstance(key, str):
            self.delete(RemoteFile(key=key, url=str(shown), slug="", language="", sha256=""))
        return trouble_error(
            "renamed",
            f"{self.name}: the site stores {name} as {shown}, so that it couldn't be known again; it was taken away again",
            "ask the site's administrator to keep the names of uploaded files (a module renames them, or "
            '"Sanitize filenames" at /admin/config/media/file-system does)',
            is_whole_site=True,
        )


def _entry(link: NewLink | Link, entries: Sequence[Entry]) -> Entry:
    """Return the entry of a link: a new one, or the one that stands there and stays."""
    if isinstance(link, NewLink):
        return new_entry(link)
    before = next(entry for entry in entries if entry.file == link.file_key)
    meta = {name: value for name, value in before.meta.items() if name != "arity"}
    return Entry(file=before.file, meta={**meta, "display": True})


def _at(value: object, *names: str) -> object:
    """Return what stands in a document under these names, one below the other, or None."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value

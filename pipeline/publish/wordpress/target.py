"""WordPress through its REST interface: files in the media library, our list in a post's text.

What is measured and not written in its handbook: one request uploads a file together with the marker that
makes it ours, so that no file of ours is ever without one; a draft is only found with `status=any`; there is
no way to write a post only where it is unchanged, so it is read right before, and what came of it is compared
right after.
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pipeline.core.settings.targets import TargetSettings
from pipeline.publish.errors import ChangedMeanwhileError, OverwroteChangeError, SiteProblemError
from pipeline.publish.http.client import Client
from pipeline.publish.http.diagnosis import status_error, table_of, user_of
from pipeline.publish.model import (
    DesiredPlace,
    DesiredPost,
    Draft,
    LocalFile,
    PlacedLink,
    PlaceState,
    PostState,
    RemoteFile,
)
from pipeline.publish.wordpress.block import (
    FoundList,
    ListItem,
    find_lists,
    has_blocks,
    make_item,
    write_items,
)
from pipeline.publish.wordpress.kses import first_lost
from pipeline.publish.wordpress.media import Media, remote_file
from pipeline.publish.wordpress.posts import API, Posts, StoredPost, languages_of, no_data

#: What our user must be allowed to do, by WordPress's names, and what for.
_RIGHTS = {
    "upload_files": "put files into the media library",
    "edit_posts": "edit posts",
    "edit_published_posts": "edit posts that are published",
    "delete_published_posts": "delete files of published posts",
}
_OK, _CREATED, _UNAUTHORISED, _NOT_FOUND, _GONE = 200, 201, 401, 404, 410
_EXCERPT = 60


class WordPress:
    """A site that runs WordPress 6.1 or later, spoken to with an application password."""

    #: Its own software shows what all posts are shown together with.
    front: DesiredPost | None = None

    def __init__(self, settings: TargetSettings, client: Client, draft: Draft) -> None:
        self.name = settings.name
        self._settings = settings
        self._client = client
        self._draft = draft
        self._user = user_of(settings)
        self._posts = Posts(client, settings)
        self._media = Media(client, name=settings.name)
        #: The languages of the files that the last look found, by address.
        self._languages: dict[str, Mapping[str, str]] = {}

    def check(self) -> str:
        """Try the REST interface, the password and the rights; return in words the site and our user."""
        response = self._client.read(
            "/wp-json/",
            params={"_fields": "name,namespaces,authentication"},
            doing="looking for the REST interface",
        )
        index = response.json()
        if not isinstance(index, dict) or "wp/v2" not in _listed(index, "namespaces"):
            raise no_data(response)
        me = self._me(has_passwords="application-passwords" in _listed(index, "authentication"))
        lacking = [words for right, words in _RIGHTS.items() if not me["capabilities"].get(right)]
        if lacking:
            raise SiteProblemError(
                "missing_permission",
                f"{self.name}: {self._user} may not {', nor '.join(lacking)}",
                f"ask the site's administrator to give {self._user} the role Editor, or Author for posts of "
                "its own",
                is_whole_site=True,
            )
        roles = ", ".join(map(str, _listed(me, "roles"))) or "no role"
        return response.shown(
            f'WordPress "{index.get("name", "")}" as {me.get("name", self._user)} ({roles})'
        )

    def _me(self, *, has_passwords: bool) -> dict[str, Any]:
        """Return the site's data of our user; `has_passwords` says that it offers application passwords."""
        response = self._client.read(
            f"{API}/users/me",
            params={"context": "edit", "_fields": "name,roles,capabilities"},
            expect=(_OK, _UNAUTHORISED),
            doing="trying the password",
        )
        if response.status == _UNAUTHORISED:
            if not has_passwords:
                raise SiteProblemError(
                    "application_passwords_off",
                    f"{self.name}: the site takes no application passwords",
                    "ask the site's administrator to allow them: a security plugin switches them off, or "
                    "the site isn't served by https",
                    is_whole_site=True,
                )
            if response.code() == "rest_not_logged_in":
                # What WordPress 6.1.9 answers to a wrong password, and to one that was lost before it reached
                # PHP.
                raise SiteProblemError(
                    "wrong_password",
                    f"{self.name}: the site doesn't take the password of {self._user}",
                    f"see that user in {table_of(self._settings)} is right and that "
                    f"{self._settings.variable} holds an application password of that user; where both are "
                    "right, ask the hosting to hand the header Authorization on to PHP",
                    is_whole_site=True,
                )
            raise status_error(response, self._settings, "trying the password")
        me = response.json()
        if not isinstance(me, dict) or not isinstance(me.get("capabilities"), dict):
            raise no_data(response)
        return me

    def observe(self, posts: Sequence[DesiredPost]) -> Sequence[PostState]:
        """Return what the site carries of each post, in their order."""
        found = self._posts.find(place.reference for post in posts for place in post.places)
        files = self._media.find([post.slug for post in posts])
        self._languages = {slug: languages_of(some) for slug, some in files.items()}
        return [self._posts.state_of(post, found, files[post.slug]) for post in posts]

    def upload(self, file: LocalFile, place: PlaceState) -> RemoteFile:
        """Put a new file into the media library, as one of the post's."""
        data = file.path.read_bytes()
        identity = file.identity
        self._media.forget()
        response = self._client.write(
            "POST",
            f"{API}/media",
            params={
                "post": (place.key or "").rpartition("/")[2],
                "title": file.title,
                "slug": identity.file_name.removesuffix(".pdf"),
                "description": identity.marker,
                "context": "edit",
                "_fields": "id,source_url,description",
            },
            headers={
                "Content-Type": "application/pdf",
                # Another form of the name, `filename*`, is refused; ours is ASCII.
                "Content-Disposition": f'attachment; filename="{identity.file_name}"',
                # WordPress compares what arrived with it, and refuses what was damaged on the way (412).
                "Content-MD5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
            },
            content=data,
            expect=(_CREATED,),
            doing=f"uploading {identity.file_name}",
        )
        entry = response.json()
        uploaded = remote_file(entry) if isinstance(entry, dict) and "source_url" in entry else None
        if uploaded is None or not uploaded.holds(identity):
            raise SiteProblemError(
                "marker_lost",
                f"{self.name}: {identity.file_name} was uploaded, but the site changed the description that "
                "makes it ours",
                "delete the file in the media library, and ask the site's administrator which plugin "
                "changes descriptions of files",
            )
        return uploaded

    def fetch(self, url: str, most: int) -> bytes:
        """Return the bytes that a reader gets at an address of the site."""
        return self._client.download(url, most)

    def link(
        self, desired: DesiredPlace, place: PlaceState, links: Sequence[PlacedLink], post: DesiredPost
    ) -> None:
        """Make these the links of our list in a post, and change nothing else; create a missing post."""
        if place.key is None:
            self._create(desired, post, links)
            return
        stored = self._posts.read(place.key)
        if stored.version != place.version:
            raise ChangedMeanwhileError(
                f"{self.name}: somebody changed the post {desired.name} since it was looked at, and it was "
                "left alone"
            )
        lists = find_lists(stored.content, self._languages.get(post.slug, {}))
        content = write_items(stored.content, lists, [_item(link, lists) for link in links])
        if content == stored.content:
            return
        if not stored.keeps_html:
            self._refuse_loss(desired, content)
        self._compare(desired, stored, content, self._posts.write(place.key, content))

    def delete(self, file: RemoteFile) -> None:
        """Take a file of ours off the site for good."""
        self._media.await_made(file)
        self._media.forget()
        response = self._client.write(
            "DELETE",
            f"{API}/media/{file.key}",
            params={"force": "true", "_fields": "deleted"},
            expect=(_OK, _NOT_FOUND, _GONE),
            doing=f"deleting {file.url.rpartition('/')[2]}",
        )
        if response.status == _NOT_FOUND and response.code() != "rest_post_invalid_id":
            raise status_error(response, self._settings, "deleting a file")

    def _create(self, desired: DesiredPlace, post: DesiredPost, links: Sequence[PlacedLink]) -> None:
        """Create a draft with the post's text as a block, so that WordPress adds no paragraphs to it."""
        title, body = self._draft(post, desired)
        content = (
            body if has_blocks(body) else f"<!-- wp:freeform -->\n{_unbroken(body)}\n<!-- /wp:freeform -->"
        )
        content = write_items(content, (), [_item(link, ()) for link in links])
        self._client.write(
            "POST",
            f"{API}/posts",
            params={"_fields": "id"},
            json={"title": title, "slug": desired.reference, "status": "draft", "content": content},
            expect=(_CREATED,),
            doing=f"making the draft {desired.name}",
        )

    def _refuse_loss(self, desired: DesiredPlace, content: str) -> None:
        """Raise SiteProblemError where WordPress would remove markup from the post when our user saves it."""
        lost = first_lost(content)
        if lost is not None:
            raise SiteProblemError(
                "html_filtered",
                f"{self.name}: the post {desired.name} holds markup that WordPress may change when "
                f"{self._user} saves the post ({lost}), and nothing was written",
                f"ask the site's administrator to give {self._user} the role Editor (the right "
                f"unfiltered_html), or save the post once by hand as {self._user} and look whether it is "
                "still right",
            )

    def _compare(self, desired: DesiredPlace, before: StoredPost, sent: str, after: StoredPost) -> None:
        """Raise where the post isn't stored as it was sent, or somebody saved it in the moment before."""
        earlier = f" (revision {before.last_revision})" if before.last_revision else ""
        if after.content != sent:
            raise SiteProblemError(
                "changed_by_site",
                f"{self.name}: the site stored the post {desired.name} otherwise than it was sent: "
                f"{_difference(sent, after.content)}",
                f"look at the post now, restore what it was among its revisions{earlier}, and ask the "
                "site's administrator which plugin changes posts when they are saved",
            )
        if before.revisions and after.revisions > before.revisions + 1:
            raise OverwroteChangeError(
                f"{self.name}: somebody saved the post {desired.name} in the very moment before we did, and "
                "our version of it came after theirs",
                "look among its revisions on the site, and restore theirs where it says something else",
            )


def _item(link: PlacedLink, lists: Sequence[FoundList]) -> ListItem:
    """Return the item of a link: the present one where it is the same, else a new one."""
    items = (item for found in lists for item in found.items)
    wanted = (link.language, link.text, link.url)
    same = (item for item in items if (item.language, item.text, item.url) == wanted)
    return next(same, None) or make_item(link.url, link.language, link.text)


def _listed(data: Mapping[str, Any], name: str) -> Collection[object]:
    """Return the items of a list, or the keys of a table, under a name in data; else nothing."""
    value = data.get(name)
    return value if isinstance(value, list | dict) else ()


def _unbroken(body: str) -> str:
    """Return HTML without line ends but in preformatted text: the block editor takes each for a `<br>`."""
    parts = re.split(r"(<pre\b.*?</pre>)", body, flags=re.IGNORECASE | re.DOTALL)
    return "".join(
        part if number % 2 else re.sub(r"[ \t]*[\r\n]\s*", " ", part) for number, part in enumerate(parts)
    ).strip()


def _difference(sent: str, stored: str) -> str:
    """Return where two texts first differ, in the words of both."""
    start = next(
        (number for number, (one, other) in enumerate(zip(sent, stored, strict=False)) if one != other),
        min(len(sent), len(stored)),
    )
    was, now = (" ".join(text[start : start + _EXCERPT].split()) or "nothing" for text in (sent, stored))
    return f'"{was}" became "{now}"'

"""A site in a folder: the posts' pages and attachments as files, for any web server or none."""

import hashlib
import os
import re
from collections.abc import Sequence
from urllib.parse import unquote

from pipeline.core.settings.targets import TargetSettings
from pipeline.publish.errors import ChangedMeanwhileError, PublishError, SiteProblem, SiteProblemError
from pipeline.publish.folder.disk import Disk
from pipeline.publish.folder.pages import FRONT, Front, PostFiles, linked_files
from pipeline.publish.model import (
    AttachmentLink,
    DesiredPlace,
    DesiredPost,
    LocalFile,
    NewLink,
    PlacedLink,
    PlaceState,
    PostState,
    RemoteFile,
)
from pipeline.publish.site.addresses import INDEX, reserved_names
from pipeline.publish.site.site import Site
from pipeline.publish.site.summaries import PageLink

_FILE_NAME = re.compile(r"(?P<whose>[A-Za-z0-9-]+)-(?P<sha8>[0-9a-f]{8})\.pdf")


class Folder:
    """A target that is a folder; `site` makes the bytes of its pages.

    A post has one place for all its languages: the pages carry the same list. What all posts share (lists,
    feeds, site map) is a place of its own, that of the post `front`, to be published after all others.
    """

    #: What all posts share, as a last post: no file, one place.
    front = FRONT

    def __init__(self, settings: TargetSettings, site: Site) -> None:
        if settings.path is None:
            raise PublishError(
                f"{settings.name}: no folder is named", f"set `path` in [tool.annexe.publish.{settings.name}]"
            )
        self.name = settings.name
        self._url = settings.url
        self._site = site
        self._disk = Disk(settings.path, settings.name)
        self._front = Front(site, self._disk)
        self._languages = [words.language for words in site.house.languages]
        self._reserved = reserved_names(self._languages)
        self._has_assets = False

    def check(self) -> str:
        """Return which folder it is; raises SiteProblemError where it can't be written to. Writes nothing."""
        folder = self._disk.root
        there = next(one for one in (folder, *folder.parents) if one.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            raise SiteProblemError(
                "folder",
                f"{self.name}: {folder} can't be written to",
                f"give yourself the right to write in {there}, or set `path` in "
                f"[tool.annexe.publish.{self.name}]",
                is_whole_site=True,
            )
        return f"the folder {folder}" if folder.exists() else f"the folder {folder}, which will be made"

    def observe(self, posts: Sequence[DesiredPost]) -> Sequence[PostState]:
        """Return what the folder holds of each post, in their order."""
        return [self._observe(post) for post in posts]

    def upload(self, file: LocalFile, place: PlaceState) -> RemoteFile:
        """Put an attachment into its post's folder; the same file already there is written again, whole."""
        del place
        identity = file.identity
        with self._disk.problems(f"{file.path} can't be read"):
            data = file.path.read_bytes()
        if hashlib.sha256(data).hexdigest() != identity.sha256:
            raise PublishError(
                f"{file.path}: the file was changed while it was being published",
                "run `make`, then publish again",
            )
        path = f"{identity.slug}/{identity.file_name}"
        with self._disk.writing():
            self._front.has_written = True
            self._disk.write(path, data)
        return RemoteFile(
            key=path,
            url=self._address(path),
            slug=identity.slug,
            language=identity.language,
            sha256=identity.sha256[:8],
        )

    def fetch(self, url: str, most: int) -> bytes:
        """Return the bytes in the folder that an address of the site leads to; raises SiteProblemError."""
        path = self._path(url)
        data = None if path is None else self._disk.read(path)
        if data is None or len(data) > most:
            what = "there is no such file" if data is None else f"the file has more than {most:,} bytes"
            raise SiteProblemError(
                "file_gone" if data is None else "too_large",
                f"{self.name}: {url}: {what} in {self._disk.root}",
                "publish again, and see who else changes the folder",
            )
        return data

    def link(
        self, desired: DesiredPlace, place: PlaceState, links: Sequence[PlacedLink], post: DesiredPost
    ) -> None:
        """Write a post's pages, fragments and summary with these links; for `front`, the shared files."""
        with self._disk.writing():
            self._front.has_written = True
            if post.slug == FRONT.slug:
                self._front.write(place.version)
                return
            files = self._post(post, desired)
            if files.version() != place.version:
                raise ChangedMeanwhileError(
                    f"{post.slug}: somebody changed its pages in {self._disk.root} since we looked, and "
                    "nothing was overwritten"
                )
            shown = [
                PageLink(language=link.language, text=link.text, path=self._path(link.url) or link.url)
                for link in links
            ]
            gone = [
                link.path for link in shown if "://" not in link.path and self._disk.read(link.path) is None
            ]
            if gone and any(isinstance(link, NewLink) for link in links):
                raise ChangedMeanwhileError(
                    f"{post.slug}: somebody removed {gone[0]} from {self._disk.root} since we looked"
                )
            self._write_assets()
            files.write(shown)

    def delete(self, file: RemoteFile) -> None:
        """Remove an attachment of ours; raises ChangedMeanwhileError where a page links to it."""
        path = self._path(file.url)
        if path is None:
            raise PublishError(f"{file.url} does not lie in {self._disk.root}, and was left alone")
        with self._disk.writing():
            self._front.has_written = True
            if path in linked_files(self._disk, file.slug):
                raise ChangedMeanwhileError(
                    f"{file.slug}: a page links to {path} since we looked, so that it was left alone"
                )
            self._disk.remove(path)

    def _observe(self, post: DesiredPost) -> PostState:
        if post.slug == FRONT.slug:
            return PostState(slug="", places=(self._front.observe(),), files=())
        files = self._files(post.slug)
        places = tuple(self._place(post, desired) for desired in post.places)
        self._front.expects_change(post.slug, will_change=self._will_change(post, places))
        return PostState(slug=post.slug, places=places, files=files)

    def _place(self, post: DesiredPost, desired: DesiredPlace) -> PlaceState:
        files = self._post(post, desired)
        problem = self._problem(post.slug, files)
        version = files.version()
        if problem is not None:
            return PlaceState(key=post.slug, version=version, links=(), problem=problem)
        found = files.links()
        links = tuple(self._link(post.slug, one) for one in found)
        page = files.first_page()
        return PlaceState(
            key=post.slug,
            version=version,
            links=links,
            page_url=None if page is None else self._address(page),
            stale=files.stale(found) if _shows(links, desired) else None,
        )

    def _problem(self, slug: str, files: PostFiles) -> SiteProblem | None:
        """Return why a post's pages must not be written, or None."""
        if slug.casefold() in self._reserved:
            return SiteProblem(
                name="name_taken",
                message=f"{slug}: the site needs the folder of this name for itself",
                remedy="give the post another name",
            )
        foreign = files.foreign()
        if foreign is not None:
            return SiteProblem(
                name="name_taken",
                message=f"{slug}: {self._disk.place(foreign)} is there and was not made by Annexe",
                remedy="move it away; the page of the post belongs there",
            )
        return None

    def _will_change(self, post: DesiredPost, places: Sequence[PlaceState]) -> bool:
        return any(
            place.problem is None and (place.stale is not None or not _shows(place.links, desired))
            for place, desired in zip(places, post.places, strict=True)
        )

    def _post(self, post: DesiredPost, desired: DesiredPlace) -> PostFiles:
        return PostFiles(self._site, self._disk, post, desired)

    def _files(self, slug: str) -> tuple[RemoteFile, ...]:
        """Return the attachments of ours in a post's folder."""
        return tuple(filter(None, (self._file(slug, name) for name in self._disk.names(slug))))

    def _file(self, slug: str, name: str) -> RemoteFile | None:
        """Return an attachment of a post by its name, or None where the name is no attachment's of ours."""
        match = _FILE_NAME.fullmatch(name)
        language = match["whose"].removeprefix(f"{slug}-") if match is not None else None
        if match is None or language not in self._languages or match["whose"] != f"{slug}-{language}":
            return None
        path = f"{slug}/{name}"
        return RemoteFile(
            key=self._key(path, match["sha8"]),
            url=self._address(path),
            slug=slug,
            language=language,
            sha256=match["sha8"],
        )

    def _key(self, path: str, sha8: str) -> str:
        """Return a file's path; where its content doesn't match its name, with a digest of the content.

        So the key of a file that was replaced by hand differs from that of the file that replaces it.
        """
        digest = hashlib.sha256(self._disk.read(path) or b"").hexdigest()[:8]
        return path if digest == sha8 else f"{path} ({digest})"

    def _link(self, slug: str, link: PageLink) -> AttachmentLink:
        folder, _, name = link.path.rpartition("/")
        is_there = folder == slug and self._disk.place(link.path).is_file()
        file = self._file(slug, name) if is_there else None
        url = link.path if "://" in link.path else self._address(link.path)
        return AttachmentLink(
            language=link.language, text=link.text, url=url, file_key=None if file is None else file.key
        )

    def _write_assets(self) -> None:
        """Write style sheet and fonts before pages refer to them; their bytes are compared once a run."""
        for path, data in self._site.assets.items():
            if not (self._has_assets and self._disk.place(path).is_file()):
                self._disk.write(path, data)
        self._has_assets = True

    def _address(self, path: str) -> str:
        """Return a path's address: on the web where that is known, else on this disk."""
        return self._site.addresses.absolute(path) or self._disk.place(path).as_uri()

    def _path(self, url: str) -> str | None:
        """Return the path that an address of ours stands for, or None for any other."""
        for base in (self._url, self._disk.root.as_uri()):
            if base is not None and url.startswith(f"{base}/"):
                path = unquote(url[len(base) + 1 :])
                path = f"{path}{INDEX}" if path == "" or path.endswith("/") else path
                return None if {".", "..", ""} & set(path.split("/")) or "\0" in path else path
        return None


def _shows(links: Sequence[AttachmentLink], desired: DesiredPlace) -> bool:
    """Say whether links are the desired ones, judged by the names of their files."""
    there = {(link.language, link.text, _name_of(link)) for link in links}
    asked = {(file.language, file.text, file.identity.file_name) for file in desired.files}
    return asked <= there and {link.language for link in links} <= set(desired.languages)


def _name_of(link: AttachmentLink) -> str:
    """Return the name of the file that a link leads to, whatever the file holds."""
    return (link.file_key or "").rpartition("/")[2].partition(" ")[0]

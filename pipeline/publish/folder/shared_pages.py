"""What all posts of a site's folder share: lists, feeds, site map, style sheet and fonts, made from what the folder holds."""

import hashlib
from collections.abc import Iterator

from pipeline.publish.errors import ChangedMeanwhileError
from pipeline.publish.folder.disk import Disk, is_marked
from pipeline.publish.model import PlaceState, Trouble, WantedPlace, WantedPost
from pipeline.publish.site import Site, Summary, read_summary
from pipeline.publish.site.addresses import (
    ASSETS,
    fragment_path,
    is_shared,
    list_path,
    page_path,
    reserved_names,
    summary_path,
)
from pipeline.publish.site.assets import fonts_of, is_asset, may_be_asset

#: What all posts share, as a post without files: it is published after all others.
FRONT = WantedPost(
    slug="", places=(WantedPlace(reference="lists, feeds and site map", files=(), languages=()),)
)


class Front:
    """The shared files of one folder."""

    def __init__(self, site: Site, disk: Disk) -> None:
        self._site = site
        self._disk = disk
        self._languages = [words.language for words in site.house.languages]
        self._changing: set[str] = set()
        self.has_written = False

    def expects_change(self, slug: str, *, will_change: bool) -> None:
        """Note whether a post, as it was seen last, is about to be written."""
        if will_change:
            self._changing.add(slug)
        else:
            self._changing.discard(slug)

    def observe(self) -> PlaceState:
        """Return the state of the shared files.

        While nothing has been written yet and posts are about to be, so are these: what stands in them can be told only
        when the posts are there.
        """
        foreign = next((path for path in self._paths() if not self._is_ours(path)), None)
        trouble = None
        if foreign is not None:
            trouble = Trouble(
                name="name_taken",
                message=f"{self._disk.place(foreign)} is there and was not made by Annexe",
                remedy="move it away; a list of the site's posts belongs there",
            )
        stale = None
        if trouble is None and self._changing and not self.has_written:
            stale = f"{len(self._changing)} posts change" if len(self._changing) > 1 else "a post changes"
        elif trouble is None:
            stale = self._stale()
        return PlaceState(
            key=ASSETS,
            version=self._version(),
            links=(),
            page_url=self._site.addresses.absolute(list_path(None))
            or self._disk.place(list_path(None)).as_uri(),
            stale=stale,
            trouble=trouble,
        )

    def write(self, version: str) -> None:
        """Write what differs, then remove what is ours and nothing uses; raises ChangedMeanwhileError. Under the lock."""
        if self._version() != version:
            raise ChangedMeanwhileError(
                f"{self._disk.root}: somebody changed the lists of posts since we looked, and nothing was overwritten"
            )
        summaries = self._summaries()
        for path, data in self._site.assets.items():
            self._disk.write(path, data)
        kept = set()
        for path, data in self._site.shared_files(summaries, self._fragment):
            self._disk.write(path, data)
            kept.add(path)
        obsolete = [path for path in self._paths() if path not in kept and self._is_ours(path)]
        for path in (*obsolete, *self._unused_assets(summaries), *self._leftovers()):
            self._disk.remove(path)

    def _stale(self) -> str | None:
        """Return in words what of the shared files is not as it should be, or None."""
        summaries = self._summaries()
        assets = [path for path, data in self._site.assets.items() if self._disk.read(path) != data]
        kept, lists = set(), []
        for path, data in self._site.shared_files(summaries, self._fragment):
            kept.add(path)
            if self._disk.read(path) != data:
                lists.append(path)
        obsolete = [path for path in self._paths() if path not in kept]
        obsolete += self._unused_assets(summaries)
        told = [
            ("style sheet and fonts" if len(assets) > 1 else assets[0]) if assets else "",
            f"{lists[0]}{f' and {len(lists) - 1} more' if len(lists) > 1 else ''}" if lists else "",
            f"{obsolete[0]} is not needed any more" if obsolete else "",
            "a run was killed while it wrote" if any(True for _ in self._leftovers()) else "",
        ]
        return "; ".join(filter(None, told)) or None

    def _summaries(self) -> list[Summary]:
        """Return the posts that the folder holds, each with the editions whose pages are there."""
        reserved = reserved_names(self._languages)
        found = []
        for slug in self._disk.names():
            data = None if slug.casefold() in reserved else self._disk.read(summary_path(slug))
            summary = None if data is None else read_summary(data)
            if summary is None or summary.slug != slug:
                continue
            entries = tuple(
                entry
                for entry in summary.entries
                if entry.language in self._languages
                and self._disk.place(page_path(slug, entry.language)).is_file()
            )
            if entries:
                found.append(Summary(slug=slug, entries=entries, attachments=summary.attachments))
        return found

    def _fragment(self, slug: str, language: str) -> bytes | None:
        return self._disk.read(fragment_path(slug, language))

    def _paths(self) -> Iterator[str]:
        """Yield the paths of all files that may be shared ones, by their names."""
        yield from (name for name in self._disk.names() if is_shared(name, is_root=True))
        for language in self._languages:
            names = self._disk.names(language)
            yield from (f"{language}/{name}" for name in names if is_shared(name, is_root=False))

    def _is_ours(self, path: str) -> bool:
        return is_marked(self._disk.read(path) or b"")

    def _version(self) -> str:
        """Return a digest of the shared files as they are, one after the other; assets are named by their content."""
        digest = hashlib.sha256()
        for path in self._paths():
            content = hashlib.sha256(self._disk.read(path) or b"").hexdigest()
            digest.update(f"{path}\0{content}\0".encode())
        return digest.hexdigest()

    def _unused_assets(self, summaries: list[Summary]) -> list[str]:
        """Return the assets of ours that no page asks for: neither one made now nor one that is kept as it was."""
        sheets = {entry.stylesheet for summary in summaries for entry in summary.entries}
        used = {*self._site.assets, *sheets}
        for path in sheets - set(self._site.assets):
            used |= set(fonts_of(self._disk.read(path) or b""))
        unused = [
            name for name in self._disk.names(ASSETS) if may_be_asset(name) and f"{ASSETS}/{name}" not in used
        ]
        return [
            f"{ASSETS}/{name}"
            for name in unused
            if is_asset(name, self._disk.read(f"{ASSETS}/{name}") or b"")
        ]

    def _leftovers(self) -> Iterator[str]:
        for folder in ("", ASSETS, *self._languages):
            yield from self._disk.leftovers(folder)

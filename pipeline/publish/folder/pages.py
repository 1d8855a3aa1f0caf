"""The files in a site's folder, of one post and of all: as they are, and as they should be."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lxml import etree

from pipeline.core.model import Edition
from pipeline.publish.errors import ChangedMeanwhileError, SiteProblem
from pipeline.publish.folder.disk import Disk, is_marked
from pipeline.publish.model import DesiredPlace, DesiredPost, PlaceState
from pipeline.publish.site.addresses import (
    ASSETS,
    INDEX,
    SUMMARY,
    fragment_path,
    from_page,
    is_shared,
    list_path,
    page_path,
    reserved_names,
    summary_path,
)
from pipeline.publish.site.site import Site, fonts_of, is_asset, may_be_asset
from pipeline.publish.site.summaries import (
    AttachmentSummary,
    EditionSummary,
    PageLink,
    PostSummary,
    entry_of_page,
    parse_page,
    read_summary,
    write_summary,
)

_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_FRAGMENT = re.compile(rf"fragment-{_TAG.pattern}\.html")
_IMAGES = "images"
_IMAGE = re.compile(r"(?P<digest>[0-9a-f]{32})\.(?:png|jpg|webp|gif)")
_IMAGE_ADDRESS = re.compile(rb'src="\.\./images/(?P<name>[0-9a-f]{32}\.[a-z]+)"')
_STYLESHEET = re.compile(rb'<link rel="stylesheet" href="[^"]*">')
#: Up to so many reasons for writing a post are listed.
_MOST_REASONS = 3


class PostFiles:
    """The files of one post: as they are in the folder, read once, and as they should be."""

    def __init__(self, site: Site, disk: Disk, post: DesiredPost, desired: DesiredPlace) -> None:
        self._site = site
        self._disk = disk
        self._slug = post.slug
        self._wanted = desired
        self._editions = {one.language: one for one in (post.post.editions if post.post else ())}
        self._present = dict(_present(disk, post.slug))

    def version(self) -> str:
        """Return a digest of all of the post's files but its attachments, as they are."""
        return _version(self._present.items())

    def foreign(self) -> str | None:
        """Return the path of a file that isn't ours in the place of one of ours, or None."""
        ours = [*map(self._page_path, self._wanted.languages), summary_path(self._slug)]
        ours += [fragment_path(self._slug, language) for language in self._wanted.languages]
        for path in ours:
            data = self._disk.read(path)
            if data is not None and not is_marked(data):
                return path
        return None

    def first_page(self) -> str | None:
        """Return the path of the first page in the order of the languages: all pages have the same links."""
        pages = [path for path in self._present if path.endswith(f"/{INDEX}")]
        desired = [path for path in map(self._page_path, self._wanted.languages) if path in pages]
        return next(iter((*desired, *pages)), None)

    def links(self) -> tuple[PageLink, ...]:
        """Return the links of the list of attachments on the first page."""
        page = self.first_page()
        return () if page is None else links_of(self._present[page], page)

    def stale(self, links: Sequence[PageLink]) -> str | None:
        """Return in words why files must be written although the links are right, or None."""
        expected = self._expected(links)
        reasons = [self._reason(path, data) for path, data in expected.items()]
        reasons += [f"{path} has no source any more" for path in self._obsolete(expected)]
        reasons += [
            "a run was killed while it wrote" for folder in self._folders() if self._disk.leftovers(folder)
        ]
        named = list(dict.fromkeys(reason for reason in reasons if reason is not None))
        more = [f"and {len(named) - _MOST_REASONS} more"] if len(named) > _MOST_REASONS else []
        return "; ".join((*named[:_MOST_REASONS], *more)) or None

    def write(self, links: Sequence[PageLink]) -> None:
        """Write what differs: images first, the summary last. Then remove what is ours and obsolete."""
        expected = self._expected(links)
        images = [path for path in expected if f"/{_IMAGES}/" in path]
        last = summary_path(self._slug)
        for path in (*images, *(path for path in expected if path not in images and path != last)):
            self._disk.write(path, expected[path])
        if last in expected:
            self._disk.write(last, expected[last])
        for path in self._obsolete(expected):
            self._disk.remove(path)
        for folder in self._folders():
            for path in self._disk.leftovers(folder):
                self._disk.remove(path)

    def _page_path(self, language: str) -> str:
        return page_path(self._slug, language)

    def _folders(self) -> Iterator[str]:
        yield self._slug
        yield f"{self._slug}/{_IMAGES}"
        yield from (f"{self._slug}/{language}" for language in self._wanted.languages)

    def _expected(self, links: Sequence[PageLink]) -> dict[str, bytes]:
        """Return the files as they should be: new for good editions, else the present ones with new links."""
        ready = {file.language: self._editions.get(file.language) for file in self._wanted.files}
        shown = [
            language
            for language in self._wanted.languages
            if ready.get(language) or self._page_path(language) in self._present
        ]
        known = [self._known(link) for link in links]
        files: dict[str, bytes] = {}
        for language in shown:
            edition = ready.get(language)
            files |= self._kept(language, known) if edition is None else self._made(edition, shown, known)
        summary = self._summary(files, shown, known)
        return files if summary is None else {**files, summary_path(self._slug): write_summary(summary)}

    def _made(self, edition: Edition, shown: Sequence[str], links: Sequence[PageLink]) -> dict[str, bytes]:
        return self._site.edition_files(edition, languages=shown, attachments=links)

    def _kept(self, language: str, links: Sequence[PageLink]) -> dict[str, bytes]:
        """Return the present files of an edition that can't be made now, with the new list of attachments."""
        page = self._present[self._page_path(language)]
        fragment = self._present.get(fragment_path(self._slug, language))
        images = (
            f"{self._slug}/{_IMAGES}/{match['name'].decode()}" for match in _IMAGE_ADDRESS.finditer(page)
        )
        return {
            **self._site.with_attachments(
                page, fragment, slug=self._slug, language=language, attachments=links
            ),
            **{path: self._present[path] for path in images if path in self._present},
        }

    def _known(self, link: PageLink) -> PageLink:
        """Return a link with size and sha256 of its file, from the build where it is that, else the disk."""
        file = next((file for file in self._wanted.files if file.language == link.language), None)
        if file is not None and link.path == f"{self._slug}/{file.identity.file_name}":
            return replace(
                link, size=file.identity.size, sha256=file.identity.sha256, size_label=file.size_label
            )
        data = None if "://" in link.path else self._disk.read(link.path)
        if data is None:
            return link
        return replace(link, size=len(data), sha256=hashlib.sha256(data).hexdigest())

    def _summary(
        self, files: dict[str, bytes], shown: Sequence[str], links: Sequence[PageLink]
    ) -> PostSummary | None:
        found = [entry_of_page(files[self._page_path(tag)], self._slug, tag) for tag in shown]
        entries: tuple[EditionSummary, ...] = tuple(entry for entry in found if entry is not None)
        attachments = tuple(
            AttachmentSummary(
                language=link.language,
                text=link.text,
                file=link.path.removeprefix(f"{self._slug}/"),
                size=link.size,
                sha256=link.sha256,
            )
            for link in links
            if link.size is not None and link.sha256 is not None
        )
        return PostSummary(slug=self._slug, entries=entries, attachments=attachments) if entries else None

    def _obsolete(self, expected: dict[str, bytes]) -> list[str]:
        return [path for path in self._present if path not in expected]

    def _reason(self, path: str, expected: bytes) -> str | None:
        """Return why a file must be written, or None where it is as it should be."""
        present = self._present.get(path)
        if present == expected:
            return None
        if present is None:
            return f"{path} is missing"
        if not path.endswith(f"/{INDEX}"):
            return f"{path} is not as it should be"
        return f"{_difference(present, expected, path)} ({path.split('/')[-2]})"


def _version(files: Iterable[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for path, data in files:
        digest.update(f"{path}\0{hashlib.sha256(data).hexdigest()}\0".encode())
    return digest.hexdigest()


def _difference(present: bytes, expected: bytes, path: str) -> str:
    """Return in words what of a page is not as it should be."""
    if _text(present) != _text(expected):
        return "the text changed"
    if links_of(present, path) != links_of(expected, path):
        return "the links changed"
    if _STYLESHEET.sub(b"", present) == _STYLESHEET.sub(b"", expected):
        return "the style changed"
    return "what surrounds the text changed"


def _present(disk: Disk, slug: str) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of the files of ours in a post's folder, without attachments."""
    for name in disk.names(slug):
        paths: list[str] = []
        if name == SUMMARY or _FRAGMENT.fullmatch(name):
            paths = [f"{slug}/{name}"]
        elif name == _IMAGES:
            paths = [
                f"{slug}/{name}/{image}" for image in disk.names(f"{slug}/{name}") if _IMAGE.fullmatch(image)
            ]
        elif _TAG.fullmatch(name):
            paths = [f"{slug}/{name}/{INDEX}"]
        for path in paths:
            data = disk.read(path)
            if data is not None and (is_marked(data) or _is_image(path, data)):
                yield path, data


def _is_image(path: str, data: bytes) -> bool:
    """Say whether a file is an image of ours: its name tells its content."""
    match = _IMAGE.fullmatch(path.rpartition("/")[2])
    return match is not None and hashlib.sha256(data).hexdigest()[:32] == match["digest"]


def linked_files(disk: Disk, slug: str) -> frozenset[str]:
    """Return the paths that any page of a post links to in its list of attachments."""
    pages = [(path, data) for path, data in _present(disk, slug) if path.endswith(f"/{INDEX}")]
    return frozenset(link.path for path, data in pages for link in links_of(data, path))


def links_of(page: bytes, path: str) -> tuple[PageLink, ...]:
    """Return the links of a page's list of attachments: the first such section, since the text has none."""
    section = next(iter(_found(page, ".//section[@class='attachments']")), None)
    if section is None:
        return ()
    return tuple(
        PageLink(
            language=str(link.get("hreflang", "")),
            text="".join(map(str, link.itertext())).strip(),
            path=from_page(path, str(link.get("href", ""))),
        )
        for link in section.iter("a")
    )


def _text(page: bytes) -> list[str]:
    """Return the words of a page's article, without its list of attachments."""
    article = next(iter(_found(page, ".//article")), None)
    if article is None:
        return []
    for section in article.iterchildren("section"):
        if section.get("class") == "attachments":
            article.remove(section)
            break
    return "".join(map(str, article.itertext())).split()


def _found(page: bytes, path: str) -> list[etree._Element]:
    root = parse_page(page)
    return [] if root is None else root.findall(path)


#: What all posts share, as a post without files that is published after all others.
FRONT = DesiredPost(
    slug="", places=(DesiredPlace(reference="lists, feeds and site map", files=(), languages=()),)
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
        """Record whether a post, as observed last, is about to be written."""
        if will_change:
            self._changing.add(slug)
        else:
            self._changing.discard(slug)

    def observe(self) -> PlaceState:
        """Return the state of the shared files.

        While nothing has been written yet and posts are about to be, so are these: what stands in them can be
        told only when the posts are there.
        """
        foreign = next((path for path in self._paths() if not self._is_ours(path)), None)
        problem = None
        if foreign is not None:
            problem = SiteProblem(
                name="name_taken",
                message=f"{self._disk.place(foreign)} is there and was not made by Annexe",
                remedy="move it away; a list of the site's posts belongs there",
            )
        stale = None
        if problem is None and self._changing and not self.has_written:
            stale = f"{len(self._changing)} posts change" if len(self._changing) > 1 else "a post changes"
        elif problem is None:
            stale = self._stale()
        return PlaceState(
            key=ASSETS,
            version=self._version(),
            links=(),
            page_url=self._site.addresses.absolute(list_path(None))
            or self._disk.place(list_path(None)).as_uri(),
            stale=stale,
            problem=problem,
        )

    def write(self, version: str) -> None:
        """Write what differs, remove ours that is unused, under the lock; raises ChangedMeanwhileError."""
        if self._version() != version:
            raise ChangedMeanwhileError(
                f"{self._disk.root}: somebody changed the lists of posts since we looked, and nothing was "
                "overwritten"
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
        """Return in words which shared files are not as they should be, or None."""
        summaries = self._summaries()
        assets = [path for path, data in self._site.assets.items() if self._disk.read(path) != data]
        kept, lists = set(), []
        for path, data in self._site.shared_files(summaries, self._fragment):
            kept.add(path)
            if self._disk.read(path) != data:
                lists.append(path)
        obsolete = [path for path in self._paths() if path not in kept]
        obsolete += self._unused_assets(summaries)
        states = [
            ("style sheet and fonts" if len(assets) > 1 else assets[0]) if assets else "",
            f"{lists[0]}{f' and {len(lists) - 1} more' if len(lists) > 1 else ''}" if lists else "",
            f"{obsolete[0]} is not needed any more" if obsolete else "",
            "a run was killed while it wrote" if any(True for _ in self._leftovers()) else "",
        ]
        return "; ".join(filter(None, states)) or None

    def _summaries(self) -> list[PostSummary]:
        """Return the summaries in the folder, each with the editions whose pages are there."""
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
                found.append(PostSummary(slug=slug, entries=entries, attachments=summary.attachments))
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
        """Return a digest of the shared files, except assets, whose names depend on their content."""
        return _version((path, self._disk.read(path) or b"") for path in self._paths())

    def _unused_assets(self, summaries: list[PostSummary]) -> list[str]:
        """Return the assets of ours that no page refers to, be it new or one that stays as it is."""
        sheets = {entry.stylesheet for summary in summaries for entry in summary.entries}
        used = {*self._site.assets, *sheets}
        for path in sheets - set(self._site.assets):
            used |= set(fonts_of(self._disk.read(path) or b""))
        names = [name for name in self._disk.names(ASSETS) if may_be_asset(name)]
        unused = [(name, path) for name in names if (path := f"{ASSETS}/{name}") not in used]
        return [path for name, path in unused if is_asset(name, self._disk.read(path) or b"")]

    def _leftovers(self) -> Iterator[str]:
        for folder in ("", ASSETS, *self._languages):
            yield from self._disk.leftovers(folder)

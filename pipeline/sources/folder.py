"""A folder of posts → `Reading`: which folders are posts, which files are editions, what is wrong."""

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from pipeline.core.errors import CommandError
from pipeline.core.model import Edition, Finding, House, Post, Reading, Severity
from pipeline.core.paths import shown_name, shown_path
from pipeline.core.settings import Settings
from pipeline.core.size_labels import SizeLabels
from pipeline.sources.edition import ImageLoader, SourceFile, read_edition
from pipeline.sources.file_findings import FileFindings
from pipeline.sources.images import read_image
from pipeline.sources.names import (
    RESERVED,
    is_language_tag,
    is_slug,
    normalised_tag,
    same_name_key,
    suggested_slug,
)
from pipeline.sources.post_folders import is_edition_name, post_folders
from pipeline.sources.post_references import compare_references
from pipeline.sources.text import read_source

_SUFFIX = ".md"


@dataclass(frozen=True, slots=True, kw_only=True)
class _MarkdownFile:
    """A file that may be an edition: its name is right, or `language` is what it seems to mean."""

    path: Path
    language: str | None
    is_well_named: bool


def read_posts(
    folder: Path,
    house: House,
    *,
    image_bytes_limit: int,
    image_pixels_limit: int,
    slugs: Collection[str] = (),
    without: Collection[str] = frozenset(),
    size_labels: SizeLabels = "drupal",
) -> Reading:
    """Read the posts of a folder (only those in `slugs`, if any), with all that is wrong with them.

    Folders named in `without` are good posts that need no reading; none of the others has a name that could
    be taken for theirs. Whatever stands in the files, the good editions come out. Raises CommandError where
    the folder itself can't be read.
    """
    there = post_folders(folder)
    found = [] if slugs else [_stray(folder / name) for name in there.stray]
    posts, failed, drafts = [], [], []
    folders = [folder / name for name in there.folders if name not in without]
    same_names = _same_names(folders)
    for path in folders:
        if slugs and path.name not in slugs:
            continue
        # Each image is read once for all editions.
        load = cache(
            partial(read_image, path, bytes_limit=image_bytes_limit, pixels_limit=image_pixels_limit)
        )
        post = _PostReader(path, folder, house, load, size_labels)
        good, bad = post.read(same_names.get(path, ()))
        found += post.findings
        failed += bad
        drafts += post.drafts
        if good:
            posts.append(Post(slug=path.name, editions=good))
    return Reading(posts=tuple(posts), findings=tuple(found), failed=tuple(failed), drafts=tuple(drafts))


def read_named_posts(
    settings: Settings, house: House, slugs: Collection[str], *, without: Collection[str] = frozenset()
) -> Reading:
    """Read the posts named by `slugs`, all if there are none, by the settings.

    Those in `without` exist and are not read. Raises CommandError where a named post doesn't exist.
    """
    reading = read_posts(
        settings.sources,
        house,
        image_bytes_limit=settings.image_bytes_limit,
        image_pixels_limit=settings.image_pixels_limit,
        size_labels=settings.size_labels,
        slugs=slugs,
        without=without,
    )
    known = set(without) | {post.slug for post in reading.posts} | {slug for slug, _ in reading.failed}
    for slug in slugs:
        if slug not in known:
            nearest = _nearest_post(slug, settings.sources)
            raise CommandError(f"no post {slug!r} in {settings.sources}; {nearest}")
    return reading


def languages_by_post(reading: Reading, house: House) -> dict[str, list[str]]:
    """Return, by post, its languages in the order of house.yaml, also those whose sources can't be read now.

    A mistake in one edition's source must not change how the others name it.
    """
    found: dict[str, set[str]] = {
        post.slug: {edition.language for edition in post.editions} for post in reading.posts
    }
    for slug, language in reading.failed:
        if language is not None:
            found.setdefault(slug, set()).add(language)
    order = [words.language for words in house.languages]
    return {slug: [language for language in order if language in tags] for slug, tags in found.items()}


def _nearest_post(slug: str, sources: Path) -> str:
    folders = [path.name for path in sources.iterdir() if path.is_dir()]
    near = difflib.get_close_matches(slug, folders, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else "a post is named as its folder is"


def _stray(path: Path) -> Finding:
    return Finding(
        check="source.stray_file",
        severity=Severity.WARNING,
        message="this file belongs to no post",
        remedy="move it into a folder of its own, or begin its name with _ to leave it out",
        file=shown_path(path),
    )


def _same_names(folders: Sequence[Path]) -> dict[Path, tuple[Path, ...]]:
    """Return the folders with names that some file systems take for the same, each with the others."""
    groups: dict[str, list[Path]] = {}
    for path in folders:
        groups.setdefault(same_name_key(path.name), []).append(path)
    return {
        path: tuple(other for other in group if other != path)
        for group in groups.values()
        for path in group
        if len(group) > 1
    }


class _PostReader:
    """Reads one folder."""

    def __init__(
        self, folder: Path, sources: Path, house: House, load: ImageLoader, size_labels: SizeLabels
    ) -> None:
        self._folder = folder
        self._sources = sources
        self._house = house
        self._load = load
        self._size_labels = size_labels
        self._slug = shown_name(folder.name)
        self._own_findings = FileFindings("source", shown_path(folder), slug=self._slug)
        self._editions: list[Finding] = []
        self.drafts: list[Edition] = []

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what was found: of the folder first, then of its files in their order."""
        return (*self._own_findings.all, *self._editions)

    def read(self, same_names: Sequence[Path]) -> tuple[tuple[Edition, ...], list[tuple[str, str | None]]]:
        """Return the good editions, in the order of house.yaml, and what failed."""
        self._check_name(same_names)
        sources = self._find_files()
        if sources is None:
            return (), [(self._slug, None)]
        is_good = not self._own_findings.errors
        if not sources and is_good:
            example = f"{self._house.languages[0].language}{_SUFFIX}"
            remedy = f"write one, such as {example}, or begin its name with _"
            self._own_findings.warning("no_edition", None, "the folder holds no edition", remedy)
        read = [self._read_file(source, sources) for source in sources]
        compared = self._compare([edition for edition in read if edition is not None], sources)
        good = compared if is_good else []
        done = {edition.language for edition in good}
        failed = dict.fromkeys(
            (self._slug, source.language) for source in sources if source.language not in done
        )
        order = [words.language for words in self._house.languages]
        return tuple(sorted(good, key=lambda edition: order.index(edition.language))), list(failed)

    def _check_name(self, same_names: Sequence[Path]) -> None:
        name = self._slug
        if same_names:
            others = " and ".join(shown_path(other) for other in same_names)
            what = f"the name is the same as that of {others} where large and small letters count alike"
            self._own_findings.error("duplicate_slug", None, what, "rename one of them")
        elif not is_slug(self._folder.name):
            suggestion = suggested_slug(name) or "by a name such as annual-report-2020"
            what = f'"{name}" is no name for a post: its address is made of it'
            rule = "lower-case letters a to z, digits and hyphens, at most 100"
            self._own_findings.error("slug", None, what, f"rename the folder {suggestion}: {rule}")
        elif name in RESERVED:
            what = f'"{name}" is the name of a folder that Annexe itself makes in the build folder'
            self._own_findings.error("slug", None, what, f"rename this folder, such as {name}-2020")

    def _find_files(self) -> list[_MarkdownFile] | None:
        """Return the files that may be editions; None where the folder can't be used (reported)."""
        try:
            if not self._folder.exists():
                what = "this is a link that leads nowhere"
                remedy = "put the folder itself there, or take the link out"
                self._own_findings.error("unreadable", None, what, remedy)
                return None
            if not self._folder.resolve().is_relative_to(self._sources.resolve()):
                what = "the folder is a link that leads out of the folder of posts"
                self._own_findings.error("outside", None, what, "put the folder itself there")
                return None
            names = sorted(path.name for path in self._folder.iterdir() if is_edition_name(path.name))
        except (OSError, RuntimeError):
            what = "the folder can't be read"
            self._own_findings.error("unreadable", None, what, "give yourself the right to read it")
            return None
        return [_markdown_file(self._folder / name) for name in names]

    def _read_file(self, source: _MarkdownFile, sources: Sequence[_MarkdownFile]) -> Edition | None:
        """Return the edition of a file, or None where it is not good."""
        findings = FileFindings("source", shown_path(source.path), slug=self._slug, language=source.language)
        others = [
            other.path
            for other in sources
            if other.language == source.language is not None and other != source
        ]
        self._check_file_name(source, others, findings)
        data = read_source(source.path, self._folder, findings)
        self._editions += findings.all
        if data is None:
            return None
        file = SourceFile(slug=self._slug, language=source.language, file=findings.file)
        read = read_edition(data, file, self._load, size_labels=self._size_labels)
        self._editions += read.findings
        if findings.errors or read.edition is None:
            self.drafts += [draft for draft in (read.edition, read.draft) if draft is not None]
            return None
        return read.edition

    def _compare(self, editions: Sequence[Edition], sources: Sequence[_MarkdownFile]) -> list[Edition]:
        """Return the editions that no other of the post, good or not, contradicts (reported)."""
        languages = {source.language for source in sources if source.language is not None}
        found = compare_references((*editions, *self.drafts), languages)
        self._editions += found
        bad = {finding.file for finding in found if finding.severity is Severity.ERROR}
        self.drafts += [edition for edition in editions if edition.file in bad]
        return [edition for edition in editions if edition.file not in bad]

    def _check_file_name(self, source: _MarkdownFile, others: Sequence[Path], findings: FileFindings) -> None:
        language = source.language
        if language is None:
            what = f'"{shown_name(source.path.stem)}" is no language'
            remedy = "name the file by its language, such as en.md; or begin its name with _ to leave it out"
            findings.error("file_name", None, what, remedy)
        elif others:
            names = " and ".join(shown_path(other) for other in others)
            findings.error(
                "duplicate_edition", None, f"{names} is of the same language", "take one of them out"
            )
        elif not source.is_well_named:
            what = f"an edition in {language} is not named so"
            findings.error("file_name", None, what, f"rename it {language}{_SUFFIX}")
        if language is not None and self._house.language(language) is None:
            known = ", ".join(words.language for words in self._house.languages)
            what = f"the house has no words in {language} (it has {known})"
            remedy = f"add {language} to {self._house.file}, or take the file out"
            findings.error("unknown_language", None, what, remedy)


def _markdown_file(path: Path) -> _MarkdownFile:
    tag = path.stem.replace("_", "-")
    language = normalised_tag(tag) if is_language_tag(tag) else None
    return _MarkdownFile(path=path, language=language, is_well_named=path.name == f"{language}{_SUFFIX}")

"""A folder of posts → `Reading`: which folders are posts, which files are editions, and what is wrong with them."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import CommandError
from pipeline.core.model import Edition, Finding, House, Image, Post, Reading, Severity
from pipeline.core.paths import shown_name, shown_path
from pipeline.core.size_labels import SizeLabels
from pipeline.sources.edition import ImageLoader, Place, read_edition
from pipeline.sources.faults import Faults
from pipeline.sources.files import read_source
from pipeline.sources.images import RefusedImageError, read_image
from pipeline.sources.languages import is_language_tag, well_written_tag
from pipeline.sources.references import compare_references
from pipeline.sources.slugs import RESERVED, is_slug, same_name_key, suggested_slug

_SUFFIX = ".md"
_MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_LEFT_OUT = (".", "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    image_bytes: int
    image_pixels: int
    size_labels: SizeLabels


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
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
    """Read the posts of a folder, those named by `slugs` alone if any are, with all that is wrong with any of them.

    Folders named in `without` are good posts that need no reading; none of the others has a name that could be taken
    for theirs. Whatever stands in the files, the good editions come out. Raises CommandError where the folder itself can't be read.
    """
    limits = _Limits(image_bytes=image_bytes_limit, image_pixels=image_pixels_limit, size_labels=size_labels)
    entries = _entries(folder, without)
    findings: list[Finding] = []
    if not slugs:
        findings += [_stray(path) for path in entries if _is_markdown(path) and not _may_be_folder(path)]
    posts, failed, drafts = [], [], []
    folders = [path for path in entries if _may_be_folder(path)]
    twins = _twins(folders)
    for path in folders:
        if slugs and path.name not in slugs:
            continue
        post = _PostReader(path, folder, house, limits)
        good, bad = post.read(twins.get(path, ()))
        findings += post.findings
        failed += bad
        drafts += post.drafts
        if good:
            posts.append(Post(slug=path.name, editions=good))
    return Reading(posts=tuple(posts), findings=tuple(findings), failed=tuple(failed), drafts=tuple(drafts))


def post_names(folder: Path) -> tuple[str, ...]:
    """Return the names of all posts of a folder, in order; raises CommandError where the folder can't be read."""
    return tuple(path.name for path in _entries(folder) if _may_be_folder(path))


def _entries(folder: Path, without: Collection[str] = frozenset()) -> list[Path]:
    """Return what a folder holds, by name, without what is left out on purpose."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - ten thousand paths that nobody wants take their time
        wanted = sorted(name for name in names if not name.startswith(_LEFT_OUT) and name not in without)
        return [folder / name for name in wanted]
    except OSError as error:
        raise CommandError(
            f"{shown_path(folder)}: no posts can be read here ({error.strerror}); name the folder of posts with --sources"
        ) from error


def _may_be_folder(path: Path) -> bool:
    """Return whether this is a folder, or a link that leads nowhere, or can't be told."""
    try:
        return path.is_dir() or (path.is_symlink() and not path.exists())
    except OSError:
        return True


def _is_markdown(path: Path) -> bool:
    return path.suffix.casefold() in _MARKDOWN_SUFFIXES


def _stray(path: Path) -> Finding:
    return Finding(
        check="source.stray_file",
        severity=Severity.WARNING,
        message="this file belongs to no post",
        remedy="move it into a folder of its own, or begin its name with _ to leave it out",
        file=shown_path(path),
    )


def _twins(folders: Sequence[Path]) -> dict[Path, tuple[Path, ...]]:
    """Return the folders whose names some file systems take for the same, each with the others of its kind."""
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

    def __init__(self, folder: Path, sources: Path, house: House, limits: _Limits) -> None:
        self._folder = folder
        self._sources = sources
        self._house = house
        self._limits = limits
        self._slug = shown_name(folder.name)
        self._faults = Faults("source", shown_path(folder), slug=self._slug)
        self._files: list[Faults] = []
        self._editions: list[Finding] = []
        self.drafts: list[Edition] = []
        self._load = _loader(folder, limits)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what was found: of the folder first, then of its files in their order."""
        return (*self._faults.findings, *self._editions)

    def read(self, twins: Sequence[Path]) -> tuple[tuple[Edition, ...], list[tuple[str, str | None]]]:
        """Return the good editions, in the order of the house languages, and what failed."""
        self._check_name(twins)
        sources = self._find_sources()
        if sources is None:
            return (), [(self._slug, None)]
        is_good = not self._faults.errors
        if not sources and is_good:
            self._faults.tell(
                "no_edition",
                None,
                "the folder holds no edition",
                f"write one, such as {self._house.languages[0].language}{_SUFFIX}, or begin its name with _",
                Severity.WARNING,
            )
        read = [self._read_source(source, sources) for source in sources]
        compared = self._compare([edition for edition in read if edition is not None], sources)
        good = compared if is_good else []
        done = {edition.language for edition in good}
        failed = dict.fromkeys(
            (self._slug, source.language) for source in sources if source.language not in done
        )
        order = [words.language for words in self._house.languages]
        return tuple(sorted(good, key=lambda edition: order.index(edition.language))), list(failed)

    def _check_name(self, twins: Sequence[Path]) -> None:
        name = self._slug
        if twins:
            others = " and ".join(shown_path(other) for other in twins)
            what = f"the name is the same as that of {others} where large and small letters count alike"
            self._faults.tell("duplicate_slug", None, what, "rename one of them")
        elif not is_slug(self._folder.name):
            suggestion = suggested_slug(name) or "by a name such as annual-report-2020"
            self._faults.tell(
                "slug",
                None,
                f'"{name}" is no name for a post: its address is made of it',
                f"rename the folder {suggestion}: lower-case letters a to z, digits and hyphens, at most 100",
            )
        elif name in RESERVED:
            what = f'"{name}" is the name of a folder that Annexe itself makes in the build folder'
            self._faults.tell("slug", None, what, f"rename this folder, such as {name}-2020")

    def _find_sources(self) -> list[_Source] | None:
        """Return the files that may be editions, or None where the folder can't or may not be looked into (told)."""
        try:
            if not self._folder.exists():
                what = "this is a link that leads nowhere"
                self._faults.tell(
                    "unreadable", None, what, "put the folder itself there, or take the link out"
                )
                return None
            if not self._folder.resolve().is_relative_to(self._sources.resolve()):
                what = "the folder is a link that leads out of the folder of posts"
                self._faults.tell("outside", None, what, "put the folder itself there")
                return None
            paths = [path for path in _entries(self._folder) if _is_markdown(path)]
        except (CommandError, OSError, RuntimeError):
            self._faults.tell(
                "unreadable", None, "the folder can't be read", "give yourself the right to read it"
            )
            return None
        return [_source(path) for path in paths]

    def _read_source(self, source: _Source, sources: Sequence[_Source]) -> Edition | None:
        """Return the edition of a file, or None where it is not good."""
        faults = Faults("source", shown_path(source.path), slug=self._slug, language=source.language)
        others = [
            other.path
            for other in sources
            if other.language == source.language is not None and other != source
        ]
        self._check_file_name(source, others, faults)
        data = read_source(source.path, self._folder, faults)
        self._editions += faults.findings
        if data is None:
            return None
        place = Place(slug=self._slug, language=source.language, file=faults.file)
        read = read_edition(data, place, self._load, size_labels=self._limits.size_labels)
        self._editions += read.findings
        if faults.errors or read.edition is None:
            self.drafts += [draft for draft in (read.edition, read.draft) if draft is not None]
            return None
        return read.edition

    def _compare(self, editions: Sequence[Edition], sources: Sequence[_Source]) -> list[Edition]:
        """Return the editions that no other one of the post contradicts (told), be that one good or not."""
        languages = {source.language for source in sources if source.language is not None}
        found = compare_references((*editions, *self.drafts), languages)
        self._editions += found
        bad = {finding.file for finding in found if finding.severity is Severity.ERROR}
        self.drafts += [edition for edition in editions if edition.file in bad]
        return [edition for edition in editions if edition.file not in bad]

    def _check_file_name(self, source: _Source, others: Sequence[Path], faults: Faults) -> None:
        language = source.language
        if language is None:
            faults.tell(
                "file_name",
                None,
                f'"{shown_name(source.path.stem)}" is no language',
                "name the file by its language, such as en.md; or begin its name with _ to leave it out",
            )
        elif others:
            names = " and ".join(shown_path(other) for other in others)
            faults.tell("duplicate_edition", None, f"{names} is of the same language", "take one of them out")
        elif not source.is_well_named:
            what = f"an edition in {language} is not named so"
            faults.tell("file_name", None, what, f"rename it {language}{_SUFFIX}")
        if language is not None and self._house.language(language) is None:
            known = ", ".join(words.language for words in self._house.languages)
            what = f"the house has no words in {language} (it has {known})"
            faults.tell(
                "unknown_language", None, what, f"add {language} to {self._house.file}, or take the file out"
            )


def _source(path: Path) -> _Source:
    tag = path.stem.replace("_", "-")
    language = well_written_tag(tag) if is_language_tag(tag) else None
    return _Source(path=path, language=language, is_well_named=path.name == f"{language}{_SUFFIX}")


def _loader(folder: Path, limits: _Limits) -> ImageLoader:
    """Return what gives the images of a folder, each read once for all editions."""
    known: dict[str, Image | RefusedImageError] = {}

    def load(path: str) -> Image:
        if path not in known:
            try:
                known[path] = read_image(
                    folder, path, bytes_limit=limits.image_bytes, pixels_limit=limits.image_pixels
                )
            except RefusedImageError as error:
                known[path] = error
        found = known[path]
        if isinstance(found, RefusedImageError):
            raise found
        return found

    return load

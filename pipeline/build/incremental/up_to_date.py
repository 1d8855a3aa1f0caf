"""Which posts are certainly as they were: asked before anything is read, from the record of the runs before.

Content decides, stats only save the reading. A post is left out where every file that it is made from, and every file
that was made of it, has the stat that it had when the post was found good, and so has all that posts share. Where a
stat differs or can't be relied on, the files' sha256 decide; where those differ, or anything is unusual, the post is read,
composed and checked. Every doubt ends there.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.build.incremental.post_records import certain, compared
from pipeline.build.incremental.shared_inputs import looked_at, place_of
from pipeline.build.incremental.stat_records import UnusualError, clock, stats_of
from pipeline.build.request import Request
from pipeline.core.errors import AnnexeError
from pipeline.core.files import machine_folder
from pipeline.core.results import KeptPost
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.rows import BuildPlace, PostRecord
from pipeline.report.json import findings_of
from pipeline.sources.names import is_slug, same_name_key

_LEFT_OUT = (".", "_")
_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a run found before it read anything.

    `rows` are the posts that are certainly as they were, `refreshed` those of them whose record must be written anew,
    each with its sums. `before` has the stats of all others, by slug, `since` is the time (ns) from which their time
    stamps can't be relied on. `is_everything` says that there is nothing else to look into. Without a `place`, nothing is
    left out and nothing is recorded.
    """

    place: BuildPlace | None
    is_place_new: bool = False
    rows: tuple[PostRecord, ...] = field(default=(), repr=False)
    refreshed: tuple[tuple[PostRecord, bytes], ...] = field(default=(), repr=False)
    before: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    gone: tuple[str, ...] = ()
    since: int = 0
    is_everything: bool = False

    @property
    def slugs(self) -> frozenset[str]:
        """Return the posts that are left out."""
        return frozenset(row.slug for row in self.rows)

    def orphans(self, output: Path) -> list[Path]:
        """Return the attachments in the folders of posts that are left out that nothing makes."""
        return [output / row.slug / name for row in self.rows for name in row.orphans]

    @property
    def kept(self) -> tuple[KeptPost, ...]:
        """Return the posts that are left out, as a result tells them."""
        seen: set[bytes] = set()
        return tuple(_kept(row, seen) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folders:
    """The folders of the posts that a run is about, and whether there is more that must be looked into."""

    slugs: tuple[str, ...]
    twins: frozenset[str]
    has_more: bool

    @property
    def clear(self) -> frozenset[str]:
        """Return the slugs of the posts that nothing else seems to be."""
        return frozenset(self.slugs) - self.twins


def look_around(request: Request, ledger: Ledger, *, begin: Callable[[], None] = lambda: None) -> Standing:
    """Return what is certainly as it was; never raises for what the run itself will find and tell.

    `begin` is called where it is clear before any look that nothing can be left out, so that work may begin meanwhile.
    """
    beside = machine_folder(request.settings.output) / "clock"
    since = clock(beside)
    name = place_of(request)
    known = ledger.place(name)
    if known is None or not request.may_leave_out:
        begin()
    try:
        place = _place(request, name, known, since)
        is_same = known is not None and known.shared == place.shared
        if not (is_same and request.may_leave_out):
            return _nothing_certain(request, ledger, place, since, is_new=known != place)
        return _standing(request, ledger, place, since, is_new=known != place)
    except (OSError, AnnexeError):
        return Standing(place=None)


def _nothing_certain(
    request: Request, ledger: Ledger, place: BuildPlace, since: int, *, is_new: bool
) -> Standing:
    folders = _folders(request)
    return Standing(
        place=place,
        is_place_new=is_new,
        before=_stats(request, folders.slugs),
        gone=_gone(request, ledger, place.name, folders),
        since=since,
    )


def _standing(request: Request, ledger: Ledger, place: BuildPlace, since: int, *, is_new: bool) -> Standing:
    """Return what is certainly as it was, where all that posts share is; raises OSError."""
    folders = _folders(request)
    good, refreshed = certain(request, ledger, place.name, folders.clear, since)
    kept = {row.slug for row in good}
    others = [slug for slug in folders.slugs if slug not in kept]
    return Standing(
        place=place,
        is_place_new=is_new,
        rows=tuple(sorted(good, key=lambda row: row.slug)),
        refreshed=tuple(refreshed),
        before=_stats(request, others),
        gone=_gone(request, ledger, place.name, folders),
        since=since,
        is_everything=bool(good) and not others and not folders.has_more,
    )


def look_only(request: Request, ledger: Ledger) -> Standing:
    """Return what is certainly as it was by stats alone, writing nothing; for who only wants to know."""
    known = ledger.place(place_of(request))
    try:
        if known is None or known.is_racy or looked_at(request, known.watched)[0] != known.shared_stats:
            return Standing(place=None)
        folders = _folders(request)
    except OSError:
        return Standing(place=None)
    asked, changed = compared(request, ledger, known.name, folders.clear)
    good = [row for row in asked if not row.is_racy and row.slug not in changed]
    is_everything = len(good) == len(folders.slugs) and not folders.has_more
    return Standing(place=known, rows=tuple(good), is_everything=is_everything)


def _gone(request: Request, ledger: Ledger, place: str, folders: _Folders) -> tuple[str, ...]:
    """Return the posts that a whole run no longer finds."""
    if request.slugs or request.languages:
        return ()
    there = set(folders.slugs)
    return tuple(slug for slug in ledger.recorded_slugs(place) if slug not in there)


def _place(request: Request, name: str, known: BuildPlace | None, since: int) -> BuildPlace:
    """Return what posts share now; it is read only where a stat is not as it was. Raises OSError, AnnexeError."""
    if known is not None and not known.is_racy:
        try:
            if looked_at(request, known.watched)[0] == known.shared_stats:
                return known
        except OSError:
            pass
    # Heavy, and needed only where something that all posts share may have changed.
    from pipeline.build.incremental.shared_content import read_shared, watched_files  # noqa: PLC0415 - as said above
    from pipeline.core.toolchain import tool_versions  # noqa: PLC0415 - as said above

    tools = tool_versions()
    watched = watched_files(request)
    stats, newest = looked_at(request, watched)
    shared = read_shared(request)
    # What was written while it was read shows here: such stats are relied on by nobody.
    is_racy = newest >= since or looked_at(request, watched)[0] != stats
    return BuildPlace(
        name=name, shared_stats=stats, shared=shared, is_racy=is_racy, watched=watched, tools=tools
    )


def _folders(request: Request) -> _Folders:
    """Return the posts' folders; raises OSError."""
    slugs, odd, has_more = [], [], False
    with os.scandir(request.settings.sources) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith(_LEFT_OUT):
                continue
            if not entry.is_dir(follow_symlinks=False):
                is_told = entry.is_symlink() or name.lower().endswith(_MARKDOWN)
                has_more = has_more or is_told
                odd += [name] if is_told else []
            elif is_slug(name):
                slugs.append(name)
            else:
                odd.append(name)
    twins = frozenset(same_name_key(name) for name in odd)
    if request.slugs:
        there = set(slugs)
        slugs = [slug for slug in dict.fromkeys(request.slugs) if slug in there]
        has_more = any(slug not in there for slug in request.slugs)
    else:
        has_more = has_more or bool(odd)
    return _Folders(slugs=tuple(slugs), twins=twins, has_more=has_more)


def _stats(request: Request, slugs: Iterable[str]) -> dict[str, bytes]:
    """Return the stats of posts that are about to be read."""
    found = {}
    for slug in slugs:
        try:
            found[slug] = stats_of(str(request.settings.sources), str(request.settings.output), slug)
        except (OSError, UnusualError):
            continue
    return found


def _kept(row: PostRecord, seen: set[bytes]) -> KeptPost:
    """Return a row as a result tells it; `seen` are the notes so far that have to do with lines of files alone."""
    findings = () if row.notes in seen else findings_of(row.slug, row.notes)
    if all(finding.line is not None for finding in findings):
        seen.add(row.notes)
    return KeptPost(
        slug=row.slug,
        languages=row.languages,
        told=row.told,
        notes=row.notes,
        findings=findings,
    )

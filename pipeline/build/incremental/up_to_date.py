"""Which posts are certainly unchanged, by the records of earlier runs, before anything is read.

Content decides, stats only save the reading. A post is left out where every file that it is made from, and
every file that was made of it, has the stat that it had when the post was found good, and so has all that
posts share. Where a stat differs or can't be relied on, the files' sha256 decide; where those differ, or
anything is unusual, the post is read, composed and checked. Every doubt ends there.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.build.incremental.post_records import Baseline, compared_by_stats, holding_records, post_stats
from pipeline.build.incremental.shared_inputs import place_name, shared_place, shared_stats
from pipeline.build.incremental.stat_records import UnusualError, clock
from pipeline.build.request import Request
from pipeline.core.errors import AnnexeError
from pipeline.core.files import machine_folder
from pipeline.core.results import KeptPost
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.rows import PostRecord
from pipeline.report.json import findings_of
from pipeline.sources.names import is_slug, same_name_key
from pipeline.sources.post_folders import post_folders


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The posts that are certainly unchanged; `is_everything` says that there are no others.

    `tools` are the tools of the run that found them good. Without a `baseline` nothing is recorded.
    """

    records: tuple[PostRecord, ...] = field(default=(), repr=False)
    is_everything: bool = False
    tools: tuple[tuple[str, str], ...] = ()
    baseline: Baseline | None = None

    @property
    def slugs(self) -> frozenset[str]:
        """Return the slugs of the posts."""
        return frozenset(record.slug for record in self.records)

    def orphans(self, output: Path) -> Iterator[Path]:
        """Yield the attachments in their folders that no source makes."""
        for record in self.records:
            for name in record.orphans:
                yield output / record.slug / name

    def posts(self) -> tuple[KeptPost, ...]:
        """Return the posts as a result has them."""
        seen: set[bytes] = set()
        return tuple(_as_kept(record, seen) for record in self.records)


def _as_kept(record: PostRecord, seen: set[bytes]) -> KeptPost:
    """Return a post as a result has it; `seen` are the notes so far that are about lines of files alone."""
    findings = () if record.notes in seen else findings_of(record.slug, record.notes)
    if all(finding.line is not None for finding in findings):
        seen.add(record.notes)
    return KeptPost(
        slug=record.slug, languages=record.languages, told=record.told, notes=record.notes, findings=findings
    )


def find_unchanged(request: Request, ledger: Ledger, *, begin: Callable[[], None]) -> Unchanged:
    """Return what is certainly unchanged; never raises for what the run itself will find and report.

    `begin` is called before any file is looked at where posts can't be left out: the request does not allow
    it, or there are no records of this place.
    """
    name = place_name(request)
    known = ledger.place(name)
    if known is None or not request.may_leave_out:
        begin()
    since = clock(machine_folder(request.settings.output) / "clock")
    try:
        place = shared_place(request, name, known, since)
        folders = _folders(request)
        records: list[PostRecord] = []
        refreshed: list[tuple[PostRecord, bytes]] = []
        if request.may_leave_out and known is not None and known.shared == place.shared:
            records, refreshed = holding_records(request, ledger, name, folders.clear, since)
    except (OSError, AnnexeError):
        return Unchanged()
    unchanged = {record.slug for record in records}
    others = [slug for slug in folders.slugs if slug not in unchanged]
    baseline = Baseline(
        place=place,
        is_place_new=known != place,
        gone=_gone(request, ledger, name, folders),
        refreshed=tuple(refreshed),
        before=_stats(request, others),
        since=since,
    )
    return Unchanged(
        records=tuple(sorted(records, key=lambda record: record.slug)),
        is_everything=bool(records) and not others and not folders.has_more,
        tools=place.tools,
        baseline=baseline,
    )


def find_unchanged_by_stats(request: Request, ledger: Ledger) -> Unchanged:
    """Return what is certainly unchanged by stats alone; writes nothing."""
    name = place_name(request)
    known = ledger.place(name)
    try:
        if known is None or known.is_racy or shared_stats(request, known.watched)[0] != known.shared_stats:
            return Unchanged()
        folders = _folders(request)
    except (OSError, AnnexeError):
        return Unchanged()
    records, _ = compared_by_stats(request, ledger, name, folders.clear)
    return Unchanged(
        records=tuple(sorted(records, key=lambda record: record.slug)),
        is_everything=len(records) == len(folders.slugs) and not folders.has_more,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folders:
    """The posts that a run is about: their slugs, the unmistakable ones, whether it must look further."""

    slugs: tuple[str, ...]
    clear: frozenset[str]
    has_more: bool


def _folders(request: Request) -> _Folders:
    """Return the folders of the posts that a run is about; raises CommandError."""
    found = post_folders(request.settings.sources)
    slugs = [name for name in found.folders if name not in found.unusual and is_slug(name)]
    odd = {*found.folders, *found.stray}.difference(slugs)
    has_more = bool(odd)
    if request.slugs:
        there = frozenset(slugs)
        slugs = [slug for slug in dict.fromkeys(request.slugs) if slug in there]
        has_more = any(slug not in there for slug in request.slugs)
    twins = frozenset(same_name_key(name) for name in odd)
    return _Folders(slugs=tuple(slugs), clear=frozenset(slugs) - twins, has_more=has_more)


def _gone(request: Request, ledger: Ledger, place: str, folders: _Folders) -> tuple[str, ...]:
    """Return the posts that have records and that a whole run no longer finds."""
    if not request.is_of_all:
        return ()
    there = frozenset(folders.slugs)
    return tuple(slug for slug in ledger.recorded_slugs(place) if slug not in there)


def _stats(request: Request, slugs: Iterable[str]) -> dict[str, bytes]:
    """Return the stats of posts that are about to be read."""
    found = {}
    for slug in slugs:
        try:
            found[slug] = post_stats(request, slug)
        except (OSError, UnusualError):
            continue
    return found

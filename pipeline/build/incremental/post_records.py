"""Records of posts that were found good: which still hold, and those that a run makes for the next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.build.incremental import stat_records
from pipeline.build.incremental.shared_inputs import shared_stats
from pipeline.build.request import Request
from pipeline.core.files import machine_folder
from pipeline.core.results import EditionResult, RunResult, Verdict
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.rows import BuildPlace, PostRecord
from pipeline.report.json import lines_of_results, notes_of

#: The records of fewer posts than these are asked for one by one; of more, all of the place are read at once.
_FEW = 200
#: What is reported of an attachment once, when it is made, and not again when it is found unchanged.
_REPORTED_ONCE = frozenset({"size.drift"})
_SUBJECTS_REPORTED_ONCE = frozenset({"render"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a run finds before it reads anything, for the records that it makes at its end.

    `place` is the state of what all posts share; `gone` are the posts of it that are no longer there.
    `refreshed` are the records that hold but must be written anew, each with its sums. `before` has the stats
    of all posts without a record that holds, by slug; `since` is the time (ns) from which their time stamps
    can't be relied on.
    """

    place: BuildPlace
    is_place_new: bool
    gone: tuple[str, ...] = ()
    refreshed: tuple[tuple[PostRecord, bytes], ...] = field(default=(), repr=False)
    before: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    since: int = 0


def holding_records(
    request: Request, ledger: Ledger, place: str, slugs: Collection[str], since: int
) -> tuple[list[PostRecord], list[tuple[PostRecord, bytes]]]:
    """Return the records of some posts that still hold, and those to be written anew with their sums.

    A record holds where the stats of the post's files are what they were and old enough to be relied on, or
    else where the files' sha256 are.
    """
    good, others = compared_by_stats(request, ledger, place, slugs)
    refreshed = []
    for record in others:
        sums = ledger.post_sums(place, record.slug)
        fresh = _same_content(request, record, sums, since)
        if fresh is not None:
            good.append(fresh)
            refreshed.append((fresh, sums))
    return good, refreshed


def compared_by_stats(
    request: Request, ledger: Ledger, place: str, slugs: Collection[str]
) -> tuple[list[PostRecord], list[PostRecord]]:
    """Return the records that hold by the stats of their files, and those where stats are not enough."""
    wanted = frozenset(slugs)
    named = sorted(wanted) if len(wanted) < _FEW else ()
    good: list[PostRecord] = []
    others: list[PostRecord] = []
    for record in ledger.post_records(place, named) if wanted else ():
        if record.slug in wanted:
            (good if _holds_by_stats(request, record) else others).append(record)
    return good, others


def _holds_by_stats(request: Request, record: PostRecord) -> bool:
    if record.is_racy:
        return False
    try:
        return post_stats(request, record.slug) == record.stats
    except (OSError, stat_records.UnusualError):
        return False


def post_stats(request: Request, slug: str) -> bytes:
    """Return the stats of a post's files; raises OSError, UnusualError."""
    return stat_records.stats_of(str(request.settings.sources), str(request.settings.output), slug)


def _same_content(request: Request, record: PostRecord, sums: bytes, since: int) -> PostRecord | None:
    """Return the record with the stats of now where every file holds what it held, else None."""
    try:
        stats = post_stats(request, record.slug)
        files, before = stat_records.files_of(stats), stat_records.files_of(record.stats)
        if [(file.name, file.is_made) for file in files] != [(file.name, file.is_made) for file in before]:
            return None
        if _post_sums(request, stats, record.slug) != sums:
            return None
    except (OSError, stat_records.UnusualError):
        return None
    return replace(record, stats=stats, is_racy=any(file.newest >= since for file in files))


def _post_sums(request: Request, stats: bytes, slug: str) -> bytes:
    return stat_records.sums_of(stats, str(request.settings.sources), str(request.settings.output), slug)


def new_records(
    request: Request, baseline: Baseline, result: RunResult, pages: Mapping[tuple[str, str], str]
) -> list[tuple[PostRecord, bytes]]:
    """Return the record of each post that this run found good from end to end, with the sums of its files.

    `pages` has the sha256 of the web page of each edition that was composed.
    """
    if request.languages or not baseline.before:
        return []
    by_post: dict[str, list[EditionResult]] = {}
    for edition in result.editions:
        by_post.setdefault(edition.slug, []).append(edition)
    # A finding that belongs to no edition would not be reported of a post that is left out.
    odd = {finding.slug for finding in result.findings}
    since = stat_records.clock(machine_folder(request.settings.output) / "clock")
    records = []
    for slug, editions in by_post.items():
        before = baseline.before.get(slug)
        if before is None or slug in odd or not all(map(_is_good, editions)):
            continue
        record = _new_record(request, editions, before, pages, (baseline.since, since))
        records += [record] if record is not None else []
    # What posts share may have been edited while they were made: then nobody knows which of it they are of.
    return records if records and _is_still(request, baseline.place) else []


def _is_still(request: Request, place: BuildPlace) -> bool:
    try:
        return shared_stats(request, place.watched)[0] == place.shared_stats
    except OSError:
        return False


def _is_good(edition: EditionResult) -> bool:
    if edition.outcome not in (Verdict.BUILT, Verdict.UNCHANGED) or edition.language is None:
        return False
    return all(finding.subject != "write" for finding in edition.findings)


def _new_record(
    request: Request,
    editions: Sequence[EditionResult],
    before: bytes,
    pages: Mapping[tuple[str, str], str],
    since: tuple[int, int],
) -> tuple[PostRecord, bytes] | None:
    """Return the record of a good post, or None where its files are not those that this run read and made.

    `since` are the times (ns) from which time stamps can't be relied on: of sources, and of what was made.
    """
    slug = editions[0].slug
    try:
        stats = post_stats(request, slug)
        if not stat_records.same_sources(before, stats):
            return None
        sums = _post_sums(request, stats, slug)
    except (OSError, stat_records.UnusualError):
        return None
    made = {file.name: digest for file, digest in stat_records.sums_by_name(stats, sums) if file.is_made}
    wanted: dict[str, str | None] = {f"{edition.name}.pdf": edition.sha256 for edition in editions}
    wanted |= {f"{edition.language}.html": pages.get((slug, edition.language or "")) for edition in editions}
    if any(made.get(name) != digest for name, digest in wanted.items()):
        return None
    unchanged = [_as_unchanged(edition) for edition in editions]
    record = PostRecord(
        slug=slug,
        is_racy=any(file.newest >= since[file.is_made] for file in stat_records.files_of(stats)),
        languages=tuple(edition.language or "" for edition in editions),
        notes=notes_of(slug, unchanged),
        orphans=tuple(name for name in made if name.endswith(".pdf") and name not in wanted),
        stats=stats,
        told=lines_of_results(unchanged),
    )
    return record, sums


def _as_unchanged(edition: EditionResult) -> EditionResult:
    """Return the result of a run that finds this edition as it is now."""
    return replace(
        edition,
        outcome=Verdict.UNCHANGED,
        reason=None,
        seconds=0.0,
        memory=None,
        findings=tuple(
            finding
            for finding in edition.findings
            if finding.check not in _REPORTED_ONCE and finding.subject not in _SUBJECTS_REPORTED_ONCE
        ),
    )

"""Which posts a run found good from end to end, as records for the next run to go by (`pipeline.build.incremental.up_to_date`)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.build.incremental.shared_inputs import looked_at
from pipeline.build.incremental.stat_records import (
    UnusualError,
    clock,
    files_of,
    same_sources,
    stats_of,
    sums_by_name,
    sums_of,
)
from pipeline.build.incremental.up_to_date import Standing
from pipeline.build.request import Request
from pipeline.core.files import machine_folder
from pipeline.core.results import EditionResult, RunResult, Verdict
from pipeline.ledger.rows import BuildPlace, PostRecord
from pipeline.report.json import lines_of_results, notes_of

#: What a run is told of an attachment once, when it is made, and not again when it is found to be as it was.
_ONCE = frozenset({"size.drift"})
_ONCE_OF = frozenset({"render"})


def rows_to_keep(
    request: Request,
    standing: Standing,
    result: RunResult,
    pages: Mapping[tuple[str, str], str],
) -> list[tuple[PostRecord, bytes]]:
    """Return the record of each post that this run found good from end to end, with the sums of its files.

    `pages` has the sha256 of the web page of each edition that was composed.
    """
    place = standing.place
    if place is None or request.languages or not standing.before:
        return []
    by_post: dict[str, list[EditionResult]] = {}
    for edition in result.editions:
        by_post.setdefault(edition.slug, []).append(edition)
    odd = {finding.slug for finding in result.findings}
    machine = machine_folder(request.settings.output)
    since = clock(machine / "clock")
    rows = []
    for slug, editions in by_post.items():
        before = standing.before.get(slug)
        if before is None or slug in odd or not all(map(_is_good, editions)):
            continue
        row = _row(request, editions, before, pages, (standing.since, since))
        rows += [row] if row is not None else []
    # What posts share may have been edited while they were made: then nobody knows which of it they are of.
    return rows if rows and _is_still(request, place) else []


def _is_still(request: Request, place: BuildPlace) -> bool:
    try:
        return looked_at(request, place.watched)[0] == place.shared_stats
    except OSError:
        return False


def _is_good(edition: EditionResult) -> bool:
    if edition.outcome not in (Verdict.BUILT, Verdict.UNCHANGED) or edition.language is None:
        return False
    return all(finding.subject != "write" for finding in edition.findings)


def _row(
    request: Request,
    editions: Sequence[EditionResult],
    before: bytes,
    pages: Mapping[tuple[str, str], str],
    since: tuple[int, int],
) -> tuple[PostRecord, bytes] | None:
    """Return the record of a good post, or None where its files are not those that this run read and made."""
    slug = editions[0].slug
    sources, output = str(request.settings.sources), str(request.settings.output)
    try:
        stats = stats_of(sources, output, slug)
        if not same_sources(before, stats):
            return None
        sums = sums_of(stats, sources, output, slug)
    except (OSError, UnusualError):
        return None
    made = {file.name: digest for file, digest in sums_by_name(stats, sums) if file.is_made}
    wanted: dict[str, str | None] = {f"{edition.name}.pdf": edition.sha256 for edition in editions}
    wanted |= {f"{edition.language}.html": pages.get((slug, edition.language or "")) for edition in editions}
    if any(made.get(name) != digest for name, digest in wanted.items()):
        return None
    told = [_as_unchanged(edition) for edition in editions]
    row = PostRecord(
        slug=slug,
        is_racy=any(file.newest >= since[file.is_made] for file in files_of(stats)),
        languages=tuple(edition.language or "" for edition in editions),
        notes=notes_of(slug, told),
        orphans=tuple(name for name in made if name.endswith(".pdf") and name not in wanted),
        stats=stats,
        told=lines_of_results(told),
    )
    return row, sums


def _as_unchanged(edition: EditionResult) -> EditionResult:
    """Return what a run tells that finds this edition as it is now."""
    return replace(
        edition,
        outcome=Verdict.UNCHANGED,
        reason=None,
        seconds=0.0,
        memory=None,
        findings=tuple(
            finding
            for finding in edition.findings
            if finding.check not in _ONCE and finding.subject not in _ONCE_OF
        ),
    )

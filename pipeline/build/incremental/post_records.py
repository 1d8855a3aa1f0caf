"""The rows of posts that were found good: which of them still hold, by the stats of their files or by their content."""

from collections.abc import Collection
from dataclasses import replace

from pipeline.build.incremental.stat_records import UnusualError, files_of, stats_of, sums_of
from pipeline.build.request import Request
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.rows import PostRecord

#: The rows of fewer posts than these are asked for one by one; of more, all rows of the place are read at once.
_FEW = 200


def certain(
    request: Request, ledger: Ledger, place: str, slugs: Collection[str], since: int
) -> tuple[list[PostRecord], list[tuple[PostRecord, bytes]]]:
    """Return the rows of some posts that hold still, and those of them that must be written anew, with their sums."""
    sources, output = str(request.settings.sources), str(request.settings.output)
    asked, changed = compared(request, ledger, place, slugs)
    good = [row for row in asked if not row.is_racy and row.slug not in changed]
    refreshed = []
    for row in asked:
        if row.is_racy or row.slug in changed:
            sums = ledger.post_sums(place, row.slug)
            fresh = _same_content(row, sums, sources, output, since)
            if fresh is not None:
                good.append(fresh)
                refreshed.append((fresh, sums))
    return good, refreshed


def compared(
    request: Request, ledger: Ledger, place: str, slugs: Collection[str]
) -> tuple[list[PostRecord], frozenset[str]]:
    """Return the rows of some posts, by slug, and which of them have other stats now."""
    there = frozenset(slugs)
    named = sorted(there) if len(there) < _FEW else ()
    rows = ledger.post_records(place, named) if there else []
    asked = sorted((row for row in rows if row.slug in there), key=lambda row: row.slug)
    sources, output = str(request.settings.sources), str(request.settings.output)
    return asked, frozenset(row.slug for row in asked if not _has_same_stats(row, sources, output))


def _has_same_stats(row: PostRecord, sources: str, output: str) -> bool:
    try:
        return stats_of(sources, output, row.slug) == row.stats
    except (OSError, UnusualError):
        return False


def _same_content(row: PostRecord, sums: bytes, sources: str, output: str, since: int) -> PostRecord | None:
    """Return the row with the stats of now where every file holds what it held, else None."""
    try:
        stats = stats_of(sources, output, row.slug)
        files = files_of(stats)
        if [(file.name, file.is_made) for file in files] != [
            (file.name, file.is_made) for file in files_of(row.stats)
        ]:
            return None
        if sums_of(stats, sources, output, row.slug) != sums:
            return None
    except (OSError, UnusualError):
        return None
    return replace(row, stats=stats, is_racy=any(file.newest >= since for file in files))

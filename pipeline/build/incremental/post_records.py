"""The rows of posts that were found good: which of them still hold, by the stats of their files or by their content."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from pipeline.build.incremental.parallel_stat import Comparison
from pipeline.build.incremental.snapshot import FEWEST
from pipeline.build.incremental.stat_records import UnusualError, files_of, stats_of, sums_of
from pipeline.build.request import Request
from pipeline.ledger import KeptRow, Ledger

#: A run that reads rows while others compare takes this much of an equal share.
_OWN_SHARE = 0.6


def certain(
    request: Request, ledger: Ledger, place: str, slugs: Collection[str], since: int
) -> tuple[list[KeptRow], list[tuple[KeptRow, bytes]]]:
    """Return the rows of some posts that hold still, and those of them that must be written anew, with their sums."""
    sources, output = str(request.settings.sources), str(request.settings.output)
    asked, changed = compared(request, ledger, place, slugs)
    good = [row for row in asked if not row.is_racy and row.slug not in changed]
    refreshed = []
    for row in asked:
        if row.is_racy or row.slug in changed:
            sums = ledger.kept_sums(place, row.slug)
            fresh = _same_content(row, sums, sources, output, since)
            if fresh is not None:
                good.append(fresh)
                refreshed.append((fresh, sums))
    return good, refreshed


def compared(
    request: Request, ledger: Ledger, place: str, slugs: Collection[str]
) -> tuple[list[KeptRow], frozenset[str]]:
    """Return the rows of some posts, and which of them have other stats now."""
    settings = request.settings
    if not slugs:
        return [], frozenset()
    there = frozenset(slugs)
    named = sorted(slugs) if len(slugs) < FEWEST else ()
    known = [one for one in ledger.kept_stats(place, named) if one[0] in there]
    # Other processes compare while this one reads the rows.
    compare = partial(with_other_stats, str(settings.sources), str(settings.output))
    comparison = Comparison(compare, known, own=_OWN_SHARE)
    rows = {row.slug: row for row in ledger.kept(place, named)}
    found = comparison.finish()
    changed = frozenset(rows if found is None else found)
    # What was compared is what the row, whose digest is right, has: each post with itself.
    asked = [rows[slug] for slug, stats in sorted(known) if slug in rows and rows[slug].stats == stats]
    return asked, changed


def with_other_stats(sources: str, output: str, known: Sequence[tuple[str, bytes]]) -> list[str]:
    """Return the slugs of those posts whose record is another now, or can't be made."""
    changed = []
    for slug, stats in known:
        try:
            if stats_of(sources, output, slug) == stats:
                continue
        except (OSError, UnusualError):
            pass
        changed.append(slug)
    return changed


def _same_content(row: KeptRow, sums: bytes, sources: str, output: str, since: int) -> KeptRow | None:
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

"""All posts that were found good, as one record: compared as a whole, so that a run without work reads nothing of them.

It is made of the rows that the ledger keeps post by post, while each of these holds; it adds the stats of the folders,
in which a file that came or went shows. Where it does not hold, the rows decide (`pipeline.build.incremental.up_to_date`).
"""

import json
import os
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate, chain, pairwise
from operator import attrgetter
from pathlib import Path

from pipeline.build.incremental.parallel_stat import Comparison
from pipeline.build.incremental.stat_records import NUMBERS, newest_of, numbers_of, places_of
from pipeline.build.request import Request
from pipeline.core.model import Finding
from pipeline.core.results import CarriedPosts
from pipeline.ledger import Inventory, KeptRow
from pipeline.report.json_editions import finding_of, finding_values

#: Fewer posts than these are told one by one, each by its row.
FEWEST = 200
#: Where more than one in so many posts changed, all are looked into row by row.
_MOST_CHANGED = 20
#: Bytes that the stat of one file takes.
_WIDTH = NUMBERS * 8

_numbers = attrgetter("st_mode", "st_dev", "st_ino", "st_size", "st_mtime_ns", "st_ctime_ns")

#: A post: its slug, and the numbers of its first path and of the first one after it.
Span = tuple[str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What of an inventory a run takes over without looking at it post by post.

    `slugs` are those posts, `orphans` the attachments in their folders that nothing makes.
    """

    inventory: Inventory = field(repr=False)
    slugs: frozenset[str] = field(repr=False)
    posts: CarriedPosts
    orphans: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What an inventory has of one post."""

    paths: Sequence[str]
    numbers: bytes
    editions: int


def changed_since(request: Request, inventory: Inventory) -> frozenset[str] | None:
    """Return the posts of an inventory that may have changed; None where it is no help.

    That is so where a post came or went, something lies in the build folder that belongs to no post, or too many
    changed.
    """
    paths = os.fsdecode(inventory.paths).split("\0")
    if _changed(paths, inventory.numbers, [(".", 0, 1)]) or _has_more(
        request.settings.output, inventory.slugs
    ):
        return None
    compare = partial(_changed, paths, inventory.numbers)
    spans = list(_spans(inventory))
    found = Comparison(compare, spans).finish()
    if found is None or len(found) * _MOST_CHANGED > max(len(inventory.slugs), _MOST_CHANGED):
        return None
    return frozenset(found) | {slug for slug, first, end in spans if first == end}


def carried(inventory: Inventory, changed: Collection[str]) -> Carried:
    """Return what is taken over of an inventory where some of its posts have changed."""
    counts = array("q", inventory.editions)
    lost = sum(counts[place] for place, slug in enumerate(inventory.slugs) if slug in changed)
    findings = map(finding_of, json.loads(inventory.findings))
    return Carried(
        inventory=inventory,
        slugs=frozenset(inventory.slugs).difference(changed),
        posts=CarriedPosts(
            editions=sum(counts) - lost,
            findings=tuple(one for one in findings if one.slug not in changed or _is_of_all(one)),
        ),
        orphans=tuple(path for path in map(Path, inventory.orphans) if path.parent.name not in changed),
    )


def inventory_of(
    request: Request,
    rows: Sequence[KeptRow],
    findings: Iterable[Finding],
    others: Iterable[str],
    *,
    since: int,
    before: Carried | None,
) -> Inventory | None:
    """Return the inventory of the posts in `rows`, with those that were taken over from the one before.

    `others` stand in it without anything to compare: they count as changed. None where something is too young to be
    relied on: younger than `since` (ns), when the run began that found it so.
    """
    settings = request.settings
    sources, output = str(settings.sources), str(settings.output)
    try:
        root = _stats([sources])
        parts = dict(_parts(before)) if before is not None else {}
        parts |= {row.slug: _part(row, sources, output) for row in rows}
    except OSError:
        return None
    parts |= {slug: _Part(paths=(), numbers=b"", editions=0) for slug in others}
    slugs = sorted(parts)
    numbers = b"".join((root, *(parts[slug].numbers for slug in slugs)))
    if newest_of(numbers) >= since or any(row.is_racy for row in rows):
        return None
    orphans = [str(settings.output / row.slug / name) for row in rows for name in row.orphans]
    return Inventory(
        slugs=tuple(slugs),
        spans=array("q", [len(parts[slug].paths) for slug in slugs]).tobytes(),
        paths=os.fsencode("\0".join((sources, *chain.from_iterable(parts[slug].paths for slug in slugs)))),
        numbers=numbers,
        editions=array("q", [parts[slug].editions for slug in slugs]).tobytes(),
        findings=json.dumps([finding_values(finding) for finding in findings]).encode(),
        orphans=(*(map(str, before.orphans) if before is not None else ()), *orphans),
    )


def _part(row: KeptRow, sources: str, output: str) -> _Part:
    files, folders = places_of(row.stats, f"{sources}/{row.slug}", f"{output}/{row.slug}")
    return _Part(
        paths=(*files, *folders),
        numbers=numbers_of(row.stats) + _stats(folders),
        editions=len(row.languages),
    )


def _parts(before: Carried) -> Iterator[tuple[str, _Part]]:
    """Yield what an inventory has of each post that was taken over from it."""
    inventory = before.inventory
    paths, counts = os.fsdecode(inventory.paths).split("\0"), array("q", inventory.editions)
    for place, (slug, first, end) in enumerate(_spans(inventory)):
        if slug in before.slugs:
            numbers = inventory.numbers[first * _WIDTH : end * _WIDTH]
            yield slug, _Part(paths=paths[first:end], numbers=numbers, editions=counts[place])


def _spans(inventory: Inventory) -> Iterator[Span]:
    ends = accumulate(array("q", inventory.spans), initial=1)
    for slug, (first, end) in zip(inventory.slugs, pairwise(ends), strict=True):
        yield slug, first, end


def _changed(paths: Sequence[str], numbers: bytes, spans: Sequence[Span]) -> list[str]:
    """Return the slugs of those spans whose paths have other stats than `numbers` says."""
    if not spans:
        return []
    start, end = spans[0][1], spans[-1][2]
    try:
        found = _stats(paths[start:end])
    except (OSError, OverflowError):
        # Something is gone: in a half, and in the end in one post.
        half = len(spans) // 2
        if not half:
            return [spans[0][0]]
        return [*_changed(paths, numbers, spans[:half]), *_changed(paths, numbers, spans[half:])]
    before = numbers[start * _WIDTH : end * _WIDTH]
    if found == before:
        return []
    places = ((slug, (first - start) * _WIDTH, (last - start) * _WIDTH) for slug, first, last in spans)
    return [slug for slug, first, last in places if found[first:last] != before[first:last]]


def _stats(paths: Sequence[str]) -> bytes:
    """Return what the kernel says of some paths, one after the other; raises OSError, OverflowError."""
    return array("q", chain.from_iterable(map(_numbers, map(os.lstat, paths)))).tobytes()


def _has_more(output: Path, slugs: Collection[str]) -> bool:
    """Say whether a build folder holds what a run half made, or attachments of no post."""
    others = set(os.listdir(output)).difference(slugs)  # noqa: PTH208 - ten thousand names, of which a few are wanted
    return any(name.endswith(".part") or any((output / name).glob("*.pdf")) for name in others)


def _is_of_all(finding: Finding) -> bool:
    """Say whether a finding told of a post is of a file that others share, such as the house's words."""
    return finding.file is not None and f"/{finding.slug}/" not in f"/{finding.file}"

"""Sizes of the attachments that lie in the build folder, beside those that the live posts publish."""

import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.build.incremental.up_to_date import Unchanged, find_unchanged_by_stats
from pipeline.build.request import Goal, Request
from pipeline.build.workers.memory import without_collecting
from pipeline.core.errors import MachineError
from pipeline.core.files import MACHINE_FOLDER
from pipeline.core.model import PublishedSize
from pipeline.core.settings import Settings
from pipeline.core.size_labels import size_label
from pipeline.core.sizes import SizeVerdict, size_verdict
from pipeline.ledger.opening import read_ledger
from pipeline.ledger.rows import PostRecord

if TYPE_CHECKING:
    from pipeline.pdf.size_advice import Reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRow:
    """One attachment: path, bytes and label (None: not built), published size, ratio, verdict."""

    name: str
    path: str
    size: int | None
    label: str | None
    published: PublishedSize | None
    verdict: SizeVerdict

    @property
    def ratio(self) -> float | None:
        """Return the size as a share of the published size's upper end, or None where one is missing."""
        if self.size is None or self.published is None or not self.published.largest:
            return None
        return self.size / self.published.largest

    @property
    def is_bad(self) -> bool:
        """Say whether somebody has to do something."""
        return self.verdict not in (SizeVerdict.FITS, SizeVerdict.UNPUBLISHED)


def measure(settings: Settings, house_file: Path, slugs: Collection[str] = ()) -> tuple[SizeRow, ...]:
    """Return a row for each edition; raises AnnexeError where the house words or a named post can't be found.

    Posts that are certainly as they were when they were found good are not read.
    """
    with without_collecting():
        unchanged = _unchanged(settings, house_file, slugs)
        rows = [row for record in unchanged.records for row in _recorded_rows(settings, record)]
    if unchanged.is_everything:
        return tuple(rows)
    # Heavy, and only where a post must be read.
    from pipeline.sources.folder import read_named_posts  # noqa: PLC0415 - as said above
    from pipeline.sources.house import read_house  # noqa: PLC0415 - as said above

    house = read_house(house_file)
    reading = read_named_posts(settings, house, slugs, without=unchanged.slugs)
    rows += [
        _row(settings, edition.slug, edition.language, edition.published_size)
        for post in reading.posts
        for edition in post.editions
    ]
    # Sorting keeps the order of a post's editions.
    return (*sorted(rows, key=lambda row: Path(row.path).parent.name), *_unread(settings, reading.failed))


def _unchanged(settings: Settings, house_file: Path, slugs: Collection[str]) -> Unchanged:
    """Return what need not be read; nothing where there is no ledger, or none that can be used."""
    request = Request(
        settings=settings,
        house_file=house_file,
        goal=Goal.BUILD,
        slugs=tuple(slugs),
        languages=(),
        now=dt.datetime.min.replace(tzinfo=dt.UTC),
    )
    try:
        with read_ledger(settings.output / MACHINE_FOLDER) as ledger:
            return Unchanged() if ledger is None else find_unchanged_by_stats(request, ledger)
    except MachineError:
        return Unchanged()


def _recorded_rows(settings: Settings, record: PostRecord) -> Iterator[SizeRow]:
    """Yield the rows of an unchanged post: its attachments have the bytes that were reported."""
    folder = str(settings.output / record.slug)
    for edition in json.loads(b"[" + record.told + b"]"):
        published = None if edition["published"] is None else PublishedSize(**edition["published"])
        name = f"{record.slug}-{edition['language']}"
        yield SizeRow(
            name=name,
            path=f"{folder}/{name}.pdf",
            size=edition["bytes"],
            label=edition["label"],
            published=published,
            verdict=size_verdict(
                edition["bytes"], published, over=settings.size_over, under=settings.size_under
            ),
        )


def explain(settings: Settings, rows: Iterable[SizeRow]) -> dict[str, "Reasons"]:
    """Return, by the name of each attachment that is built, why it has the bytes it has."""
    from pipeline.pdf.size_advice import reasons_for  # noqa: PLC0415 - heavy, and wanted seldom

    reasons = {}
    for row in rows:
        if row.size is not None:
            most = None if row.published is None else int(row.published.largest * settings.size_over)
            reasons[row.name] = reasons_for(Path(row.path).read_bytes(), most)
    return reasons


def _row(settings: Settings, slug: str, language: str, published: PublishedSize | None) -> SizeRow:
    path = settings.output / slug / f"{slug}-{language}.pdf"
    size = path.stat().st_size if path.is_file() else None
    return SizeRow(
        name=f"{slug}-{language}",
        path=str(path),
        size=size,
        label=None if size is None else size_label(size, published, style=settings.size_labels),
        published=published,
        verdict=size_verdict(size, published, over=settings.size_over, under=settings.size_under),
    )


def _unread(settings: Settings, failed: Collection[tuple[str, str | None]]) -> Iterator[SizeRow]:
    for slug, language in failed:
        path = settings.output / slug / f"{slug}-{language}.pdf"
        yield SizeRow(
            name=f"{slug}-{language}" if language else slug,
            path=str(path),
            size=None,
            label=None,
            published=None,
            verdict=SizeVerdict.UNREAD,
        )

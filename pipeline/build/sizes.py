"""Sizes of the attachments that lie in the build folder, beside those that the live posts publish."""

import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator
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
from pipeline.core.sizes import SizeRow, SizeVerdict, size_verdict
from pipeline.ledger.opening import read_ledger
from pipeline.ledger.rows import PostRecord

if TYPE_CHECKING:
    from pipeline.pdf.size_advice import Reasons


def measure(settings: Settings, house_file: Path, slugs: Collection[str] = ()) -> tuple[SizeRow, ...]:
    """Return a row for each edition; posts that are certainly unchanged are not read. Raises AnnexeError."""
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
        size, label = edition["bytes"], edition["label"]
        published = None if edition["published"] is None else PublishedSize(**edition["published"])
        verdict = size_verdict(size, published, over=settings.size_over, under=settings.size_under)
        name = f"{record.slug}-{edition['language']}"
        path = f"{folder}/{name}.pdf"
        yield SizeRow(name=name, path=path, size=size, label=label, published=published, verdict=verdict)


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
    label = None if size is None else size_label(size, published, style=settings.size_labels)
    verdict = size_verdict(size, published, over=settings.size_over, under=settings.size_under)
    name = f"{slug}-{language}"
    return SizeRow(name=name, path=str(path), size=size, label=label, published=published, verdict=verdict)


def _unread(settings: Settings, failed: Collection[tuple[str, str | None]]) -> Iterator[SizeRow]:
    for slug, language in failed:
        path = settings.output / slug / f"{slug}-{language}.pdf"
        name, unread = f"{slug}-{language}" if language else slug, SizeVerdict.UNREAD
        yield SizeRow(name=name, path=str(path), size=None, label=None, published=None, verdict=unread)

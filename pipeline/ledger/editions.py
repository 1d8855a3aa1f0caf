"""What became of the editions, run by run: a row only where something is so that was not so before."""

import datetime as dt
from dataclasses import dataclass

from pipeline.ledger.columns import REASON
from pipeline.ledger.database import Database, Writing
from pipeline.ledger.post_records import forget
from pipeline.ledger.rows import EditionRow, Point

#: A rebuild that gives the same bytes again adds a point to the trend of time, but not every night.
NIGHTS_BETWEEN_POINTS = 7
#: Outcomes after which the attachment that stands there is right: which of the two it was, is no news.
_GOOD = ("built", "unchanged")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Last:
    """The last row of an edition."""

    run: int
    outcome: str
    sha256: str | None
    pages: int | None


def record_row(database: Database, run: int, row: EditionRow, *, is_rebuild: bool) -> None:
    """Record what became of an edition, where that is news or due for its trend; raises UnrecordedError.

    News are: it was built for a reason, its attachment is another, it failed that was good, is good that failed.
    """
    last = _last(database, row)
    if row.outcome not in _GOOD:
        # What is no longer good must be looked at again, even if none of its files has changed.
        with database.writing() as writing:
            forget(writing, row.slug)
    is_news = last is None or _is_news(last, row, is_rebuild=is_rebuild)
    is_due = is_rebuild and last is not None and run - last.run >= NIGHTS_BETWEEN_POINTS
    if not is_news and not is_due:
        return
    is_same = last is not None and last.sha256 == row.sha256
    with database.writing() as writing:
        _write(
            writing,
            run,
            row,
            pages=last.pages if row.pages is None and last is not None and is_same else row.pages,
            is_made=row.outcome == "built" or is_rebuild,
            is_news=is_news,
        )


def points_of(database: Database, slug: str, language: str | None, most: int) -> tuple[Point, ...]:
    """Return the last recorded points of an edition, the oldest first."""
    query = """
        select outcome.run as run, started, outcome, sha256, size, pages, milliseconds, outcome.memory as memory,
            text as reason
        from outcome join edition on edition.id = outcome.edition join run on run.number = outcome.run
             left join reason on reason.id = outcome.reason
        where slug = ? and language = ? order by outcome.run desc limit ?
    """
    return tuple(reversed(database.read(query, slug, language or "", most, make=_point)))


def languages_of(database: Database, slug: str) -> tuple[str | None, ...]:
    """Return the languages in which something is recorded of a post; None stands for a source without one."""
    query = "select language from edition where slug = ? order by language"
    return tuple(database.read(query, slug, make=lambda *, language: language or None))


def _last(database: Database, row: EditionRow) -> _Last | None:
    query = """
        select run, outcome, sha256, pages from outcome join edition on edition.id = outcome.edition
        where slug = ? and language = ? order by run desc limit 1
    """
    return database.first(
        query,
        row.slug,
        row.language or "",
        make=lambda *, run, outcome, sha256, pages: _Last(
            run=run, outcome=outcome, sha256=None if sha256 is None else sha256.hex(), pages=pages
        ),
    )


def _is_news(last: _Last, row: EditionRow, *, is_rebuild: bool) -> bool:
    if last.sha256 != row.sha256:
        return True
    if row.outcome in _GOOD:
        return last.outcome not in _GOOD or (row.outcome == "built" and not is_rebuild)
    return last.outcome != row.outcome


def _write(
    writing: Writing, run: int, row: EditionRow, *, pages: int | None, is_made: bool, is_news: bool
) -> None:
    writing.run(
        """
        insert or replace into outcome
            (edition, run, is_news, outcome, sha256, size, pages, milliseconds, memory, reason)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        writing.number_of("edition", slug=row.slug, language=row.language or ""),
        run,
        int(is_news),
        row.outcome,
        None if row.sha256 is None else bytes.fromhex(row.sha256),
        row.size,
        pages,
        round(row.seconds * 1000) if is_made else None,
        row.memory if is_made else None,
        None if row.reason is None else writing.number_of("reason", text=str(REASON.store(row.reason))),
    )


def _point(
    *,
    run: int,
    started: str,
    outcome: str,
    sha256: bytes | None,
    size: int | None,
    pages: int | None,
    milliseconds: int | None,
    memory: int | None,
    reason: str | None,
) -> Point:
    return Point(
        run=run,
        started=dt.datetime.fromisoformat(started),
        outcome=outcome,
        sha256=None if sha256 is None else sha256.hex(),
        size=size,
        pages=pages,
        seconds=None if milliseconds is None else milliseconds / 1000,
        memory=memory,
        reason=None if reason is None else REASON.load(reason),
    )

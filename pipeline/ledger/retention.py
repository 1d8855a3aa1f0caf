"""What the history keeps of older runs: fewer the older they are, and every one in which something happened.

The order of the runs decides what is old, never the clock alone: a clock that says 2099 ages nothing.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.ledger.database import Database
from pipeline.ledger.findings import forget_findings

#: Of so many weeks before the complete nights, one run a week is kept; of what is older, one a month.
WEEKS = 156


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRun:
    """A run: its number, the day it began on, whether an attachment changed or something failed in it."""

    number: int
    day: dt.date
    is_eventful: bool


def oldest_complete(runs: Sequence[DatedRun], nights: int) -> int:
    """Return the number of the oldest run of the last `nights` nights, of which everything is kept.

    `runs` are the newest first. Runs of one day, one after the other, are one night.
    """
    number = 0
    days = 0
    day: dt.date | None = None
    for run in runs:
        days += run.day != day
        if days > nights:
            break
        number, day = run.number, run.day
    return number


def runs_to_delete(runs: Sequence[DatedRun], nights: int) -> tuple[int, ...]:
    """Return the numbers of the old runs that can go without loss of an event. `runs` are the newest first.

    Of each week, and before the last `WEEKS` of them of each month, the first run stays. Deleting every night
    comes to the same as deleting once: what was the first stays the first.
    """
    limit = oldest_complete(runs, nights)
    old = [run for run in runs if run.number < limit]
    weekly = list(_first_of_each(old, lambda day: day.isocalendar()[:2]))
    weeks = list(dict.fromkeys(run.day.isocalendar()[:2] for run in weekly))
    of_late = set(weeks[:WEEKS])
    lately = [run for run in weekly if run.day.isocalendar()[:2] in of_late]
    earlier = [run for run in weekly if run.day.isocalendar()[:2] not in of_late]
    stays = {run.number for run in (*lately, *_first_of_each(earlier, lambda day: (day.year, day.month)))}
    return tuple(run.number for run in old if not run.is_eventful and run.number not in stays)


def apply_retention(database: Database, nights: int) -> None:
    """Delete runs without events, and findings, before the last `nights` nights; raises UnrecordedError."""
    query = """
        select number, started, not is_finished or failed or rejected or errors or exit_code
            or exists (select 1 from outcome where outcome.run = number and is_news)
            or exists (select 1 from site_check
                where site_check.run = number and (published or not is_reachable))
            as is_eventful
        from run order by number desc
    """
    runs = database.read(query, make=_dated)
    limit = oldest_complete(runs, nights)
    going = [(number,) for number in runs_to_delete(runs, nights)]
    has_texts = "select count(*) as how_many from run where number < ? and has_findings"
    if not going and not database.first(has_texts, limit, make=lambda *, how_many: how_many):
        return
    with database.writing() as writing:
        for table, column in (("outcome", "run"), ("site_check", "run"), ("run", "number")):
            writing.run_many(f"delete from {table} where {column} = ?", going)
        forget_findings(writing, limit)


def _first_of_each(runs: Sequence[DatedRun], bucket: Callable[[dt.date], object]) -> Iterator[DatedRun]:
    """Yield the first run of each bucket of days; `runs` and what is yielded are the newest first."""
    first = {bucket(run.day): run.number for run in runs}
    yield from (run for run in runs if first[bucket(run.day)] == run.number)


def _dated(*, number: int, started: str, is_eventful: int) -> DatedRun:
    day = dt.datetime.fromisoformat(started).date()
    return DatedRun(number=number, day=day, is_eventful=bool(is_eventful))

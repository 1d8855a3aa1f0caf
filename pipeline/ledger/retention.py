"""What the history keeps of older runs: fewer of them the older they are, and every one in which something happened.

The order of the runs decides what is old, never the clock alone: a night on which the clock says 2099 makes nothing old.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.ledger.database import Database
from pipeline.ledger.findings import forget_findings

#: How many weeks behind the whole nights one run a week is kept; behind them, it is one a month.
WEEKS = 156


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A run as thinning sees it: its number, the day it began on, whether an attachment changed or something failed."""

    number: int
    day: dt.date
    is_eventful: bool


def oldest_whole(runs: Sequence[Kept], nights: int) -> int:
    """Return the number of the oldest run that is kept whole: from here on lie the last `nights` nights.

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


def superfluous(runs: Sequence[Kept], nights: int) -> tuple[int, ...]:
    """Return the numbers of the runs that go: what they say is said by their neighbours. `runs` are the newest first.

    Of each week, and behind `WEEKS` of them of each month, the first run stays. Thinning every night comes to the same
    as thinning once: what was the first stays the first.
    """
    limit = oldest_whole(runs, nights)
    old = [run for run in runs if run.number < limit]
    weekly = list(_first_of_each(old, lambda day: day.isocalendar()[:2]))
    weeks = list(dict.fromkeys(run.day.isocalendar()[:2] for run in weekly))
    of_late = set(weeks[:WEEKS])
    lately = [run for run in weekly if run.day.isocalendar()[:2] in of_late]
    earlier = [run for run in weekly if run.day.isocalendar()[:2] not in of_late]
    stays = {run.number for run in (*lately, *_first_of_each(earlier, lambda day: (day.year, day.month)))}
    return tuple(run.number for run in old if not run.is_eventful and run.number not in stays)


def thin(database: Database, nights: int) -> None:
    """Thin what lies behind the last `nights` nights: runs that say nothing new, and the text of findings.

    Raises UnrecordedError where that can't be written.
    """
    query = """
        select number, started, not is_finished or failed or rejected or errors or exit_code
            or exists (select 1 from outcome where outcome.run = number and is_news)
            or exists (select 1 from site_check where site_check.run = number and (published or not is_reachable))
            as is_eventful
        from run order by number desc
    """
    runs = database.read(query, make=_kept)
    limit = oldest_whole(runs, nights)
    going = [(number,) for number in superfluous(runs, nights)]
    told = "select count(*) as how_many from run where number < ? and has_findings"
    if not going and not database.first(told, limit, make=lambda *, how_many: how_many):
        return
    with database.writing() as writing:
        for table, column in (("outcome", "run"), ("site_check", "run"), ("run", "number")):
            writing.run_many(f"delete from {table} where {column} = ?", going)
        forget_findings(writing, limit)


def _first_of_each(runs: Sequence[Kept], bucket: Callable[[dt.date], tuple[int, int]]) -> Iterator[Kept]:
    """Yield the first run of each bucket of days; `runs` and what is yielded are the newest first."""
    first = {bucket(run.day): run.number for run in runs}
    yield from (run for run in runs if first[bucket(run.day)] == run.number)


def _kept(*, number: int, started: str, is_eventful: int) -> Kept:
    return Kept(number=number, day=dt.datetime.fromisoformat(started).date(), is_eventful=bool(is_eventful))

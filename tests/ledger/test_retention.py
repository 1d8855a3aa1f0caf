"""Old runs in which nothing happened are deleted: the same ones whenever that is done."""

import datetime as dt
import itertools
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ledger.opening import open_ledger
from pipeline.ledger.retention import WEEKS, DatedRun, oldest_complete, runs_to_delete
from pipeline.ledger.rows import SiteCheck
from tests.ledger.nights import FIRST, OTHER, finding, night, row

START = dt.date(2020, 1, 1)


def years(days: int, *, eventful: frozenset[int] = frozenset()) -> list[DatedRun]:
    """Return a run a day, the newest first; those of some numbers are eventful."""
    return [
        DatedRun(number=day + 1, day=START + dt.timedelta(days=day), is_eventful=day + 1 in eventful)
        for day in reversed(range(days))
    ]


def remaining(runs: list[DatedRun], nights: int) -> list[DatedRun]:
    """Return the runs that stay."""
    going = set(runs_to_delete(runs, nights))
    return [run for run in runs if run.number not in going]


def test_ten_years() -> None:
    """Of ten years of nights, the last 400 stay, then a run a week for three years, then a run a month."""
    stays = remaining(years(3650), 400)
    whole, old = stays[:400], stays[400:]
    assert [run.number for run in whole] == list(range(3650, 3250, -1))
    gaps = [(later.day - earlier.day).days for later, earlier in itertools.pairwise(old)]
    assert set(gaps[1 : WEEKS - 1]) == {7}
    assert all(27 <= gap <= 37 for gap in gaps[WEEKS:-1])
    assert len(old) == WEEKS + len({(run.day.year, run.day.month) for run in old[WEEKS:]})
    assert old[-1].day == START


def test_a_short_history_stays_whole() -> None:
    """Nothing goes while there are no more nights than are to be kept."""
    assert runs_to_delete(years(400), 400) == ()


def test_what_happened_stays() -> None:
    """A run in which an attachment changed or something failed is never deleted."""
    eventful = frozenset(range(1, 3651, 13))
    assert eventful <= {run.number for run in remaining(years(3650, eventful=eventful), 400)}


def test_runs_of_one_day_are_one_night() -> None:
    """Whoever builds fifty times a day does not push the nights out of the history."""
    runs = [
        DatedRun(number=number, day=START + dt.timedelta(days=number // 50), is_eventful=False)
        for number in reversed(range(1, 1000))
    ]
    assert oldest_complete(runs, 10) == min(
        run.number for run in runs if run.day >= START + dt.timedelta(days=10)
    )


def test_a_clock_that_jumps_makes_nothing_old() -> None:
    """One night on which the clock says 2099 takes no other night out of those that are kept whole."""
    runs = years(500)
    mad = [DatedRun(number=501, day=dt.date(2099, 1, 1), is_eventful=False), *runs]
    assert oldest_complete(mad, 400) == oldest_complete(runs, 399)


@settings(deadline=None)
@given(
    days=st.lists(st.integers(min_value=0, max_value=60), min_size=1, max_size=150),
    nights=st.integers(min_value=1, max_value=20),
)
def test_every_night_deletes_what_one_night_would(days: list[int], nights: int) -> None:
    """Whenever and however often old runs are deleted, the same ones stay, whatever the clock does."""
    day = START
    grown: list[DatedRun] = []
    every: list[DatedRun] = []
    for number, step in enumerate(days, start=1):
        day += dt.timedelta(days=step)
        run = DatedRun(number=number, day=day, is_eventful=False)
        grown = [run, *grown]
        every = remaining([run, *every], nights)
    assert every == remaining(grown, nights)
    assert remaining(every, nights) == every


def test_the_text_of_old_findings_goes_and_their_number_stays(tmp_path: Path) -> None:
    """Behind the whole nights a run keeps its figures.

    The text of what it found goes, but not what is still found.
    """
    with open_ledger(tmp_path) as ledger:
        for day in range(30):
            found = (finding("always"), finding(f"on day {day}"))
            night(ledger, day, findings=found, counts={"warning": 2})
        ledger.apply_retention(10)
        runs = {run.number: run for run in ledger.runs(100)}
        assert sorted(runs) == [1, 8, 15, *range(21, 31)]
        assert runs[8].counts["warning"] == 2
        assert not runs[8].has_findings
        assert ledger.findings(8) == ()
        assert runs[21].has_findings
        assert [each.message for each in ledger.findings(21)] == ["always", "on day 20"]
        texts = ledger._database.read("select message from finding", make=lambda *, message: message)
        assert len(texts) == 11


def test_no_change_of_an_attachment_is_lost(tmp_path: Path) -> None:
    """However old, every change, failure, recovery and publication stays.

    What only repeated the trend goes.
    """
    with open_ledger(tmp_path) as ledger:
        rows = {
            3: row("built", sha256=OTHER),
            4: row("failed", sha256=OTHER),
            5: row("unchanged", sha256=OTHER),
        }
        for day in range(40):
            last = row("unchanged", sha256=OTHER) if day > 5 else row()
            number = night(ledger, day, rows.get(day, last), is_rebuild=20 <= day < 35)
            ledger.record_site(number, SiteCheck(target="blog", is_reachable=day != 9))
        before = [point.run for point in ledger.points("a", "fr")]
        ledger.apply_retention(2)
        after = [point.run for point in ledger.points("a", "fr")]
        assert [run.number for run in ledger.runs(100)] == [1, 4, 5, 6, 8, 10, 15, 22, 29, 36, 39, 40]
    assert before == [1, 4, 5, 6, 21, 28, 35]
    assert after == [1, 4, 5, 6]


def test_retention_keeps_the_nights_in_a_row(tmp_path: Path) -> None:
    """A site that was down longer than the complete history reaches is down for as many nights."""
    with open_ledger(tmp_path) as ledger:
        for day in range(9):
            ledger.record_site(night(ledger, day), SiteCheck(target="blog", is_reachable=False))
            ledger.apply_retention(2)
        assert ledger.nights_down("blog") == 9
    assert FIRST.date() == dt.date(2026, 1, 5)

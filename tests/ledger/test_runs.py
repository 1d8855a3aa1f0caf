"""Runs come back as they were recorded, in their order, and what never ended is seen."""

import datetime as dt
from pathlib import Path

import pytest

from pipeline.ledger.opening import open_ledger
from pipeline.ledger.rows import RunEnding, RunRecord, SiteCheck
from tests.ledger.nights import FIRST, finding, night


def test_a_run_comes_back(tmp_path: Path) -> None:
    """A later process reads all that was recorded of a run, with its times in UTC."""
    zone = dt.timezone(dt.timedelta(hours=2))
    with open_ledger(tmp_path) as ledger:
        number = ledger.begin_run(FIRST.astimezone(zone), "build", ("my-post", "--lang fr"), is_rebuild=True)
        ledger.finish_run(
            number,
            RunEnding(
                exit_code=3,
                seconds=12.3456,
                memory=120,
                tools=(("weasyprint", "70.0"), ("annexe", "0.1.0")),
                outcomes={"built": 1, "failed": 2},
                counts={"error": 3, "warning": 4},
                findings=(finding(),),
            ),
        )
    with open_ledger(tmp_path) as ledger:
        (run,) = ledger.runs(10)
    assert run == RunRecord(
        number=1,
        started=FIRST,
        command="build",
        scope="my-post --lang fr",
        is_rebuild=True,
        exit_code=3,
        seconds=12.346,
        memory=120,
        tools=(("weasyprint", "70.0"), ("annexe", "0.1.0")),
        outcomes={"built": 1, "unchanged": 0, "composed": 0, "rejected": 0, "failed": 2},
        counts={"info": 0, "warning": 4, "error": 3},
        has_findings=True,
    )
    assert run.finished == FIRST + dt.timedelta(seconds=12.346)


def test_a_killed_run_has_no_end(tmp_path: Path) -> None:
    """A run that was killed is there for the next one, without an end; numbers go on behind it."""
    with open_ledger(tmp_path) as ledger:
        ledger.begin_run(FIRST, "nightly")
    with open_ledger(tmp_path) as ledger:
        number = night(ledger, 1)
        killed, ended = ledger.runs(10)
    assert number == 2
    assert (killed.is_finished, killed.exit_code, killed.seconds, killed.finished) == (
        False,
        None,
        None,
        None,
    )
    assert (ended.is_finished, ended.exit_code) == (True, 0)


def test_numbers_and_not_the_clock_order_the_runs(tmp_path: Path) -> None:
    """When the clock jumps back, the runs stay in the order in which they were."""
    with open_ledger(tmp_path) as ledger:
        for day in (5, 6, -300, 7):
            night(ledger, day)
        runs = ledger.runs(3)
    assert [(run.number, (run.started - FIRST).days) for run in runs] == [(2, 6), (3, -300), (4, 7)]


def test_runs_of_one_command(tmp_path: Path) -> None:
    """The nights can be asked for without what people built by day."""
    with open_ledger(tmp_path) as ledger:
        night(ledger, 0)
        ledger.begin_run(FIRST, "build")
        night(ledger, 1)
        assert [run.number for run in ledger.runs(2, command="nightly")] == [1, 3]
        assert [run.command for run in ledger.runs(2)] == ["build", "nightly"]


def test_how_a_run_ended_can_be_said_again(tmp_path: Path) -> None:
    """Where a run's end is recorded twice, the later word counts.

    What it found stays where the later word has nothing on it.
    """
    with open_ledger(tmp_path) as ledger:
        number = night(ledger, 0, findings=(finding("one"), finding("two")))
        ledger.finish_run(number, RunEnding(exit_code=4, seconds=3.0))
        assert ledger.runs(1)[0].exit_code == 4
        assert [each.message for each in ledger.findings(number)] == ["one", "two"]
        ledger.finish_run(number, RunEnding(exit_code=0, seconds=3.0, findings=(finding("two"),)))
        assert [each.message for each in ledger.findings(number)] == ["two"]


@pytest.mark.parametrize(
    ("days", "nights"),
    [
        ([], 0),
        ([(0, True)], 0),
        ([(0, False)], 1),
        ([(0, False), (1, False), (2, False)], 3),
        ([(0, False), (1, True), (2, False)], 1),
        ([(0, False), (1, False), (2, True)], 0),
        ([(0, False), (0, False), (0, False), (1, False)], 2),
        ([(5, False), (6, False), (5, False)], 3),
    ],
    ids=["never", "up", "one", "three", "since", "up again", "tried again", "clock back"],
)
def test_nights_that_a_site_was_down(tmp_path: Path, days: list[tuple[int, bool]], nights: int) -> None:
    """Nights on which a site could not be reached count in a row, up to the last.

    Trying again on one day is one night.
    """
    with open_ledger(tmp_path) as ledger:
        for day, is_reachable in days:
            number = night(ledger, day)
            ledger.record_site(number, SiteCheck(target="blog", is_reachable=is_reachable))
            ledger.record_site(number, SiteCheck(target="other", is_reachable=True))
        assert ledger.nights_down("blog") == nights
        assert ledger.nights_down("other") == 0

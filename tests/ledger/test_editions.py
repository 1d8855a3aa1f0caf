"""Of an edition, the history has a row where something is so that was not so before, and no other."""

from pathlib import Path

import pytest

from pipeline.core.results import EditionResult
from pipeline.ledger.opening import open_ledger
from pipeline.ledger.rows import HistoryPoint
from tests.ledger.nights import FIRST, OTHER, SUM, night, row
from tests.reasons import NEW, changed, other

BUILT = row("built", reason=NEW)


def points(tmp_path: Path, *rows: EditionResult, is_rebuild: bool = False) -> tuple[HistoryPoint, ...]:
    """Record a night a row, and return the points of the edition."""
    with open_ledger(tmp_path) as ledger:
        for day, each in enumerate(rows):
            night(ledger, day, each, is_rebuild=is_rebuild)
        return ledger.points("a", "fr")


def test_a_build_comes_back(tmp_path: Path) -> None:
    """What making an attachment took, and why it was made, comes back with when that was."""
    assert points(tmp_path, BUILT) == (
        HistoryPoint(
            run=1,
            started=FIRST,
            outcome="built",
            sha256=SUM,
            size=30,
            pages=2,
            seconds=0.5,
            memory=90,
            reason=NEW,
        ),
    )


@pytest.mark.parametrize(
    ("rows", "runs"),
    [
        ([BUILT, row(), row(), row()], [1]),
        ([row(), row()], [1]),
        ([BUILT, row(), row("built", sha256=OTHER, reason=changed("source")), row(sha256=OTHER)], [1, 3]),
        ([BUILT, row("built", reason=changed("source"))], [1, 2]),
        ([BUILT, row(sha256=OTHER), row(sha256=OTHER)], [1, 2]),
        ([BUILT, row("failed"), row("failed"), row()], [1, 2, 4]),
        ([BUILT, row("rejected"), row("failed")], [1, 2, 3]),
        ([row("failed", sha256=None, size=None, pages=None), BUILT], [1, 2]),
    ],
    ids=[
        "unchanged",
        "first seen",
        "another",
        "same bytes",
        "other bytes",
        "failed",
        "rejected",
        "first good",
    ],
)
def test_only_news_are_recorded(tmp_path: Path, rows: list[EditionResult], runs: list[int]) -> None:
    """A night on which an edition is as it was writes nothing about it.

    What changed, failed or is good again does.
    """
    assert [point.run for point in points(tmp_path, *rows)] == runs


def test_a_failure_tells_of_the_attachment_that_stays(tmp_path: Path) -> None:
    """Where an edition fails, the point has size and pages of the last good attachment, and no time."""
    _, failed = points(
        tmp_path, BUILT, row("failed", pages=None, seconds=0.0, memory=None, reason=changed("source"))
    )
    assert (failed.size, failed.pages, failed.seconds, failed.memory) == (30, 2, None, None)
    assert failed.reason == changed("source")


def test_checking_is_not_making(tmp_path: Path) -> None:
    """The time of a check is not taken for the time of making an attachment."""
    assert points(tmp_path, row())[0].seconds is None


def test_a_rebuild_every_night_makes_a_point_a_week(tmp_path: Path) -> None:
    """A rebuild every night adds a point to the trend once in seven nights while bytes are the same."""
    found = points(tmp_path, *[row("built", reason=other("rebuilt"))] * 20, is_rebuild=True)
    assert [(point.run, point.seconds) for point in found] == [(1, 0.5), (8, 0.5), (15, 0.5)]


def test_points_are_the_last_ones(tmp_path: Path) -> None:
    """Asked for a few points, the ledger gives the newest, the oldest of them first."""
    with open_ledger(tmp_path) as ledger:
        for day in range(5):
            night(ledger, day, row("built", size=day, sha256=f"{day}" * 64))
        assert [point.size for point in ledger.points("a", "fr", most=2)] == [3, 4]


def test_languages_of_a_post(tmp_path: Path) -> None:
    """A post's languages are those that something is recorded of; a source that names none counts too."""
    with open_ledger(tmp_path) as ledger:
        night(
            ledger,
            0,
            BUILT,
            row("failed", language=None, sha256=None, size=None, pages=None, seconds=0.0, memory=None),
        )
        assert ledger.languages("a") == (None, "fr")
        assert ledger.languages("b") == ()
        assert ledger.points("a", None)[0].outcome == "failed"


def test_names_that_are_no_text_are_recorded(tmp_path: Path) -> None:
    """A folder whose name is no UTF-8 is recorded by the numbers of its bytes, and fails nothing."""
    with open_ledger(tmp_path) as ledger:
        night(
            ledger,
            0,
            row(
                "failed",
                slug="caf\udce9",
                reason=other("\udce9"),
                sha256=None,
                size=None,
                pages=None,
                seconds=0.0,
                memory=None,
            ),
        )
        assert [point.reason for point in ledger.points("caf\udce9", "fr")] == [other("\\udce9")]

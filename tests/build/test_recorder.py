"""A run is recorded from its beginning to its end, whatever becomes of it and of its record."""

from pathlib import Path

import pytest

from pipeline.build.recorder import Record, recorded
from pipeline.core.errors import CommandError
from pipeline.core.model import Severity
from pipeline.core.results import Verdict
from pipeline.ledger import opening
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.opening import open_ledger
from pipeline.ledger.rows import SiteCheck
from tests.ledger.nights import FIRST
from tests.ledger.test_faults import fill, spoil, write_many
from tests.report.results import edition, finding, missing, run


def record_all(ledger: Ledger, **ending: object) -> Record:
    """Record a night of some editions and return its record."""
    results = (
        edition(finding(severity=Severity.WARNING)),
        missing(finding("source.date"), slug="b", language=None),
        edition(slug="c", outcome=Verdict.COMPOSED),
    )
    with recorded(ledger, started=FIRST, command="nightly", nights=400) as record:
        result = run(*record.editions(results))
        record.site(SiteCheck(target="blog", is_reachable=False))
        told = record.finish(result, **ending)  # type: ignore[arg-type] # the tests' own endings
    assert told.editions == results
    return record


def test_a_run_is_recorded_with_all_that_became_of_it(tmp_path: Path) -> None:
    """Editions, sites, figures, findings and exit code of a run are there for the next one."""
    with open_ledger(tmp_path) as ledger:
        record = record_all(ledger)
        assert (record.number, record.findings) == (1, ())
        (night,) = ledger.runs(5)
        assert (night.command, night.exit_code, night.is_rebuild, night.scope) == ("nightly", 3, False, "")
        assert night.outcomes == {"built": 1, "unchanged": 0, "composed": 1, "rejected": 0, "failed": 1}
        assert night.counts == {"info": 0, "warning": 1, "error": 1}
        assert night.tools == (("weasyprint", "70.0"), ("pango", "1.50.12"))
        assert night.memory is not None
        assert [each.check for each in ledger.findings(1)] == ["size.over", "source.date"]
        assert ledger.points("a-post", "en")[0].memory == 130
        assert ledger.points("b", None)[0].outcome == "failed"
        assert ledger.points("c", "en") == ()
        assert ledger.nights_down("blog") == 1


def test_a_night_may_end_otherwise_than_its_build(tmp_path: Path) -> None:
    """What else a run did decides its exit code, and what else it found is recorded with the rest."""
    with open_ledger(tmp_path) as ledger:
        record_all(ledger, exit_code=5, findings=(finding("publish.failed"),))
        assert ledger.runs(1)[0].exit_code == 5
        assert ledger.runs(1)[0].counts == {"info": 0, "warning": 0, "error": 1}
        assert [each.check for each in ledger.findings(1)] == ["publish.failed"]


def break_off(ledger: Ledger, error: BaseException) -> None:
    """Have a run broken off by an error behind its first edition."""
    with recorded(ledger, started=FIRST, command="nightly", nights=9) as record:
        for _ in record.editions([edition(slug="d")]):
            raise error


def fail_behind_the_end(ledger: Ledger) -> None:
    """End a run well, then fail to write its report."""
    with recorded(ledger, started=FIRST, command="nightly", nights=9) as record:
        record.finish(run(edition()))
        raise CommandError("the disk is full")


@pytest.mark.parametrize(
    ("error", "code"), [(CommandError("no"), 2), (KeyboardInterrupt(), 130), (RuntimeError("odd"), 70)]
)
def test_a_run_that_breaks_off_is_recorded_so(tmp_path: Path, error: BaseException, code: int) -> None:
    """A run that an error ends has that error's exit code in the history; what it had done is kept, what it found isn't known."""
    with open_ledger(tmp_path) as ledger:
        record_all(ledger)
        with pytest.raises(type(error)):
            break_off(ledger, error)
        last = ledger.runs(1)[0]
        assert (last.number, last.exit_code, last.has_findings) == (2, code, False)
        assert ledger.points("d", "en")[0].run == 2


def test_what_goes_wrong_behind_the_end_is_recorded_too(tmp_path: Path) -> None:
    """Where a run had ended and then its report can't be written, the history has the exit code that the command ended with."""
    with open_ledger(tmp_path) as ledger:
        with pytest.raises(CommandError, match="the disk is full"):
            fail_behind_the_end(ledger)
        last = ledger.runs(1)[0]
        assert (last.exit_code, last.outcomes["built"], last.has_findings) == (2, 1, True)


def test_a_full_disk_costs_the_record_alone(tmp_path: Path) -> None:
    """Where a run can't be recorded it goes on, and says so once, as a warning."""
    with (
        open_ledger(tmp_path) as ledger,
        recorded(ledger, started=FIRST, command="build", nights=9) as record,
    ):
        fill(ledger)
        result = record.finish(run(edition(finding(message="long " * 10_000))))
    assert [(each.check, each.severity) for each in result.findings] == [("write.history", Severity.WARNING)]
    assert "this run can't be recorded (database or disk is full)" in result.findings[0].message
    assert result.exit_code == 1


def test_a_run_that_cannot_even_begin_its_record_goes_on(tmp_path: Path) -> None:
    """Where not even the beginning can be recorded the run has no number, and says so once."""
    with open_ledger(tmp_path) as ledger:
        ledger._database._connection.execute("pragma query_only = on")
        record = record_all(ledger)
        assert record.number == 0
        assert [each.check for each in record.findings] == ["write.history"]


def test_damage_in_the_middle_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the ledger turns out to be damaged in the middle of a run, the run goes on and tells it as one warning."""
    spoil(write_many(tmp_path))
    monkeypatch.setattr(opening, "_CHECKED_UP_TO", 0)
    with (
        open_ledger(tmp_path) as ledger,
        recorded(ledger, started=FIRST, command="build", nights=9) as record,
    ):
        for number in range(400):
            ledger.entry(f"post-{number}", "fr")
        results = tuple(record.editions([edition(), edition(language="fr")]))
        result = record.finish(run(*results))
    assert [(each.check, each.severity) for each in result.findings] == [("build.ledger", Severity.WARNING)]
    assert "turned out to be unusable (database disk image is malformed)" in result.findings[0].message
    assert (tmp_path / "ledger.sqlite.damaged").is_file()

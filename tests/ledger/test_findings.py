"""The findings of a run come back, and what stays the same is kept once."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.model import Finding, Severity
from pipeline.ledger.opening import open_ledger
from pipeline.ledger.rows import RunEnding
from tests.ledger.nights import FIRST, finding, night

FULL = Finding(
    check="size.over",
    severity=Severity.ERROR,
    message="“trop lourd”",
    remedy="make it lighter",
    slug="a",
    language="fr",
    file="sources/a/fr.md",
    line=3,
    page=2,
)


def count(folder: Path, table: str) -> int:
    """Return the number of rows of a table."""
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as connection:
        return int(connection.execute(f"select count(*) from {table}").fetchone()[0])  # noqa: S608 - a test's own table


def test_all_of_a_finding_comes_back(tmp_path: Path) -> None:
    """Every field of a finding is kept."""
    with open_ledger(tmp_path) as ledger:
        assert ledger.findings(night(ledger, 0, findings=(FULL, finding()))) == (finding(), FULL)


@settings(deadline=None)
@given(
    nights=st.lists(
        st.tuples(
            st.sampled_from(["nightly", "build"]), st.frozensets(st.sampled_from("abcd")), st.booleans()
        ),
        max_size=12,
    )
)
def test_every_run_has_its_own_findings(
    tmp_path_factory: pytest.TempPathFactory, nights: list[tuple[str, frozenset[str], bool]]
) -> None:
    """Whatever comes and goes, in runs of whatever command, each run gives what it found.

    One that broke off gives nothing.
    """
    with open_ledger(tmp_path_factory.mktemp("ledger")) as ledger:
        expected = {}
        for command, messages, is_whole in nights:
            number = ledger.begin_run(FIRST, command)
            found = tuple(finding(message) for message in sorted(messages))
            if is_whole:
                ledger.finish_run(number, RunEnding(exit_code=0, seconds=1.0, findings=found))
            expected[number] = found if is_whole else ()
        assert {number: ledger.findings(number) for number in expected} == expected


def test_what_stays_is_written_once(tmp_path: Path) -> None:
    """A finding that is there every night takes one row, however many nights there are."""
    with open_ledger(tmp_path) as ledger:
        for day in range(10):
            night(ledger, day, findings=(FULL, finding()))
        ledger.finish_run(
            ledger.begin_run(FIRST, "build", ("a",)), RunEnding(exit_code=0, seconds=1.0, findings=(FULL,))
        )
        assert ledger.findings(10) == (finding(), FULL)
        assert ledger.findings(11) == (FULL,)
    assert (count(tmp_path, "finding"), count(tmp_path, "sighting")) == (2, 3)

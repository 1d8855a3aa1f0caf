"""The findings of the runs: each text kept once, with the runs in which it was seen from first to last."""

import hashlib
import json
from collections.abc import Sequence

from pipeline.core.model import Finding, Severity
from pipeline.ledger.columns import Columns, Conversion, insertable
from pipeline.ledger.database import Database, Writing

FINDING_COLUMNS = Columns(Finding, {"check": "check_id"}, severity=Conversion(str, Severity))


def record_findings(database: Database, run: int, findings: Sequence[Finding]) -> None:
    """Record what is new and gone in a run since the last of its series; raises UnrecordedError.

    Ten thousand posts have some warnings that stay for months: a night without changes writes nothing.
    """
    now = {_key(finding): finding for finding in findings}
    with database.writing() as writing:
        series = _series_of(writing, run)
        # What a run recorded before it was recorded anew goes: a run is the sum of its last recording.
        writing.run("delete from sighting where series = ? and since = ?", series, run)
        writing.run("update sighting set gone = null where series = ? and gone = ?", series, run)
        open_before = dict(
            writing.run(
                "select key, finding from sighting join finding on finding.id = sighting.finding"
                " where series = ? and gone is null",
                series,
            )
        )
        gone = [(run, series, number) for key, number in open_before.items() if key not in now]
        close = "update sighting set gone = ? where series = ? and finding = ? and gone is null"
        writing.run_many(close, gone)
        new = [(key, finding) for key, finding in now.items() if key not in open_before]
        writing.run_many(
            f"insert into finding {insertable('key', *FINDING_COLUMNS.names)} on conflict do nothing",
            [(key, *FINDING_COLUMNS.store(finding)) for key, finding in new],
        )
        writing.run_many(
            "insert into sighting (series, finding, since) select ?, id, ? from finding where key = ?",
            [(series, run, key) for key, _ in new],
        )
        writing.run("update run set has_findings = 1 where number = ?", run)


def forget_findings(writing: Writing, before: int) -> None:
    """Forget the findings that only runs before a number had; their number stays with the runs."""
    writing.run("update run set has_findings = 0 where number < ?", before)
    writing.run("delete from sighting where gone <= ?", before)
    writing.run("delete from sighting where series not in (select series from run where number >= ?)", before)
    writing.run("delete from finding where id not in (select finding from sighting)")


def _series_of(writing: Writing, run: int) -> int:
    rows = writing.run("select series from run where number = ?", run)
    return int(rows[0][0]) if rows else 0


def _key(finding: Finding) -> bytes:
    return hashlib.sha256(json.dumps(FINDING_COLUMNS.store(finding)).encode()).digest()[:16]

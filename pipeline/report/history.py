"""The tables of `annexe history`."""

import dataclasses
import datetime as dt
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from pipeline.report.table import print_columns

if TYPE_CHECKING:
    from pipeline.ledger.history import ChangeRow, RunRow

_RUN_HEADS = (
    "run", "when (UTC)", "command", "verdict", "built", "failed", "errors", "warnings", "seconds", "MiB",
)  # fmt: skip
_CHANGE_HEADS = ("attachment", "run", "when (UTC)", "outcome", "bytes", "pages", "seconds", "MiB", "why")


def print_runs(runs: "Sequence[RunRow]", *, out: TextIO, err: TextIO) -> None:
    """Print the runs as a table; where there are none, say what to do."""
    if not runs:
        err.write("nothing is recorded in this build folder yet; run `annexe build`\n")
        return
    bad = [number for number, run in enumerate(runs) if run.exit_code != 0]
    rows = [
        (
            str(run.number),
            _when(run.started),
            run.command,
            run.verdict,
            _count(run.built),
            _count(run.failed),
            _count(run.errors),
            _count(run.warnings),
            _seconds(run.seconds),
            _count(run.memory),
        )
        for run in runs
    ]
    print_columns(_RUN_HEADS, rows, right=(0, *range(4, 10)), bad=bad, out=out)


def print_changes(changes: "Sequence[ChangeRow]", *, out: TextIO) -> None:
    """Print the recorded changes of some attachments as a table."""
    rows = [
        (
            change.name,
            str(change.run),
            _when(change.started),
            change.outcome,
            _count(change.size),
            _count(change.pages),
            _seconds(change.seconds),
            _count(change.memory),
            change.reason or "-",
        )
        for change in changes
    ]
    bad = [number for number, change in enumerate(changes) if change.outcome in {"failed", "rejected"}]
    print_columns(_CHANGE_HEADS, rows, right=(1, *range(4, 8)), bad=bad, out=out)


def runs_json(runs: "Sequence[RunRow]") -> str:
    """Return the runs as a JSON list, the oldest first."""
    return _json(runs)


def changes_json(changes: "Sequence[ChangeRow]") -> str:
    """Return the changes as a JSON list, by attachment, the oldest first."""
    return _json(changes)


def _json(rows: "Sequence[RunRow | ChangeRow]") -> str:
    values = [
        {
            "bytes" if name == "size" else name: value.isoformat()
            if isinstance(value, dt.datetime)
            else value
            for name, value in dataclasses.asdict(row).items()
        }
        for row in rows
    ]
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def _when(time: dt.datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M")


def _count(number: int | None) -> str:
    return "-" if number is None else f"{number:,}"


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f}"

"""`annexe history`: the recorded runs and changes as tables and JSON, read beside any run that is at work."""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

from pipeline.core.errors import CommandError
from pipeline.core.files import MACHINE_FOLDER
from pipeline.core.lock import build_holder
from pipeline.core.paths import shown_path
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.opening import read_ledger
from pipeline.ledger.rows import HistoryPoint, RunRecord
from pipeline.report.reasons import reason_text
from pipeline.report.table import print_columns

_RUN_HEADS = (
    "run", "when (UTC)", "command", "verdict", "built", "failed", "errors", "warnings", "seconds", "MiB",
)  # fmt: skip
_CHANGE_HEADS = ("attachment", "run", "when (UTC)", "outcome", "bytes", "pages", "seconds", "MiB", "why")


#: What is shown of a run, by the keys of the JSON; figures are None where the run never got there.
#: `verdict` is "ok", "exit code 3", "at work" or "interrupted".
RunRow = dict[str, Any]
#: A change of an attachment: its name (`slug-language`), and what it was from a run on.
Change = tuple[str, HistoryPoint]


def last_runs(output: Path, most: int) -> tuple[RunRow, ...]:
    """Return a build folder's last runs, the oldest first; raises MachineError where they can't be read."""
    with read_ledger(output / MACHINE_FOLDER) as ledger:
        runs = ledger.runs(most) if ledger else ()
    is_at_work = build_holder(output) is not None
    newest = runs[-1].number if runs else None
    return tuple(_run_row(run, is_at_work=is_at_work and run.number == newest) for run in runs)


def changes_of(output: Path, slugs: Sequence[str], most: int) -> tuple[Change, ...]:
    """Return what became of some posts' attachments, the oldest first; raises CommandError, MachineError."""
    with read_ledger(output / MACHINE_FOLDER) as ledger:
        return tuple(
            (f"{slug}-{language}" if language else slug, point)
            for slug in slugs
            for language in _languages(ledger, slug, output)
            for point in (ledger.points(slug, language, most=most) if ledger else ())
        )


def _languages(ledger: Ledger | None, slug: str, output: Path) -> tuple[str | None, ...]:
    languages = ledger.languages(slug) if ledger else ()
    if not languages and not (ledger and ledger.fault):
        raise CommandError(
            f"nothing is recorded of a post {slug!r} in {shown_path(output)}; run `annexe build` first, "
            "or look at how its folder is spelt"
        )
    return languages


def _run_row(run: RunRecord, *, is_at_work: bool) -> RunRow:
    ended = "ok" if run.exit_code == 0 else f"exit code {run.exit_code}"
    unfinished = "at work" if is_at_work else "interrupted"
    figures = {
        "built": run.outcomes["built"],
        "unchanged": run.outcomes["unchanged"],
        "failed": run.outcomes["failed"] + run.outcomes["rejected"],
        "errors": run.counts["error"],
        "warnings": run.counts["warning"],
    }
    return {
        "number": run.number,
        "started": run.started,
        "command": " ".join(filter(None, (run.command, run.scope, "(rebuild)" if run.is_rebuild else ""))),
        "verdict": ended if run.is_finished else unfinished,
        "exit_code": run.exit_code,
        **(figures if run.is_finished else dict.fromkeys(figures)),
        "seconds": run.seconds,
        "memory": run.memory,
    }


def print_runs(runs: Sequence[RunRow], *, out: TextIO, err: TextIO) -> None:
    """Print the runs as a table; where there are none, say what to do."""
    if not runs:
        err.write("nothing is recorded in this build folder yet; run `annexe build`\n")
        return
    bad = [number for number, run in enumerate(runs) if run["exit_code"] != 0]
    rows = [
        (
            str(run["number"]),
            _when(run["started"]),
            run["command"],
            run["verdict"],
            *(_count(run[name]) for name in ("built", "failed", "errors", "warnings")),
            _seconds(run["seconds"]),
            _count(run["memory"]),
        )
        for run in runs
    ]
    print_columns(_RUN_HEADS, rows, right=(0, *range(4, 10)), bad=bad, out=out)


def print_changes(changes: Sequence[Change], *, out: TextIO) -> None:
    """Print the recorded changes of some attachments as a table."""
    rows = [
        (
            name,
            str(point.run),
            _when(point.started),
            point.outcome,
            _count(point.size),
            _count(point.pages),
            _seconds(point.seconds),
            _count(point.memory),
            reason_text(point.reason) if point.reason else "-",
        )
        for name, point in changes
    ]
    bad = [number for number, (_, point) in enumerate(changes) if point.outcome in {"failed", "rejected"}]
    print_columns(_CHANGE_HEADS, rows, right=(1, *range(4, 8)), bad=bad, out=out)


def runs_json(runs: Sequence[RunRow]) -> str:
    """Return the runs as a JSON list, the oldest first."""
    return _json({**run, "started": run["started"].isoformat()} for run in runs)


def changes_json(changes: Sequence[Change]) -> str:
    """Return the changes as a JSON list, by attachment, the oldest first."""
    return _json(
        {
            "name": name,
            "run": point.run,
            "started": point.started.isoformat(),
            "outcome": point.outcome,
            "bytes": point.size,
            "pages": point.pages,
            "seconds": point.seconds,
            "memory": point.memory,
            "sha256": point.sha256,
            "reason": reason_text(point.reason) if point.reason else None,
        }
        for name, point in changes
    )


def _json(rows: Iterable[dict[str, Any]]) -> str:
    return json.dumps(list(rows), ensure_ascii=False, indent=2) + "\n"


def _when(time: dt.datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M")


def _count(number: int | None) -> str:
    return "-" if number is None else f"{number:,}"


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f}"

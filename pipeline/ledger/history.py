"""What `annexe history` shows: the ledger's runs and points as rows, read beside any run that is at work."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import CommandError
from pipeline.core.files import MACHINE_FOLDER
from pipeline.core.lock import build_holder
from pipeline.core.paths import shown_path
from pipeline.ledger import Ledger, Point, Run, read_ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A run: its number, when it began, what it was, how it ended, and its figures (None: it did not come so far).

    `verdict` is "ok", "exit code 3", "at work" or "interrupted".
    """

    number: int
    started: dt.datetime
    command: str
    verdict: str
    exit_code: int | None
    built: int | None
    unchanged: int | None
    failed: int | None
    errors: int | None
    warnings: int | None
    seconds: float | None
    memory: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """What became of an attachment in a run: `name` is `slug-language`, the rest as `pipeline.ledger.Point` has it."""

    name: str
    run: int
    started: dt.datetime
    outcome: str
    size: int | None
    pages: int | None
    seconds: float | None
    memory: int | None
    sha256: str | None
    reason: str | None


def last_runs(output: Path, most: int) -> tuple[RunRow, ...]:
    """Return the last runs of a build folder, the oldest first; raises MachineError where they can't be read."""
    with read_ledger(output / MACHINE_FOLDER) as ledger:
        runs = ledger.nights(most) if ledger else ()
    is_at_work = build_holder(output) is not None
    newest = runs[-1].number if runs else None
    return tuple(_run_row(run, is_at_work=is_at_work and run.number == newest) for run in runs)


def changes_of(output: Path, slugs: Sequence[str], most: int) -> tuple[ChangeRow, ...]:
    """Return what became of the attachments of some posts, by post and language, the oldest first.

    Raises CommandError where nothing is recorded of a post, MachineError where the history can't be read.
    """
    with read_ledger(output / MACHINE_FOLDER) as ledger:
        return tuple(
            _change_row(slug, language, point)
            for slug in slugs
            for language in _languages(ledger, slug, output)
            for point in (ledger.points(slug, language, most=most) if ledger else ())
        )


def _languages(ledger: Ledger | None, slug: str, output: Path) -> tuple[str | None, ...]:
    languages = ledger.languages(slug) if ledger else ()
    if not languages and not (ledger and ledger.fault):
        raise CommandError(
            f"nothing is recorded of a post {slug!r} in {shown_path(output)}; run `annexe build` first, or look at "
            "how its folder is spelt"
        )
    return languages


def _run_row(run: Run, *, is_at_work: bool) -> RunRow:
    is_finished = run.is_finished
    ended = "ok" if run.exit_code == 0 else f"exit code {run.exit_code}"
    unfinished = "at work" if is_at_work else "interrupted"
    outcomes, counts = run.outcomes, run.counts
    return RunRow(
        number=run.number,
        started=run.started,
        command=" ".join(filter(None, (run.command, run.scope, "(rebuild)" if run.is_rebuild else ""))),
        verdict=ended if is_finished else unfinished,
        exit_code=run.exit_code,
        built=outcomes["built"] if is_finished else None,
        unchanged=outcomes["unchanged"] if is_finished else None,
        failed=outcomes["failed"] + outcomes["rejected"] if is_finished else None,
        errors=counts["error"] if is_finished else None,
        warnings=counts["warning"] if is_finished else None,
        seconds=run.seconds,
        memory=run.memory,
    )


def _change_row(slug: str, language: str | None, point: Point) -> ChangeRow:
    return ChangeRow(
        name=f"{slug}-{language}" if language else slug,
        run=point.run,
        started=point.started,
        outcome=point.outcome,
        size=point.size,
        pages=point.pages,
        seconds=point.seconds,
        memory=point.memory,
        sha256=point.sha256,
        reason=point.reason,
    )

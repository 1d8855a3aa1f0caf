"""A run told to the ledger as it goes: what can't be recorded is a warning of the run, never the end of it."""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TypeVar

from pipeline.build.incremental.up_to_date import Standing
from pipeline.build.workers.memory import peak_memory
from pipeline.core.errors import AnnexeError, ExitCode
from pipeline.core.model import Finding, Severity
from pipeline.core.paths import shown_path
from pipeline.core.results import EditionResult, RunResult, Verdict
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.rows import EditionRecord, PostRecord, RunEnding, SiteCheck, UnrecordedError

ResultT = TypeVar("ResultT")


class Record:
    """The record of the run that is at work. `number` is the run's in the history, 0 where none could be had."""

    def __init__(self, ledger: Ledger, *, started: dt.datetime, command: str, nights: int) -> None:
        self.ledger = ledger
        self.command = command
        self.number = 0
        self._started = started
        self._nights = nights
        self._begun = time.perf_counter()
        self._refusal: str | None = None
        self._ending: RunEnding | None = None

    @property
    def seconds(self) -> float:
        """Return how long the run has taken so far."""
        return time.perf_counter() - self._begun

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what is to be said of the record itself, so far: that it is damaged, or that it can't be written."""
        return tuple(self._findings())

    def editions(self, results: Iterable[EditionResult]) -> Iterator[EditionResult]:
        """Record what became of each edition, and yield it."""
        for result in results:
            # The web page alone was wanted: that is nothing about the attachment.
            if result.outcome is not Verdict.COMPOSED:
                self._try(self.ledger.record_result, _row(result))
            yield result

    def site(self, check: SiteCheck) -> None:
        """Record what the run saw of a site."""
        self._try(self.ledger.record_site, check)

    def keep(self, standing: Standing, rows: Sequence[tuple[PostRecord, bytes]]) -> None:
        """Record what was found good, for the next run to leave out; not where the history has a gap already."""
        place, all_rows = standing.place, (*standing.refreshed, *rows)
        if place is None or self._refusal is not None:
            return
        if standing.is_place_new or standing.gone or all_rows:
            self._try(lambda run, told: self.ledger.record_posts(run, place, told, standing.gone), all_rows)

    def finish(
        self, result: RunResult, *, exit_code: int | None = None, findings: Sequence[Finding] | None = None
    ) -> RunResult:
        """Record how the run ended, thin what is old, and return the result with what is to be said of the record.

        A run that did more than `result` tells (publishing, looking at sites) gives its own exit code, and all that it
        found, each finding once.
        """
        result = self._told(result)
        told = result.different_findings if findings is None else findings
        self._end(
            RunEnding(
                exit_code=int(result.exit_code if exit_code is None else exit_code),
                seconds=self.seconds,
                memory=peak_memory(),
                tools=result.tools,
                outcomes={str(verdict): count for verdict, count in result.outcomes.items()},
                counts={
                    str(severity): sum(finding.severity is severity for finding in told)
                    for severity in Severity
                },
                findings=told,
            )
        )
        with suppress(UnrecordedError):
            self.ledger.apply_retention(self._nights)
        return self._told(result)

    def begin(self, scope: Sequence[str], *, is_rebuild: bool) -> None:
        """Record that the run began."""
        try:
            self.number = self.ledger.begin_run(self._started, self.command, scope, is_rebuild=is_rebuild)
        except UnrecordedError as error:
            self._refusal = str(error)

    def broke_off(self, code: int) -> None:
        """Record that the run was broken off; where it had all but ended, only how it ended in truth."""
        ending = self._ending or RunEnding(exit_code=code, seconds=self.seconds, memory=peak_memory())
        self._end(replace(ending, exit_code=code, findings=None))

    def _end(self, ending: RunEnding) -> None:
        self._try(self.ledger.finish_run, ending)
        self._ending = ending

    def _told(self, result: RunResult) -> RunResult:
        new = (finding for finding in self.findings if finding not in result.findings)
        return replace(result, findings=(*result.findings, *new))

    def _try(self, record: Callable[[int, ResultT], None], what: ResultT) -> None:
        if not self.number:
            return
        try:
            record(self.number, what)
        except UnrecordedError as error:
            self._refusal = str(error)

    def _findings(self) -> Iterator[Finding]:
        file = shown_path(self.ledger.path)
        if self.ledger.fault is not None:
            yield Finding(
                check="build.ledger",
                severity=Severity.WARNING,
                message=f"the ledger turned out to be unusable ({self.ledger.fault}); this run is not recorded from there on",
                remedy="nothing needs doing: a damaged ledger is set aside, and the next run begins a new one",
                file=file,
            )
        elif self._refusal is not None:
            yield Finding(
                check="write.history",
                severity=Severity.WARNING,
                message=f"this run can't be recorded ({self._refusal}), so that the history has a gap",
                remedy="free the disk, or ask for the right to write there",
                file=file,
            )


@contextmanager
def recorded(
    ledger: Ledger,
    *,
    started: dt.datetime,
    command: str,
    scope: Sequence[str] = (),
    nights: int,
    is_rebuild: bool = False,
) -> Iterator[Record]:
    """Record a run from its beginning to its end; the block says `finish`.

    A run whose block is left by an error is recorded with that error's exit code. One that is killed is found by the
    next as a run without an end.
    """
    record = Record(ledger, started=started, command=command, nights=nights)
    record.begin(scope, is_rebuild=is_rebuild)
    try:
        yield record
    except BaseException as error:
        record.broke_off(_exit_code(error))
        raise


def _exit_code(error: BaseException) -> int:
    if isinstance(error, AnnexeError):
        return error.exit_code
    return ExitCode.INTERRUPTED if isinstance(error, KeyboardInterrupt) else ExitCode.BUG


def _row(result: EditionResult) -> EditionRecord:
    return EditionRecord(
        slug=result.slug,
        language=result.language,
        outcome=str(result.outcome),
        sha256=result.sha256,
        size=result.size,
        pages=result.pages,
        seconds=result.seconds,
        memory=result.memory,
        reason=result.reason,
    )

"""A run and its record in the ledger: what can't be recorded is a warning of the run, never the end of it."""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from pipeline.build.incremental.post_records import Baseline
from pipeline.build.incremental.up_to_date import Unchanged
from pipeline.build.request import Progress, Request
from pipeline.build.workers.memory import peak_memory
from pipeline.core.errors import AnnexeError, ExitCode
from pipeline.core.model import Finding, Severity
from pipeline.core.paths import shown_path
from pipeline.core.results import EditionResult, RunResult, Verdict
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.rows import PostRecord, RunEnding, SiteCheck, UnrecordedError

ResultT = TypeVar("ResultT")


class Record:
    """The record of the run at work; `number` is its number in the history, 0 where it has none."""

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
        """Return what is wrong with the record itself so far: it is damaged, or can't be written."""
        return tuple(self._findings())

    def editions(self, results: Iterable[EditionResult]) -> Iterator[EditionResult]:
        """Record what became of each edition, and yield it."""
        for result in results:
            # The web page alone was wanted: that is nothing about the attachment.
            if result.outcome is not Verdict.COMPOSED:
                self._try(self.ledger.record_result, result)
            yield result

    def site(self, check: SiteCheck) -> None:
        """Record what the run saw of a site."""
        self._try(self.ledger.record_site, check)

    def posts(self, baseline: Baseline, rows: Sequence[tuple[PostRecord, bytes]]) -> None:
        """Record the posts found good, for the next run to leave out; not where the history has a gap."""
        all_rows = (*baseline.refreshed, *rows)
        if self._refusal is None and (baseline.is_place_new or baseline.gone or all_rows):
            self._try(
                lambda run, found: self.ledger.record_posts(run, baseline.place, found, baseline.gone),
                all_rows,
            )

    def finish(
        self, result: RunResult, *, exit_code: int | None = None, findings: Sequence[Finding] | None = None
    ) -> RunResult:
        """Record how the run ended, delete what is too old, and add findings about the record to the result.

        A run that did more than is in `result` (publishing, verifying sites) gives its own exit code and all
        that it found, each finding once.
        """
        result = self._with_own_findings(result)
        found = result.different_findings if findings is None else findings
        self._end(
            RunEnding(
                exit_code=int(result.exit_code if exit_code is None else exit_code),
                seconds=self.seconds,
                memory=peak_memory(),
                tools=result.tools,
                outcomes={str(verdict): count for verdict, count in result.outcomes.items()},
                counts={
                    str(severity): sum(finding.severity is severity for finding in found)
                    for severity in Severity
                },
                findings=found,
            )
        )
        with suppress(UnrecordedError):
            self.ledger.apply_retention(self._nights)
        return self._with_own_findings(result)

    def begin(self, scope: Sequence[str], *, is_rebuild: bool) -> None:
        """Record that the run began."""
        try:
            self.number = self.ledger.begin_run(self._started, self.command, scope, is_rebuild=is_rebuild)
        except UnrecordedError as error:
            self._refusal = str(error)

    def broke_off(self, code: int) -> None:
        """Record that the run was broken off; an end that is recorded already only changes its exit code."""
        ending = self._ending or RunEnding(exit_code=code, seconds=self.seconds, memory=peak_memory())
        self._end(replace(ending, exit_code=code, findings=None))

    def _end(self, ending: RunEnding) -> None:
        self._try(self.ledger.finish_run, ending)
        self._ending = ending

    def _with_own_findings(self, result: RunResult) -> RunResult:
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
                message=f"the ledger turned out to be unusable ({self.ledger.fault}); this run is not "
                "recorded from there on",
                remedy="nothing needs doing: a damaged ledger is set aside, "
                "and the next run begins a new one",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRun:
    """A run at work: the request, where to show progress, its record, and what need not be looked into."""

    request: Request
    progress: Progress
    record: Record
    unchanged: Unchanged


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

    A run whose block is left by an error is recorded with that error's exit code. One that is killed is found
    by the next as a run without an end.
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

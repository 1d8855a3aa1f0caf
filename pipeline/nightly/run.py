"""The night: build what is stale, check everything, check the sites, report to people and machines.

Each part may fail and costs no other: what goes wrong is a finding of the night.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from pipeline.build.previous import set_aside_previous
from pipeline.build.recorder import Record, recorded
from pipeline.build.request import Progress, Request
from pipeline.build.run import build
from pipeline.build.workers.memory import peak_memory
from pipeline.core.errors import AnnexeError, ExitCode
from pipeline.core.files import machine_folder
from pipeline.core.lock import build_lock
from pipeline.core.model import Finding, Severity
from pipeline.core.night import Night
from pipeline.core.results import RunResult
from pipeline.core.settings import Settings
from pipeline.ledger.opening import open_ledger
from pipeline.nightly.editions import compare_appearances, night_editions, with_earlier_in
from pipeline.nightly.notify import run_notify
from pipeline.nightly.pages import not_put_aside, write_report_pages
from pipeline.nightly.sites import check_sites
from pipeline.report.console import print_findings
from pipeline.report.github import annotate, show_on_github
from pipeline.report.night_summary import broken_off, exit_code_of, plain_summary
from pipeline.report.writing import write_night_reports

#: So many nights are shown at a glance.
_NIGHTS = 30
COMMAND = "nightly"


@dataclass(frozen=True, slots=True, kw_only=True)
class NightRequest:
    """What a night is to do: the build that it carries out, whether to publish what changed, whom to notify.

    With `verify` in the build's request everything is made anew, to prove that the bytes are the same.
    `environment` are the variables of the process, with the secrets of the sites. `annotations` is where a
    host of code picks up findings.
    """

    build: Request
    is_publishing: bool
    notify_command: str | None
    environment: Mapping[str, str] = field(repr=False)
    annotations: TextIO = field(repr=False)


def nightly(request: NightRequest, progress: Progress) -> Night:
    """Carry out a night and return what came of it; raises AnnexeError where it can't even begin.

    Whoever is notified of nights is notified of one that breaks off, too.
    """
    try:
        return _carry_out(request, progress)
    except AnnexeError as error:
        _notify_of_breaking_off(request, str(error), error.exit_code)
        raise
    except Exception as error:
        _notify_of_breaking_off(request, f"a bug in Annexe ({type(error).__name__}: {error})", ExitCode.BUG)
        raise


def _carry_out(request: NightRequest, progress: Progress) -> Night:
    """Carry out a night with the build folder locked: another run meets BuildLockedError meanwhile."""
    asked, settings = request.build, request.build.settings
    with (
        build_lock(settings.output),
        open_ledger(machine_folder(settings.output)) as ledger,
        recorded(
            ledger,
            started=asked.now,
            command=COMMAND,
            nights=settings.history_nights,
            is_rebuild=asked.verify,
        ) as record,
    ):
        last = _last_reported(record)
        run = build(asked, progress, record)
        appearances, findings = compare_appearances(settings, run)
        night = Night(
            number=max(record.number, 1),
            run=run,
            sites=check_sites(asked, record, run, request.environment, is_publishing=request.is_publishing),
            editions=tuple(night_editions(settings, record, run, appearances, last_reported=last)),
            memory=peak_memory(),
            is_rebuild=asked.verify,
        )
        night = _recorded(night, record, findings)
        night = _with_pages(settings, night, record)
        night = _with_reports(settings, night, record)
        return _with_notifications(request, night, record)


def _recorded(night: Night, record: Record, new: Iterable[Finding]) -> Night:
    """Return a night with new findings of its own, recorded as it ends now."""
    night = replace(night, findings=tuple(dict.fromkeys((*night.findings, *new))))
    code = exit_code_of(night)
    finished = record.finish(night.run, exit_code=int(code), findings=night.all_findings)
    finished = replace(finished, seconds=record.seconds)
    return replace(night, run=finished, nights=_nights(record, finished, code))


def _nights(record: Record, run: RunResult, code: ExitCode) -> tuple[tuple[dt.datetime, int, float], ...]:
    """Return the last nights as the report shows them, this one last, whether or not it can be recorded."""
    before = tuple(
        (
            one.started,
            int(ExitCode.INTERRUPTED) if one.exit_code is None else one.exit_code,
            one.seconds or 0.0,
        )
        for one in record.ledger.runs(_NIGHTS, command=COMMAND)
        if one.number != record.number
    )
    return (*before[-_NIGHTS + 1 :], (run.started, int(code), run.seconds))


def _last_reported(record: Record) -> int:
    """Return the number of the last night that came to its end and reported, 0 where there was none."""
    nights = record.ledger.runs(_NIGHTS, command=COMMAND)
    return max((night.number for night in nights if night.has_findings), default=0)


def _with_pages(settings: Settings, night: Night, record: Record) -> Night:
    """Write the pages, set the earlier attachments aside, and return the night with their new paths."""
    trouble = write_report_pages(settings, night)
    if trouble:
        return _recorded(night, record, trouble)
    try:
        folder = set_aside_previous(settings.output)
    except OSError as error:
        return _recorded(night, record, (not_put_aside(settings, error),))
    return replace(night, editions=with_earlier_in(night.editions, folder))


def _with_reports(settings: Settings, night: Night, record: Record) -> Night:
    """Write the reports for machines and return the night; what can't be written stands in those that can."""
    trouble = write_night_reports(settings.output, settings.project, night)
    if trouble:
        night = _recorded(night, record, trouble)
        write_night_reports(settings.output, settings.project, night)
    return night


def _with_notifications(request: NightRequest, night: Night, record: Record) -> Night:
    """Notify people and GitHub; return the night with a warning for each that failed, reported too."""
    settings = request.build.settings
    notified = _notify(request, plain_summary(night, report_of(settings.output)))
    if notified:
        night = _recorded(night, record, notified)
    hosted = show_on_github(night, request.environment, project=settings.project, out=request.annotations)
    if hosted is not None:
        night = _recorded(night, record, (hosted,))
    if notified or hosted is not None:
        write_report_pages(settings, night)
        write_night_reports(settings.output, settings.project, night)
    return night


def _notify(request: NightRequest, summary: str) -> tuple[Finding, ...]:
    """Give a summary to the command that is to have it, if any; return a warning where that fails."""
    if request.notify_command is None:
        return ()
    trouble = run_notify(request.notify_command, summary, request.environment)
    return () if trouble is None else (trouble,)


def _notify_of_breaking_off(request: NightRequest, message: str, code: int) -> None:
    """Notify people and GitHub that this night has no report, and why."""
    broken = Finding(
        check="night.broken_off", severity=Severity.ERROR, message=message, remedy="mend it and run again"
    )
    notified = _notify(request, broken_off(request.build.now, message, code))
    annotate(
        (broken, *notified),
        request.environment,
        project=request.build.settings.project,
        out=request.annotations,
    )
    if notified:
        print_findings(notified, err=request.annotations, quiet=False)


def report_of(output: Path) -> Path:
    """Return where a person begins to read."""
    return output / "report" / "index.html"

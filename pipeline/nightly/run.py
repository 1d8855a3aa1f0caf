"""The night: build what is stale, check everything, look at the sites, and tell what came of it, to people and machines.

Each part may fail and costs no other: what goes wrong is a finding of the night.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from pipeline.build.previous import set_aside_before
from pipeline.build.recorded_run import build_recorded
from pipeline.build.recorder import Record, recorded
from pipeline.build.request import Progress, Request
from pipeline.build.workers.memory import peak_memory
from pipeline.core.errors import AnnexeError, ExitCode
from pipeline.core.files import machine_folder
from pipeline.core.lock import build_lock
from pipeline.core.model import Finding, Severity
from pipeline.core.night import Night
from pipeline.core.results import RunResult
from pipeline.core.settings import Settings
from pipeline.ledger import open_ledger
from pipeline.nightly.appearance import look_at
from pipeline.nightly.editions import night_editions, told_of
from pipeline.nightly.notify import run_notify
from pipeline.nightly.pages import not_put_aside, write_report_pages
from pipeline.nightly.sites import look_at_sites
from pipeline.report.console import print_findings
from pipeline.report.github import annotate, show_on_github
from pipeline.report.night_summary import broken_off, exit_code_of, plain_summary
from pipeline.report.writing import write_night_reports

#: So many nights are shown at a glance.
_NIGHTS = 30
COMMAND = "nightly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a night is to do: the build's request, whether to publish what changed, whom to tell, and where it runs.

    With `verify` in the request everything is made anew, to prove that the bytes are the same. `hosting` is where
    annotations go that a host of code picks up.
    """

    request: Request
    is_publishing: bool
    notify_command: str | None
    environment: Mapping[str, str] = field(repr=False)
    hosting: TextIO = field(repr=False)


def nightly(order: Order, progress: Progress) -> Night:
    """Carry out a night and return what is to be told of it; raises AnnexeError where it can't even begin.

    It holds the build folder from beginning to end; another run meets BuildLockedError meanwhile. Whoever is to be told
    of nights is told of one that breaks off, too.
    """
    settings = order.request.settings
    try:
        with (
            build_lock(settings.output),
            open_ledger(machine_folder(settings.output)) as ledger,
            recorded(
                ledger,
                started=order.request.now,
                command=COMMAND,
                nights=settings.history_nights,
                is_rebuild=order.request.verify,
            ) as record,
        ):
            night = _with_pages(settings, _seen(order, record, progress), record)
            night = _with_texts(settings, night, record)
            return _told(order, night, record)
    except AnnexeError as error:
        _tell_of_breaking_off(order, str(error), error.exit_code)
        raise
    except Exception as error:
        _tell_of_breaking_off(order, f"a bug in Annexe ({type(error).__name__}: {error})", ExitCode.BUG)
        raise


def _seen(order: Order, record: Record, progress: Progress) -> Night:
    """Build, look, and return the night as it is recorded."""
    request = order.request
    before = _last_told(record)
    run = build_recorded(request, progress, record)
    looks, findings = look_at(request.settings, run)
    sites = look_at_sites(
        request, record, run, environment=order.environment, is_publishing=order.is_publishing
    )
    night = Night(
        number=max(record.number, 1),
        run=run,
        editions=night_editions(request.settings, record, run, looks, told_before=before),
        sites=sites,
        memory=peak_memory(),
        is_rebuild=request.verify,
    )
    return _ended(night, record, findings)


def _ended(night: Night, record: Record, new: Iterable[Finding]) -> Night:
    """Return a night with what is new to be said of it, recorded as it ends now."""
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
        for one in record.ledger.nights(_NIGHTS, command=COMMAND)
        if one.number != record.number
    )
    return (*before[-_NIGHTS + 1 :], (run.started, int(code), run.seconds))


def _last_told(record: Record) -> int:
    """Return the number of the last night that came to its end and told of what changed, 0 where there was none."""
    nights = record.ledger.nights(_NIGHTS, command=COMMAND)
    return max((night.number for night in nights if night.has_findings), default=0)


def _with_pages(settings: Settings, night: Night, record: Record) -> Night:
    """Write the pages, put aside how attachments were before, and return the night as it is then."""
    trouble = write_report_pages(settings, night)
    if trouble:
        return _ended(night, record, trouble)
    try:
        folder = set_aside_before(settings.output)
    except OSError as error:
        return _ended(night, record, (not_put_aside(settings, error),))
    return replace(night, editions=told_of(night.editions, folder))


def _with_texts(settings: Settings, night: Night, record: Record) -> Night:
    """Write the reports for machines and return the night; what can't be written stands in those that can."""
    trouble = write_night_reports(settings.output, settings.project, night)
    if trouble:
        night = _ended(night, record, trouble)
        write_night_reports(settings.output, settings.project, night)
    return night


def _told(order: Order, night: Night, record: Record) -> Night:
    """Tell whoever is to be told and return the night, with a warning where that failed."""
    settings = order.request.settings
    trouble = list(_notify(order, plain_summary(night, report_of(settings.output))))
    if trouble:
        night = _ended(night, record, trouble)
    hosted = show_on_github(night, order.environment, project=settings.project, out=order.hosting)
    if hosted is not None:
        night = _ended(night, record, (hosted,))
    if trouble or hosted is not None:
        write_report_pages(settings, night)
        write_night_reports(settings.output, settings.project, night)
    return night


def _notify(order: Order, summary: str) -> Iterator[Finding]:
    """Give a summary to the command that is to have it, if any; yield a warning where that fails."""
    if order.notify_command is not None:
        trouble = run_notify(order.notify_command, summary, order.environment)
        if trouble is not None:
            yield trouble


def _tell_of_breaking_off(order: Order, message: str, code: int) -> None:
    """Tell whoever is to be told that there is no night to read of, and why."""
    broken = Finding(
        check="night.broken_off", severity=Severity.ERROR, message=message, remedy="mend it and run again"
    )
    found = (broken, *_notify(order, broken_off(order.request.now, message, code)))
    annotate(found, order.environment, project=order.request.settings.project, out=order.hosting)
    if len(found) > 1:
        print_findings(found[1:], err=order.hosting, quiet=False)


def report_of(output: Path) -> Path:
    """Return where a person begins to read."""
    return output / "report" / "index.html"

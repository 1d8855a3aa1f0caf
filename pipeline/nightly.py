"""The night: build what is stale, check everything, look at the sites, and tell what came of it, to people and machines.

Each part may fail and costs no other: what goes wrong is a finding of the night.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from pipeline.before import set_aside_before
from pipeline.build import Progress, Request, build_recorded
from pipeline.errors import ExitCode
from pipeline.files import build_lock, machine_folder
from pipeline.hosting import tell_github
from pipeline.ledger import Ledger, open_ledger
from pipeline.memory import peak_memory
from pipeline.model import Finding
from pipeline.night_editions import night_editions, told_of
from pipeline.night_looks import look_at
from pipeline.night_pages import write_report_pages
from pipeline.night_sites import look_at_sites
from pipeline.notifying import run_notify
from pipeline.recording import Record, recorded
from pipeline.report.night import Night
from pipeline.report.night_words import exit_code_of, plain_summary
from pipeline.report.result import RunResult
from pipeline.whole_run import write_night_reports

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

    It holds the build folder from beginning to end; another run meets BuildLockedError meanwhile.
    """
    settings = order.request.settings
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
        night = _night(order, record, ledger, progress)
        told = write_report_pages(settings, night)
        night = replace(night, findings=(*night.findings, *told))
        if not told:
            night = replace(night, editions=told_of(night.editions, set_aside_before(settings.output)))
        write_night_reports(settings.output, settings.project, night)
    after = tuple(_tell(order, night))
    if after:
        night = replace(night, findings=(*night.findings, *after))
        write_night_reports(settings.output, settings.project, night)
    return night


def _night(order: Order, record: Record, ledger: Ledger, progress: Progress) -> Night:
    """Build, look, and return the night as it is recorded."""
    request = order.request
    run = build_recorded(request, progress, record)
    looks, findings = look_at(request.settings, run)
    sites = look_at_sites(
        order.request,
        record,
        run,
        environment=order.environment,
        is_publishing=order.is_publishing,
    )
    night = Night(
        number=max(record.number, 1),
        run=run,
        editions=night_editions(request.settings, ledger, run, looks),
        sites=sites,
        memory=peak_memory(),
        is_rebuild=request.verify,
        findings=findings,
    )
    finished = record.finish(run, exit_code=int(exit_code_of(night)), findings=night.all_findings)
    finished = replace(finished, seconds=record.seconds)
    return replace(night, run=finished, nights=_nights(ledger, request.now, finished, night))


def _nights(
    ledger: Ledger, now: dt.datetime, run: RunResult, night: Night
) -> tuple[tuple[dt.datetime, int, float], ...]:
    """Return the last nights as the report shows them; where nothing can be recorded, this one alone."""
    nights = tuple(
        (
            one.started,
            int(ExitCode.INTERRUPTED) if one.exit_code is None else one.exit_code,
            one.seconds or 0.0,
        )
        for one in ledger.nights(_NIGHTS, command=COMMAND)
    )
    return nights or ((now, int(exit_code_of(night)), run.seconds),)


def _tell(order: Order, night: Night) -> Iterator[Finding]:
    """Tell whoever is to be told, and yield a warning where that fails."""
    settings = order.request.settings
    hosted = tell_github(night, order.environment, project=settings.project, out=order.hosting)
    if hosted is not None:
        yield hosted
    if order.notify_command is not None:
        summary = plain_summary(night, report_of(settings.output))
        notified = run_notify(order.notify_command, summary, order.environment)
        if notified is not None:
            yield notified


def report_of(output: Path) -> Path:
    """Return where a person begins to read."""
    return output / "report" / "index.html"

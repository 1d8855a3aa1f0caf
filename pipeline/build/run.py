"""One run from the lock to the reports: what is certainly as it was is left out, the rest goes the whole way."""

from functools import partial

from pipeline.build.incremental.up_to_date import Standing, look_around
from pipeline.build.recorder import Record, recorded
from pipeline.build.request import Progress, Request
from pipeline.build.run_findings import orphans
from pipeline.build.workers.memory import without_collecting
from pipeline.core.files import machine_folder, sweep
from pipeline.core.lock import build_lock
from pipeline.core.results import RunResult
from pipeline.ledger.opening import open_ledger
from pipeline.report.writing import write_reports


def run(request: Request, progress: Progress) -> RunResult:
    """Carry out a request and return what came of it; raises AnnexeError where the run can't go on at all.

    Whatever happens to one edition is a value in the result; the others are built all the same.
    """
    settings = request.settings
    with (
        build_lock(settings.output),
        open_ledger(machine_folder(settings.output)) as ledger,
        recorded(
            ledger,
            started=request.now,
            command=request.goal.value,
            scope=(*sorted(request.slugs), *(f"--lang {language}" for language in request.languages)),
            nights=settings.history_nights,
        ) as record,
    ):
        with without_collecting():
            standing = look_around(request, ledger, begin=partial(_begin_workers, request))
        result = record.finish(_carried_out(request, progress, record, standing))
        write_reports(settings, result)
        return result


def _carried_out(request: Request, progress: Progress, record: Record, standing: Standing) -> RunResult:
    if not standing.is_everything:
        _begin_workers(request)
        from pipeline.build.recorded_run import build_recorded  # noqa: PLC0415 - heavy, and only where there is something to do

        return build_recorded(request, progress, record, standing)
    return _nothing_to_do(request, record, standing)


def _begin_workers(request: Request) -> None:
    from pipeline.build.workers.preload import begin_workers  # noqa: PLC0415 - heavy, and only where there is something to do

    begin_workers(request)


def _nothing_to_do(request: Request, record: Record, standing: Standing) -> RunResult:
    """Return what is to be told of a run that finds everything as it was."""
    output = request.settings.output
    sweep(output, without=standing.slugs)
    record.keep(standing, [])
    with without_collecting():
        kept = standing.kept
    lost = orphans(output, (), standing.slugs, standing.orphans(output)) if request.is_of_all else ()
    return RunResult(
        started=request.now,
        seconds=record.seconds,
        command=record.command,
        editions=(),
        findings=tuple(lost),
        tools=standing.place.tools if standing.place else (),
        kept=kept,
    )

"""The program: one run, from the lock to the reports.

`run` is what `annexe build` and `annexe check` do, `build` the part of it that a night does, too. What
happens to one edition in a worker stands in `pipeline.build.worker`.
"""

from collections.abc import Iterable, Iterator
from functools import partial

from pipeline.build.incremental.post_records import new_records
from pipeline.build.incremental.up_to_date import find_unchanged
from pipeline.build.recorder import BuildRun, Record, recorded
from pipeline.build.request import Goal, Progress, Request
from pipeline.build.run_findings import findings_of_no_edition, findings_of_run
from pipeline.build.workers import PRELOAD
from pipeline.build.workers.memory import without_collecting
from pipeline.core.files import machine_folder, sweep
from pipeline.core.lock import build_lock
from pipeline.core.model import Finding
from pipeline.core.results import EditionResult, RunResult
from pipeline.ledger.opening import open_ledger
from pipeline.report.writing import write_reports


def run(request: Request, progress: Progress) -> RunResult:
    """Carry out a request; raises AnnexeError where it can't go on. What fails of one edition is a value."""
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
        result = record.finish(build(request, progress, record))
        write_reports(settings, result)
        return result


def build(request: Request, progress: Progress, record: Record) -> RunResult:
    """Build and check what may have changed; the caller locks and records the run, and writes its reports."""
    with without_collecting():
        unchanged = find_unchanged(request, record.ledger, begin=partial(_begin_workers, request))
    at_work = BuildRun(request=request, progress=progress, record=record, unchanged=unchanged)
    sweep(request.settings.output, without=unchanged.slugs)
    return _nothing_to_do(at_work) if unchanged.is_everything else _build_changed(at_work)


def _build_changed(run: BuildRun) -> RunResult:
    """Take all that may have changed through the stages of a run."""
    # They load parsers, the template engine and the pool of workers, which a run without work has no use for.
    from pipeline.build import candidates, outcomes, task_runner, tasks  # noqa: PLC0415 - as said above
    from pipeline.core.toolchain import tool_versions  # noqa: PLC0415 - as said above

    request, record = run.request, run.record
    _begin_workers(request)
    posts = tasks.read_posts(run)
    materials = candidates.read_materials(request.settings, posts.house)
    plan = tasks.TaskPlan(run, posts, materials)
    with task_runner.task_runner(run, materials) as runner:
        results = list(record.editions(outcomes.unreadable_editions(run, posts, materials)))
        done = (
            (task.edition.name, outcomes.place_attachment(run, task, outcome))
            for task, outcome in runner.done(plan.tasks())
        )
        results += record.editions(_with_progress(run, plan.count, done))
    different: Iterable[Finding] = ()
    if request.verify:
        from pipeline.build.reproducibility import verify  # noqa: PLC0415 - loads what compares two PDFs

        different = verify(run, plan, runner, results)
    findings = (
        *findings_of_no_edition(posts.reading, results),
        *findings_of_run(run, results),
        *plan.unwritten,
        *different,
        *runner.findings(),
    )
    result = _result(run, posts.in_order(results), findings, tool_versions())
    baseline = run.unchanged.baseline
    if request.goal is Goal.BUILD and baseline is not None:
        record.posts(baseline, new_records(request, baseline, result, plan.page_sums))
    return result


def _with_progress(
    run: BuildRun, count: int, results: Iterable[tuple[str, EditionResult]]
) -> Iterator[EditionResult]:
    """Yield results, which come with their editions' names, and show the progress of the workers."""
    is_shown = run.request.goal is not Goal.HTML
    if is_shown:
        run.progress.start(count)
    for name, result in results:
        yield result
        if is_shown:
            run.progress.advance(name)


def _nothing_to_do(run: BuildRun) -> RunResult:
    """Return the result of a run that finds every post unchanged."""
    if run.unchanged.baseline is not None:
        run.record.posts(run.unchanged.baseline, ())
    with without_collecting():
        return _result(run, (), tuple(findings_of_run(run, ())), run.unchanged.tools)


def _result(
    run: BuildRun,
    editions: tuple[EditionResult, ...],
    findings: tuple[Finding, ...],
    tools: tuple[tuple[str, str], ...],
) -> RunResult:
    return RunResult(
        started=run.request.now,
        seconds=run.record.seconds,
        command=run.record.command,
        editions=editions,
        findings=findings,
        tools=tools,
        kept=run.unchanged.posts(),
    )


def _begin_workers(request: Request) -> None:
    """Start the process that workers here are forked from, where a request needs it: it imports meanwhile."""
    if request.goal is not Goal.HTML and request.settings.cluster is None:
        from multiprocessing import forkserver, get_context  # noqa: PLC0415 - only where there is something to do

        get_context("forkserver").set_forkserver_preload(list(PRELOAD))
        forkserver.ensure_running()

"""read → compose → render → finish → check → write: the whole way, from a folder of posts to attachments.

`pipeline.build.run` goes before: it leaves out the posts that are certainly as they were.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from pipeline.build.candidates import Workshop
from pipeline.build.elsewhere import Elsewhere, Pairs, elsewhere
from pipeline.build.incremental.recording import rows_to_keep
from pipeline.build.incremental.up_to_date import Standing, look_around
from pipeline.build.job import Job, Made, make, prepare
from pipeline.build.outcomes import Settler, Task
from pipeline.build.recorder import Record
from pipeline.build.request import Goal, Progress, Request
from pipeline.build.run_findings import findings_of_no_edition, order, orphans, unusable_ledger
from pipeline.build.tasks import Preparing, by_edition
from pipeline.build.workers import Limits, Outcome, run
from pipeline.build.workers.preload import PRELOAD, begin_workers
from pipeline.core.errors import CommandError
from pipeline.core.files import sweep
from pipeline.core.model import Finding, House, Reading, Thresholds
from pipeline.core.reasons import Reason, ReasonKind
from pipeline.core.results import EditionResult, RunResult, Verdict
from pipeline.core.toolchain import tool_versions
from pipeline.ledger.ledger import Ledger
from pipeline.sources.folder import read_named_posts
from pipeline.sources.house import read_house


def build_recorded(
    request: Request, progress: Progress, record: Record, standing: Standing | None = None
) -> RunResult:
    """Carry out a request as a part of a run that is recorded already; whoever began that run holds the lock and ends it.

    What is certainly as it was (`standing`) is left out and told again. Writes no report: that is for the whole run.
    """
    begin_workers(request)
    settings, ledger = request.settings, record.ledger
    if standing is None:
        standing = look_around(request, ledger)
    sweep(settings.output, without=standing.slugs)
    house = read_house(request.house_file)
    reading = read_named_posts(settings, house, request.slugs, without=standing.slugs)
    _refuse_unknown_languages(request, house)
    workshop = Workshop(settings, house)
    settler = Settler(settings=settings, ledger=ledger, now=request.now)
    preparing = Preparing(request=request, reading=reading, workshop=workshop, ledger=ledger)
    results = list(record.editions(_failed(request, reading, workshop, settler)))
    with elsewhere(settings.cache, is_building=request.goal in (Goal.BUILD, Goal.PDF)) as others:
        results += record.editions(_carry_out(request, preparing, workshop, settler, progress, others))
    verified = _verified(request, preparing, results, workshop, progress, others) if request.verify else ()
    result = RunResult(
        started=request.now,
        seconds=record.seconds,
        command=record.command,
        editions=tuple(sorted(results, key=order(reading))),
        findings=(
            *findings_of_no_edition(reading, results),
            *_findings(request, ledger, standing, results),
            *preparing.unwritten,
            *verified,
            *others.findings(),
        ),
        tools=tool_versions(),
        kept=standing.kept,
    )
    return _kept(request, standing, result, preparing, record)


def _kept(
    request: Request, standing: Standing, result: RunResult, preparing: Preparing, record: Record
) -> RunResult:
    """Record what was found good, for the next run to leave out, and return the result."""
    if request.goal is Goal.BUILD:
        record.keep(standing, rows_to_keep(request, standing, result, preparing.sums_of_pages))
    return result


def _findings(
    request: Request, ledger: Ledger, standing: Standing, results: Sequence[EditionResult]
) -> Iterator[Finding]:
    """Yield what is wrong with the ledger and, where the run is about all posts, what no source makes any more."""
    yield from unusable_ledger(ledger.set_aside, ledger.set_aside_why)
    if request.is_of_all:
        output = request.settings.output
        yield from orphans(output, results, standing.slugs, standing.orphans(output))


def _refuse_unknown_languages(request: Request, house: House) -> None:
    """Raise CommandError where the command names a language that the house lacks."""
    tags = [words.language for words in house.languages]
    for tag in request.languages:
        if tag not in tags:
            raise CommandError(f"no language {tag!r} in {house.file}; it has {', '.join(tags)}")


def _failed(
    request: Request, reading: Reading, workshop: Workshop, settler: Settler
) -> Iterator[EditionResult]:
    """Yield the results of the editions whose sources can't be read, with all else that is wrong with them."""
    drafts = {(draft.slug, draft.language): draft for draft in reading.drafts}
    found = by_edition(reading.findings)
    for slug, language in reading.failed:
        if request.languages and language is not None and language not in request.languages:
            continue
        draft = drafts.get((slug, language or ""))
        more = workshop.look_through(draft) if draft else ()
        findings = (*found.get((slug, language), ()), *more)
        yield settler.failed_before(slug, language, findings)


def _carry_out(
    request: Request,
    preparing: Preparing,
    workshop: Workshop,
    settler: Settler,
    progress: Progress,
    others: Elsewhere,
) -> Iterator[EditionResult]:
    """Send the tasks to the workers as these ask for them, and settle each as it comes back."""
    if request.goal is Goal.HTML:
        yield from (settler.composed(task) for task in preparing.tasks())
        return
    is_check = request.goal is Goal.CHECK
    progress.start(preparing.count)
    missing: list[Task] = []
    tasks = _there(preparing.tasks(), missing) if is_check else preparing.tasks()
    for task, outcome in others.outcomes(tasks, lambda pairs: _outcomes(request, pairs, workshop, others)):
        yield settler.checked(task, outcome) if is_check else settler.built(task, outcome)
        progress.advance(task.edition.name)
    for task in missing:
        yield settler.checked(task, None)
        progress.advance(task.edition.name)


def _there(tasks: Iterable[Task], missing: list[Task]) -> Iterator[Task]:
    """Yield the tasks whose attachment is there; the others are added to `missing`."""
    for task in tasks:
        if task.existing is None:
            missing.append(task)
        else:
            yield task


def _verified(
    request: Request,
    preparing: Preparing,
    results: Sequence[EditionResult],
    workshop: Workshop,
    progress: Progress,
    others: Elsewhere,
) -> tuple[Finding, ...]:
    """Build every good attachment once more, in another order, and compare the bytes."""
    from pipeline.build.reproducibility import not_the_same  # noqa: PLC0415 - heavy, and only a rebuild needs it

    good = {result.name for result in results if result.outcome in (Verdict.BUILT, Verdict.UNCHANGED)}
    progress.start(len(good))
    waiting: dict[int, Task] = {}
    found = []
    for outcome in _outcomes(request, _anew(preparing, good, waiting), workshop, others):
        task = waiting.pop(outcome.index)
        found += list(not_the_same(task, outcome))
        progress.advance(task.edition.name)
    return tuple(found)


def _anew(preparing: Preparing, good: Collection[str], waiting: dict[int, Task]) -> Pairs:
    """Yield the tasks of the good editions, last first, as those of attachments to be made; each waits in `waiting`."""
    standing = (task for task in preparing.once_more() if task.edition.name in good)
    for index, task in enumerate(standing):
        waiting[index] = task
        yield replace(task, reason=Reason(kind=ReasonKind.VERIFIED)), None


def _outcomes(
    request: Request, sent: Pairs, workshop: Workshop, others: Elsewhere
) -> Iterator[Outcome[Made]]:
    return run(
        make,
        (_job(request, task, workshop.house, cached) for task, cached in sent),
        workers=request.settings.workers,
        limits=Limits(seconds=request.settings.time_limit, mebibytes=request.settings.memory_limit),
        # The same for workers elsewhere, wherever this run keeps its fonts: they have theirs.
        prepare=partial(
            prepare, workshop.kit(), "" if request.settings.cluster else workshop.fontconfig_file
        ),
        preload=PRELOAD,
        cluster=request.settings.cluster,
        warn=others.warn,
    )


def _job(request: Request, task: Task, house: House, cached: bytes | None) -> Job:
    settings = request.settings
    keeps = request.goal is Goal.CHECK or task.reason is None
    return Job(
        edition=task.edition,
        outline=task.candidate.outline,
        words=task.candidate.words,
        house=house,
        page=task.candidate.page,
        existing=task.existing if keeps else cached,
        previous_size=task.entry.size if task.entry else None,
        image_resolution=settings.image_resolution,
        thresholds=Thresholds(
            size_over=settings.size_over,
            size_under=settings.size_under,
            size_drift=settings.size_drift,
            size_labels=settings.size_labels,
        ),
    )

"""read → compose → render → finish → check → write: the whole run, from a folder of posts to attachments."""

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path

from pipeline.elsewhere import Elsewhere, Pairs, elsewhere
from pipeline.errors import CommandError
from pipeline.files import build_lock, machine_folder, read_if_there, sweep, write_if_changed
from pipeline.job import PRELOAD, Job, Made, make, prepare
from pipeline.ledger import Ledger, open_ledger, reason_to_build
from pipeline.model import Finding, House, Reading, Thresholds
from pipeline.reading import languages_by_post, read_named_posts
from pipeline.recording import Record, recorded
from pipeline.report.result import EditionResult, RunResult, Verdict
from pipeline.settings import Settings
from pipeline.settling import Settler, Task, not_written
from pipeline.sources import read_house
from pipeline.toolchain import tool_versions
from pipeline.whole_run import findings_of_no_edition, order, orphans, unusable_ledger, write_reports
from pipeline.workers import Limits, Outcome, run
from pipeline.workshop import Workshop


class Goal(StrEnum):
    """What a run is to bring about."""

    BUILD = "build"
    HTML = "html"
    PDF = "pdf"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to do: settings, goal, which posts and languages (none named: all), and the time it is (UTC).

    With `verify` everything is built once more and compared with what stands in its place.
    """

    settings: Settings
    house_file: Path
    goal: Goal
    slugs: tuple[str, ...]
    languages: tuple[str, ...]
    now: dt.datetime
    verify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Whom to tell how far the run is: `start(total)` once, then `advance(name)` for each edition."""

    start: Callable[[int], None]
    advance: Callable[[str], None]


def build(request: Request, progress: Progress) -> RunResult:
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
        result = record.finish(build_recorded(request, progress, record))
        write_reports(settings.output, settings.project, result)
        return result


def build_recorded(request: Request, progress: Progress, record: Record) -> RunResult:
    """Carry out a request as a part of a run that is recorded already; whoever began that run holds the lock and ends it.

    Writes no report: that is for the whole run.
    """
    settings, ledger = request.settings, record.ledger
    sweep(settings.output)
    house = read_house(request.house_file)
    reading = read_named_posts(settings, house, request.slugs)
    _refuse_unknown_languages(request, house)
    workshop = Workshop(settings, house)
    settler = Settler(settings=settings, ledger=ledger, now=request.now)
    prepared = [_prepared(request, task) for task in _tasks(request, reading, workshop, ledger)]
    tasks = [task for task, _ in prepared]
    unwritten = tuple(finding for _, finding in prepared if finding is not None)
    results = list(record.editions(_failed(request, reading, workshop, settler)))
    with elsewhere(settings.cache, is_building=request.goal in (Goal.BUILD, Goal.PDF)) as others:
        results += list(record.editions(_carry_out(request, tasks, workshop, settler, progress, others)))
    verified = _verified(request, tasks, results, workshop, progress, others) if request.verify else ()
    return RunResult(
        started=request.now,
        seconds=record.seconds,
        command=record.command,
        editions=tuple(sorted(results, key=order(reading))),
        findings=(
            *findings_of_no_edition(reading, results),
            *unusable_ledger(ledger.set_aside, ledger.set_aside_why),
            *(() if request.slugs or request.languages else orphans(settings.output, results)),
            *unwritten,
            *verified,
            *others.findings(),
        ),
        tools=tool_versions(),
    )


def _prepared(request: Request, task: Task) -> tuple[Task, Finding | None]:
    """Write the web page of a task, and return the task without it, and an error where the page can't be written.

    With its fonts a page takes more memory than all else that is known of an edition, and nobody needs it after this.
    """
    page = task.candidate.page
    lighter = replace(task, candidate=replace(task.candidate, page=replace(page, standalone="")))
    if request.goal not in (Goal.BUILD, Goal.HTML):
        return lighter, None
    path = task.folder / f"{task.edition.language}.html"
    try:
        write_if_changed(path, page.standalone.encode())
    except OSError as error:
        return lighter, not_written(task.edition, path, error)
    return lighter, None


def _refuse_unknown_languages(request: Request, house: House) -> None:
    """Raise CommandError where the command names a language that the house lacks."""
    tags = [words.language for words in house.languages]
    for tag in request.languages:
        if tag not in tags:
            raise CommandError(f"no language {tag!r} in {house.file}; it has {', '.join(tags)}")


def _tasks(request: Request, reading: Reading, workshop: Workshop, ledger: Ledger) -> Iterator[Task]:
    """Yield a task for each good edition."""
    wanted = request.languages
    by_post = languages_by_post(reading, workshop.house)
    for post in reading.posts:
        languages = by_post[post.slug]
        for edition in post.editions:
            if wanted and edition.language not in wanted:
                continue
            candidate = workshop.candidate(edition, languages)
            folder = request.settings.output / edition.slug
            entry = ledger.entry(edition.slug, edition.language)
            data = read_if_there(folder / f"{edition.name}.pdf")
            yield Task(
                candidate=candidate,
                folder=folder,
                existing=data,
                entry=entry,
                reason=reason_to_build(entry, candidate.fingerprints, data),
                source_findings=_of_edition(reading.findings, edition.slug, edition.language),
            )


def _failed(
    request: Request, reading: Reading, workshop: Workshop, settler: Settler
) -> Iterator[EditionResult]:
    """Yield the results of the editions whose sources can't be read, with all else that is wrong with them."""
    drafts = {(draft.slug, draft.language): draft for draft in reading.drafts}
    for slug, language in reading.failed:
        if request.languages and language is not None and language not in request.languages:
            continue
        draft = drafts.get((slug, language or ""))
        more = workshop.look_through(draft) if draft else ()
        findings = (*_of_edition(reading.findings, slug, language), *more)
        yield settler.failed_before(slug, language, findings)


def _of_edition(findings: Sequence[Finding], slug: str, language: str | None) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if (finding.slug, finding.language) == (slug, language))


def _carry_out(
    request: Request,
    tasks: Sequence[Task],
    workshop: Workshop,
    settler: Settler,
    progress: Progress,
    others: Elsewhere,
) -> Iterator[EditionResult]:
    """Send the tasks to the workers and settle each as it comes back."""
    if request.goal is Goal.HTML:
        yield from (settler.composed(task) for task in tasks)
        return
    is_check = request.goal is Goal.CHECK
    if is_check:
        yield from (settler.checked(task, None) for task in tasks if task.existing is None)
    sent = [task for task in tasks if not (is_check and task.existing is None)]
    progress.start(len(sent))
    for task, outcome in others.outcomes(sent, lambda pairs: _outcomes(request, pairs, workshop, others)):
        yield settler.checked(task, outcome) if is_check else settler.built(task, outcome)
        progress.advance(task.edition.name)


def _verified(
    request: Request,
    tasks: Sequence[Task],
    results: Sequence[EditionResult],
    workshop: Workshop,
    progress: Progress,
    others: Elsewhere,
) -> tuple[Finding, ...]:
    """Build every good attachment once more, in another order, and compare the bytes."""
    from pipeline.proving import not_the_same  # noqa: PLC0415 - heavy, and only a rebuild needs it

    good = {result.name for result in results if result.outcome in (Verdict.BUILT, Verdict.UNCHANGED)}
    standing = [task for task in reversed(tasks) if task.edition.name in good]
    progress.start(len(standing))
    found = []
    anew = ((replace(task, reason="verified"), None) for task in standing)
    for outcome in _outcomes(request, anew, workshop, others):
        task = standing[outcome.index]
        found += list(not_the_same(task, outcome))
        progress.advance(task.edition.name)
    return tuple(found)


def _outcomes(
    request: Request, sent: Pairs, workshop: Workshop, others: Elsewhere
) -> Iterator[Outcome[Made]]:
    # The workers' fontconfig must know the house's fonts and no others before WeasyPrint is imported there.
    os.environ["FONTCONFIG_FILE"] = workshop.fontconfig_file
    return run(
        make,
        (_job(request, task, workshop.house, cached) for task, cached in sent),
        workers=request.settings.workers,
        limits=Limits(seconds=request.settings.time_limit, mebibytes=request.settings.memory_limit),
        prepare=partial(prepare, workshop.kit()),
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
        # The page for browsers, with all that it carries, is nothing to render or check.
        page=replace(task.candidate.page, standalone=""),
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

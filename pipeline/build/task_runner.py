"""Has tasks done: taken from the shared cache, or made and checked by workers."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from pipeline.build.candidates import Materials
from pipeline.build.job import Job, Made, make, prepare
from pipeline.build.recorder import BuildRun
from pipeline.build.remote_cache import Cache, cache_key
from pipeline.build.request import Goal
from pipeline.build.tasks import Task
from pipeline.build.workers import PRELOAD, Limits, Outcome
from pipeline.build.workers import run as run_jobs
from pipeline.core.model import Finding, Severity, Thresholds
from pipeline.core.reasons import Reason, ReasonKind

#: A task with the attachment that a cache holds for it, or None.
CachedTask = tuple[Task, bytes | None]


@contextmanager
def task_runner(run: BuildRun, materials: Materials) -> Iterator["TaskRunner"]:
    """Yield what has the tasks of a run done; at the end, what the shared cache was given is there."""
    place = run.request.settings.cache
    cache = Cache(place) if place is not None and run.request.goal in (Goal.BUILD, Goal.PDF) else None
    try:
        yield TaskRunner(run, materials, cache)
    finally:
        if cache is not None:
            cache.close()


class TaskRunner:
    """Has tasks done, and gathers what goes wrong with the shared cache and the cluster."""

    def __init__(self, run: BuildRun, materials: Materials, cache: Cache | None) -> None:
        self._run = run
        self._materials = materials
        self._cache = cache
        self._warnings: list[str] = []

    def done(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome[Made] | None]]:
        """Yield each task with its outcome, as they are done; None where there is nothing to do for a worker.

        Where only web pages are wanted there is nothing to do, nor where an attachment is to be checked and
        isn't there: these tasks come last. What comes from the cache is checked like anything that lies in
        the build folder; with an error, it is built after all. What was built well goes there.
        """
        goal = self._run.request.goal
        if goal is Goal.HTML:
            yield from ((task, None) for task in tasks)
            return
        idle: list[Task] = []
        if goal is Goal.CHECK:
            tasks = _divert(tasks, lambda task: task.existing is None, idle)
        waiting: dict[int, Task] = {}
        cached: set[int] = set()
        again: list[Task] = []
        for outcome in self._outcomes(self._look_up(tasks, waiting, cached)):
            task = waiting.pop(outcome.index)
            if outcome.index not in cached:
                self._offer(task, outcome)
                yield task, outcome
            elif _is_good(outcome):
                yield _from_cache(task), outcome
            else:
                again.append(task)
        for outcome in self._outcomes((task, None) for task in again) if again else ():
            self._offer(again[outcome.index], outcome)
            yield again[outcome.index], outcome
        yield from ((task, None) for task in idle)

    def made_again(self, tasks: Iterable[Task], names: set[str]) -> Iterator[tuple[Task, Outcome[Made]]]:
        """Make the attachments of the named editions once more, and yield each task with its outcome."""
        waiting: dict[int, Task] = {}

        def named() -> Iterator[CachedTask]:
            for index, task in enumerate(one for one in tasks if one.edition.name in names):
                waiting[index] = task
                yield replace(task, reason=Reason(kind=ReasonKind.VERIFIED)), None

        for outcome in self._outcomes(named()):
            yield waiting.pop(outcome.index), outcome

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with the cache and the workers of the cluster."""
        for message in self._warnings:
            yield _warning("build.cluster", message, "install the same there, and start it again")
        cache = self._cache
        if cache is None:
            return
        if cache.fault is not None:
            yield _warning(
                "build.cache",
                f"the cache at {cache.place} can't be used ({cache.fault}); what it may hold was built here",
                "see that it can be read and written from this machine",
            )
        if cache.damaged:
            yield _warning(
                "build.damaged",
                f"{cache.damaged} attachments in the cache at {cache.place} were damaged; they were built "
                "anew and replaced",
                "nothing needs doing; where it happens again, see what else writes there",
            )

    def _look_up(
        self, tasks: Iterable[Task], waiting: dict[int, Task], cached: set[int]
    ) -> Iterator[CachedTask]:
        """Yield tasks with what the cache holds; `waiting` has them until done, `cached` those it has."""

        def keys() -> Iterator[str | None]:
            for index, task in enumerate(tasks):
                waiting[index] = task
                yield None if task.reason is None else _key(task)

        found = (None for _ in keys()) if self._cache is None else self._cache.fetch(keys())
        for index, data in enumerate(found):
            if data is not None:
                cached.add(index)
            yield waiting[index], data

    def _offer(self, task: Task, outcome: Outcome[Made]) -> None:
        """Give an attachment that was built well to the cache."""
        made = outcome.result
        if self._cache and task.reason is not None and made and made.attachment and _is_good(outcome):
            self._cache.keep(_key(task), made.attachment.data)

    def _outcomes(self, tasks: Iterable[CachedTask]) -> Iterator[Outcome[Made]]:
        settings = self._run.request.settings
        # The same for workers on other machines, wherever this run keeps its fonts: they have theirs.
        fonts = "" if settings.cluster else str(self._materials.fonts.fontconfig_file)
        return run_jobs(
            make,
            (self._job(task, cached) for task, cached in tasks),
            workers=settings.workers,
            limits=Limits(seconds=settings.time_limit, mebibytes=settings.memory_limit),
            prepare=partial(prepare, self._materials.kit(), fonts),
            preload=PRELOAD,
            cluster=settings.cluster,
            warn=self._warnings.append,
        )

    def _job(self, task: Task, cached: bytes | None) -> Job:
        settings = self._run.request.settings
        is_only_checked = self._run.request.goal is Goal.CHECK or task.reason is None
        return Job(
            edition=task.edition,
            outline=task.candidate.outline,
            words=task.candidate.words,
            house=self._materials.house,
            page=task.candidate.page,
            existing=task.existing if is_only_checked else cached,
            previous_size=task.entry.size if task.entry else None,
            image_resolution=settings.image_resolution,
            thresholds=Thresholds(
                size_over=settings.size_over,
                size_under=settings.size_under,
                size_drift=settings.size_drift,
                size_labels=settings.size_labels,
            ),
        )


def _divert(tasks: Iterable[Task], is_diverted: Callable[[Task], bool], to: list[Task]) -> Iterator[Task]:
    """Yield the tasks but for some, which are added to a list."""
    for task in tasks:
        if is_diverted(task):
            to.append(task)
        else:
            yield task


def _key(task: Task) -> str:
    return cache_key(task.candidate.fingerprints.inputs)


def _is_good(outcome: Outcome[Made]) -> bool:
    made = outcome.result
    return made is not None and not any(finding.severity is Severity.ERROR for finding in made.findings)


def _from_cache(task: Task) -> Task:
    """Return a task with the reason of an attachment that came from the cache."""
    return replace(task, reason=replace(task.reason, is_from_cache=True) if task.reason else None)


def _warning(check: str, message: str, remedy: str) -> Finding:
    return Finding(check=check, severity=Severity.WARNING, message=message, remedy=remedy)

"""What a run asks of other machines: attachments that they have built already, and the workers of a cluster."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from pipeline.build.job import Made
from pipeline.build.outcomes import Task
from pipeline.build.remote_cache import Cache, cache_key
from pipeline.build.workers import Outcome
from pipeline.core.model import Finding, Severity

#: Tasks, each with the attachment that a cache holds for it, or None.
Pairs = Iterable[tuple[Task, bytes | None]]


class Elsewhere:
    """The cache of a run, if it has one, and what is to be said of cache and cluster."""

    def __init__(self, cache: Cache | None) -> None:
        self._cache = cache
        self._taken: set[int] = set()
        self._warnings: list[str] = []

    def warn(self, what: str) -> None:
        """Take a warning about a worker of the cluster."""
        self._warnings.append(what)

    def outcomes(
        self, tasks: Iterable[Task], send: Callable[[Pairs], Iterator[Outcome[Made]]]
    ) -> Iterator[tuple[Task, Outcome[Made]]]:
        """Yield each task with what became of it; what must be built is taken from the cache where it is there.

        What comes from the cache is checked like anything that lies in the build folder. Where a check finds an error
        in it, it is built after all: a cache decides nothing. What was built well is kept for others.
        """
        waiting: dict[int, Task] = {}
        again = []
        for outcome in send(self._with_bytes(tasks, waiting)):
            task = waiting.pop(outcome.index)
            if outcome.index not in self._taken:
                self._keep(task, outcome)
                yield task, outcome
            elif _is_good(outcome):
                yield _taken(task), outcome
            else:
                again.append(task)
        for outcome in send((task, None) for task in again) if again else ():
            self._keep(again[outcome.index], outcome)
            yield again[outcome.index], outcome

    def findings(self) -> Iterator[Finding]:
        """Yield what is to be said of cache and cluster."""
        for what in self._warnings:
            yield _warning("build.cluster", what, "install the same there, and start it again")
        if self._cache is None:
            return
        if self._cache.fault is not None:
            yield _warning(
                "build.cache",
                f"the cache at {self._cache.place} can't be used ({self._cache.fault}); what it may hold was built here",
                "see that it can be read and written from this machine",
            )
        if self._cache.damaged:
            yield _warning(
                "build.damaged",
                f"{self._cache.damaged} attachments in the cache at {self._cache.place} were damaged; they were built "
                "anew and replaced",
                "nothing needs doing; where it happens again, see what else writes there",
            )

    def _with_bytes(self, tasks: Iterable[Task], waiting: dict[int, Task]) -> Pairs:
        """Yield each task with what the cache holds for it; until it is done, it waits in `waiting` by its number."""
        if self._cache is None:
            for index, task in enumerate(tasks):
                waiting[index] = task
                yield task, None
            return
        for index, data in enumerate(self._cache.fetch(_keys(tasks, waiting))):
            if data is not None:
                self._taken.add(index)
            yield waiting[index], data

    def _keep(self, task: Task, outcome: Outcome[Made]) -> None:
        made = outcome.result
        if self._cache and task.reason is not None and made and made.attachment and _is_good(outcome):
            self._cache.keep(_key(task), made.attachment.data)


@contextmanager
def elsewhere(place: str | None, *, is_building: bool) -> Iterator[Elsewhere]:
    """Give the use of a cache to a run that builds; what it was given to keep is there at the end."""
    cache = Cache(place) if place is not None and is_building else None
    try:
        yield Elsewhere(cache)
    finally:
        if cache is not None:
            cache.close()


def _keys(tasks: Iterable[Task], waiting: dict[int, Task]) -> Iterator[str | None]:
    for index, task in enumerate(tasks):
        waiting[index] = task
        yield None if task.reason is None else _key(task)


def _key(task: Task) -> str:
    return cache_key(task.candidate.fingerprints.inputs)


def _taken(task: Task) -> Task:
    """Return a task with the reason of an attachment that came from the cache."""
    return replace(task, reason=replace(task.reason, is_from_cache=True) if task.reason else None)


def _is_good(outcome: Outcome[Made]) -> bool:
    made = outcome.result
    return made is not None and not any(finding.severity is Severity.ERROR for finding in made.findings)


def _warning(check: str, message: str, remedy: str) -> Finding:
    return Finding(check=check, severity=Severity.WARNING, message=message, remedy=remedy)

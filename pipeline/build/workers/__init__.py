"""Where jobs run: in processes of this machine, or on a Dask cluster; one interface, `run`.

Jobs and results are plain data, so that the same jobs give the same results wherever they run.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

#: Imported once, in the process that the workers of a build are forked from.
PRELOAD = ("pipeline.build.workers.loading",)
#: How many workers of a cluster may die with a job before it is given up: the last had nothing else to do.
_DEATHS = 3

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")


class JobTrouble(StrEnum):
    """Why a job gave no result."""

    TIME = "time"
    MEMORY = "memory"
    DEATH = "death"
    MACHINE = "machine"
    BUG = "bug"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[ResultT]):
    """What became of a job: its place in the sequence of jobs, and its result or the trouble it had."""

    index: int
    result: ResultT | None
    trouble: JobTrouble | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one job may take: seconds of wall time and MiB of memory beyond what a worker starts with."""

    seconds: float
    mebibytes: int


class WorkersDiedError(Exception):
    """Workers of a cluster died while they had a job: how many, and the address of the last."""

    def __init__(self, count: int, last: str) -> None:
        super().__init__(count, last)
        self.count = count
        self.last = last


def bug(index: int, error: Exception) -> Outcome[Any]:
    """Return the outcome of a job that raised what nobody foresaw: it takes no other job down."""
    detail = f"{type(error).__name__}: {error}"
    return Outcome(index=index, result=None, trouble=JobTrouble.BUG, detail=detail)


def run(
    function: Callable[[JobT], ResultT],
    jobs: Iterable[JobT],
    *,
    workers: int,
    limits: Limits,
    prepare: Callable[[Path | None], None],
    preload: Sequence[str],
    cluster: str | None = None,
    warn: Callable[[str], None] = lambda _: None,
) -> Iterator[Outcome[ResultT]]:
    """Run `function` on each job in worker processes and yield the outcomes as they come.

    `workers` is the number of processes, 0 for one a core. `prepare` is called once in each process; on
    another machine with a folder for its files, on this one with None. The modules in `preload` are imported
    once, in the process that workers are forked from. Everything passed must pickle; `jobs` are taken a few
    at a time.

    With the address of a Dask scheduler as `cluster`, the processes are those of its workers; `warn` is
    called with why one of them can't be used. Raises ClusterError where the cluster can't be used to the end.
    """
    rest = iter(jobs)
    first = list(islice(rest, workers or os.cpu_count() or 1))
    if not first:
        return
    pool: _Executor
    if cluster is None:
        from pipeline.build.workers.local import Pool  # noqa: PLC0415 - loads Pebble, which a run without work has no use for

        pool = Pool(len(first), limits=limits, prepare=prepare, preload=preload)
    else:
        from pipeline.build.workers.cluster import Cluster  # noqa: PLC0415 - only who has a cluster has Dask

        pool = Cluster(cluster, limits=limits, prepare=prepare, preload=preload, warn=warn)
    with closing(pool):
        yield from _outcomes(pool, function, chain(first, rest))


class _Executor(Protocol):
    """What both kinds of workers offer."""

    #: After how many seconds without a result `room` is asked again (None: never).
    pause: float | None

    def room(self) -> int:
        """Return how many jobs may be under way at once, at least 1."""

    def submit(self, function: Callable[..., Any], *arguments: object) -> Future[Any]:
        """Have a worker call a function."""

    def outcome(self, index: int, future: Future[Any]) -> Outcome[Any]:
        """Return what became of a job; raises WorkersDiedError where its worker is gone."""

    def close(self) -> None:
        """End the workers' work on these jobs."""


@dataclass(slots=True, kw_only=True)
class _Task(Generic[JobT]):
    """A job under way, and how many workers of the cluster have died with it."""

    index: int
    job: JobT
    deaths: int = 0


def _outcomes(
    pool: _Executor, function: Callable[[JobT], ResultT], jobs: Iterable[JobT]
) -> Iterator[Outcome[ResultT]]:
    """Yield what became of each job; one whose workers died is done again when nothing else is under way."""
    waiting = (_Task(index=index, job=job) for index, job in enumerate(jobs))
    suspects: deque[_Task[JobT]] = deque()
    running: dict[Future[ResultT], _Task[JobT]] = {}
    while True:
        for task in islice(waiting, max(0, pool.room() - len(running))):
            running[pool.submit(function, task.job)] = task
        if not running and suspects:
            task = suspects.popleft()
            running[pool.submit(function, task.job)] = task
        if not running:
            return
        done, _ = wait(running, timeout=pool.pause, return_when=FIRST_COMPLETED)
        for future in sorted(done, key=lambda future: running[future].index):
            task = running.pop(future)
            try:
                yield pool.outcome(task.index, future)
            except WorkersDiedError as died:
                was_suspect = task.deaths > 0
                task.deaths += died.count
                if was_suspect and task.deaths >= _DEATHS:
                    detail = f"{task.deaths} workers of the cluster died with it, the last at {died.last}"
                    yield Outcome(index=task.index, result=None, trouble=JobTrouble.DEATH, detail=detail)
                else:
                    suspects.append(task)

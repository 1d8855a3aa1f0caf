"""Where jobs run: in a pool of processes with limits of time and memory; one interface, `run`.

Pebble's pool kills the one process whose job took too long or died and goes on with the others; jobs and results
are plain data, so that the same jobs can run on other machines.
"""

import multiprocessing
import os
import resource
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

_MEBIBYTE = 1024 * 1024

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")


class Trouble(StrEnum):
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
    trouble: Trouble | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one job may take: seconds of wall time and MiB of memory beyond what a worker starts with."""

    seconds: float
    mebibytes: int


def run(
    function: Callable[[JobT], ResultT],
    jobs: Sequence[JobT],
    *,
    workers: int,
    limits: Limits,
    prepare: Callable[[], None],
    preload: Sequence[str],
) -> Iterator[Outcome[ResultT]]:
    """Run `function` on each job in worker processes and yield the outcomes as they come.

    `workers` is the number of processes, 0 for one a core. `prepare` is called once in each worker; the modules
    in `preload` are imported once, in the process that workers are forked from. Everything passed must pickle.
    """
    if not jobs:
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    pool: Any = ProcessPool(
        max_workers=min(workers or os.cpu_count() or 1, len(jobs)),
        initializer=_start_worker,
        initargs=(limits.mebibytes, prepare),
        context=context,
    )
    try:
        futures: dict[Future[ResultT], int] = {
            pool.schedule(_work, args=(function, job), timeout=limits.seconds): index
            for index, job in enumerate(jobs)
        }
        waiting = set(futures)
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=futures.__getitem__):
                yield _outcome(futures[future], future)
        pool.close()
    finally:
        pool.stop()
        pool.join()


def _outcome(index: int, future: Any) -> Outcome[Any]:
    try:
        return Outcome(index=index, result=future.result())
    except FutureTimeoutError:
        return Outcome(index=index, result=None, trouble=Trouble.TIME)
    except MemoryError:
        return Outcome(index=index, result=None, trouble=Trouble.MEMORY)
    except UnpreparedError as error:
        return Outcome(index=index, result=None, trouble=Trouble.MACHINE, detail=str(error))
    except ProcessExpired as error:
        return Outcome(index=index, result=None, trouble=Trouble.DEATH, detail=f"exit code {error.exitcode}")
    except Exception as error:  # noqa: BLE001 - a bug in one job is told as such and takes no other job down
        return Outcome(
            index=index, result=None, trouble=Trouble.BUG, detail=f"{type(error).__name__}: {error}"
        )


class UnpreparedError(Exception):
    """A worker could not be made ready for its jobs; the message says why."""


class _Worker:
    """What a worker process keeps: why it could not be made ready, if so."""

    fault: str | None = None


def _work(function: Callable[[JobT], ResultT], job: JobT) -> ResultT:
    """Do a job in a worker."""
    if _Worker.fault is not None:
        raise UnpreparedError(_Worker.fault)
    return function(job)


def _start_worker(mebibytes: int, prepare: Callable[[], None]) -> None:
    """Prepare a worker process for its jobs, then set its limits.

    A worker that can't be made ready must not die of it: the pool would start another in its place, and so on for
    ever. It tells each job that comes instead.
    """
    try:
        prepare()
    except Exception as error:  # noqa: BLE001 - whatever it is, every job is told
        _Worker.fault = f"{type(error).__name__}: {error}"
    limit = _address_space() + mebibytes * _MEBIBYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _address_space() -> int:
    """Return the bytes of address space that this process has now (proc(5): statm counts pages)."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()

"""A pool of processes on this machine, with limits of time and memory.

Pebble's pool kills the one process whose job took too long or died and goes on with the others.
"""

import multiprocessing
import os
import resource
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from pipeline.build.workers.memory import collect_if_much, collect_seldom
from pipeline.build.workers.outcomes import Limits, Outcome, Trouble

_MEBIBYTE = 1024 * 1024
#: How many jobs lie ready for each process: enough that none waits, few enough that memory holds them.
_AHEAD = 4

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")


class Pool:
    """Processes that are made ready once and then do one job after the other."""

    def __init__(
        self,
        processes: int,
        *,
        limits: Limits,
        prepare: Callable[[Path | None], None],
        preload: Sequence[str],
        folder: Path | None = None,
    ) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(preload))
        self._seconds = limits.seconds
        self._pool: Any = ProcessPool(
            max_workers=processes,
            initializer=_start_worker,
            initargs=(limits.mebibytes, prepare, folder),
            context=context,
        )

    def submit(self, function: Callable[..., ResultT], *arguments: object) -> Future[ResultT]:
        """Have a process call a function; `outcome` says what came of it."""
        future: Future[ResultT] = self._pool.schedule(
            _work, args=(function, *arguments), timeout=self._seconds
        )
        return future

    def stop(self) -> None:
        """End the processes, whatever they are at."""
        self._pool.stop()
        self._pool.join()


def run(
    function: Callable[[JobT], ResultT],
    jobs: Iterable[JobT],
    *,
    workers: int,
    limits: Limits,
    prepare: Callable[[Path | None], None],
    preload: Sequence[str],
) -> Iterator[Outcome[ResultT]]:
    """Run `function` on each job in processes of this machine and yield the outcomes as they come.

    `workers` is the number of processes, 0 for one a core. Jobs are taken a few at a time.
    """
    rest = iter(jobs)
    first = list(islice(rest, workers or os.cpu_count() or 1))
    if not first:
        return
    numbered = enumerate(chain(first, rest))
    pool = Pool(len(first), limits=limits, prepare=prepare, preload=preload)
    futures: dict[Future[ResultT], int] = {}
    try:
        while True:
            for index, job in islice(numbered, len(first) * (1 + _AHEAD) - len(futures)):
                futures[pool.submit(function, job)] = index
            if not futures:
                return
            done, _ = wait(futures, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=futures.__getitem__):
                yield outcome(futures.pop(future), future)
    finally:
        pool.stop()


def outcome(index: int, future: Any) -> Outcome[Any]:
    """Return what became of a job whose process was called through `Pool.submit`; waits for it."""
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


def _work(function: Callable[..., ResultT], *arguments: object) -> ResultT:
    """Do a job in a worker."""
    if _Worker.fault is not None:
        raise UnpreparedError(_Worker.fault)
    try:
        return function(*arguments)
    finally:
        collect_if_much()


def _start_worker(mebibytes: int, prepare: Callable[[Path | None], None], folder: Path | None) -> None:
    """Prepare a worker process for its jobs, then set its limits.

    A worker that can't be made ready must not die of it: the pool would start another in its place, and so on for
    ever. It tells each job that comes instead.
    """
    try:
        prepare(folder)
    except Exception as error:  # noqa: BLE001 - whatever it is, every job is told
        _Worker.fault = f"{type(error).__name__}: {error}"
    collect_seldom()
    limit = _address_space() + mebibytes * _MEBIBYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _address_space() -> int:
    """Return the bytes of address space that this process has now (proc(5): statm counts pages)."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()

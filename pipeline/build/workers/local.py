"""Processes with limits of time and memory: Pebble kills only the one whose job took too long or died."""

import multiprocessing
import resource
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from pipeline.build.workers import JobTrouble, Limits, Outcome, bug
from pipeline.build.workers.memory import collect_if_much, collect_seldom

_MEBIBYTE = 1024 * 1024
#: How many jobs lie ready for each process: enough that none waits, few enough that memory holds them.
_AHEAD = 4
#: Why this worker process could not be made ready for its jobs; None where it could.
_FAULT: ContextVar[str | None] = ContextVar("fault", default=None)

ResultT = TypeVar("ResultT")


class Pool:
    """Processes that are made ready once and then do one job after the other."""

    #: A job that is done is noticed at once, and the number of processes doesn't change.
    pause: float | None = None

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
        self._room = processes * (1 + _AHEAD)
        self._pool: Any = ProcessPool(
            max_workers=processes,
            initializer=_start_worker,
            initargs=(limits.mebibytes, prepare, folder),
            context=context,
        )

    def room(self) -> int:
        """Return how many jobs may be under way at once."""
        return self._room

    def submit(self, function: Callable[..., ResultT], *arguments: object) -> Future[ResultT]:
        """Have a process call a function; `outcome` says what came of it."""
        future: Future[ResultT] = self._pool.schedule(
            _work, args=(function, *arguments), timeout=self._seconds
        )
        return future

    def outcome(self, index: int, future: Future[ResultT]) -> Outcome[ResultT]:
        """Return what became of a job; waits for it."""
        try:
            return Outcome(index=index, result=future.result())
        except FutureTimeoutError:
            return Outcome(index=index, result=None, trouble=JobTrouble.TIME)
        except MemoryError:
            return Outcome(index=index, result=None, trouble=JobTrouble.MEMORY)
        except UnpreparedError as error:
            return Outcome(index=index, result=None, trouble=JobTrouble.MACHINE, detail=str(error))
        except ProcessExpired as error:
            detail = f"exit code {error.exitcode}"
            return Outcome(index=index, result=None, trouble=JobTrouble.DEATH, detail=detail)
        except Exception as error:  # noqa: BLE001 - whatever a job raises is reported as its bug
            return bug(index, error)

    def close(self) -> None:
        """End the processes, whatever they are at."""
        self._pool.stop()
        self._pool.join()


class UnpreparedError(Exception):
    """A worker could not be made ready for its jobs; the message says why."""


def _work(function: Callable[..., ResultT], *arguments: object) -> ResultT:
    """Do a job in a worker."""
    fault = _FAULT.get()
    if fault is not None:
        raise UnpreparedError(fault)
    try:
        return function(*arguments)
    finally:
        collect_if_much()


def _start_worker(mebibytes: int, prepare: Callable[[Path | None], None], folder: Path | None) -> None:
    """Prepare a worker process for its jobs, then set its limits.

    A worker that can't be made ready must not die of it: the pool would start another in its place, and so on
    for ever. Each job that comes fails with the reason instead.
    """
    try:
        prepare(folder)
    except Exception as error:  # noqa: BLE001 - whatever it is, every job fails with it
        _FAULT.set(f"{type(error).__name__}: {error}")
    collect_seldom()
    limit = _address_space() + mebibytes * _MEBIBYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _address_space() -> int:
    """Return the bytes of address space that this process has now (proc(5): statm counts pages)."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()

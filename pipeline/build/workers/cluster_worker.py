"""What runs inside a worker of the cluster: it says what it is, keeps what jobs need, and does jobs.

Each job is done in a process below the worker, with the same limits as on one machine: a hostile document
kills that process, not the worker. What jobs need besides (styles, fonts) comes once, as the worker's plugin.
"""

import multiprocessing
import pickle
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from distributed import get_worker

from pipeline.build.workers import JobTrouble, Limits, Outcome
from pipeline.build.workers.local import Pool
from pipeline.core.toolchain import code_fingerprint, tool_versions

#: How many kits have processes on a worker: those of the builds at work, and of some before them.
_KITS = 4
#: What this worker's code was when it was loaded: files may change under a worker that runs.
_CODE = code_fingerprint()


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """What a worker says of itself: its tools' versions, its code's fingerprint, whether it can do jobs."""

    versions: tuple[tuple[str, str], ...]
    code: str
    may_start_processes: bool


def introduce() -> Introduction:
    """Say what this process is; called on workers, and on the machine that sends jobs, to compare them."""
    return Introduction(
        versions=tool_versions(), code=_CODE, may_start_processes=not multiprocessing.current_process().daemon
    )


def differences(worker: Introduction, here: Introduction) -> Sequence[str]:
    """Return in words in what a worker differs from this machine; of two that agree, nothing."""
    there = dict(worker.versions)
    found = [
        f"{name} {there.get(name, 'missing')}, this machine {version}"
        for name, version in here.versions
        if there.get(name) != version
    ]
    if not found and worker.code != here.code:
        found.append("other code of the same version of annexe")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What a worker needs before jobs: limits, the function that prepares a process, modules to import."""

    limits: Limits
    prepare: Callable[[Path | None], None]
    preload: tuple[str, ...]


class Processes:
    """A worker's processes for the jobs of one kit, started when a job needs them."""

    def __init__(self, preparation: Preparation, worker: Any) -> None:
        self._preparation = preparation
        self._worker = worker
        self._lock = Lock()
        self._busy = 0
        self._pool: Pool | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def work(self, payload: bytes) -> Outcome[Any]:
        """Do a job (a pickled function and its argument) and say what came of it."""
        with self._lock:
            self._busy += 1
            pool = self._pool or self._start()
        try:
            return pool.outcome(0, pool.submit(_call, payload))
        finally:
            with self._lock:
                self._busy -= 1

    def _start(self) -> Pool:
        self._folder = tempfile.TemporaryDirectory(prefix="annexe-", dir=self._worker.local_directory)
        self._pool = Pool(
            self._worker.state.nthreads,
            limits=self._preparation.limits,
            prepare=self._preparation.prepare,
            preload=self._preparation.preload,
            folder=Path(self._folder.name),
        )
        return self._pool

    def close_if_idle(self) -> None:
        """End the processes and remove their files, if no job is with them."""
        with self._lock:
            if self._pool is None or self._folder is None or self._busy:
                return
            self._pool.close()
            self._folder.cleanup()
            self._pool = None


def _call(payload: bytes) -> Any:
    """Do a job, in a process below the worker."""
    function, *arguments = pickle.loads(payload)  # noqa: S301 - from the client, which may run any code here
    return function(*arguments)


def take(packed: bytes, worker: Any) -> Processes:
    """Return the processes for the jobs of a kit; those of the oldest kits end, where they are idle."""
    kits = [kit for name, kit in worker.plugins.items() if name.startswith("annexe-") and kit.processes]
    for kit in kits[: max(0, len(kits) + 1 - _KITS)]:
        kit.processes.close_if_idle()
    return Processes(pickle.loads(packed), worker)  # noqa: S301 - from the client, whose every job is code too


def work(name: str, payload: bytes) -> Outcome[Any]:
    """Do a job with the kit of a name, and say what came of it."""
    processes: Processes | None = get_worker().plugins[name].processes
    if processes is None:
        detail = "this worker of the cluster was started again with other tools than this machine has"
        return Outcome(index=0, result=None, trouble=JobTrouble.MACHINE, detail=detail)
    return processes.work(payload)

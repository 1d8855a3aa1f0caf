"""What runs inside a worker of the cluster: it says what it is, keeps what jobs need, and does jobs.

Each job is done in a process below the worker, with the same limits as on one machine: a hostile document kills that
process, not the worker. What jobs need besides themselves (styles, fonts) comes once and is kept by its content.
"""

import hashlib
import multiprocessing
import pickle
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from pipeline.build.workers.local import Pool, outcome
from pipeline.build.workers.outcomes import Limits, Outcome
from pipeline.core.toolchain import code_fingerprint, machinery_fingerprint, tool_versions

#: How many preparations a worker keeps: those of the builds at work, and of some before them.
_KEPT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """What a worker says of itself.

    `versions` are those of its tools, `machinery` and `code` the fingerprints of its Annexe, `kept` those of the
    preparations that it has. One that `may_start_processes` can do jobs. `received` counts what it was ever given.
    """

    versions: tuple[tuple[str, str], ...]
    machinery: str
    code: str
    kept: tuple[str, ...]
    may_start_processes: bool
    received: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What a worker needs before jobs come: limits, the function that prepares a process, modules to import first."""

    limits: Limits
    prepare: Callable[[Path | None], None]
    preload: tuple[str, ...]

    def packed(self) -> tuple[str, bytes]:
        """Return the preparation as bytes, and their sha256, by which workers keep it."""
        data = pickle.dumps(self, protocol=5)
        return hashlib.sha256(data).hexdigest(), data


@dataclass(slots=True, kw_only=True)
class _Place:
    """A preparation that this worker keeps, its processes, and how many jobs are with them."""

    pool: Pool
    folder: "tempfile.TemporaryDirectory[str]"
    busy: int = 0


@dataclass(slots=True)
class _Bench:
    """What this worker keeps, and what its code was when it was loaded: files may change under a worker that runs."""

    machinery: str = field(default_factory=machinery_fingerprint)
    code: str = field(default_factory=code_fingerprint)
    places: dict[str, _Place] = field(default_factory=dict)
    received: int = 0
    lock: Any = field(default_factory=Lock)


_BENCH = _Bench()


def introduce() -> Introduction:
    """Say what this process is; called on workers, and on the machine that sends jobs, to compare them."""
    with _BENCH.lock:
        return Introduction(
            versions=tool_versions(),
            machinery=_BENCH.machinery,
            code=_BENCH.code,
            kept=tuple(_BENCH.places),
            may_start_processes=not multiprocessing.current_process().daemon,
            received=_BENCH.received,
        )


def keep(fingerprint: str, data: bytes, dask_worker: Any) -> None:
    """Keep a preparation on this worker; Dask gives the worker itself as `dask_worker`."""
    if hashlib.sha256(data).hexdigest() != fingerprint:
        raise ValueError("what was sent to this worker did not arrive whole")
    preparation: Preparation = pickle.loads(data)  # noqa: S301 - from the client, whose every job is code too
    with _BENCH.lock:
        _BENCH.received += 1
        if fingerprint in _BENCH.places:
            return
        _make_room()
        folder = tempfile.TemporaryDirectory(prefix="annexe-", dir=dask_worker.local_directory)
        pool = Pool(
            dask_worker.state.nthreads,
            limits=preparation.limits,
            prepare=preparation.prepare,
            preload=preparation.preload,
            folder=Path(folder.name),
        )
        _BENCH.places[fingerprint] = _Place(pool=pool, folder=folder)


def work(fingerprint: str, payload: bytes) -> Outcome[Any] | None:
    """Do a job (a pickled function and its argument) and say what came of it; None: this worker isn't prepared."""
    with _BENCH.lock:
        place = _BENCH.places.get(fingerprint)
        if place is None:
            return None
        # The one that was used last is the last to go.
        _BENCH.places[fingerprint] = _BENCH.places.pop(fingerprint)
        place.busy += 1
    try:
        return outcome(0, place.pool.submit(_call, payload))
    finally:
        with _BENCH.lock:
            place.busy -= 1


def _call(payload: bytes) -> Any:
    """Do a job, in a process below the worker."""
    function, job = pickle.loads(payload)  # noqa: S301 - from the client, which may run any code here
    return function(job)


def _make_room() -> None:
    idle = [fingerprint for fingerprint, place in _BENCH.places.items() if not place.busy]
    for fingerprint in idle[: max(0, len(_BENCH.places) + 1 - _KEPT)]:
        place = _BENCH.places.pop(fingerprint)
        place.pool.stop()
        place.folder.cleanup()


def differences(worker: Introduction, here: Introduction) -> Sequence[str]:
    """Return in words in what a worker differs from this machine; of two that agree, nothing."""
    there = dict(worker.versions)
    found = [
        f"{name} {there.get(name, 'missing')}, this machine {version}"
        for name, version in here.versions
        if there.get(name) != version
    ]
    if not found and (worker.machinery, worker.code) != (here.machinery, here.code):
        found.append("other code of the same version of annexe")
    return found

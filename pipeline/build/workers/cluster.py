"""Jobs on a Dask cluster: each worker gets as many as it can do soon, a lost one is sent again, a deadly one alone.

We choose the worker of each job ourselves. So a worker with other tools is never given one, what jobs need is there
before the first, and it is known which jobs were with a worker that died.
"""

import pickle
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from pipeline.build.workers import cluster_worker as bench
from pipeline.build.workers.dask_client import Link, LostError
from pipeline.build.workers.outcomes import Limits, Outcome, Trouble
from pipeline.core.errors import ClusterError

#: How many workers a job may take along: with others the first time, then alone.
_DEATHS = 3
#: Seconds between two looks at which workers there are, and how long the cluster may have none.
_LOOK, _PATIENCE = 1.0, 60.0

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")


@dataclass(slots=True, kw_only=True)
class _Job:
    """A job under way: its place in the sequence, what is sent, and how many workers have died with it."""

    index: int
    payload: bytes = field(repr=False)
    deaths: int = 0
    worker: str = ""
    future: Any = None


@dataclass(slots=True, kw_only=True)
class _Worker:
    """A worker that may be given jobs, how many at a time, and the numbers of those it has."""

    address: str
    most: int
    jobs: set[int] = field(default_factory=set)


def run(
    function: Callable[[JobT], ResultT],
    jobs: Iterable[JobT],
    *,
    address: str,
    limits: Limits,
    prepare: Callable[[Path | None], None],
    preload: Sequence[str],
    warn: Callable[[str], None],
    patience: float = _PATIENCE,
) -> Iterator[Outcome[ResultT]]:
    """Run `function` on each job on the workers of the scheduler at `address`, as `workers.run` says.

    `patience` is how many seconds the cluster may have no worker. Raises ClusterError and CommandError.
    """
    rest = iter(jobs)
    numbered = (
        _Job(index=index, payload=pickle.dumps((function, job), protocol=5)) for index, job in enumerate(rest)
    )
    first = next(numbered, None)
    if first is None:
        return
    with closing(Link(address)) as link:
        crew = _Crew(link, bench.Preparation(limits=limits, prepare=prepare, preload=tuple(preload)), warn)
        yield from _Dispatch(link, crew, numbered, first, patience).outcomes()


class _Crew:
    """The workers that may be given jobs: those with the same tools, once they have what jobs need."""

    def __init__(self, link: Link, preparation: bench.Preparation, warn: Callable[[str], None]) -> None:
        self.workers: dict[str, _Worker] = {}
        self.refused: dict[str, str] = {}
        self.fingerprint, self._packed = preparation.packed()
        self._link = link
        self._warn = warn
        self._here = bench.introduce()

    def look(self, *, is_first: bool) -> None:
        """Forget workers that are gone, and take on those that are new.

        Raises ClusterError where, before any job was sent, a worker has other tools; one that comes later is warned
        of and given nothing.
        """
        there = self._link.workers()
        for address in [address for address in self.workers if address not in there]:
            self.dismiss(address)
        strangers = [address for address in there if address not in {**self.workers, **self.refused}]
        refused = dict(self._take_on(strangers, there))
        if refused and is_first:
            raise ClusterError("; ".join(refused.values()) + "; install the same on all of them")
        for complaint in refused.values():
            self._warn(complaint)
        self.refused.update(refused)

    def dismiss(self, address: str) -> None:
        """Forget what is known of a worker: at the next look it is a new one."""
        self.workers.pop(address, None)

    def _take_on(self, addresses: Sequence[str], threads: Mapping[str, int]) -> Iterator[tuple[str, str]]:
        """Compare workers with this machine, give those that agree what jobs need, and yield what is wrong with others."""
        good: dict[str, bench.Introduction] = {}
        for address, said in self._link.ask(bench.introduce, workers=addresses).items():
            complaint = _complaint(address, said, self._here)
            if complaint:
                yield address, complaint
            elif isinstance(said, bench.Introduction):
                good[address] = said
        lacking = [address for address, said in good.items() if self.fingerprint not in said.kept]
        answers = self._link.ask(bench.keep, self.fingerprint, self._packed, workers=lacking)
        for address in good:
            answer = answers.get(address)
            if answer is None:
                # One job more than it has threads, so that none waits for the way here and back.
                self.workers[address] = _Worker(address=address, most=threads[address] + 1)
            elif not isinstance(answer, OSError):
                yield (
                    address,
                    f"worker {address} can't keep what jobs need ({type(answer).__name__}: {answer})",
                )


def _complaint(address: str, said: object, here: bench.Introduction) -> str | None:
    """Return why a worker can't be given jobs; None where it can, or where it is gone already."""
    if isinstance(said, OSError):
        return None
    if not isinstance(said, bench.Introduction):
        return f"worker {address} has not this Annexe ({type(said).__name__}: {said})"
    if differing := bench.differences(said, here):
        return f"worker {address} has {', '.join(differing)}"
    if not said.may_start_processes:
        return (
            f"worker {address} may start no processes: start it with DASK_DISTRIBUTED__WORKER__DAEMON=False"
        )
    return None


class _Dispatch(Generic[ResultT]):
    """Sends jobs to the crew and gathers what becomes of them."""

    def __init__(self, link: Link, crew: _Crew, jobs: Iterator[_Job], first: _Job, patience: float) -> None:
        self._link = link
        self._crew = crew
        self._jobs = jobs
        self._waiting = deque([first])
        self._suspects: deque[_Job] = deque()
        self._flying: dict[int, _Job] = {}
        self._landed: SimpleQueue[int] = SimpleQueue()
        self._sent = 0
        self._patience = patience

    def outcomes(self) -> Iterator[Outcome[ResultT]]:
        """Yield what became of each job, until there is none left."""
        looked = last_seen = time.monotonic()
        is_first = True
        while self._flying or self._suspects or self._more():
            now = time.monotonic()
            if is_first or not self._crew.workers or now - looked >= _LOOK:
                self._crew.look(is_first=is_first)
                crew = self._crew.workers
                yield from self._lost(n for n, job in list(self._flying.items()) if job.worker not in crew)
                looked = now
                is_first = is_first and not self._crew.workers
            if self._crew.workers:
                last_seen = now
            elif now - last_seen > self._patience:
                raise self._nobody()
            self._send()
            yield from self._land()

    def _more(self) -> bool:
        if not self._waiting:
            self._waiting.extend(job for job in (next(self._jobs, None),) if job is not None)
        return bool(self._waiting)

    def _send(self) -> None:
        """Send a suspect to a worker that has nothing else, and to the others what they can do soon."""
        crew = list(self._crew.workers.values())
        if self._suspects and crew:
            chosen = min(crew, key=lambda worker: len(worker.jobs))
            # Nothing new is sent there until its jobs are done and the suspect, alone, too.
            crew.remove(chosen)
            if not chosen.jobs:
                self._send_to(chosen, self._suspects.popleft())
        alone = {job.worker for job in self._flying.values() if job.deaths}
        free = [worker for worker in crew if worker.address not in alone]
        while free and self._more():
            worker = min(free, key=lambda worker: len(worker.jobs) / worker.most)
            if len(worker.jobs) >= worker.most:
                return
            self._send_to(worker, self._waiting.popleft())

    def _send_to(self, worker: _Worker, job: _Job) -> None:
        self._sent += 1
        number = self._sent
        job.worker = worker.address
        worker.jobs.add(number)
        self._flying[number] = job
        job.future = self._link.send(
            worker.address,
            bench.work,
            self._crew.fingerprint,
            job.payload,
            done=partial(self._landed.put, number),
        )

    def _land(self) -> Iterator[Outcome[ResultT]]:
        """Wait a moment for jobs to be through, and yield what became of those that are."""
        numbers = []
        try:
            numbers.append(self._landed.get(timeout=_LOOK / 4))
            while True:
                numbers.append(self._landed.get_nowait())
        except Empty:
            pass
        for number in numbers:
            job = self._flying.get(number)
            if job is not None:
                yield from self._arrived(number, job)

    def _arrived(self, number: int, job: _Job) -> Iterator[Outcome[ResultT]]:
        try:
            outcome = self._link.fetch(job.future)
        except LostError:
            yield from self._lost({number})
            return
        except ClusterError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug in one job is told as such and takes no other job down
            what = f"{type(error).__name__}: {error}"
            outcome = Outcome(index=job.index, result=None, trouble=Trouble.BUG, detail=what)
        if outcome is None:
            # The worker died and was started anew at its old address, so that it has lost what jobs need.
            self._crew.dismiss(job.worker)
            yield from self._lost({number})
            return
        self._take_back(number)
        yield replace(outcome, index=job.index)

    def _lost(self, numbers: Iterable[int]) -> Iterator[Outcome[ResultT]]:
        """Send jobs again, alone, whose worker is gone, and yield those that took too many workers along."""
        for number in sorted(numbers):
            job = self._take_back(number)
            self._link.forget(job.future)
            job.deaths += 1
            if job.deaths < _DEATHS:
                self._suspects.append(job)
                continue
            detail = f"{job.deaths} workers of the cluster died with it, the last at {job.worker}"
            yield Outcome(index=job.index, result=None, trouble=Trouble.DEATH, detail=detail)

    def _take_back(self, number: int) -> _Job:
        job = self._flying.pop(number)
        worker = self._crew.workers.get(job.worker)
        if worker is not None:
            worker.jobs.discard(number)
        return job

    def _nobody(self) -> ClusterError:
        why = "; ".join(self._crew.refused.values())
        return ClusterError(
            f"the scheduler at {self._link.address} has had no worker for {self._patience:g} s"
            f"{f' that may be used ({why})' if why else ''}; what was finished is kept and recorded: start workers with "
            f"`dask worker {self._link.address}`, then run again to go on"
        )

"""Workers: limits, deaths, and results that come back."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from pipeline.build import workers as every_kind
from pipeline.build.workers import JobTrouble, Limits, Outcome, WorkersDiedError, run

LIMITS = Limits(seconds=20, mebibytes=300)


def prepare(_folder: Path | None) -> None:
    """Prepare nothing: these jobs need nothing."""


def act(order: str) -> str:
    """Do what the job says, as a hostile or an honest document would."""
    if order == "hang":
        time.sleep(60)
    if order == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if order == "eat":
        return str(len(bytearray(2**31)))
    if order == "fail":
        raise ValueError("this document is odd")
    return order.upper()


def outcomes(orders: Sequence[str], *, limits: Limits = LIMITS, workers: int = 2) -> list[Outcome[str]]:
    """Run jobs and return their outcomes in the order of the jobs."""
    found = run(act, orders, workers=workers, limits=limits, prepare=prepare, preload=())
    return sorted(found, key=lambda outcome: outcome.index)


def test_results_come_back() -> None:
    """Each job's result comes back with the job's place."""
    assert [outcome.result for outcome in outcomes(["a", "b", "c"])] == ["A", "B", "C"]


def test_no_jobs_start_nothing() -> None:
    """No jobs, no processes, no outcomes."""
    assert outcomes([]) == []


def test_a_hanging_job_is_stopped_alone() -> None:
    """A job past its time is stopped and named; the others are done."""
    found = outcomes(["a", "hang", "b"], limits=Limits(seconds=2, mebibytes=300))
    assert [(outcome.result, outcome.trouble) for outcome in found] == [
        ("A", None),
        (None, JobTrouble.TIME),
        ("B", None),
    ]


def test_a_killed_worker_loses_only_its_job() -> None:
    """When a worker process is killed, its job is named and the others are done."""
    found = outcomes(["a", "die", "b", "c"])
    assert [outcome.trouble for outcome in found] == [None, JobTrouble.DEATH, None, None]
    assert found[1].detail == f"exit code {-signal.SIGKILL}"


def test_memory_is_bounded() -> None:
    """A job that asks for more memory than it may have is named; the others are done."""
    found = outcomes(["eat", "a"], workers=1)
    assert [(outcome.result, outcome.trouble) for outcome in found] == [
        (None, JobTrouble.MEMORY),
        ("A", None),
    ]


def fail_to_prepare(_folder: Path | None) -> None:
    """Fail as a machine without a library or with a full disk does."""
    raise OSError(28, "No space left on device")


def test_a_worker_that_cannot_be_made_ready_says_so() -> None:
    """When workers can't be made ready, every job fails with the reason, and the run ends."""
    found = list(run(act, ["a", "b"], workers=2, limits=LIMITS, prepare=fail_to_prepare, preload=()))
    assert {(outcome.trouble, outcome.detail) for outcome in found} == {
        (JobTrouble.MACHINE, "OSError: [Errno 28] No space left on device")
    }


def test_a_bug_is_reported() -> None:
    """An exception in a job is its own trouble and comes back in words."""
    found = outcomes(["fail", "a"])
    assert found[0].trouble is JobTrouble.BUG
    assert found[0].detail == "ValueError: this document is odd"
    assert found[1].result == "A"


class Mortal:
    """Workers like those of a cluster: they die with a job that says so, and know what was under way."""

    pause: float | None = None

    def __init__(self, *, deaths: int) -> None:
        self.under_way: list[str] = []
        self.most = 0
        self.beside: list[int] = []
        self._deaths = deaths

    def room(self) -> int:
        """Return how many jobs may be under way."""
        return 3

    def submit(self, _function: Callable[..., Any], *arguments: object) -> "Future[Any]":
        """Take a job."""
        future: Future[Any] = Future()
        future.set_result(arguments[0])
        self.under_way.append(str(arguments[0]))
        self.most = max(self.most, len(self.under_way))
        return future

    def outcome(self, index: int, future: "Future[Any]") -> Outcome[Any]:
        """Return the job itself, or die of it."""
        order = future.result()
        self.under_way.remove(order)
        if order == "die":
            self.beside.append(len(self.under_way))
            raise WorkersDiedError(self._deaths, "tcp://worker")
        return Outcome(index=index, result=order)

    def close(self) -> None:
        """Do nothing: there are no processes."""


def test_a_job_whose_workers_die_is_done_again_alone_and_given_up() -> None:
    """It is done again when no other job is under way, and given up after the third worker, by its place."""
    pool = Mortal(deaths=1)
    found = list(every_kind._outcomes(pool, act, ["a", "die", "b", "c", "d"]))
    assert [(outcome.index, outcome.result) for outcome in found] == [
        (0, "a"), (2, "b"), (3, "c"), (4, "d"), (1, None),
    ]  # fmt: skip
    assert found[-1].trouble is JobTrouble.DEATH
    assert found[-1].detail == "3 workers of the cluster died with it, the last at tcp://worker"
    assert pool.beside[1:] == [0, 0]
    assert pool.most == 3


def test_a_job_whose_workers_died_beside_others_is_always_done_once_alone() -> None:
    """However many workers died while others were beside it, a job is given up only after it was alone."""
    found = list(every_kind._outcomes(Mortal(deaths=4), act, ["die", "a"]))
    assert found[-1].detail == "8 workers of the cluster died with it, the last at tcp://worker"

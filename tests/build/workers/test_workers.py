"""Workers: limits, deaths, and results that come back."""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from pipeline.build.workers import Limits, Outcome, Trouble, run

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
        (None, Trouble.TIME),
        ("B", None),
    ]


def test_a_killed_worker_loses_only_its_job() -> None:
    """When a worker process is killed, its job is named and the others are done."""
    found = outcomes(["a", "die", "b", "c"])
    assert [outcome.trouble for outcome in found] == [None, Trouble.DEATH, None, None]
    assert found[1].detail == f"exit code {-signal.SIGKILL}"


def test_memory_is_bounded() -> None:
    """A job that asks for more memory than it may have is named; the others are done."""
    found = outcomes(["eat", "a"], workers=1)
    assert [(outcome.result, outcome.trouble) for outcome in found] == [(None, Trouble.MEMORY), ("A", None)]


def fail_to_prepare(_folder: Path | None) -> None:
    """Fail as a machine without a library or with a full disk does."""
    raise OSError(28, "No space left on device")


def test_a_worker_that_cannot_be_made_ready_says_so() -> None:
    """When workers can't be made ready, every job is told why, and the run ends."""
    found = list(run(act, ["a", "b"], workers=2, limits=LIMITS, prepare=fail_to_prepare, preload=()))
    assert {(outcome.trouble, outcome.detail) for outcome in found} == {
        (Trouble.MACHINE, "OSError: [Errno 28] No space left on device")
    }


def test_a_bug_is_told() -> None:
    """An exception in a job is its own trouble and comes back in words."""
    found = outcomes(["fail", "a"])
    assert found[0].trouble is Trouble.BUG
    assert found[0].detail == "ValueError: this document is odd"
    assert found[1].result == "A"

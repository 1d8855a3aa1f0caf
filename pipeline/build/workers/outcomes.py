"""What a job may take, and what became of it: plain data, the same wherever the job ran."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

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
    return Outcome(
        index=index, result=None, trouble=JobTrouble.BUG, detail=f"{type(error).__name__}: {error}"
    )

"""One round of one way in a process of its own, and what it took."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from bench.job import Job, written
from bench.project import environment
from bench.tree import Watch, cpu_seconds


class BrokenWayError(Exception):
    """A way did not do what it was told to; the message says which, and what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a round took: seconds of wall time and of CPU, how many documents; the MiB at most, where it was watched."""

    seconds: float
    cpu: float
    documents: int
    size: int
    memory: float | None
    files: tuple[Path, ...]


def measure(name: str, job: Job, *, is_watched: bool, log: Path) -> Taken:
    """Do one round; raises BrokenWayError where it gives no PDF for each document.

    Looking at memory takes time itself, so a round that is watched is no round to be timed.
    """
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.runner", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment(),
        )
        try:
            return _round(name, process, job, is_watched=is_watched, log=log)
        finally:
            process.communicate()


def _round(name: str, process: subprocess.Popen[str], job: Job, *, is_watched: bool, log: Path) -> Taken:
    _tell(process, written(job))
    _hear(name, process, log)
    with Watch(process.pid) if is_watched else nullcontext() as watch:
        cpu, began = cpu_seconds(process.pid), time.perf_counter()
        _tell(process, "go")
        said = _hear(name, process, log)
        seconds = time.perf_counter() - began
        cpu = cpu_seconds(process.pid) - cpu
    files = tuple(Path(path) for path in json.loads(said))
    return Taken(
        seconds=seconds,
        cpu=cpu,
        documents=len(job.documents),
        size=sum(path.stat().st_size for path in _good(name, files, len(job.documents))),
        memory=watch.peak if watch else None,
        files=files,
    )


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin  # noqa: S101 - a pipe was asked for
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def _hear(name: str, process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout  # noqa: S101 - as above
    line = process.stdout.readline()
    if not line:
        raise BrokenWayError(f"{name} ended early: {_last_line(log)}")
    return line


def _good(name: str, files: Sequence[Path], wanted: int) -> Sequence[Path]:
    """Return the files, which are as many PDF files as there are documents; raises BrokenWayError where they are not."""
    bad = [path for path in files if not path.is_file() or not path.read_bytes().startswith(b"%PDF-")]
    if bad or len(files) != wanted:
        raise BrokenWayError(f"{name} made {len(files)} files of {wanted} documents, of which no PDF: {bad}")
    return files


def _last_line(log: Path) -> str:
    said = log.read_text(encoding="utf-8").strip()
    return said.rpartition("\n")[2] or "it said nothing"

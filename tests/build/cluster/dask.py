"""A real scheduler and real workers on loopback, started by the commands of docs/scale.md."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.repository import ROOT

_SECONDS = 120
#: What a worker logs when it is given what jobs need.
KIT = "Starting Worker plugin annexe-"


def until(condition: Callable[[], object], what: str, seconds: float = _SECONDS) -> None:
    """Wait until a condition holds; fail where it takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)


class Cluster:
    """A scheduler, and the workers that were started for it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        self.scheduler = self._start(
            *("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-jupyter"),
            *("--scheduler-file", str(file)),
            environment=environment,
        )
        until(lambda: file.is_file() and file.read_text().endswith("}"), "the scheduler")
        self.address = str(json.loads(file.read_text())["address"])

    def start_worker(
        self, *options: str, code: Sequence[Path] = (ROOT,), environment: dict[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a worker that finds its code in the folders `code`.

        Without a nanny, unless an option says so.
        """
        options = options or ("--no-nanny",)
        return self._start(
            *("worker", self.address, "--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard"),
            *("--local-directory", str(self.folder / "scratch"), *options),
            code=code,
            environment={"DASK_DISTRIBUTED__WORKER__DAEMON": "False", **(environment or {})},
        )

    def ask(self, *arguments: str, background: bool = False) -> Any:
        """Run tests/build/cluster/client.py with this scheduler and return what it prints, or its process."""
        command = [sys.executable, "-m", "tests.build.cluster.client", self.address, *arguments]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        return process if background else answer(process)

    def wait_for_workers(self, number: int) -> None:
        """Wait until so many workers have come."""
        assert self.ask("wait", str(number)) == number

    def end(self) -> None:
        """End all processes that were started here."""
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def log(self) -> str:
        """Return what scheduler and workers wrote."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def _start(
        self, *arguments: str, code: Sequence[Path] = (ROOT,), environment: dict[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(filter(None, (*map(str, code), os.environ.get("PYTHONPATH"))))
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                cwd=self.folder,
                env={**os.environ, **(environment or {}), "PYTHONPATH": path},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._processes.append(process)
        return process


def answer(process: subprocess.Popen[bytes]) -> Any:
    """Return what tests/build/cluster/client.py printed, once it has ended."""
    printed, _ = process.communicate(timeout=_SECONDS * 2)
    return json.loads(printed)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process as a machine that goes down does."""
    process.send_signal(signal.SIGKILL)
    process.wait()


@contextmanager
def started(folder: Path, *, workers: int, failures: int | None = None) -> Iterator[Cluster]:
    """Start a scheduler and so many workers, each a process of its own.

    `failures` is how often Dask itself does a job again whose worker died (None: as often as it does by
    default).
    """
    folder.mkdir()
    variable = "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"
    cluster = Cluster(folder, {} if failures is None else {variable: str(failures)})
    try:
        for _ in range(workers):
            cluster.start_worker()
        if workers:
            cluster.wait_for_workers(workers)
        yield cluster
    finally:
        cluster.end()

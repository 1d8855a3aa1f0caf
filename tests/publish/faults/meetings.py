"""Two runs at once on one site: a whole run of the other one in the very moment of each step of the first.

Whatever the moment, nothing that is linked may be missing or half-made, other people's things stay, and one
more run brings the site to carry what it should.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pipeline.publish.result import PublishResult
from tests.projects import Project
from tests.publish.faults.suite import TARGET, Rig, carries_all, run, settle_in

#: More steps than publishing one post can take.
_MOST_STEPS = 80
_SECONDS = 120


class Turns:
    """Lets two runs go on in turns, so many steps each; one whose other has ended goes on alone."""

    def __init__(self, stride: int) -> None:
        self._stride = stride
        self._changed = threading.Condition()
        self._last, self._taken = "", stride
        self._is_over = False

    def wait(self, who: str) -> None:
        """Return when it is the turn of that one; a step of the other may still be under way."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or self._may(who), timeout=_SECONDS)
            self._taken = self._taken + 1 if who == self._last else 1
            self._last = who
            self._changed.notify_all()

    def end(self) -> None:
        """Let whoever is left go on alone."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def _may(self, who: str) -> bool:
        return (who != self._last) == (self._taken >= self._stride)


class Meeting(Protocol):
    """One site that two people publish to.

    `ours` and `theirs` are their settings, `at` sets what happens meanwhile.
    """

    @property
    def ours(self) -> Rig:
        """Return the site as the first run has it in its settings."""

    @property
    def theirs(self) -> Rig:
        """Return the site as the other run has it in its settings; the same site."""

    def at(self, number: int, act: Callable[[], None]) -> None:
        """Let this happen before the first run's step of that number, counted from now; 0: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What came of the meetings: how many there were, and what the findings of either run said."""

    number: int
    said: tuple[str, ...]


def met_at_each_step(meeting: Meeting, start: Project | None, ours: Project, theirs: Project) -> Met:
    """Let the other run happen before each step of ours in turn; return what came of it."""
    settle_in(ours, meeting.ours)
    settle_in(theirs, meeting.theirs)
    said: list[str] = []
    for number in range(1, _MOST_STEPS):
        meeting.at(0, lambda: None)
        meeting.ours.reset()
        if start is not None:
            settle_in(start, meeting.ours)
            assert run(start, meeting.ours).exit_code == 0
        results: list[PublishResult] = []
        meeting.at(number, lambda into=results: into.append(run(theirs, meeting.theirs)))  # type: ignore[misc] # mypy knows no type of a default
        results.append(run(ours, meeting.ours))
        meeting.at(0, lambda: None)
        if len(results) == 1:
            return Met(number=number - 1, said=tuple(said))
        for result in results:
            assert all(finding.check.startswith("publish.") for finding in result.findings)
            said += [finding.message for finding in result.findings]
        converges(meeting.ours, ours, theirs, f"step {number}")
    raise AssertionError("publishing takes steps without end")


def converges(rig: Rig, ours: Project, theirs: Project, when: str) -> None:
    """Assert that what is linked now is whole, and that running again ends right and then writes nothing."""
    for language, data in rig.carried().items():
        built = [project.attachment(language=language).read_bytes() for project in (ours, theirs)]
        assert data in built, when
    again = run(ours, rig)
    assert again.findings == (), f"{when}: {again.findings}"
    carries_all(rig, ours)
    rig.lose(0, "before")
    third = run(ours, rig)
    assert (third.exit_code, rig.writes(), third.work) == (0, 0, ()), f"{when}: {third}"


def started(project: Project, rig: Rig) -> "subprocess.Popen[str]":
    """Start the command in a process of its own; `both_end` waits for it."""
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "publish", "--to", TARGET, "--yes"],
        cwd=project.folder,
        env={**os.environ, **rig.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def has_begun(process: "subprocess.Popen[str]", trace: Callable[[], bool]) -> None:
    """Return once a process has left a trace of what it does, or has ended."""
    end = time.monotonic() + _SECONDS
    while not trace() and process.poll() is None:
        assert time.monotonic() < end, "the process neither began nor ended"
        time.sleep(0.002)


def both_end(one: "subprocess.Popen[str]", other: "subprocess.Popen[str]", turns: Turns) -> None:
    """Wait for two processes: each is well or says in words why not.

    Once one has ended, the other one goes on alone.
    """
    waiting = [threading.Thread(target=_wait, args=(process, turns)) for process in (one, other)]
    for thread in waiting:
        thread.start()
    for process in (one, other):
        _ends(process)
    for thread in waiting:
        thread.join()


def _wait(process: "subprocess.Popen[str]", turns: Turns) -> None:
    process.wait()
    turns.end()


def _ends(process: "subprocess.Popen[str]") -> None:
    with process:
        out, err = process.communicate(timeout=_SECONDS)
    assert process.returncode in (0, 5), err
    assert "Traceback" not in out + err
    assert "a bug" not in err
    assert process.returncode == 0 or "publish." in err or "annexe: " in err

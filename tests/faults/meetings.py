"""Two runs at once on one site: a whole run of the other one in the very moment of each step of the first.

Whatever the moment, nothing that is linked may be missing or half-made, other people's things stay, and one more run
brings the site to carry what it should.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pipeline.publish.result import PublishResult
from tests.faults.suite import TARGET, Rig, carries_all, run, settle_in
from tests.projects import Project, Ran

#: More steps than publishing one post can take.
_MOST_STEPS = 80
_SECONDS = 120


class Meeting(Protocol):
    """One site that two people publish to: `ours` and `theirs` are their settings, `at` sets what happens meanwhile."""

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
    assert (third.exit_code, rig.writes(), third.work) == (0, 0, ()), when


def started(project: Project, rig: Rig) -> "subprocess.Popen[str]":
    """Start the command in a process of its own; to be ended by `ended`."""
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "publish", "--to", TARGET, "--yes"],
        cwd=project.folder,
        env={**os.environ, **rig.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: "subprocess.Popen[str]") -> Ran:
    """Wait for a process; it is well or says in words why not."""
    with process:
        out, err = process.communicate(timeout=_SECONDS)
    ran = Ran(code=process.returncode, out=out, err=err)
    assert ran.code in (0, 5), ran
    assert "Traceback" not in ran.err
    assert "a bug" not in ran.err
    assert ran.code == 0 or "publish." in ran.err or "annexe: " in ran.err, ran
    return ran

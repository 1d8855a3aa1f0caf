"""A run is killed at any moment: no final name has half a file, and the next run gives the same bytes."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.nightly.many import SETTINGS, run_night, standing, sums
from tests.projects import ENGLISH, FRENCH, Project, patched
from tests.repository import ROOT

KILLS = 50
POSTS = 6
_COMMAND = (sys.executable, "-m", "pipeline.cli", "nightly", "--quiet")


#: What Python runs before anything else: the process is killed when an attachment is in its place, before
#: that is recorded.
KILLED_BEFORE_RECORDING = """
import os
import signal

from pipeline.ledger.ledger import Ledger

Ledger.record = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""


#: The same for any moment that changes what lies in the build folder: the process is killed when it begins
#: the nth time to open, rename or delete a file there or to write into the ledger. Its workers, and what it
#: starts, count nothing.
KILLED_AT_AN_EVENT = """
import os
import signal
import sys

if "pipeline.cli" in sys.orig_argv:
    from pipeline.ledger.database import Writing

    main, events = os.getpid(), 0
    run = Writing.run

    def count():
        global events
        if os.getpid() == main:
            events += 1
            if events == int(os.environ["KILLED_AT"]):
                os.kill(main, signal.SIGKILL)
            with open(os.environ["COUNTED_IN"], "w") as counted:
                counted.write(str(events))

    def watch(event, arguments):
        if event in ("open", "os.rename", "os.remove", "os.mkdir") and isinstance(arguments[0], str):
            if os.path.abspath(arguments[0]).startswith(os.environ["WATCHED"]):
                count()

    def counted_run(self, *values):
        count()
        return run(self, *values)

    Writing.run = counted_run
    sys.addaudithook(watch)
"""


def write(project: Project, word: str) -> None:
    """Write the posts, with a word that tells one state of them from the other."""
    for place in range(POSTS):
        language, text = ("en", ENGLISH) if place % 2 else ("fr", FRENCH)
        project.write(f"post-{place}/{language}.md", text.replace("Ada", word))


def undisturbed(folder: Path, word: str) -> dict[str, str]:
    """Return what a run makes that nobody disturbs, in a folder of its own."""
    project = begun(folder, word)
    assert run_night(project, "2026-11-01T02:00:00").code == 0
    return sums(project)


def begun(folder: Path, word: str) -> Project:
    """Return a project that nothing was built of yet, with this repository's looks."""
    project = Project(folder)
    looks = SETTINGS.replace('"styles"', f'"{ROOT / "styles"}"')
    (project.folder / "pyproject.toml").write_text(looks, encoding="utf-8")
    write(project, word)
    return project


def killed(project: Project, event: int, patch: Path) -> int:
    """Run a night that is killed at an event.

    Return 0, or, where it came to its end before, how many events it had.
    """
    counted = patch / "counted"
    environment = {
        **os.environ,
        **patched(patch / str(event), KILLED_AT_AN_EVENT),
        "KILLED_AT": str(event),
        "COUNTED_IN": str(counted),
        "WATCHED": str(project.output),
    }
    run = subprocess.run(
        _COMMAND,
        cwd=project.folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        timeout=600,
    )
    if run.returncode == -signal.SIGKILL:
        return 0
    assert run.returncode == 0
    return int(counted.read_text())


def test_killed_before_its_work_is_recorded(tmp_path: Path) -> None:
    """What a killed run put in place without recording it is not reported as changed by hand."""
    project = begun(tmp_path / "project", "Ada")
    assert run_night(project, "2026-11-01T02:00:00").code == 0
    before = sums(project)
    write(project, "Eva")
    environment = {**os.environ, **patched(tmp_path / "patch", KILLED_BEFORE_RECORDING)}
    ran = subprocess.run(_COMMAND, cwd=project.folder, check=False, env=environment)
    assert ran.returncode == -signal.SIGKILL
    (placed,) = [name for name, digest in standing(project).items() if digest != before[name]]
    told = run_night(project, "2026-11-02T02:00:00")
    assert told.changes()[placed] == "changed: source"
    assert set(told.changes().values()) == {"changed: source"}


@pytest.mark.heavy
def test_killed_at_fifty_moments(tmp_path: Path) -> None:
    """After each of fifty kills every attachment is a good one, whole.

    The run after the last gives what all would have given.
    """
    moments = random.Random(20261124)  # noqa: S311 - to try many moments, the same ones each time
    states = {word: undisturbed(tmp_path / word, word) for word in ("Ada", "Eva")}
    project = begun(tmp_path / "killed", "Ada")
    patch = tmp_path / "patch"
    patch.mkdir()
    longest = killed(project, -1, patch)
    kills = 0
    for number in range(2 * KILLS):
        if kills == KILLS:
            break
        write(project, ("Ada", "Eva")[number // 2 % 2])
        # A run has less to do, and may end before the event, where the one before it came far.
        kills += not killed(project, moments.randint(1, longest), patch)
        for name, digest in standing(project).items():
            assert digest in {good[name] for good in states.values()}, (number, name)
    assert kills == KILLS
    write(project, "Ada")
    told = run_night(project, "2026-11-02T02:00:00")
    assert told.code == 0, told.ran.err
    assert sums(project) == states["Ada"]
    assert told.checks("warning") == {"notice.draft"}
    assert (told.codes()[-1], 130 in told.codes()) == (0, True)
    assert "interrupted" in project.run("history").out

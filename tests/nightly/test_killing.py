"""A run is killed at any moment: nothing half-made stands under a final name, and the next run gives the same bytes."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.nightly.many import SETTINGS, run_night, standing, sums
from tests.projects import ENGLISH, FRENCH, Project, patched
from tests.repository import ROOT

KILLS = 50
POSTS = 6
_COMMAND = (sys.executable, "-m", "pipeline.cli", "nightly", "--quiet")


#: What Python runs before anything else: the process is killed when an attachment is in its place, before that is recorded.
KILLED_BEFORE_RECORDING = """
import os
import signal

from pipeline.ledger import Ledger

Ledger.record = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
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


def killed(project: Project, seconds: float) -> float:
    """Run a night and kill it after so many seconds; return how long it ran where it came to its end before, else 0."""
    begin = time.monotonic()
    with subprocess.Popen(
        _COMMAND, cwd=project.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        try:
            run.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
    if run.returncode != -signal.SIGKILL:
        assert run.returncode == 0
        return time.monotonic() - begin
    return 0.0


def test_killed_before_its_work_is_recorded(tmp_path: Path) -> None:
    """What a killed run had put in its place without a record of it is nobody's handiwork, and isn't told as that."""
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
    """After each of fifty kills every attachment is a good one, whole; the run after the last gives what all would have given."""
    moments = random.Random(20261124)  # noqa: S311 - to try many moments, the same ones each time
    states = {word: undisturbed(tmp_path / word, word) for word in ("Ada", "Eva")}
    project = begun(tmp_path / "killed", "Ada")
    # How long a run takes that comes to its end: the machine has other work, too, so it is learnt anew each time.
    longest = killed(project, 600)
    kills = 0
    for number in range(2 * KILLS):
        if kills == KILLS:
            break
        write(project, ("Ada", "Eva")[number // 2 % 2])
        ended = killed(project, moments.uniform(0, longest))
        longest, kills = ended or longest, kills + (not ended)
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

"""A run is killed at any moment: nothing half-made stands under a final name, and the next run gives the same bytes."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.nights.many import SETTINGS, run_night, standing, sums
from tests.projects import ENGLISH, FRENCH, Project
from tests.repository import ROOT

KILLS = 50
POSTS = 6
_COMMAND = (sys.executable, "-m", "pipeline.cli", "nightly", "--quiet")


def write(project: Project, word: str) -> None:
    """Write the posts, with a word that tells one state of them from the other."""
    for place in range(POSTS):
        language, text = ("en", ENGLISH) if place % 2 else ("fr", FRENCH)
        project.write(f"post-{place}/{language}.md", text.replace("Ada", word))


def undisturbed(folder: Path, word: str) -> tuple[dict[str, str], float]:
    """Return what a run makes that nobody disturbs, in a folder of its own, and how long it takes."""
    project = Project(folder)
    (project.folder / "pyproject.toml").write_text(
        SETTINGS.replace('"styles"', f'"{ROOT / "styles"}"'), encoding="utf-8"
    )
    write(project, word)
    begun = time.monotonic()
    assert run_night(project, "2026-11-01T02:00:00").code == 0
    return sums(project), time.monotonic() - begun


def killed(project: Project, seconds: float) -> bool:
    """Run a night and kill it after so many seconds; return whether it was still at work."""
    with subprocess.Popen(
        _COMMAND, cwd=project.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        try:
            run.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
    return run.returncode == -signal.SIGKILL


def test_killed_at_fifty_moments(tmp_path: Path) -> None:
    """After each of fifty kills every attachment is a good one, whole; the run after the last gives what all would have given."""
    moments = random.Random(20261124)  # noqa: S311 - to try many moments, the same ones each time
    states = {"Ada": undisturbed(tmp_path / "first", "Ada"), "Eva": undisturbed(tmp_path / "second", "Eva")}
    project = Project(tmp_path / "killed")
    (project.folder / "pyproject.toml").write_bytes((tmp_path / "first/pyproject.toml").read_bytes())
    longest = min(seconds for _, seconds in states.values())
    hit = 0
    for number in range(KILLS):
        write(project, ("Ada", "Eva")[number // 2 % 2])
        hit += killed(project, moments.uniform(0, longest))
        for name, digest in standing(project).items():
            assert digest in {good[name] for good, _ in states.values()}, (number, name)
    assert hit > KILLS // 2
    write(project, "Ada")
    told = run_night(project, "2026-11-02T02:00:00")
    assert told.code == 0, told.ran.err
    assert sums(project) == states["Ada"][0]
    assert told.checks("warning") == {"notice.draft"}
    assert (told.codes()[-1], 130 in told.codes()) == (0, True)
    assert "interrupted" in project.run("history").out

"""The workflows of GitHub Actions are well formed, safe, and run what everybody runs."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.packaging.tools import judge
from tests.repository import ROOT

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = tuple(sorted(FOLDER.glob("*.yml")))


def workflow(path: Path) -> dict[str, Any]:
    """Return a workflow as plain values."""
    loaded = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def steps(path: Path) -> list[dict[str, Any]]:
    """Return the steps of all jobs of a workflow."""
    return [step for job in workflow(path)["jobs"].values() for step in job["steps"]]


def test_zizmor_finds_nothing() -> None:
    """zizmor, at its strictest and without the network, finds the workflows valid and safe."""
    said = judge("zizmor", "--offline", "--persona", "pedantic", "--no-progress", str(FOLDER))
    assert said.returncode == 0, said.stdout
    assert all(path.name in said.stdout for path in WORKFLOWS)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("      - run: echo ${{ github.head_ref }}\n", "template-injection"),
        ("      - uses: actions/checkout@v5\n", "unpinned-uses"),
        ("      - rum: echo\n", "does not match expected validation schema"),
    ],
)
def test_zizmor_would_find_a_fault(tmp_path: Path, line: str, fault: str) -> None:
    """An expression in a script, an action by its tag and a key that no workflow has are found out."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "ci.yml").write_text(
        (FOLDER / "ci.yml").read_text(encoding="utf-8").rstrip("\n") + "\n" + line, encoding="utf-8"
    )
    said = judge("zizmor", "--offline", "--no-progress", str(tmp_path))
    assert said.returncode != 0
    assert fault in said.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_named_by_commit(path: Path) -> None:
    """Each action is pinned to a commit, its release beside it; a moved tag changes nothing."""
    used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert used
    assert [name for name in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", name)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nobody_waits_for_ever(path: Path) -> None:
    """Each job has a limit of time, and permissions of its own, none to write to the repository."""
    for job in workflow(path)["jobs"].values():
        assert 0 < job["timeout-minutes"] <= 180
        assert job["permissions"]["contents"] == "read"
    assert workflow(path)["permissions"] == {}


def test_ci_runs_what_everybody_runs() -> None:
    """CI runs .ci/run on both systems, and nothing else that judges a change."""
    jobs = workflow(FOLDER / "ci.yml")["jobs"].values()
    assert [job["steps"][-1]["run"] for job in jobs] == [".ci/run", ".ci/run"]
    assert [job.get("container") for job in jobs] == [None, "debian:12.12-slim"]


def test_the_night_leaves_its_report_whatever_happened() -> None:
    """After a night with errors, what it made is kept for the next one and shown all the same."""
    after = iter(steps(FOLDER / "nightly.yml"))
    assert any(step.get("run") == "make nightly" for step in after)
    rest = list(after)
    assert len(rest) == 4
    assert all("!cancelled()" in step["if"] for step in rest)
    kept = " ".join(str(step["with"].get("path", "")) for step in rest)
    for name in ("build/report/", "report.json", "junit.xml", "annexe.sarif", "metrics.prom", "*.pdf"):
        assert name in kept

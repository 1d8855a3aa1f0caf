"""A night as a step of GitHub Actions: annotations and summary, handed over."""

import io
import json
import os
from pathlib import Path

import pytest

from pipeline.report.github import step_summary
from pipeline.report.github_actions import tell_github
from tests.projects import HEAVY, Project
from tests.report import told_nights as nights


def test_github_gets_annotations_and_a_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Annotations are printed, with paths from the checkout; the summary is added to what other steps wrote."""
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    summary = tmp_path / "summary.md"
    summary.write_text("# before\n", encoding="utf-8")
    environment = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_WORKSPACE": str(tmp_path),
    }
    out = io.StringIO()
    assert tell_github(nights.FULL, environment, project=tmp_path / "project", out=out) is None
    assert out.getvalue().startswith("::error file=project/sources/a-post/en.md,line=4,")
    assert summary.read_text(encoding="utf-8") == "# before\n" + step_summary(nights.FULL)


def test_elsewhere_nothing_is_said(tmp_path: Path) -> None:
    """Where GitHub does not run this, nothing is printed and nothing written."""
    out = io.StringIO()
    environment = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    assert tell_github(nights.FULL, environment, project=tmp_path, out=out) is None
    assert (out.getvalue(), list(tmp_path.iterdir())) == ("", [])


def test_a_summary_that_can_not_be_written_is_a_warning(tmp_path: Path) -> None:
    """A summary that GitHub can't be given fails no night."""
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path)}
    warning = tell_github(nights.QUIET, environment, project=tmp_path, out=io.StringIO())
    assert warning is not None
    assert (warning.check, str(warning.severity)) == ("night.summary", "warning")


def test_a_build_is_annotated_on_github(project: Project) -> None:
    """`annexe build` shows its findings on the lines when it runs there; its results stay as they are, and its SARIF names the lines."""
    project.write("testing/en.md", HEAVY)
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(project.folder)}
    arguments = ("build", "--sources", "sources", "--output", "build", "--json")
    there, elsewhere = project.run(*arguments, environment=environment), project.run(*arguments)
    assert there.code == elsewhere.code == 1
    assert "::error file=sources/testing/en.md,line=5,title=size.over::" in there.err
    assert "::" not in there.out + elsewhere.err
    run = json.loads((project.output / "annexe.sarif").read_text(encoding="utf-8"))["runs"][0]
    places = [
        result["locations"][0]["physicalLocation"] for result in run["results"] if result["level"] == "error"
    ]
    assert [place["artifactLocation"]["uri"] for place in places] == ["sources/testing/en.md"]
    assert (
        "--why"
        in next(rule for rule in run["tool"]["driver"]["rules"] if rule["id"] == "size.over")["help"]["text"]
    )
    assert os.environ.get("GITHUB_ACTIONS") is None

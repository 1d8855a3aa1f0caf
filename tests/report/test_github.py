"""GitHub Actions shows a night on the lines of the sources and on the page of the run."""

import io
import json
import os
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from pipeline.core.model import Finding, Severity
from pipeline.report.github import annotations, runs_on_github, show_on_github, step_summary
from tests.projects import HEAVY, Project
from tests.report import sample_nights as nights
from tests.report.results import finding

PROJECT = Path("/project")
LIMIT = 2**20


def annotated(*findings: Finding, here: Path = PROJECT) -> list[str]:
    """Return the workflow commands for some findings."""
    return annotations(findings, here=here, project=PROJECT).splitlines()


def test_only_github_is_github() -> None:
    """The environment says whether GitHub Actions runs this; an empty one says that it doesn't."""
    assert runs_on_github({"GITHUB_ACTIONS": "true"})
    assert not runs_on_github({"GITHUB_ACTIONS": "false", "CI": "true"})
    assert not runs_on_github({})


def test_a_finding_is_a_command_with_its_place() -> None:
    """An annotation has the file from the checkout's folder, the line, the id as title, and what to do."""
    assert annotated(finding(file="a-post/en.md"), here=PROJECT / "sources") == [
        (
            "::error file=sources/a-post/en.md,line=4,title=size.over::the attachment is too heavy; make it "
            "lighter"
        )
    ]
    assert annotated(nights.of_no_edition("night.notify")) == [
        "::warning title=night.notify::the attachment is too heavy; make it lighter"
    ]


def test_what_github_reads_as_its_own_is_escaped() -> None:
    """A name or message of a source can't end a property, begin a command or be read as an escape."""
    shown = annotated(finding(file="sources/a,b:c%0A.md", message="100%0A done\n::error::no"))
    assert shown == [
        (
            "::error file=sources/a%2Cb%3Ac%250A.md,line=4,title=size.over::100%250A done ::error::no; make it "
            "lighter"
        )
    ]


def test_the_worst_ten_are_shown() -> None:
    """Ten errors and ten warnings at most, those with a line first; infos are none."""
    errors = [finding(line=line) for line in range(1, 15)]
    warnings = [finding("size.drift", Severity.WARNING, line=line) for line in range(1, 15)]
    nowhere = nights.of_no_edition("build.ledger", Severity.ERROR)
    shown = annotated(nowhere, *warnings, *errors, finding("size.unpublished", Severity.INFO))
    assert len(shown) == 20
    assert [line.split(" ")[0] for line in shown] == ["::error"] * 10 + ["::warning"] * 10
    assert "line=1," in shown[0]
    assert not any("build.ledger" in line for line in shown)


def test_the_summary_begins_with_the_verdict() -> None:
    """The summary says whether anything is wrong, then what needs a person, what changed and why.

    The sites.
    """
    html = MarkdownIt().render(step_summary(nights.FULL))
    assert html.startswith("<h2>Annexe, run 12: 2 errors, 3 warnings: somebody has to look</h2>")
    headings = [line for line in html.splitlines() if line.startswith("<h3>")]
    assert headings == ["<h3>What needs a person</h3>", "<h3>What changed, and why</h3>", "<h3>Sites</h3>"]
    assert "changed: source (page 1: text; objects: 12 more)" in html
    assert "down for 2 nights" in html


def test_a_quiet_night_is_a_short_summary() -> None:
    """Where nothing happened, the summary has its verdict and nothing to scroll through."""
    assert step_summary(nights.QUIET).splitlines() == [
        "## Annexe, run 12: all is well",
        "",
        r"2 attachments\: 2 unchanged. Begun 2026-11-24 02:00 UTC, 1 s.",
    ]


def test_sources_can_not_write_markdown() -> None:
    """A message of a source is shown as it is: no link, no image, no HTML, no list of its own."""
    evil = nights.of_no_edition(
        "source.text", message="![x](http://e/x) <img src=x> [a](b) **b** `c` | d\n- e @all"
    )
    html = MarkdownIt().render(step_summary(nights.night(findings=(evil,))))
    assert "![x](http://e/x) &lt;img src=x&gt; [a](b) **b** `c` | d - e @all" in html
    assert not any(tag in html for tag in ("<img", "<a ", "<code"))


def test_a_summary_is_under_github_s_limit() -> None:
    """A night of thousands of faults and one of endless messages both give a summary that GitHub takes."""
    assert len(step_summary(nights.many(2_000)).encode()) < LIMIT
    endless = tuple(
        nights.of_no_edition("source.text", message="é" * 50_000, remedy="*" * 50_000, line=line, file="a")
        for line in range(1, 101)
    )
    shown = step_summary(nights.night(findings=endless))
    assert LIMIT / 2 < len(shown.encode()) < LIMIT
    assert shown.endswith("The rest stands in the report.\n")


def test_github_gets_annotations_and_a_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Annotations are printed, with paths from the checkout.

    The summary is added to what other steps wrote.
    """
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
    assert show_on_github(nights.FULL, environment, project=tmp_path / "project", out=out) is None
    assert out.getvalue().startswith("::error file=project/sources/a-post/en.md,line=4,")
    assert summary.read_text(encoding="utf-8") == "# before\n" + step_summary(nights.FULL)


def test_elsewhere_nothing_is_said(tmp_path: Path) -> None:
    """Where GitHub does not run this, nothing is printed and nothing written."""
    out = io.StringIO()
    environment = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    assert show_on_github(nights.FULL, environment, project=tmp_path, out=out) is None
    assert (out.getvalue(), list(tmp_path.iterdir())) == ("", [])


def test_a_summary_that_can_not_be_written_is_a_warning(tmp_path: Path) -> None:
    """A summary that GitHub can't be given fails no night."""
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path)}
    warning = show_on_github(nights.QUIET, environment, project=tmp_path, out=io.StringIO())
    assert warning is not None
    assert (warning.check, str(warning.severity)) == ("night.summary", "warning")


def test_a_build_is_annotated_on_github(project: Project) -> None:
    """`annexe build` shows its findings on the lines when it runs there.

    Its results stay as they are, and its SARIF names the lines.
    """
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

"""GitHub Actions shows a night on the lines of the sources and on the page of the run."""

from pathlib import Path

from markdown_it import MarkdownIt

from pipeline.core.model import Finding, Severity
from pipeline.report.github import annotations, runs_on_github, step_summary
from tests.report import told_nights as nights
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
        "::error file=sources/a-post/en.md,line=4,title=size.over::the attachment is too heavy; make it lighter"
    ]
    assert annotated(nights.of_no_edition("night.notify")) == [
        "::warning title=night.notify::the attachment is too heavy; make it lighter"
    ]


def test_what_github_reads_as_its_own_is_escaped() -> None:
    """A name or message of a source can't end a property, begin a command or be read as an escape."""
    told = annotated(finding(file="sources/a,b:c%0A.md", message="100%0A done\n::error::no"))
    assert told == [
        "::error file=sources/a%2Cb%3Ac%250A.md,line=4,title=size.over::100%250A done ::error::no; make it lighter"
    ]


def test_the_worst_ten_are_shown() -> None:
    """Ten errors and ten warnings at most, those with a line first; infos are none."""
    errors = [finding(line=line) for line in range(1, 15)]
    warnings = [finding("size.drift", Severity.WARNING, line=line) for line in range(1, 15)]
    nowhere = nights.of_no_edition("build.ledger", Severity.ERROR)
    told = annotated(nowhere, *warnings, *errors, finding("size.unpublished", Severity.INFO))
    assert len(told) == 20
    assert [line.split(" ")[0] for line in told] == ["::error"] * 10 + ["::warning"] * 10
    assert "line=1," in told[0]
    assert not any("build.ledger" in line for line in told)


def test_the_summary_begins_with_the_verdict() -> None:
    """The summary says whether anything is wrong, then what needs a person, what changed and why, and the sites."""
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
    told = step_summary(nights.night(findings=endless))
    assert LIMIT / 2 < len(told.encode()) < LIMIT
    assert told.endswith("The rest stands in the report.\n")

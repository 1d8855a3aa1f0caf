"""A night in ten lines: the verdict, what needs a person, what changed and why."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.core.errors import ExitCode
from pipeline.core.model import Severity
from pipeline.core.night import Night
from pipeline.report.night_summary import broken_off, exit_code_of, plain_summary, verdict
from tests.reasons import NEW
from tests.report import sample_nights as nights

REPORT = Path("/srv/annexe/build/report/index.html")


@pytest.mark.parametrize(
    ("night", "words"),
    [
        (nights.QUIET, "all is well"),
        (nights.FULL, "2 errors, 3 warnings: somebody has to look"),
        (nights.night(findings=(nights.of_no_edition("night.notify"),)), "nothing is broken; 1 warning to decide on"),
    ],
    ids=["quiet", "full", "warned"],
)  # fmt: skip
def test_the_verdict_says_whether_anything_is_wrong(night: Night, words: str) -> None:
    """One reads in the first words whether one has to do something."""
    assert verdict(night) == words
    assert words in plain_summary(night, REPORT).splitlines()[0]


def test_a_quiet_night_is_three_lines() -> None:
    """Where nothing happened, nothing is listed."""
    assert plain_summary(nights.QUIET, REPORT) == (
        "Annexe, run 12, 2026-11-24 02:00 UTC: all is well\n"
        "2 attachments: 2 unchanged; 1 s\n"
        f"report: {REPORT}\n"
    )


def test_a_full_night_tells_all_that_matters() -> None:
    """What needs a person, what changed and why, the sites and the report stand in the summary."""
    lines = plain_summary(nights.FULL, REPORT).splitlines()
    assert lines[1].startswith(
        "3 attachments: 1 built, 1 rejected, 1 failed, 1 kept as it was, 1 made once more to the same bytes;"
    )
    assert lines[2] == "error: sources/a-post/en.md:4: the attachment is too heavy"
    assert "and 2 more" in lines
    assert "changed: a-post-en (changed: source (page 1: text; objects: 12 more))" in lines
    assert "sites: blog: down for 2 nights, library: as it should be; 1 attachment published" in lines
    assert lines[-1] == f"report: {REPORT}"


def test_a_summary_is_ten_lines_at_most() -> None:
    """Whatever happened, a summary has ten short lines at most.

    Its last line is the whole path of the report.
    """
    deep = Path("/srv") / ("folder/" * 40) / "index.html"
    lines = plain_summary(nights.many(3_000), deep).splitlines()
    assert len(lines) <= 10
    assert all(len(line) <= 160 for line in lines[:-1])
    assert lines[-1] == f"report: {deep}"


def test_no_control_character_reaches_a_mail() -> None:
    """A message of a source can't add a line or a terminal's command to the summary."""
    evil = nights.of_no_edition("night.notify", message="one\nBcc: all\x1b[2J")
    lines = plain_summary(nights.night(findings=(evil,)), REPORT).splitlines()
    assert lines[2] == r"warning: the night: one Bcc: all\x1b[2J"


@pytest.mark.parametrize(
    ("check", "code"),
    [("publish.unreachable", ExitCode.PUBLISHING_FAILED), ("build.verify", ExitCode.CHECK_FOUND_AN_ERROR)],
)
def test_a_nights_own_error_decides_its_code(check: str, code: ExitCode) -> None:
    """An error of the night or of a site gives the exit code of its subject; a warning gives none."""
    assert exit_code_of(nights.night(findings=(nights.of_no_edition(check, Severity.ERROR),))) is code
    assert exit_code_of(nights.night(findings=(nights.of_no_edition(check),))) is ExitCode.OK


def test_many_that_changed_for_one_reason_are_counted() -> None:
    """A change of style in fifty posts is one line that says so; of several reasons, the first are named."""
    assert "changed: 50 attachments (changed: source)" in plain_summary(nights.many(50), REPORT).splitlines()
    told = nights.many(4)
    fresh = replace(nights.CHANGE, reason=NEW, differences=())
    first, *others = told.editions
    mixed = replace(told, editions=(replace(first, change=fresh), *others))
    (line,) = [line for line in plain_summary(mixed, REPORT).splitlines() if line.startswith("changed: ")]
    assert line.startswith("changed: post-00000-en (not built before), post-00001-en (changed: source (")


def test_a_night_that_broke_off_is_told_in_words() -> None:
    """When, with which code, and why, each fault on its line; and that there is no report of it."""
    assert broken_off(nights.STARTED, "house.yaml:1: odd\nhouse.yaml:2: odder", 3) == (
        "Annexe, 2026-11-24 02:00 UTC: it ended with code 3: somebody has to look\n"
        "error: house.yaml:1: odd\n"
        "error: house.yaml:2: odder\n"
        "this night has no report: what lies in the build folder is of another one\n"
    )

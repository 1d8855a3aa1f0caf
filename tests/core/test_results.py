"""A run's result knows its exit code and counts its findings."""

from functools import partial

import pytest

from pipeline.core.errors import ExitCode
from pipeline.core.model import Severity
from pipeline.core.results import Verdict
from tests.report.results import edition, finding, missing, run


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        ((), ExitCode.OK),
        (("size.over",), ExitCode.CHECK_FOUND_AN_ERROR),
        (("size.over", "source.date"), ExitCode.BAD_SOURCE),
        (("source.date", "render.time"), ExitCode.RENDERING_FAILED),
        (("check.failed",), ExitCode.CHECK_FOUND_AN_ERROR),
        (("annexe.bug", "publish.refused", "size.over"), ExitCode.BUG),
    ],
)
def test_the_highest_code_counts(checks: tuple[str, ...], code: ExitCode) -> None:
    """The error with the highest code of 2 to 70 decides; a check's 1 only where there is no other."""
    assert run(edition(*(finding(check) for check in checks))).exit_code is code


def test_warnings_fail_nothing() -> None:
    """Warnings and infos leave the exit code at 0, of an edition or of none."""
    mild = (finding(severity=Severity.WARNING), finding(severity=Severity.INFO))
    assert run(edition(*mild), findings=mild).exit_code is ExitCode.OK


def test_errors_of_no_edition_count() -> None:
    """An error of the run itself fails it."""
    assert (
        run(edition(), findings=(finding("settings.unknown"),)).exit_code is ExitCode.BAD_COMMAND_OR_SETTINGS
    )


@pytest.mark.parametrize("outcome", [Verdict.FAILED, Verdict.REJECTED])
def test_a_bad_outcome_fails_by_itself(outcome: Verdict) -> None:
    """An edition that failed fails the run, even where nobody said why."""
    assert run(missing(outcome=outcome)).exit_code is ExitCode.CHECK_FOUND_AN_ERROR


def test_what_editions_share_counts_once() -> None:
    """A finding at a line of the standard wording is one finding, however many editions carry those words."""
    draft = partial(finding, "notice.draft", Severity.WARNING, file="sources/house.yaml", line=53)
    first = edition(draft(slug="one"), finding(line=None))
    second = edition(draft(slug="two"), finding(line=None, slug="two"))
    result = run(first, second)
    assert (result.counts[Severity.WARNING], result.counts[Severity.ERROR]) == (1, 2)
    assert [one.slug for one in result.different_findings] == ["one", "a-post", "two"]


def test_a_ratio_is_to_the_upper_end() -> None:
    """The ratio compares with the most that the published label can stand for.

    Without a label there is none.
    """
    assert edition(size=196_695).ratio == 1.0
    assert edition(published=None).ratio is None
    assert missing().ratio is None

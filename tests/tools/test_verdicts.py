"""veraPDF's report is believed in what it says to be good, and in nothing that it doesn't say."""

import copy
import json
from typing import Any

import pytest

from tools.conformance.verdicts import PROFILES, read_verdict

FILE = "build/a/a-en.pdf"
GOOD: dict[str, Any] = {
    "report": {
        "buildInformation": {"releaseDetails": [{"id": "validation-model", "version": "1.30.2"}]},
        "jobs": [
            {
                "itemDetails": {"name": FILE, "size": 1},
                "validationResult": [
                    {
                        "details": {
                            "passedRules": 106,
                            "failedRules": 0,
                            "passedChecks": 9423,
                            "failedChecks": 0,
                            "ruleSummaries": [],
                        },
                        "jobEndStatus": "normal",
                        "profileName": PROFILES["ua1"],
                        "compliant": True,
                    }
                ],
            }
        ],
        "batchSummary": {
            "totalJobs": 1,
            "failedParsingJobs": 0,
            "failedEncryptedJobs": 0,
            "outOfMemory": 0,
            "veraExceptions": 0,
        },
    }
}
RULE = {
    "specification": "ISO 14289-1:2014",
    "clause": "7.9",
    "testNumber": 1,
    "failedChecks": 2,
    "description": "Note tag shall have ID entry",
    "checks": [{"context": "root/Note[0]", "errorMessage": "ID is not present"}],
}


def faults(report: object, *expected: str) -> tuple[str, ...]:
    """Return the faults of a report on some files."""
    return read_verdict(json.dumps(report), profile="ua1", expected=expected or (FILE,)).faults


def test_a_good_report_has_no_fault() -> None:
    """A report in which every file passed gives its checks, its files and its judge."""
    verdict = read_verdict(json.dumps(GOOD), profile="ua1", expected=(FILE,))
    assert (verdict.faults, verdict.passed, verdict.files, verdict.judge) == ((), 9423, 1, "1.30.2")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"report": {}}', '{"report": null}'])
def test_no_report_is_a_fault(text: str) -> None:
    """A report that is empty, cut off or about something else is one fault."""
    verdict = read_verdict(text, profile="ua1", expected=(FILE,))
    assert len(verdict.faults) == 1
    assert verdict.faults[0].startswith("veraPDF's report can't be read")


def test_no_files_are_a_fault() -> None:
    """Nothing judged is nothing passed."""
    report = copy.deepcopy(GOOD)
    report["report"]["jobs"] = []
    report["report"]["batchSummary"]["totalJobs"] = 0
    assert read_verdict(json.dumps(report), profile="ua1", expected=()).faults == (
        "there was no file to judge",
    )


def test_a_file_that_is_missing_or_was_not_asked_for_is_a_fault() -> None:
    """Every file that was asked for is in the report, and no other."""
    assert faults(GOOD, FILE, "b.pdf") == (
        "veraPDF judged 1 files instead of 2",
        "b.pdf: is not in veraPDF's report",
    )
    assert faults(GOOD, "b.pdf") == (
        "b.pdf: is not in veraPDF's report",
        f"{FILE}: was judged and not asked for",
    )


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("jobs", 0, "validationResult"), [], "has 0 results"),
        (("jobs", 0, "validationResult", 0, "profileName"), "another", "has 0 results"),
        (("jobs", 0, "validationResult", 0, "jobEndStatus"), "timeout", "its judging ended as timeout"),
        (("jobs", 0, "validationResult", 0, "details", "passedChecks"), 0, "not one check was carried out"),
        (
            ("jobs", 0, "validationResult", 0, "details", "failedChecks"),
            3,
            "3 checks failed, and no rule is named",
        ),
        (("jobs", 0, "validationResult", 0, "compliant"), False, "0 checks failed, and no rule is named"),
        (
            ("jobs", 0, "validationResult", 0, "details", "ruleSummaries"),
            [RULE],
            "7.9-1, 2 times: Note tag shall",
        ),
        (("batchSummary", "veraExceptions"), 1, "veraPDF counts 1 files it stumbled over"),
        (("batchSummary", "failedParsingJobs"), 1, "veraPDF counts 1 files that can't be parsed"),
        (("batchSummary", "totalJobs"), 0, "veraPDF judged 0 files instead of 1"),
        (("buildInformation", "releaseDetails", 0, "version"), "1.28.1", "veraPDF 1.28.1 is older than 1.30"),
    ],
)
def test_whatever_is_not_said_to_be_good_is_a_fault(path: tuple[Any, ...], value: object, told: str) -> None:
    """Each part of the report counts by itself."""
    report = copy.deepcopy(GOOD)
    holder = report["report"]
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    (fault,) = faults(report)
    assert told in fault

"""The SARIF report shows a code host each finding on its line, and knows it again the next night."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pipeline.core.model import Finding, Severity
from pipeline.report.sarif import read_rules, write_sarif
from tests.report import sample_nights as nights
from tests.report.results import finding
from tests.report.sarif_subset import SCHEMA
from tests.repository import ROOT

PROJECT = Path("/project")
RULES = read_rules((ROOT / "docs" / "findings.md").read_text(encoding="utf-8"))


def sarif(*findings: Finding, here: Path = PROJECT, exit_code: int = 1) -> dict[str, Any]:
    """Return the one run of the report of some findings; it must keep to the schema."""
    text = write_sarif(findings, exit_code=exit_code, rules=RULES, here=here, project=PROJECT)
    log = json.loads(text)
    Draft202012Validator(SCHEMA).validate(log)
    run = log["runs"][0]
    assert isinstance(run, dict)
    return run


def uri(file: str, here: Path = PROJECT) -> tuple[str, str | None]:
    """Return the address of a file in the report, and what it is relative to."""
    place = sarif(finding(file=file), here=here)["results"][0]["locations"][0]["physicalLocation"]
    return place["artifactLocation"]["uri"], place["artifactLocation"].get("uriBaseId")


@pytest.mark.parametrize(
    "findings", [nights.FULL.all_findings, (), nights.many(30).all_findings], ids=["full", "none", "many"]
)
def test_reports_are_sarif(findings: tuple[Finding, ...]) -> None:
    """A report with everything, one with nothing and one with much keep to what SARIF 2.1.0 says."""
    assert len(sarif(*findings)["results"]) == len(findings)


def test_a_finding_stands_on_its_line() -> None:
    """A result has the id, the level, what is wrong and what to do, the file and the line."""
    result = sarif(finding(page=2))["results"][0]
    assert (result["ruleId"], result["level"]) == ("size.over", "error")
    assert result["message"]["text"] == "the attachment is too heavy (page 2); make it lighter"
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "sources/a-post/en.md", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 4},
            }
        }
    ]
    assert result["properties"] == {"slug": "a-post", "language": "en"}


def test_what_is_about_no_file_has_no_place() -> None:
    """A finding without a file has no place; one about a whole file stands at its first line."""
    nowhere = nights.of_no_edition("build.ledger")
    whole = finding(line=None)
    results = sarif(nowhere, whole)["results"]
    assert "locations" not in next(result for result in results if result["ruleId"] == "build.ledger")
    assert results[0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


@pytest.mark.parametrize(
    ("file", "here", "address"),
    [
        ("en.md", "/project/sources/a", "sources/a/en.md"),
        ("../b/en.md", "/project/sources/a", "sources/b/en.md"),
        ("sources/été 1%.md", "/project", "sources/%C3%A9t%C3%A9%201%25.md"),
        ("sources/a#b?c.md", "/project", "sources/a%23b%3Fc.md"),
        ("sources/\udce9.md", "/project", "sources/%3F.md"),
        ("project/sources/en.md", "/", "sources/en.md"),
    ],
)
def test_files_are_named_from_the_project(file: str, here: str, address: str) -> None:
    """Wherever the command ran, an address is relative to the project and percent-encoded."""
    assert uri(file, Path(here)) == (address, "%SRCROOT%")


def test_a_file_outside_has_its_whole_address() -> None:
    """A file outside the project is named wholly, and relative to nothing."""
    assert uri("/elsewhere/my post/en.md") == ("file:///elsewhere/my%20post/en.md", None)


def test_rules_say_what_the_docs_say() -> None:
    """Each id that was found is a rule, with its section of docs/findings.md.

    Results point to it by its place.
    """
    run = sarif(finding("size.over"), finding("access.alt"), finding("never.heard"))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["access.alt", "never.heard", "size.over"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    alt, unknown, _ = rules
    assert alt["name"] == "AccessAlt"
    assert (
        alt["shortDescription"]["text"]
        == "An image has no text for readers who can't see it (WCAG 2.2, 1.1.1)."
    )
    assert "**Do:** describe what it shows" in alt["help"]["markdown"]
    assert alt["defaultConfiguration"] == {"level": "error"}
    assert unknown == {"id": "never.heard", "name": "NeverHeard"}


def test_every_described_finding_is_a_rule() -> None:
    """Every section of docs/findings.md says how bad it is and something more.

    Links to no page of its own.
    """
    headings = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8").count("\n## ")
    assert len(RULES) == headings > 100
    assert all(len(rule.text) > 30 and "](" not in rule.text for rule in RULES.values())
    severities = [rule.severity for rule in RULES.values()]
    assert all(severities.count(severity) > 5 for severity in Severity)


def fingerprint(*findings: Finding) -> list[str]:
    """Return what a code host knows each of some findings again by."""
    return [result["partialFingerprints"]["annexe/v1"] for result in sarif(*findings)["results"]]


def test_a_finding_is_known_again() -> None:
    """Another line and other numbers are the same finding.

    Another file, edition or message is another one.
    """
    first = finding(message="it has 35,315 bytes, 2 more")
    later = finding(message="it has 41,002 bytes, 9 more", line=40)
    assert fingerprint(first) == fingerprint(later)
    others = (finding(file="sources/b.md"), finding(language="fr"), finding(message="it is light"))
    assert not any(fingerprint(other) == fingerprint(first) for other in others)


def test_findings_that_are_alike_stay_apart() -> None:
    """The same fault at two lines of a file is two findings, numbered in the order of the lines."""
    one, two = fingerprint(finding(line=9), finding(line=3))
    assert one.removesuffix(":1") == two.removesuffix(":2")


def test_the_worst_are_kept() -> None:
    """Of more findings than a code host takes, the least bad are left off, and the file says how many."""
    infos = [finding("size.unpublished", Severity.INFO, line=line) for line in range(1, 7)]
    text = write_sarif([*infos, finding()], exit_code=1, rules={}, here=PROJECT, project=PROJECT, limit=5)
    run = json.loads(text)["runs"][0]
    Draft202012Validator(SCHEMA).validate(json.loads(text))
    assert len(run["results"]) == 5
    assert run["results"][0]["level"] == "error"
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("2 more findings are left off")


def test_only_a_broken_run_is_told_as_one() -> None:
    """A run that found errors was carried out; a bug or an interruption was not."""
    ends = [sarif(exit_code=code)["invocations"][0]["executionSuccessful"] for code in (0, 5, 70, 130)]
    assert ends == [True, True, False, False]

"""The JSON report is what its schema and its description say."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

from pipeline.core.model import Severity
from pipeline.core.night import Night, SiteNight
from pipeline.core.results import RunResult, Verdict
from pipeline.report.json import json_bytes, write_night_json
from tests.report import sample_nights as nights
from tests.report.results import edition, finding, missing, run
from tests.repository import ROOT

SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
DESCRIPTION = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
FULL = run(
    edition(
        finding(severity=Severity.WARNING, page=2),
        outcome=Verdict.REJECTED,
        rejected="build/a/rejected/a.pdf",
    ),
    edition(published=None, language="fr", outcome=Verdict.UNCHANGED, reason=None, pages=None),
    missing(finding("source.date", file=None, line=None), language=None, file=None),
    findings=(finding("build.orphan", Severity.INFO, slug=None, language=None),),
)


def text_of(run: RunResult) -> str:
    """Return the report of a run as text."""
    return json_bytes(run).decode()


def test_the_schema_is_one() -> None:
    """The schema is valid JSON Schema of draft 2020-12."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("result", [FULL, run()], ids=["full", "empty"])
def test_reports_follow_the_schema(result: RunResult) -> None:
    """A report with everything and one with nothing are both valid."""
    Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        json.loads(text_of(result))
    )


@pytest.mark.parametrize("night", [nights.FULL, nights.QUIET], ids=["full", "quiet"])
def test_reports_of_nights_follow_the_same_schema(night: Night) -> None:
    """A night's report is a run's with more keys, under the same version."""
    Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        json.loads(write_night_json(night))
    )


def test_a_night_tells_what_changed_and_why() -> None:
    """A night's report has the change, the kept attachment, the sites, its number and its own exit code."""
    report = json.loads(write_night_json(nights.FULL))
    changed, kept, missed = (edition["night"] for edition in report["editions"])
    assert changed == {
        "kept": False,
        "good_since": "2026-11-24T02:00:00+00:00",
        "accepted": False,
        "change": {
            "reason": "changed: source",
            "differences": ["page 1: text", "objects: 12 more"],
            "before": "build/.annexe/before/a-post-en.pdf",
            "after": "build/a-post/a-post-en.pdf",
        },
    }
    assert (kept["kept"], kept["change"], missed["good_since"]) == (True, None, None)
    assert (report["command"], report["exit_code"]) == ("nightly", 3)
    night = report["night"]
    assert (night["number"], night["rebuild"], night["memory"], night["changed"], night["kept"]) == (
        12,
        True,
        812,
        1,
        1,
    )
    assert [(site["name"], site["nights_down"]) for site in night["sites"]] == [("blog", 2), ("library", 0)]
    assert night["nights"][-1] == {"started": "2026-11-24T02:00:00+00:00", "exit_code": 3, "seconds": 62.5}


def test_an_error_of_a_site_counts() -> None:
    """A night whose only error is a site's ends with that error's exit code, in the report too."""
    down = nights.of_no_edition("publish.unreachable", Severity.ERROR)
    site = SiteNight(name="blog", who=None, findings=(down,), nights_down=3)
    report = json.loads(write_night_json(nights.night(*nights.QUIET.editions, sites=(site,))))
    assert (report["exit_code"], report["counts"]["error"]) == (5, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema_version": 2}, "1 was expected"),
        ({"surprise": 1}, "'surprise' was unexpected"),
        ({"editions": [{}]}, "is a required property"),
        ({"exit_code": "0"}, "is not of type 'integer'"),
    ],
)
def test_the_schema_refuses_what_is_no_report(change: dict[str, object], message: str) -> None:
    """The schema is strict: another version, an unknown key, a missing one or a wrong type is no report."""
    errors = Draft202012Validator(SCHEMA).iter_errors({**json.loads(text_of(FULL)), **change})
    assert any(message in error.message for error in errors)


def test_every_key_is_described() -> None:
    """docs/report.md and the schema name every key that a report has."""
    report = json.loads(write_night_json(nights.FULL))
    night, edition = report["night"], report["editions"][0]
    edition_night = edition["night"]
    reported = [report, edition, report["findings"][0], edition_night, edition_night["change"], night]
    reported += [night["sites"][0], night["nights"][0]]
    described = SCHEMA["$defs"]
    schemas = [SCHEMA, described["edition"], described["finding"], described["edition_night"]]
    schemas += [described["edition_night"]["properties"]["change"], described["night"]]
    schemas += [described["night"]["properties"][key]["items"] for key in ("sites", "nights")]
    assert [set(values) for values in reported] == [set(schema["properties"]) for schema in schemas]
    assert set().union(*reported) <= set(re.findall(r"`(\w+)`", DESCRIPTION))


def test_the_same_run_is_the_same_text() -> None:
    """Keys stand in one order, numbers are rounded, and nothing else varies."""
    text = text_of(FULL)
    assert text == text_of(FULL)
    assert text.endswith("}\n")
    assert [*json.loads(text), "night"] == list(SCHEMA["properties"])
    assert json.loads(text)["seconds"] == 1.235
    assert json.loads(text)["editions"][0]["ratio"] == 0.1795


def test_text_stays_readable() -> None:
    """Accents are written as they are; a file name that is no UTF-8 still gives valid UTF-8."""
    text = text_of(run(edition(finding(message="“été”", file="sources/\udce9.md"))))
    assert "“été”" in text
    assert json.loads(text.encode().decode())["editions"][0]["findings"][0]["file"] == "sources/\udce9.md"

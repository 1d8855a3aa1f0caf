"""The JSON report is what its schema and its description say."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

from pipeline.model import Severity
from pipeline.report import RunResult, Verdict, write_json
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


def test_the_schema_is_one() -> None:
    """The schema is valid JSON Schema of draft 2020-12."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("result", [FULL, run()], ids=["full", "empty"])
def test_reports_follow_the_schema(result: RunResult) -> None:
    """A report with everything and one with nothing are both valid."""
    Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        json.loads(write_json(result))
    )


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
    errors = Draft202012Validator(SCHEMA).iter_errors({**json.loads(write_json(FULL)), **change})
    assert any(message in error.message for error in errors)


def test_every_key_is_described() -> None:
    """docs/report.md and the schema name every key that a report has."""
    report = json.loads(write_json(FULL))
    keys = {*report, *report["editions"][0], *report["findings"][0]}
    assert keys == {
        *SCHEMA["properties"],
        *SCHEMA["$defs"]["edition"]["properties"],
        *SCHEMA["$defs"]["finding"]["properties"],
    }
    assert keys <= set(re.findall(r"`(\w+)`", DESCRIPTION))


def test_the_same_run_is_the_same_text() -> None:
    """Keys stand in one order, numbers are rounded, and nothing else varies."""
    text = write_json(FULL)
    assert text == write_json(FULL)
    assert text.endswith("}\n")
    assert list(json.loads(text)) == list(SCHEMA["properties"])
    assert json.loads(text)["seconds"] == 1.235
    assert json.loads(text)["editions"][0]["ratio"] == 0.1795


def test_text_stays_readable() -> None:
    """Accents are written as they are; a file name that is no UTF-8 still gives valid UTF-8."""
    text = write_json(run(edition(finding(message="“été”", file="sources/\udce9.md"))))
    assert "“été”" in text
    assert json.loads(text.encode().decode())["editions"][0]["findings"][0]["file"] == "sources/\udce9.md"

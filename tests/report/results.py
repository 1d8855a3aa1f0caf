"""Small results for tests of reports."""

import datetime as dt
from typing import Any

from pipeline.core.model import Finding, PublishedSize, Severity
from pipeline.core.results import EditionResult, RunResult, Verdict
from tests.reasons import changed

PUBLISHED = PublishedSize(label="192.08 KB", smallest=196_685, largest=196_695)


def finding(check: str = "size.over", severity: Severity = Severity.ERROR, **changes: Any) -> Finding:
    """Return a finding of an edition's source."""
    fields: dict[str, Any] = {
        "message": "the attachment is too heavy",
        "remedy": "make it lighter",
        "slug": "a-post",
        "language": "en",
        "file": "sources/a-post/en.md",
        "line": 4,
    }
    return Finding(check=check, severity=severity, **{**fields, **changes})


def edition(*findings: Finding, **changes: Any) -> EditionResult:
    """Return the result of an edition that was built."""
    fields: dict[str, Any] = {
        "slug": "a-post",
        "language": "en",
        "file": "sources/a-post/en.md",
        "outcome": Verdict.BUILT,
        "attachment": "build/a-post/a-post-en.pdf",
        "size": 35_315,
        "label": "34.49 KB",
        "published": PUBLISHED,
        "pages": 2,
        "sha256": "0" * 64,
        "seconds": 0.25,
        "memory": 130,
        "reason": changed("source"),
    }
    return EditionResult(findings=findings, **{**fields, **changes})


def missing(*findings: Finding, **changes: Any) -> EditionResult:
    """Return the result of an edition that can't be built and never was."""
    fields: dict[str, Any] = {
        "outcome": Verdict.FAILED,
        "attachment": None,
        "size": None,
        "label": None,
        "published": None,
        "pages": None,
        "sha256": None,
        "seconds": 0.0,
        "memory": None,
        "reason": None,
    }
    return edition(*findings, **{**fields, **changes})


def run(*editions: EditionResult, findings: tuple[Finding, ...] = ()) -> RunResult:
    """Return the result of a run of these editions."""
    return RunResult(
        started=dt.datetime(2026, 11, 24, 2, 0, 0, tzinfo=dt.UTC),
        seconds=1.23456,
        command="build",
        editions=editions,
        findings=findings,
        tools=(("weasyprint", "70.0"), ("pango", "1.50.12")),
    )

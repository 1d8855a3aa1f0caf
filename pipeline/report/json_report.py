"""The report for machines: build/report.json, its schema in docs/report.schema.json."""

import json
from typing import Any

from pipeline.model import Finding, Severity
from pipeline.report.result import EditionResult, RunResult

#: Raised when a field goes or changes its meaning; a new field alone does not raise it.
SCHEMA_VERSION = 1


def write_json(run: RunResult) -> str:
    """Return the report of a run as JSON text, in the shape of docs/report.schema.json."""
    return json.dumps(report_of(run), ensure_ascii=False, indent=2) + "\n"


def report_of(run: RunResult) -> dict[str, Any]:
    """Return the report of a run as plain values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "command": run.command,
        "started": run.started.isoformat(timespec="seconds"),
        "seconds": round(run.seconds, 3),
        "exit_code": int(run.exit_code),
        "counts": {str(severity): run.count(severity) for severity in Severity},
        "tools": dict(run.tools),
        "findings": [_finding(finding) for finding in run.findings],
        "editions": [_edition(edition) for edition in run.editions],
    }


def _edition(edition: EditionResult) -> dict[str, Any]:
    published = edition.published
    return {
        "slug": edition.slug,
        "language": edition.language,
        "source": edition.file,
        "outcome": str(edition.outcome),
        "reason": edition.reason,
        "attachment": edition.attachment,
        "rejected": edition.rejected,
        "bytes": edition.size,
        "label": edition.label,
        "published": None
        if published is None
        else {"label": published.label, "smallest": published.smallest, "largest": published.largest},
        "ratio": None if edition.ratio is None else round(edition.ratio, 4),
        "pages": edition.pages,
        "sha256": edition.sha256,
        "seconds": edition.seconds,
        "findings": [_finding(finding) for finding in edition.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "severity": str(finding.severity),
        "message": finding.message,
        "remedy": finding.remedy,
        "file": finding.file,
        "line": finding.line,
        "page": finding.page,
        "language": finding.language,
    }

"""The report for machines: build/report.json, its schema in docs/report.schema.json."""

import json
import re
from typing import Any

from pipeline import __version__
from pipeline.model import Finding, Severity
from pipeline.report.result import EditionResult, RunResult, Verdict

#: Raised when a field goes or changes its meaning; a new field alone does not raise it.
SCHEMA_VERSION = 1

_SURROGATE = re.compile("[\ud800-\udfff]")


def write_json(run: RunResult) -> str:
    """Return the report of a run as JSON text, in the shape of docs/report.schema.json."""
    text = json.dumps(report_of(run), ensure_ascii=False, indent=2)
    # A lone surrogate, as in a file name that is no UTF-8, can't be written as UTF-8: it is escaped, as JSON may.
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def report_of(run: RunResult) -> dict[str, Any]:
    """Return the report of a run as plain values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "annexe": __version__,
        "command": run.command,
        "started": run.started.isoformat(timespec="seconds"),
        "seconds": round(run.seconds, 3),
        "exit_code": int(run.exit_code),
        "outcomes": {
            str(verdict): sum(edition.outcome is verdict for edition in run.editions) for verdict in Verdict
        },
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
        "seconds": round(edition.seconds, 3),
        "memory": edition.memory,
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
        "slug": finding.slug,
        "language": finding.language,
    }

"""The report for machines: build/report.json, its schema in docs/report.schema.json."""

import json
import re
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.model import Finding, Severity
from pipeline.places import shown_path
from pipeline.report.night import Night, NightEdition, SiteNight
from pipeline.report.night_words import counts, exit_code_of, verdict
from pipeline.report.result import EditionResult, RunResult, Verdict

#: Raised when a field goes or changes its meaning; a new field alone does not raise it.
SCHEMA_VERSION = 1

_SURROGATE = re.compile("[\ud800-\udfff]")


def write_json(run: RunResult) -> str:
    """Return the report of a run as JSON text, in the shape of docs/report.schema.json."""
    return json_text(report_of(run))


def write_night_json(night: Night) -> str:
    """Return the report of a night as JSON text: that of its run, with the key `night` there and in each edition."""
    return json_text(night_report_of(night))


def json_text(values: dict[str, Any]) -> str:
    """Return plain values as JSON text that can be written as UTF-8."""
    text = json.dumps(values, ensure_ascii=False, indent=2)
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
            str(outcome): sum(edition.outcome is outcome for edition in run.editions) for outcome in Verdict
        },
        "counts": {str(severity): run.count(severity) for severity in Severity},
        "tools": dict(run.tools),
        "findings": [_finding(finding) for finding in run.findings],
        "editions": [_edition(edition) for edition in run.editions],
    }


def night_report_of(night: Night) -> dict[str, Any]:
    """Return the report of a night as plain values: counts and exit code are the night's, with sites and all."""
    return {
        **report_of(night.run),
        "command": "nightly",
        "exit_code": int(exit_code_of(night)),
        "counts": {str(severity): count for severity, count in counts(night).items()},
        "findings": [_finding(finding) for finding in dict.fromkeys((*night.findings, *night.run.findings))],
        "editions": [_night_edition(edition) for edition in night.editions],
        "night": {
            "number": night.number,
            "verdict": verdict(night),
            "rebuild": night.is_rebuild,
            "memory": night.memory,
            "changed": len(night.changed),
            "kept": sum(edition.is_kept for edition in night.editions),
            "sites": [_site(site) for site in night.sites],
            "nights": [
                {
                    "started": started.isoformat(timespec="seconds"),
                    "exit_code": exit_code,
                    "seconds": round(seconds, 3),
                }
                for started, exit_code, seconds in night.nights
            ],
        },
    }


def _night_edition(edition: NightEdition) -> dict[str, Any]:
    change = edition.change
    return {
        **_edition(edition.result),
        "night": {
            "kept": edition.is_kept,
            "good_since": edition.good_since and edition.good_since.isoformat(timespec="seconds"),
            "accepted": edition.is_accepted,
            "change": None
            if change is None
            else {
                "reason": change.reason,
                "differences": list(change.differences),
                "before": _path(change.before),
                "after": _path(change.after),
            },
        },
    }


def _site(site: SiteNight) -> dict[str, Any]:
    return {
        "name": site.name,
        "who": site.who,
        "nights_down": site.nights_down,
        "published": site.published,
        "findings": [_finding(finding) for finding in site.findings],
    }


def _path(path: Path | None) -> str | None:
    return None if path is None else shown_path(path)


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

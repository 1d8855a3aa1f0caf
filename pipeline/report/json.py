"""The report for machines: build/report.json, its schema in docs/report.schema.json."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.core.model import Finding, PublishedSize, Severity
from pipeline.core.night import Night, NightEdition, SiteNight
from pipeline.core.paths import shown_path
from pipeline.core.results import EditionResult, RunResult, Verdict
from pipeline.report.night_summary import exit_code_of, verdict
from pipeline.report.reasons import reason_text

#: Raised when a field goes or changes its meaning; a new field alone does not raise it.
SCHEMA_VERSION = 1
#: Between two editions: each has a line of its own.
SEPARATOR = b",\n    "
_SURROGATE = re.compile("[\ud800-\udfff]")


def json_bytes(run: RunResult) -> bytes:
    """Return a run's report as JSON in UTF-8 (docs/report.schema.json); text takes several times as much."""
    by_post = {post.slug: post.told for post in run.kept}
    by_post |= {slug: lines_of_results(own) for slug, own in groupby(run.editions, key=lambda one: one.slug)}
    return _whole(report_of(run), SEPARATOR.join([by_post[slug] for slug in sorted(by_post)]))


def write_night_json(night: Night) -> str:
    """Return the report of a night as JSON text: that of its run, with `night` there and in each edition."""
    return _whole(night_report_of(night), lines_of(map(_night_edition, night.editions))).decode()


def json_text(values: dict[str, Any]) -> str:
    """Return plain values as JSON text that can be written as UTF-8."""
    return encoded(json.dumps(values, ensure_ascii=False, indent=2)).decode() + "\n"


def _whole(values: dict[str, Any], editions: bytes) -> bytes:
    """Return a report with its editions last, each on a line of its own: there may be tens of thousands."""
    head = json_text(values).removesuffix("\n}\n").encode()
    if not editions:
        return head + b',\n  "editions": []\n}\n'
    return b"".join((head, b',\n  "editions": [\n    ', editions, b"\n  ]\n}\n"))


def report_of(run: RunResult) -> dict[str, Any]:
    """Return the report of a run as plain values, but for its editions."""
    return {
        "schema_version": SCHEMA_VERSION,
        "annexe": __version__,
        "command": run.command,
        "started": run.started.isoformat(timespec="seconds"),
        "seconds": round(run.seconds, 3),
        "exit_code": int(run.exit_code),
        "outcomes": {str(outcome): count for outcome, count in run.outcomes.items()},
        "counts": {str(severity): count for severity, count in run.counts.items()},
        "tools": dict(run.tools),
        "findings": [finding_values(finding) for finding in run.findings],
    }


def night_report_of(night: Night) -> dict[str, Any]:
    """Return a night's report as plain values without editions: counts and exit code are the night's."""
    return {
        **report_of(night.run),
        "command": "nightly",
        "exit_code": int(exit_code_of(night)),
        "counts": {str(severity): count for severity, count in night.counts.items()},
        "findings": [finding_values(one) for one in dict.fromkeys((*night.findings, *night.run.findings))],
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
        **edition_values(edition.result),
        "night": {
            "kept": edition.is_kept,
            "good_since": edition.good_since and edition.good_since.isoformat(timespec="seconds"),
            "accepted": edition.is_accepted,
            "change": None
            if change is None
            else {
                "reason": reason_text(change.reason),
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
        "findings": [finding_values(finding) for finding in site.findings],
    }


def _path(path: Path | None) -> str | None:
    return None if path is None else shown_path(path)


def lines_of_results(results: Iterable[EditionResult]) -> bytes:
    """Return results as they stand in report.json, an edition a line."""
    return lines_of(map(edition_values, results))


def lines_of(editions: Iterable[Mapping[str, Any]]) -> bytes:
    """Return plain values of editions as JSON, an edition a line."""
    return SEPARATOR.join(encoded(json.dumps(values, ensure_ascii=False)) for values in editions)


def encoded(text: str) -> bytes:
    """Return JSON text as UTF-8; a lone surrogate (of a file name that is no UTF-8) is escaped."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode()


def results_of(lines: bytes) -> tuple[EditionResult, ...]:
    """Return the results that the text of `lines_of_results` stands for."""
    return tuple(map(_result, json.loads(b"[" + lines + b"]")))


def notes_of(slug: str, results: Iterable[EditionResult]) -> bytes:
    """Return the findings of a post's editions as JSON without its name; empty where there are none."""
    notes = [
        {**finding_values(finding), "slug": True if finding.slug == slug else finding.slug}
        for result in results
        for finding in result.findings
    ]
    return encoded(json.dumps(notes, ensure_ascii=False)) if notes else b""


def findings_of(slug: str, notes: bytes) -> tuple[Finding, ...]:
    """Return the findings that a text of `notes_of` stands for."""
    return tuple(
        finding_of({**values, "slug": slug if values["slug"] is True else values["slug"]})
        for values in (json.loads(notes) if notes else [])
    )


def edition_values(edition: EditionResult) -> dict[str, Any]:
    """Return an edition's result as plain values."""
    return {
        "slug": edition.slug,
        "language": edition.language,
        "source": edition.file,
        "outcome": str(edition.outcome),
        "reason": None if edition.reason is None else reason_text(edition.reason),
        "attachment": edition.attachment,
        "rejected": edition.rejected,
        "bytes": edition.size,
        "label": edition.label,
        "published": None if edition.published is None else asdict(edition.published),
        "ratio": None if edition.ratio is None else round(edition.ratio, 4),
        "pages": edition.pages,
        "sha256": edition.sha256,
        "seconds": round(edition.seconds, 3),
        "memory": edition.memory,
        "findings": [finding_values(finding) for finding in edition.findings],
    }


def finding_values(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain values."""
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


def _result(values: Mapping[str, Any]) -> EditionResult:
    published = values["published"]
    return EditionResult(
        slug=values["slug"],
        language=values["language"],
        file=values["source"],
        outcome=Verdict(values["outcome"]),
        attachment=values["attachment"],
        rejected=values["rejected"],
        size=values["bytes"],
        label=values["label"],
        published=None if published is None else PublishedSize(**published),
        pages=values["pages"],
        sha256=values["sha256"],
        seconds=values["seconds"],
        memory=values["memory"],
        # What was not looked into was not built.
        reason=None,
        findings=tuple(map(finding_of, values["findings"])),
    )


def finding_of(values: Mapping[str, Any]) -> Finding:
    """Return the finding that plain values of `finding_values` stand for."""
    return Finding(**{**values, "severity": Severity(values["severity"])})

"""An edition's result as the text that report.json has of it, and back again."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.core.model import Finding, PublishedSize, Severity
from pipeline.core.results import EditionResult, Verdict
from pipeline.report.reasons import reason_text

_SURROGATE = re.compile("[\ud800-\udfff]")
#: Between two editions: each has a line of its own.
SEPARATOR = b",\n    "


def told_of(results: Iterable[EditionResult]) -> bytes:
    """Return results as they stand in report.json, an edition a line."""
    return lines_of(map(edition_values, results))


def lines_of(editions: Iterable[Mapping[str, Any]]) -> bytes:
    """Return plain values of editions as JSON, an edition a line."""
    return SEPARATOR.join(encoded(json.dumps(values, ensure_ascii=False)) for values in editions)


def encoded(text: str) -> bytes:
    """Return JSON text as UTF-8; a lone surrogate, as in a file name that is no UTF-8, is escaped, as JSON may."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode()


def results_of(told: bytes) -> tuple[EditionResult, ...]:
    """Return the results that a text of `told_of` stands for."""
    return tuple(map(_result, json.loads(b"[" + told + b"]")))


def notes_of(slug: str, results: Iterable[EditionResult]) -> bytes:
    """Return the findings of a post's editions as text without the post's name; empty where there are none."""
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
    published = edition.published
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
        "published": None
        if published is None
        else {"label": published.label, "smallest": published.smallest, "largest": published.largest},
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

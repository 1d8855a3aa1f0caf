"""Findings in sources as SARIF 2.1.0 (OASIS), build/annexe.sarif: code hosts show them on their lines."""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline import __version__
from pipeline.core.errors import ExitCode
from pipeline.core.model import Finding, Severity
from pipeline.report.json import json_text
from pipeline.report.night_summary import worst_first
from pipeline.report.printable import printable

#: Where this version of the format is described; nothing is ever fetched from there.
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
#: GitHub refuses a run with more (its documentation, "SARIF support for code scanning").
RESULTS_LIMIT = 25_000
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SECTION = re.compile(r"^## (\S+)\n+(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_SEVERITY = re.compile(r"^\*(\w+)\.\*\s*")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What docs/findings.md says of an id: its severity, and its section as Markdown without links."""

    severity: Severity
    text: str


def read_rules(described: str) -> dict[str, Rule]:
    """Return what a text in the shape of docs/findings.md says of each id."""
    rules = {}
    for name, section in _SECTION.findall(described):
        marked = _SEVERITY.match(section)
        severity = marked[1].lower() if marked else ""
        rules[name] = Rule(
            severity=Severity(severity) if severity in set(Severity) else Severity.WARNING,
            # A code host would take a relative link for one of its own.
            text=_LINK.sub(r"\1", section.strip()),
        )
    return rules


def write_sarif(
    findings: Iterable[Finding],
    *,
    exit_code: int,
    rules: Mapping[str, Rule],
    here: Path,
    project: Path,
    limit: int = RESULTS_LIMIT,
) -> str:
    """Return findings as SARIF text, the worst first; the same findings give the same text.

    Files are named as somebody in the folder `here` would type them; in the result they are addresses
    relative to `project`, or whole ones for what lies outside. `rules` (`read_rules`) explain ids; one
    without a rule stands alone. Of more than `limit` findings the least bad are left off.
    """
    listed = worst_first(findings)
    shown = listed[:limit]
    ids = sorted({finding.check for finding in shown})
    places = {name: place for place, name in enumerate(ids)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "Annexe",
                "version": __version__,
                "rules": [_rule(name, rules.get(name)) for name in ids],
            }
        },
        # A code host distinguishes uploads by this: a later one takes the place of the one before.
        "automationDetails": {"id": "annexe/"},
        "invocations": [_invocation(exit_code, len(listed) - len(shown))],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, fingerprint, places, here, project)
            for finding, fingerprint in zip(shown, _fingerprints(shown), strict=True)
        ],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def path_in(project: Path, here: Path, file: str) -> tuple[str, bool]:
    """Return a file's path from the project's folder, or its whole path if outside, and whether it is inside.

    `file` is relative to the folder `here`, or absolute; links are not followed, as the editor sees it.
    """
    path = Path(os.path.normpath(here / file))
    is_inside = path.is_relative_to(project)
    return (path.relative_to(project) if is_inside else path).as_posix(), is_inside


def _rule(name: str, rule: Rule | None) -> dict[str, Any]:
    described: dict[str, Any] = {"id": name, "name": _title(name)}
    if rule is None:
        return described
    plain = _SEVERITY.sub("", rule.text).replace("**", "")
    first = re.split(r"(?<=[.])\s", " ".join(plain.split()), maxsplit=1)[0]
    return {
        **described,
        "shortDescription": {"text": first},
        "help": {"text": " ".join(plain.split()), "markdown": rule.text},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _title(name: str) -> str:
    """Return an id in the form that SARIF asks of a rule's name: `SizeOver` for `size.over`."""
    return "".join(word.capitalize() for word in re.split(r"[._]", name))


def _invocation(exit_code: int, left_off: int) -> dict[str, Any]:
    is_whole = exit_code not in {ExitCode.BUG, ExitCode.INTERRUPTED}
    invocation: dict[str, Any] = {"executionSuccessful": is_whole, "exitCode": exit_code}
    if left_off:
        text = f"{left_off} more findings are left off, since a code host takes no more; report.json has all"
        invocation["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": text}}]
    return invocation


def _result(
    finding: Finding, fingerprint: str, places: Mapping[str, int], here: Path, project: Path
) -> dict[str, Any]:
    page = f" (page {finding.page})" if finding.page else ""
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": places[finding.check],
        "level": _LEVELS[finding.severity],
        "message": {"text": printable(f"{finding.message}{page}; {finding.remedy}")},
        "partialFingerprints": {"annexe/v1": fingerprint},
    }
    if finding.file is not None:
        result["locations"] = [_location(finding.file, finding.line, here, project)]
    about = {"slug": finding.slug, "language": finding.language}
    if any(about.values()):
        result["properties"] = {key: value for key, value in about.items() if value}
    return result


def _location(file: str, line: int | None, here: Path, project: Path) -> dict[str, Any]:
    path, is_inside = path_in(project, here, file)
    # Percent-encoded, by RFC 3986.
    address = quote(path, errors="replace")
    artifact = {"uri": address, "uriBaseId": "%SRCROOT%"} if is_inside else {"uri": f"file://{address}"}
    # A code host shows only what has a line; what is said of a whole file stands at its first.
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": line or 1}}}


def _fingerprints(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield what identifies each finding on any night: not its line, which an edit above it moves.

    Numbers in the message change from night to night while what is wrong stays the same, so they don't count.
    Of findings that are alike, the first in the file has the number 1.
    """
    seen: Counter[str] = Counter()
    for finding in findings:
        message = re.sub(r"\d+", "0", finding.message)
        parts = (finding.check, finding.file or "", finding.slug or "", finding.language or "", message)
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        seen[digest] += 1
        yield f"{digest}:{seen[digest]}"

"""The result of publishing or verifying, and how it is printed: a table for people, JSON for programs."""

import json
from dataclasses import dataclass
from typing import Any, TextIO

from pipeline.core.errors import ExitCode, exit_code_of_subject
from pipeline.core.model import Finding, Severity
from pipeline.publish.plan import Action, ActionKind
from pipeline.report.console import print_findings
from pipeline.report.printable import encodable
from pipeline.report.table import print_columns

SCHEMA_VERSION = 1
_HEADS = ("post", "language", "action", "what", "where")
#: Shown in red: they take something off a site.
_REMOVALS = frozenset({ActionKind.DELETE, ActionKind.UNLINK})


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult:
    """What a run on a site did and found.

    `who` says in words which site it was and as which user. `actions` are the plan; once it `is_applied`,
    what was done. `unchanged` counts the links that were right before.
    """

    target: str
    who: str
    actions: tuple[Action, ...]
    unchanged: int
    findings: tuple[Finding, ...]
    is_applied: bool

    @property
    def work(self) -> tuple[Action, ...]:
        """Return the actions that write something."""
        return tuple(action for action in self.actions if action.kind is not ActionKind.NOTHING)

    @property
    def exit_code(self) -> ExitCode:
        """Return the highest exit code of the errors among the findings."""
        codes = [
            exit_code_of_subject(finding.subject)
            for finding in self.findings
            if finding.severity is Severity.ERROR
        ]
        return max(codes, default=ExitCode.OK)


def print_plan(result: PublishResult, *, out: TextIO) -> None:
    """Print the plan as a table."""
    if result.actions:
        bad = [number for number, action in enumerate(result.actions) if action.kind in _REMOVALS]
        print_columns(_HEADS, [_cells(action) for action in result.actions], bad=bad, out=out)


def print_published(result: PublishResult, *, out: TextIO, err: TextIO, quiet: bool, what: str) -> None:
    """Print the findings to `err` and the summary `what` to `out`; `quiet` prints errors alone."""
    print_findings(result.findings, err=err, quiet=quiet)
    if not quiet:
        out.write(encodable(f"{what}\n", out))


def published_json(result: PublishResult) -> str:
    """Return a result as JSON; docs/publishing.md describes it."""
    values: dict[str, Any] = {
        "schema": SCHEMA_VERSION,
        "target": result.target,
        "site": result.who,
        "applied": result.is_applied,
        "actions": [
            {
                "action": str(action.kind),
                "post": action.slug or None,
                "language": action.language,
                "what": action.what,
                "where": action.where,
            }
            for action in result.actions
        ],
        "unchanged": result.unchanged,
        "findings": [
            {
                "check": finding.check,
                "severity": str(finding.severity),
                "post": finding.slug,
                "language": finding.language,
                "file": finding.file,
                "message": finding.message,
                "remedy": finding.remedy,
            }
            for finding in result.findings
        ],
        "exit_code": int(result.exit_code),
    }
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def _cells(action: Action) -> tuple[str, ...]:
    return (
        action.slug or "(front pages)",
        action.language or "-",
        str(action.kind),
        action.what,
        action.where,
    )

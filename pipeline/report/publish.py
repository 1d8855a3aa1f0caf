"""What publishing is about to do, did and found: a table for people, JSON for programs."""

import json
from collections.abc import Sequence
from typing import Any, Protocol, TextIO

from pipeline.core.model import Finding
from pipeline.report.console import print_findings
from pipeline.report.printable import encodable
from pipeline.report.table import print_columns

SCHEMA_VERSION = 1
_HEADS = ("post", "language", "action", "what", "where")
#: What takes something off a site catches the eye.
_LOST = frozenset({"delete", "unlink"})


class PlanLine(Protocol):
    """One line of a plan; pipeline.publish.plan makes them."""

    @property
    def kind(self) -> str:
        """Return what is done."""

    @property
    def slug(self) -> str:
        """Return the post's name; empty for what all posts are shown together with."""

    @property
    def language(self) -> str | None:
        """Return the language, or None where all are meant."""

    @property
    def what(self) -> str:
        """Return what it is done with."""

    @property
    def where(self) -> str:
        """Return where on the site."""


class Published(Protocol):
    """What a run on a site gave; pipeline.publish.result makes them."""

    @property
    def target(self) -> str:
        """Return the site's name in the settings."""

    @property
    def who(self) -> str:
        """Return where and as whom we were."""

    @property
    def actions(self) -> Sequence[PlanLine]:
        """Return the plan, or what was done of it."""

    @property
    def work(self) -> Sequence[PlanLine]:
        """Return those that write something."""

    @property
    def unchanged(self) -> int:
        """Return how many links were right."""

    @property
    def findings(self) -> Sequence[Finding]:
        """Return what was found."""

    @property
    def is_applied(self) -> bool:
        """Say whether the plan was carried out."""

    @property
    def exit_code(self) -> int:
        """Return the exit code."""


def print_plan(result: Published, *, out: TextIO) -> None:
    """Print the plan as a table."""
    if result.actions:
        bad = [number for number, action in enumerate(result.actions) if action.kind in _LOST]
        print_columns(_HEADS, [_cells(action) for action in result.actions], bad=bad, out=out)


def print_published(result: Published, *, out: TextIO, err: TextIO, quiet: bool, what: str) -> None:
    """Print what was found to `err`, and a summary that begins with `what` to `out`; `quiet` prints errors alone."""
    print_findings(result.findings, err=err, quiet=quiet)
    if not quiet:
        out.write(encodable(f"{what}\n", out))


def published_json(result: Published) -> str:
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


def _cells(action: PlanLine) -> tuple[str, ...]:
    return (
        action.slug or "(front pages)",
        action.language or "-",
        str(action.kind),
        action.what,
        action.where,
    )

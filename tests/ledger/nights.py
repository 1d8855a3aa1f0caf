"""Made-up nights for the tests of the history."""

import datetime as dt
from typing import Any

from pipeline.core.model import Finding, Severity
from pipeline.core.results import EditionResult, Verdict
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.rows import RunEnding

FIRST = dt.datetime(2026, 1, 5, 2, 0, tzinfo=dt.UTC)
#: The sha256 of an attachment, and of another.
SUM, OTHER = "a" * 64, "b" * 64


def finding(message: str = "something is odd", **changes: Any) -> Finding:
    """Return a warning."""
    fields: dict[str, Any] = {"check": "size.drift", "severity": Severity.WARNING, "remedy": "look at it"}
    return Finding(message=message, **{**fields, **changes})


def row(outcome: str = "unchanged", **changes: Any) -> EditionResult:
    """Return what became of the edition a-fr; built where it stands, of 30 bytes and 2 pages."""
    return EditionResult(
        **{
            "slug": "a",
            "language": "fr",
            "file": "sources/a/fr.md",
            "outcome": Verdict(outcome),
            "attachment": "build/a/a-fr.pdf",
            "size": 30,
            "label": "30 bytes",
            "published": None,
            "pages": 2,
            "sha256": SUM,
            "seconds": 0.5,
            "memory": 90,
            "reason": None,
            "findings": (),
            **changes,
        }
    )


def night(ledger: Ledger, day: int, *rows: EditionResult, is_rebuild: bool = False, **ending: Any) -> int:
    """Record the night of a day after the first, with these editions; return its number."""
    number = ledger.begin_run(FIRST + dt.timedelta(days=day), "nightly", is_rebuild=is_rebuild)
    for each in rows:
        ledger.record_result(number, each)
    fields: dict[str, Any] = {"exit_code": 0, "seconds": 2.5, "findings": ()}
    ledger.finish_run(number, RunEnding(**{**fields, **ending}))
    return number

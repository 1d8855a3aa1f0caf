"""Small nights for tests of reports."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.core.model import Finding, Severity
from pipeline.core.night import Change, Night, NightEdition, SiteNight
from pipeline.core.results import EditionResult, Verdict
from tests.reasons import changed
from tests.report.results import edition, finding, missing, run

STARTED = dt.datetime(2026, 11, 24, 2, 0, 0, tzinfo=dt.UTC)
CHANGE = Change(
    reason=changed("source"),
    differences=("page 1: text", "objects: 12 more"),
    before=Path("build/.annexe/before/a-post-en.pdf"),
    after=Path("build/a-post/a-post-en.pdf"),
)


def night_edition(result: EditionResult, **changes: Any) -> NightEdition:
    """Return an edition of a night; its attachment is in its place where the result says so."""
    path = Path(result.attachment) if result.attachment else None
    return NightEdition(result=result, path=path, **changes)


def night(*editions: NightEdition, findings: tuple[Finding, ...] = (), **changes: Any) -> Night:
    """Return the twelfth night, of these editions; `findings` are the night's own."""
    results = tuple(edition.result for edition in editions)
    fields: dict[str, Any] = {"number": 12, "run": run(*results), "editions": editions, "findings": findings}
    return Night(**{**fields, **changes})


def of_no_edition(check: str, severity: Severity = Severity.WARNING, **changes: Any) -> Finding:
    """Return a finding that is about no edition and no file."""
    fields: dict[str, Any] = {"slug": None, "language": None, "file": None, "line": None}
    return finding(check, severity, **{**fields, **changes})


QUIET = night(
    night_edition(edition(outcome=Verdict.UNCHANGED, reason=None)),
    night_edition(edition(outcome=Verdict.UNCHANGED, reason=None, language="fr")),
)
#: A night with everything: a change, a kept attachment, one that never was, a site that is down, one that is
#: not.
FULL = night(
    night_edition(
        edition(finding("size.drift", Severity.WARNING, page=2)),
        change=CHANGE,
        is_accepted=False,
        good_since=STARTED,
    ),
    night_edition(
        edition(
            finding(language="fr", file="sources/a-post/fr.md"),
            language="fr",
            outcome=Verdict.REJECTED,
            rejected="build/a-post/rejected/a-post-fr.pdf",
        ),
        is_kept=True,
        good_since=STARTED - dt.timedelta(days=3),
    ),
    night_edition(
        missing(finding("source.date", slug="b-post", language=None), slug="b-post", language=None)
    ),
    findings=(of_no_edition("night.notify"),),
    sites=(
        SiteNight(
            name="blog",
            who=None,
            findings=(of_no_edition("publish.unreachable", message="blog does not answer"),),
            nights_down=2,
        ),
        SiteNight(name="library", who="an editor", findings=(), published=1),
    ),
    nights=((STARTED - dt.timedelta(days=1), 0, 61.25), (STARTED, 3, 62.5)),
    memory=812,
    is_rebuild=True,
)


def many(count: int) -> Night:
    """Return a night of so many changed attachments, each with an error and a warning at its own line."""
    results = [
        edition(
            finding(slug=f"post-{n:05}", file=f"sources/post-{n:05}/en.md"),
            finding(
                "size.drift", Severity.WARNING, slug=f"post-{n:05}", file=f"sources/post-{n:05}/en.md", line=5
            ),
            slug=f"post-{n:05}",
        )
        for n in range(count)
    ]
    return night(*(night_edition(result, change=replace(CHANGE)) for result in results))

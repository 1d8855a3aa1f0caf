"""A night as data, for its reports to people and machines; pipeline.nightly.run makes it."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.core.model import Finding, Severity
from pipeline.core.reasons import Reason
from pipeline.core.results import EditionResult, RunResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """An attachment on one recorded night: bytes (None: there was none), pages, seconds of making it."""

    started: dt.datetime
    size: int | None
    pages: int | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How an attachment differs from the one that stood there before.

    `reason` is why it was built anew, `differences` say in words what differs. `before` and `after`
    are the two files; `before` is None where there was none.
    """

    reason: Reason
    differences: tuple[str, ...]
    before: Path | None
    after: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class NightEdition:
    """One edition in a night's report.

    `path` is the good attachment that stands in its place (None: there is none); `is_kept` says that it is an
    older one, since what was made last failed. `good_since` is when it was built. `points` are its recorded
    nights, the oldest first, this one last. `is_accepted` says that how it looks was accepted, or is as it
    was when that was done (None: nobody ever accepted it).
    """

    result: EditionResult
    path: Path | None
    is_kept: bool = False
    good_since: dt.datetime | None = None
    points: tuple[Point, ...] = ()
    change: Change | None = None
    is_accepted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteNight:
    """What the night found on one site: its name, who we were there, findings, nights it was down."""

    name: str
    who: str | None
    findings: tuple[Finding, ...]
    nights_down: int = 0
    published: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """A night: its number in the history, the run, its editions as reported, the sites, the last nights.

    `nights` are the recorded runs as (started, exit code, seconds), the oldest first, this one last. `memory`
    is the peak of the run's own process in MiB. `is_rebuild` says that all was made anew to compare bytes.
    """

    number: int
    run: RunResult
    editions: tuple[NightEdition, ...]
    sites: tuple[SiteNight, ...] = ()
    nights: tuple[tuple[dt.datetime, int, float], ...] = ()
    memory: int | None = None
    is_rebuild: bool = False
    findings: tuple[Finding, ...] = field(default=())

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Return every finding of the night once: the run's, the sites', and the night's own."""
        of_sites = (finding for site in self.sites for finding in site.findings)
        return tuple(dict.fromkeys((*self.findings, *of_sites, *self.run.different_findings)))

    @property
    def counts(self) -> dict[Severity, int]:
        """Return the number of findings of each severity, all counted in one pass."""
        found = Counter(finding.severity for finding in self.all_findings)
        return {severity: found[severity] for severity in Severity}

    @property
    def changed(self) -> tuple[NightEdition, ...]:
        """Return the editions whose attachment is another one than before."""
        return tuple(edition for edition in self.editions if edition.change is not None)

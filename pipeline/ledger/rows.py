"""The rows of the ledger: frozen dataclasses that know no report and no database."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.core.model import Finding
from pipeline.core.reasons import Reason


class UnrecordedError(Exception):
    """A build can't be recorded; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlace:
    """What all posts of a place share, as its last run found it.

    `shared_stats` is a digest of stats, not to be relied on where it `is_racy`; `shared` is the fingerprint
    by content. `watched` are files that count besides, `tools` names and versions.
    """

    name: str
    shared_stats: str
    shared: str
    is_racy: bool
    watched: tuple[str, ...]
    tools: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRecord:
    """A post that was found good, and what was reported of it.

    `stats` are those of its files, not to be relied on where the row `is_racy`. `told` are its editions as
    report.json has them, `languages` theirs, in order; `notes` are their findings without its name, so that
    posts with the same findings have the same notes. `orphans` are attachments that nothing makes.
    """

    slug: str
    is_racy: bool
    languages: tuple[str, ...]
    notes: bytes = field(repr=False)
    orphans: tuple[str, ...]
    stats: bytes = field(repr=False)
    told: bytes = field(repr=False)

    @property
    def digest(self) -> bytes:
        """Return a digest of the row, so that one that was damaged is seen: SQLite keeps no check sums."""
        languages, orphans = " ".join(self.languages), "/".join(self.orphans)
        facts = f"{self.slug}\0{self.is_racy:d}\0{languages}\0{orphans}\0{len(self.stats)}\0"
        digest = hashlib.sha256(facts.encode("utf-8", "backslashreplace"))
        for part in (self.stats, self.notes, self.told):
            digest.update(part)
        return digest.digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCheck:
    """What a run saw of a site: whether it was reachable, its errors, how many posts were published there."""

    target: str
    is_reachable: bool
    errors: int = 0
    published: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnding:
    """How a run ended.

    `memory` is the peak of the run's own process in MiB, `outcomes` how many editions came to which outcome,
    `counts` how many different findings there are of each severity, `findings` the findings themselves (None:
    the run was broken off before they were known).
    """

    exit_code: int
    seconds: float
    memory: int | None = None
    tools: Sequence[tuple[str, str]] = ()
    outcomes: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    findings: Sequence[Finding] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A recorded run. `number` says which came after which; `started` doesn't, since clocks jump.

    `scope` names the posts and languages that it was limited to (empty: all). A run that never came to its
    end has no `exit_code` and no `seconds`: it was killed, or it is at work now. `has_findings` says that the
    history still has the text of its findings, not only their number.
    """

    number: int
    started: dt.datetime
    command: str
    scope: str
    is_rebuild: bool
    exit_code: int | None
    seconds: float | None
    memory: int | None
    tools: tuple[tuple[str, str], ...]
    outcomes: Mapping[str, int]
    counts: Mapping[str, int]
    has_findings: bool

    @property
    def is_finished(self) -> bool:
        """Say whether the run came to its end, be it a bad one."""
        return self.exit_code is not None

    @property
    def finished(self) -> dt.datetime | None:
        """Return when the run came to its end, or None where it never did."""
        return None if self.seconds is None else self.started + dt.timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPoint:
    """What an attachment was from a recorded run on: a point of its trend, a line of its history.

    `sha256`, `size` (bytes) and `pages` are those of the good attachment that stood there after the run
    (None: there was none). `seconds` and `memory` (MiB) are what making it took, if it was made.
    """

    run: int
    started: dt.datetime
    outcome: str
    sha256: str | None
    size: int | None
    pages: int | None
    seconds: float | None
    memory: int | None
    reason: Reason | None

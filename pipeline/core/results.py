"""What came of a run, as data: one result an edition, and the run they belong to."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum

from pipeline.core.errors import ExitCode, exit_code_of_subject
from pipeline.core.model import Finding, PublishedSize, Severity
from pipeline.core.reasons import Reason


class Verdict(StrEnum):
    """What became of an edition.

    `built`: a new attachment stands in its place; `unchanged`: the one that is there is right; `composed`:
    only the web page was wanted; `rejected`: a new one has errors and was put aside; `failed`: there is none,
    or it has errors.
    """

    BUILT = "built"
    UNCHANGED = "unchanged"
    COMPOSED = "composed"
    REJECTED = "rejected"
    FAILED = "failed"

    @property
    def is_bad(self) -> bool:
        """Say whether somebody has to do something."""
        return self in {Verdict.REJECTED, Verdict.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionResult:
    """What became of one edition in a run.

    `attachment` is the path of the good attachment that stands in its place after the run (None: there is
    none), and `size` (bytes), `sha256` and `label` are that file's. `rejected` is the path of a new one with
    errors. `language` and `file` are None where the source could not be told. `seconds` is the time it took
    and `memory` the MiB that its process held at most (None where it gave nothing), `reason` why it was
    built.
    """

    slug: str
    language: str | None
    file: str | None
    outcome: Verdict
    attachment: str | None
    rejected: str | None = None
    size: int | None
    label: str | None
    published: PublishedSize | None
    pages: int | None
    sha256: str | None
    seconds: float
    memory: int | None = None
    reason: Reason | None
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """Return what tells this edition from all others: `slug-language`."""
        return f"{self.slug}-{self.language}" if self.language else self.slug

    @property
    def ratio(self) -> float | None:
        """Return the attachment's size as a share of the published size's upper end, or None."""
        if self.size is None or self.published is None or not self.published.largest:
            return None
        return self.size / self.published.largest


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPost:
    """A post that a run left out, since it is certainly unchanged: all its editions are good.

    `told` are its editions as report.json has them, an edition a line; `notes` are their findings without its
    name. `findings` are those of them that are not told of another post, at the same line of a file, before.
    """

    slug: str
    languages: tuple[str, ...]
    told: bytes = field(repr=False)
    notes: bytes = field(repr=False)
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What came of a run: when it began (UTC), its seconds, its editions, and findings of no edition.

    `editions` are those that were looked into; with those of the posts in `kept` they are all.
    """

    started: dt.datetime
    seconds: float
    command: str
    editions: tuple[EditionResult, ...]
    findings: tuple[Finding, ...]
    tools: tuple[tuple[str, str], ...]
    kept: tuple[KeptPost, ...] = ()

    @property
    def outcomes(self) -> dict[Verdict, int]:
        """Return how many editions came to which verdict, those that were kept as unchanged."""
        counts = {verdict: sum(one.outcome is verdict for one in self.editions) for verdict in Verdict}
        counts[Verdict.UNCHANGED] += sum(len(post.languages) for post in self.kept)
        return counts

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Return every finding of the run, those of no edition first; of unchanged posts, none twice."""
        of_editions = [(edition.slug, edition.findings) for edition in self.editions]
        of_kept = [(post.slug, post.findings) for post in self.kept if post.findings]
        if of_kept:
            of_editions = sorted((*of_editions, *of_kept), key=lambda told: told[0])
        return (*self.findings, *(finding for _, findings in of_editions for finding in findings))

    @property
    def different_findings(self) -> tuple[Finding, ...]:
        """Return every finding once: one about a file that several editions share is the first one's."""
        different: dict[Finding, Finding] = {}
        for finding in self.all_findings:
            different.setdefault(_told(finding), finding)
        return tuple(different.values())

    @property
    def exit_code(self) -> ExitCode:
        """Return the highest of 2 to 70 that an error stands for, else 1 where anything is bad, else 0."""
        codes = [
            exit_code_of_subject(finding.subject)
            for finding in self.all_findings
            if finding.severity is Severity.ERROR
        ]
        if any(edition.outcome.is_bad for edition in self.editions):
            codes.append(ExitCode.CHECK_FOUND_AN_ERROR)
        return max(codes, default=ExitCode.OK)

    @property
    def counts(self) -> dict[Severity, int]:
        """Return the number of findings of each severity; one that several editions share counts once."""
        found = Counter(finding.severity for finding in self.different_findings)
        return {severity: found[severity] for severity in Severity}


def _told(finding: Finding) -> Finding:
    """Return a finding as people read it: of a line of a file, whatever edition it showed in."""
    return finding if finding.line is None else replace(finding, slug=None, language=None)


class AcceptanceOutcome(StrEnum):
    """What became of a published size."""

    UPDATED = "updated"
    UNCHANGED = "stays"
    LEFT = "left as it is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """One attachment: its bytes (None: not built), published size before and after, why it was left.

    `before` and `after` are labels as the front matter writes them, None where it has none. `source` is the
    edition's file; None where the edition can't be told.
    """

    name: str
    source: str | None
    size: int | None
    before: str | None
    after: str | None
    outcome: AcceptanceOutcome
    note: str | None = None

    @property
    def is_bad(self) -> bool:
        """Say whether somebody has to do something."""
        return self.outcome is AcceptanceOutcome.LEFT

"""What needs a person: findings grouped by what is to be done, bounded, so that a catastrophe can still be read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.core.model import Finding, Severity
from pipeline.report.pages.states import in_order, sentence

#: Shown of one thing to do, and things to do of one severity; the rest stands on the posts' pages and in report.json.
MOST_LINES = 12
MOST_GROUPS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """A finding as a line: what is wrong, where, on which page of the attachment, and the post's report page."""

    check: str
    severity: str
    message: str
    remedy: str
    place: str
    page: int | None
    slug: str | None
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Findings with one remedy: what to do, their id, the first of them, and how many there are besides."""

    remedy: str
    check: str
    lines: tuple[FindingLine, ...]
    rest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The groups of each severity, how many groups are left out, and the number of findings worth knowing."""

    errors: tuple[Group, ...]
    warnings: tuple[Group, ...]
    infos: tuple[Group, ...]
    left_out: int
    notes: int


def line_of(finding: Finding, hrefs: Mapping[str, str]) -> FindingLine:
    """Return a finding as a line; `hrefs` gives the report page of a post by its name."""
    slug = finding.slug if finding.slug in hrefs else None
    return FindingLine(
        check=finding.check,
        severity=finding.severity.value,
        message=sentence(finding.message),
        remedy=sentence(finding.remedy),
        place=finding.place,
        page=finding.page,
        slug=slug,
        href=hrefs[slug] if slug is not None else None,
    )


def group_needs(findings: Iterable[Finding], hrefs: Mapping[str, str]) -> Needs:
    """Return what is to be done, what most findings ask for first."""
    by_severity = defaultdict[Severity, list[Finding]](list)
    for finding in findings:
        by_severity[finding.severity].append(finding)
    groups = {severity: _groups(by_severity[severity], hrefs) for severity in Severity}
    return Needs(
        errors=groups[Severity.ERROR][:MOST_GROUPS],
        warnings=groups[Severity.WARNING][:MOST_GROUPS],
        infos=groups[Severity.INFO][:MOST_GROUPS],
        left_out=sum(max(0, len(found) - MOST_GROUPS) for found in groups.values()),
        notes=len(by_severity[Severity.INFO]),
    )


def _groups(findings: Iterable[Finding], hrefs: Mapping[str, str]) -> tuple[Group, ...]:
    by_remedy = defaultdict[tuple[str, str], list[Finding]](list)
    for finding in findings:
        by_remedy[finding.check, finding.remedy].append(finding)
    ordered = sorted(by_remedy.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(
        Group(
            remedy=sentence(remedy),
            check=check,
            lines=tuple(line_of(finding, hrefs) for finding in in_order(found)[:MOST_LINES]),
            rest=max(0, len(found) - MOST_LINES),
        )
        for (check, remedy), found in ordered
    )

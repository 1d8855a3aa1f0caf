"""The first page and the list of posts as data: verdict, what needs attention, changes, sites, nights."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.core.errors import ExitCode
from pipeline.core.model import Finding, Severity
from pipeline.core.night import Night, NightEdition, SiteNight
from pipeline.core.reasons import Reason
from pipeline.report.pages import states
from pipeline.report.pages.post import (
    Bar,
    ChangeView,
    EditionPictures,
    FindingLine,
    bar_of,
    change_view,
    line_of,
)
from pipeline.report.pages.words import Words
from pipeline.report.reasons import reason_text

#: Shown of one thing to do, and things to do of one severity; posts' pages and report.json have the rest.
MOST_LINES = 12
MOST_GROUPS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGroup:
    """Findings with one remedy: what to do, their id, the first of them, and how many there are besides."""

    remedy: str
    check: str
    lines: tuple[FindingLine, ...]
    rest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The groups of each severity, how many groups are left out, and the number of findings worth knowing."""

    errors: tuple[FindingGroup, ...]
    warnings: tuple[FindingGroup, ...]
    infos: tuple[FindingGroup, ...]
    left_out: int
    notes: int


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


def _groups(findings: Iterable[Finding], hrefs: Mapping[str, str]) -> tuple[FindingGroup, ...]:
    by_remedy = defaultdict[tuple[str, str], list[Finding]](list)
    for finding in findings:
        by_remedy[finding.check, finding.remedy].append(finding)
    ordered = sorted(by_remedy.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(
        FindingGroup(
            remedy=states.sentence(remedy),
            check=check,
            lines=tuple(line_of(finding, hrefs) for finding in states.in_order(found)[:MOST_LINES]),
            rest=max(0, len(found) - MOST_LINES),
        )
        for (check, remedy), found in ordered
    )


#: Nights at a glance.
MOST_NIGHTS = 30
#: Changes on the first page: of one reason with pictures and with names alone, and reasons.
MOST_SHOWN, MOST_NAMED, MOST_REASONS = 4, 60, 12
#: Pages of one changed attachment on the first page; its post's page has more.
MOST_PAIRS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedEdition:
    """A changed attachment on the first page: its name, its place on its post's page, how it changed."""

    name: str
    href: str
    change: ChangeView


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGroup:
    """What changed for one reason: some with pictures, more as names with addresses, how many besides."""

    heading: str
    shown: tuple[ChangedEdition, ...]
    named: tuple[tuple[str, str], ...]
    rest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """A site: its name, who we were there, in a sentence how it stands, and what was found."""

    name: str
    who: str
    level: str
    sentences: tuple[str, ...]
    findings: tuple[FindingLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NightMark:
    """A night at a glance: when it began, its exit code, how it ended in words, how long it took."""

    when: str
    code: int
    told: str
    took: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEdition:
    """An edition in the list of posts."""

    language: str
    language_name: str
    level: str
    state: str
    size: str
    published: str
    bar: Bar | None
    bar_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPost:
    """A post in the list: its name, its page, the part of the list that it stands in, its editions."""

    slug: str
    href: str
    group: str
    editions: tuple[ListedEdition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPage:
    """The first page but for its posts. `tallies` are (what, number, place on the page)."""

    verdict: states.NightVerdict
    tallies: tuple[tuple[str, str, str], ...]
    needs: Needs
    changes: tuple[ChangeGroup, ...]
    changes_left_out: int
    sites: tuple[SiteView, ...]
    nights: tuple[NightMark, ...]

    @property
    def has_pictures(self) -> bool:
        """Say whether pages are shown before and after."""
        shown = (edition.change.pairs for group in self.changes for edition in group.shown)
        return any(pairs is not None and pairs.pairs for pairs in shown)


def first_page(
    night: Night,
    posts: Sequence[states.PostStatus],
    drawn: Mapping[str, EditionPictures],
    hrefs: Mapping[str, str],
    words: Words,
) -> FirstPage:
    """Return the first page; `drawn` has changed editions' pictures by name, `hrefs` posts' pages by slug."""
    groups = tuple(_changes(night, drawn, hrefs, words))
    return FirstPage(
        verdict=states.verdict(night, posts, words),
        tallies=tuple(_tallies(night, posts, words)),
        needs=group_needs(night.all_findings, hrefs),
        changes=groups[:MOST_REASONS],
        changes_left_out=sum(len(one.shown) + len(one.named) + one.rest for one in groups[MOST_REASONS:]),
        sites=tuple(_site(site, hrefs, words) for site in night.sites),
        nights=tuple(_mark(when, code, took, words) for when, code, took in night.nights[-MOST_NIGHTS:]),
    )


def shown_changes(night: Night) -> tuple[NightEdition, ...]:
    """Return the changed editions that the first page shows with pictures."""
    groups = _by_reason(night)[:MOST_REASONS]
    return tuple(edition for _, editions in groups for edition in editions[:MOST_SHOWN])


def listed_post(post: states.PostStatus, href: str, words: Words) -> ListedPost:
    """Return a post in the list."""
    editions = tuple(_row(status, words) for status in post.editions)
    return ListedPost(slug=post.slug, href=href, group=post.group, editions=editions)


def _tallies(
    night: Night, posts: Sequence[states.PostStatus], words: Words
) -> Iterator[tuple[str, str, str]]:
    statuses = [status for post in posts for status in post.editions]
    bad = sum(1 for one in statuses if one.state.is_bad)
    warnings, changed = night.counts[Severity.WARNING], len(night.changed)
    yield words("tally.need"), words.number(bad), "#needs"
    yield words("tally.warnings", n=warnings), words.number(warnings), "#needs"
    yield words("tally.changed", n=changed), words.number(changed), "#changes"
    yield words("tally.good", n=len(statuses) - bad), words.number(len(statuses) - bad), "#posts"
    if night.sites:
        yield words("tally.sites", n=len(night.sites)), words.number(len(night.sites)), "#sites"


def _by_reason(night: Night) -> list[tuple[Reason, list[NightEdition]]]:
    groups = defaultdict[Reason, list[NightEdition]](list)
    for edition in night.changed:
        if edition.change is not None:
            groups[edition.change.reason].append(edition)
    return sorted(groups.items(), key=lambda group: (-len(group[1]), reason_text(group[0])))


def _changes(
    night: Night, drawn: Mapping[str, EditionPictures], hrefs: Mapping[str, str], words: Words
) -> Iterator[ChangeGroup]:
    for reason, editions in _by_reason(night):
        addresses = [
            (edition.result.name, f"{hrefs[edition.result.slug]}#edition-{edition.result.language}")
            for edition in editions
        ]
        shown = []
        for edition, (name, href) in zip(editions[:MOST_SHOWN], addresses, strict=False):
            change = change_view(edition, drawn.get(name, EditionPictures()), words)
            if change is not None:
                shown.append(ChangedEdition(name=name, href=href, change=change))
        yield ChangeGroup(
            heading=words("change.group", n=len(editions), reason=states.reason_words(reason, words)),
            shown=tuple(shown),
            named=tuple(addresses[MOST_SHOWN:][:MOST_NAMED]),
            rest=max(0, len(editions) - MOST_SHOWN - MOST_NAMED),
        )


def _site(site: SiteNight, hrefs: Mapping[str, str], words: Words) -> SiteView:
    found = states.in_order(site.findings)
    sentences = []
    if site.nights_down:
        sentences.append(words("sites.down", n=site.nights_down))
    elif not found:
        sentences.append(words("sites.well"))
    if site.published:
        sentences.append(words("sites.published", n=site.published))
    return SiteView(
        name=site.name,
        who=words("sites.as", who=site.who) if site.who else words("sites.unknown"),
        level=found[0].severity.value if found else "good",
        sentences=tuple(sentences),
        findings=tuple(line_of(finding, hrefs) for finding in found[:MOST_NAMED]),
    )


def _mark(when: dt.datetime, code: int, took: float, words: Words) -> NightMark:
    return NightMark(
        when=f"{words.date(when, is_short=True)}, {words.time(when)}",
        code=code,
        told=words("nights.well") if code == ExitCode.OK else words("nights.bad", code=code),
        took=words.duration(took),
    )


def _row(status: states.EditionStatus, words: Words) -> ListedEdition:
    result = status.edition.result
    shown, shown_words = bar_of(status.edition, words)
    return ListedEdition(
        language=result.language or "?",
        language_name=words.language_name(result.language) if result.language else result.name,
        level=status.level,
        state=states.state_words(status, words),
        size=result.label or "",
        published=result.published.label if result.published else "",
        bar=shown,
        bar_words=shown_words,
    )

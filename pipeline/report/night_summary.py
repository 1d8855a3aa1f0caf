"""A night in words for every report for machines: verdict, what needs a person, what changed and why."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.core.errors import ExitCode, exit_code_of_subject
from pipeline.core.model import Finding, Severity
from pipeline.core.night import Night, NightEdition, SiteNight
from pipeline.core.results import Verdict
from pipeline.report.printable import on_one_line
from pipeline.report.reasons import reason_text

#: A mail or a chat message that is longer is not read in ten seconds.
_LINES = 10
_NAMED = 3
_WIDTH = 160
#: Why a night broke off stands nowhere else.
_BROKEN_WIDTH = 400

_RANKS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def exit_code_of(night: Night) -> ExitCode:
    """Return a night's exit code: its run's, or the higher one of an error of the night or a site."""
    codes = [
        exit_code_of_subject(finding.subject)
        for finding in night.all_findings
        if finding.severity is Severity.ERROR
    ]
    return max((*codes, night.run.exit_code))


def verdict(night: Night) -> str:
    """Return what the one who opens a report reads first: whether anything is wrong."""
    found = night.counts
    errors, warnings = found[Severity.ERROR], found[Severity.WARNING]
    if errors:
        return f"{number(errors, 'error')}, {number(warnings, 'warning')}: somebody has to look"
    if night.run.exit_code is not ExitCode.OK:
        return f"it ended with code {int(night.run.exit_code)}: somebody has to look"
    if warnings:
        return f"nothing is broken; {number(warnings, 'warning')} to decide on"
    return "all is well"


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by severity, then by file and line: what is shown first matters most."""
    return sorted(findings, key=lambda one: (_RANKS[one.severity], one.file or "", one.line or 0))


def needing_a_person(night: Night) -> list[Finding]:
    """Return the errors and warnings of a night, the worst first."""
    return [finding for finding in worst_first(night.all_findings) if finding.severity is not Severity.INFO]


def subject_of(finding: Finding) -> str:
    """Return what a finding is about: its place, else the post and language, else the night as a whole."""
    return finding.place or "-".join(filter(None, (finding.slug, finding.language))) or "the night"


def outcomes(night: Night) -> str:
    """Return how many attachments came to which outcome, and how many older ones replace one that failed."""
    results = [edition.result for edition in night.editions]
    counts = {outcome: sum(result.outcome is outcome for result in results) for outcome in Verdict}
    parts = [f"{count:,} {outcome}" for outcome, count in counts.items() if count]
    kept = sum(edition.is_kept for edition in night.editions)
    if kept:
        parts.append(f"{kept:,} kept as {'it was' if kept == 1 else 'they were'}")
    if night.is_rebuild and parts:
        parts.append(_rebuilt(night))
    return f"{number(len(results), 'attachment')}: {', '.join(parts)}" if parts else "no attachment"


def _rebuilt(night: Night) -> str:
    """Return what making everything anew has proven."""
    good = sum(not edition.result.outcome.is_bad for edition in night.editions)
    other = sum(finding.check == "build.verify" for finding in night.run.findings)
    same = f"{good - other:,} made once more to the same bytes"
    return f"{same}, {other:,} not" if other else same


def why_changed(edition: NightEdition) -> str:
    """Return why an attachment was built anew and what differs, in one line; empty where it is as it was."""
    if edition.change is None:
        return ""
    differences = "; ".join(edition.change.differences)
    reason = reason_text(edition.change.reason)
    return on_one_line(f"{reason} ({differences})" if differences else reason)


def site_in_words(site: SiteNight) -> str:
    """Return how a site was found."""
    if site.nights_down:
        return f"down for {number(site.nights_down, 'night')}"
    errors = sum(finding.severity is Severity.ERROR for finding in site.findings)
    warnings = sum(finding.severity is Severity.WARNING for finding in site.findings)
    state = (
        f"{number(errors, 'error')}, {number(warnings, 'warning')}" if site.findings else "as it should be"
    )
    published = f"; {number(site.published, 'attachment')} published" if site.published else ""
    return f"{state}{published}"


def plain_summary(night: Night, report: Path) -> str:
    """Return a night in ten lines of plain text at most, the verdict first and `report` last."""
    needed, changed = needing_a_person(night), night.changed
    when = f"{night.run.started:%Y-%m-%d %H:%M} UTC"
    lines = [
        f"Annexe, run {night.number}, {when}: {verdict(night)}",
        f"{outcomes(night)}; {night.run.seconds:.0f} s",
        *_named((f"{f.severity}: {subject_of(f)}: {f.message}" for f in needed), len(needed)),
    ]
    if changed:
        lines.append(_changes(changed))
    if night.sites:
        lines.append("sites: " + ", ".join(f"{site.name}: {site_in_words(site)}" for site in night.sites))
    shown = [shortened(on_one_line(line), _WIDTH) for line in lines[: _LINES - 1]]
    # The path is never cut: it is what one clicks on or copies.
    return "".join(f"{line}\n" for line in (*shown, f"report: {on_one_line(str(report))}"))


def _changes(changed: Sequence[NightEdition]) -> str:
    """Return what changed and why; of many that changed for one reason, how many and that reason."""
    reasons = {edition.change.reason for edition in changed if edition.change is not None}
    if len(changed) > _NAMED and len(reasons) == 1:
        return f"changed: {len(changed):,} attachments ({reason_text(reasons.pop())})"
    names = ", ".join(f"{edition.result.name} ({why_changed(edition)})" for edition in changed[:_NAMED])
    more = f", and {len(changed) - _NAMED:,} more" if len(changed) > _NAMED else ""
    return f"changed: {names}{more}"


def broken_off(started: dt.datetime, message: str, code: int) -> str:
    """Return what to tell of a night that broke off, or never began: when, what it ended with, and why."""
    lines = (
        f"Annexe, {started:%Y-%m-%d %H:%M} UTC: it ended with code {code}: somebody has to look",
        *(f"error: {line.strip()}" for line in message.splitlines()[: _LINES - 2]),
    )
    more = "this night has no report: what lies in the build folder is of another one"
    return "".join(f"{shortened(on_one_line(line), _BROKEN_WIDTH)}\n" for line in (*lines, more))


def _named(lines: Iterator[str], count: int) -> Iterator[str]:
    """Yield the first few of some lines, and how many more there are."""
    for _, text in zip(range(_NAMED), lines, strict=False):
        yield text
    if count > _NAMED:
        yield f"and {count - _NAMED:,} more"


def shortened(text: str, width: int) -> str:
    """Return a text of `width` characters at most, with an ellipsis where something was cut off."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def number(count: int, what: str) -> str:
    """Return `1 night`, `2 nights`, `no nights`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}" if count else f"no {what}s"

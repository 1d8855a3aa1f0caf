"""What GitHub Actions shows of a night: annotations on the lines of sources, and the summary of the step.

The commands' form and escaping are those of GitHub's documentation, "Workflow commands for GitHub Actions".
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TextIO

from pipeline.core.model import Finding, Severity
from pipeline.core.night import Night
from pipeline.report import night_summary
from pipeline.report.printable import encodable, on_one_line
from pipeline.report.sarif import path_in

#: GitHub shows so many annotations of each kind for a step, and drops the others.
_ANNOTATIONS = 10
#: GitHub refuses a larger summary of a step (1 MiB); what other steps wrote counts on its own.
_SUMMARY_BYTES = 1_000_000
_LISTED = 100
_MESSAGE = 1_000
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning"}
_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>()#+!|~&@:"})


def runs_on_github(environment: Mapping[str, str]) -> bool:
    """Say whether this is a step of a workflow of GitHub Actions."""
    return environment.get("GITHUB_ACTIONS") == "true"


def annotate(
    findings: Iterable[Finding], environment: Mapping[str, str], *, project: Path, out: TextIO
) -> None:
    """Print findings as annotations where GitHub Actions runs this, and nothing anywhere else.

    GitHub reads both streams of a step; `out` should be the one that carries no results.
    """
    if not runs_on_github(environment):
        return
    # GitHub takes paths from the folder of the checkout, in which the project may be a folder of its own.
    checkout = Path(environment.get("GITHUB_WORKSPACE") or project)
    out.write(encodable(annotations(findings, here=Path.cwd(), project=checkout), out))


def show_on_github(
    night: Night, environment: Mapping[str, str], *, project: Path, out: TextIO
) -> Finding | None:
    """Show a night in GitHub Actions: annotations on `out`, a summary in the file that GitHub names for it.

    Does nothing anywhere else. Returns a warning where the summary can't be written; that fails no night.
    """
    annotate(night.all_findings, environment, project=project, out=out)
    file = environment.get("GITHUB_STEP_SUMMARY")
    if not (runs_on_github(environment) and file):
        return None
    try:
        with Path(file).open("ab") as stream:
            stream.write(step_summary(night).encode("utf-8", "replace"))
    except OSError as error:
        return Finding(
            check="night.summary",
            severity=Severity.WARNING,
            message=f"the summary of the step can't be written ({error.strerror})",
            remedy="look into the report instead, and free the disk of the runner",
        )
    return None


def annotations(findings: Iterable[Finding], *, here: Path, project: Path) -> str:
    """Return workflow commands that show findings on their lines, at most ten errors and ten warnings.

    The worst come first. Files are named as somebody in `here` would type them, for GitHub from the checkout.
    """
    listed = night_summary.worst_first(findings)
    lines = []
    for severity, command in _COMMANDS.items():
        alike = [finding for finding in listed if finding.severity is severity]
        # What has a place comes first: it can be shown where it is to be fixed.
        alike.sort(key=lambda finding: finding.line is None)
        lines += [_command(command, finding, here, project) for finding in alike[:_ANNOTATIONS]]
    return "".join(f"{line}\n" for line in lines)


def _command(command: str, finding: Finding, here: Path, project: Path) -> str:
    properties = {}
    if finding.file is not None:
        properties["file"] = path_in(project, here, finding.file)[0]
        properties["line"] = str(finding.line or 1)
    properties["title"] = finding.check
    where = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = night_summary.shortened(on_one_line(f"{finding.message}; {finding.remedy}"), _MESSAGE)
    return f"::{command} {where}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def step_summary(night: Night) -> str:
    """Return a night as Markdown, under 1 MiB: verdict, what needs a person, what changed, the sites."""
    begun = f"{night.run.started:%Y-%m-%d %H:%M} UTC, {night.run.seconds:.0f} s"
    lines = [
        f"## Annexe, run {night.number}: {_text(night_summary.verdict(night))}",
        "",
        f"{_text(night_summary.outcomes(night))}. Begun {begun}.",
    ]
    needed = night_summary.needing_a_person(night)
    lines += _section("What needs a person", [_finding(finding) for finding in needed[:_LISTED]], len(needed))
    changed = night.changed
    lines += _section(
        "What changed, and why",
        [f"- **{_text(e.result.name)}**: {_text(night_summary.why_changed(e))}" for e in changed[:_LISTED]],
        len(changed),
    )
    sites = [f"- **{_text(site.name)}**: {_text(night_summary.site_in_words(site))}" for site in night.sites]
    lines += _section("Sites", sites[:_LISTED], len(sites))
    return _within(lines)


def _section(title: str, entries: list[str], count: int) -> Iterator[str]:
    """Yield a heading and its list, with how many more there are; nothing where there is nothing to list."""
    if not entries:
        return
    yield from ("", f"### {title}", "", *entries)
    if count > len(entries):
        yield f"- and {count - len(entries):,} more, which the report has"


def _finding(finding: Finding) -> str:
    place = _text(night_summary.subject_of(finding))
    message = _text(night_summary.shortened(finding.message, _MESSAGE))
    return (
        f"- **{finding.severity}** {place}: {message} ({_text(finding.check)})  \n  _{_text(finding.remedy)}_"
    )


def _text(text: str) -> str:
    """Return a text of a source with nothing in it that Markdown or HTML would take for a mark."""
    return on_one_line(text).translate(_MARKS)


def _within(lines: Iterable[str]) -> str:
    """Return lines as a text of no more bytes than GitHub takes: it would refuse a longer one as a whole."""
    kept, used = [], 0
    for line in lines:
        used += len(line.encode()) + 1
        if used > _SUMMARY_BYTES:
            kept.append("\nThe rest stands in the report.\n")
            break
        kept.append(line + "\n")
    return "".join(kept)

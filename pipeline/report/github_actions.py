"""Where a night runs as a step of GitHub Actions: its annotations and its summary, handed over at the edge."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

from pipeline.core.model import Finding, Severity
from pipeline.core.night import Night
from pipeline.report.github import annotations, runs_on_github, step_summary
from pipeline.report.printable import encodable


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


def tell_github(
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

"""Writes the reports for machines into the build folder: of a run, and of a night."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from pipeline.core.errors import MachineError
from pipeline.core.files import is_full, read_if_there, write_atomically, write_if_changed
from pipeline.core.model import Finding, Severity
from pipeline.core.night import Night
from pipeline.core.paths import DESCRIPTIONS, shown_path
from pipeline.core.results import RunResult
from pipeline.core.settings import Settings
from pipeline.report.json import json_bytes, write_night_json
from pipeline.report.junit import write_junit, write_night_junit
from pipeline.report.metrics import write_metrics
from pipeline.report.night_summary import exit_code_of
from pipeline.report.sarif import read_rules, write_sarif


def write_reports(settings: Settings, run: RunResult) -> None:
    """Write the reports of a run.

    Raises MachineError where one can't be written: the old one is of another run.

    report.json says when the run was and is written each time. The others hold no time: the same findings
    give the same bytes, and then the file is left alone.
    """
    reports: dict[str, Callable[[], bytes]] = {
        "annexe.sarif": lambda: _sarif(run.different_findings, run.exit_code, settings.project).encode(),
        "junit.xml": lambda: write_junit(run),
        "report.json": lambda: json_bytes(run),
    }
    # Made one after the other: of ten thousand posts, each is larger than all else that the run holds.
    for name, make in reports.items():
        path = settings.output / name
        try:
            write_if_changed(path, make())
        except OSError as error:
            raise MachineError(
                f"{shown_path(path)} can't be written ({error.strerror}), so that it does not tell of this "
                "run; free the disk or ask for the right to write there"
            ) from error


def write_night_reports(output: Path, project: Path, night: Night) -> tuple[Finding, ...]:
    """Write a night's reports; return an error for each that can't be: the old one is of another night."""
    texts = {
        "report.json": write_night_json(night).encode(),
        "junit.xml": write_night_junit(night),
        "annexe.sarif": _sarif(night.all_findings, exit_code_of(night), project).encode(),
        "metrics.prom": write_metrics(night).encode(),
    }
    return tuple(_unwritten(output, texts))


def _unwritten(output: Path, texts: Mapping[str, bytes]) -> Iterator[Finding]:
    for name, data in texts.items():
        path = output / name
        try:
            _write_over_old(path, data)
        except OSError as error:
            yield Finding(
                check="write.report",
                severity=Severity.ERROR,
                message=f"{shown_path(path)} can't be written ({error.strerror}), so that it does not tell "
                f"of this night",
                remedy="free the disk, or ask for the right to write there",
            )


def _write_over_old(path: Path, data: bytes) -> None:
    """Write a report; where the disk is full, the old one is deleted to make room: it is of another night."""
    try:
        write_if_changed(path, data)
    except OSError as error:
        if not is_full(error):
            raise
        path.unlink(missing_ok=True)
        write_atomically(path, data)


def _sarif(findings: Iterable[Finding], exit_code: int, project: Path) -> str:
    # Where the package is installed without its docs, findings have no help texts.
    described = read_if_there(DESCRIPTIONS) or b""
    rules = read_rules(described.decode("utf-8"))
    here = Path.cwd()
    # Where the working folder is in no project, `project` is Annexe's own folder, which holds no source.
    project = project if here.is_relative_to(project) else here
    return write_sarif(findings, exit_code=exit_code, rules=rules, here=here, project=project)

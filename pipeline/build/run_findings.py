"""What is to be said of a run as a whole: what no edition is to blame for, and the reports."""

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from pipeline.build.incremental.last_report import Told, forget_told, read_told, subject_of, write_told
from pipeline.build.incremental.up_to_date import Standing
from pipeline.core.errors import MachineError
from pipeline.core.files import is_full, machine_folder, read_if_there, write_atomically, write_if_changed
from pipeline.core.model import Finding, Reading, Severity
from pipeline.core.night import Night
from pipeline.core.paths import DESCRIPTIONS, shown_path
from pipeline.core.results import EditionResult, RunResult
from pipeline.core.settings import Settings
from pipeline.report.json import json_bytes, report_of, write_night_json
from pipeline.report.junit import write_junit, write_night_junit
from pipeline.report.metrics import write_metrics
from pipeline.report.night_summary import exit_code_of
from pipeline.report.sarif import read_rules, write_sarif
from pipeline.report.splicing import splice_json, splice_junit


def findings_of_no_edition(reading: Reading, results: Sequence[EditionResult]) -> tuple[Finding, ...]:
    """Return what reading found that is no edition's: of folders, of files that belong to no post."""
    told = {finding for result in results for finding in result.findings}
    return tuple(finding for finding in reading.findings if finding not in told and finding.language is None)


def unusable_ledger(set_aside: Path | None, why: str) -> Iterator[Finding]:
    """Yield a warning where the ledger could not be used and was set aside."""
    if set_aside is not None:
        yield Finding(
            check="build.ledger",
            severity=Severity.WARNING,
            message=f"the ledger {why} and is set aside; everything was built anew, and the history begins anew",
            remedy="nothing needs doing; keep the file if you want to find out why, else delete it",
            file=shown_path(set_aside),
        )


def orphans(
    output: Path,
    results: Sequence[EditionResult],
    kept: Collection[str] = frozenset(),
    found: Iterable[Path] = (),
) -> Iterator[Finding]:
    """Yield a warning for each attachment in the build folder that none of a whole run's results is about.

    Of the posts in `kept`, `found` has those that lie in their folders.
    """
    known = {(result.slug, f"{result.slug}-{result.language}.pdf") for result in results}
    failed = {result.slug for result in results if result.language is None}
    for path in sorted((*found, *_attachments(output, kept))):
        if (path.parent.name, path.name) not in known and path.parent.name not in failed:
            yield Finding(
                check="build.orphan",
                severity=Severity.WARNING,
                message="no source makes this attachment any more",
                remedy="delete it if the edition is gone for good",
                file=shown_path(path),
            )


def _attachments(output: Path, without: Collection[str]) -> Iterator[Path]:
    """Yield the attachments in the folders of a build folder, but for some folders."""
    with os.scandir(output) as entries:
        folders = [entry.name for entry in entries if entry.name not in without and entry.is_dir()]
    for name in folders:
        yield from (output / name).glob("*.pdf")


def order(reading: Reading) -> Callable[[EditionResult], tuple[str, str]]:
    """Return the key that sorts results by post, then in the order of the house languages."""
    places = {
        (post.slug, edition.language): f"{place:03}"
        for post in reading.posts
        for place, edition in enumerate(post.editions)
    }
    return lambda result: (result.slug, places.get((result.slug, result.language or ""), "999"))


def write_reports(settings: Settings, run: RunResult, standing: Standing) -> None:
    """Write the reports of a run; raises MachineError where that fails, since nobody may take old ones for its own.

    Where a run has the same to tell as the one before, the reports that hold no time are left as they are, once they
    are seen to be those of before. report.json says when it was, and is written each time.
    """
    output, machine = settings.output, machine_folder(settings.output)
    before = read_told(machine, output)
    told = _told(run, standing)
    texts: dict[str, str | bytes] = {}
    if told.said is None or before is None or before.said != told.said:
        texts["annexe.sarif"] = _sarif(run.different_findings, run.exit_code, settings.project)
        _write(
            output,
            {"junit.xml": _carried_on(settings, run, "junit.xml", write_junit, splice_junit)},
        )
    texts["report.json"] = _carried_on(settings, run, "report.json", json_bytes, splice_json)
    _write(output, texts)
    write_told(machine, output, told)


def _carried_on(
    settings: Settings,
    run: RunResult,
    name: str,
    write: Callable[[RunResult], str | bytes],
    splice: Callable[[bytes, RunResult], bytes],
) -> str | bytes:
    """Return a report made anew, or from the one before where a run carried posts over; raises MachineError."""
    if run.carried is None:
        return write(run)
    try:
        return splice((settings.output / name).read_bytes(), run)
    except (OSError, ValueError, KeyError) as error:
        # The next run does without.
        with suppress(OSError):
            forget_told(machine_folder(settings.output))
        raise MachineError(
            f"{shown_path(settings.output / name)} was changed while this run was at work ({error}); run it again"
        ) from error


def _told(run: RunResult, standing: Standing) -> Told:
    """Return digests of what a run has to tell but for its times; None for what another may tell otherwise."""
    place = standing.place
    if place is None:
        return Told(said=None, subject=None)
    values = {**report_of(run), "started": None, "seconds": None}
    digest = hashlib.sha256(repr((place.name, place.shared, values, run.editions)).encode("utf-8", "replace"))
    for post in run.kept:
        digest.update(post.told)
    carried = standing.carried
    slugs = {post.slug for post in run.kept} | {edition.slug for edition in run.editions}
    if carried is not None:
        digest.update(carried.inventory.digest)
        slugs |= carried.slugs
    return Told(
        said=digest.hexdigest(), subject=subject_of(place, sorted(slugs)) if standing.is_of_all else None
    )


def write_night_reports(output: Path, project: Path, night: Night) -> tuple[Finding, ...]:
    """Write a night's reports for machines; return an error for each that can't be: it still tells of another night."""
    texts = {
        "report.json": write_night_json(night),
        "junit.xml": write_night_junit(night),
        "annexe.sarif": _sarif(night.all_findings, exit_code_of(night), project),
        "metrics.prom": write_metrics(night),
    }
    return tuple(_unwritten(output, texts))


def _unwritten(output: Path, texts: Mapping[str, str]) -> Iterator[Finding]:
    for name, text in texts.items():
        try:
            _write_somehow(output / name, text.encode())
        except OSError as error:
            yield Finding(
                check="write.report",
                severity=Severity.ERROR,
                message=f"{shown_path(output / name)} can't be written ({error.strerror}), so that it does not tell of this night",
                remedy="free the disk, or ask for the right to write there",
            )


def _write_somehow(path: Path, data: bytes) -> None:
    """Write a report; where the disk is full, the one of the night before makes room: it would tell of another night."""
    try:
        write_if_changed(path, data)
    except OSError as error:
        if not is_full(error):
            raise
        path.unlink(missing_ok=True)
        write_atomically(path, data)


def _sarif(findings: Iterable[Finding], exit_code: int, project: Path) -> str:
    # Where the package lies without its docs, ids go without help texts.
    described = read_if_there(DESCRIPTIONS) or b""
    rules = read_rules(described.decode("utf-8"))
    here = Path.cwd()
    # Where there is no project around, Annexe's own one stands for it, and no source lies in that.
    project = project if here.is_relative_to(project) else here
    return write_sarif(findings, exit_code=exit_code, rules=rules, here=here, project=project)


def _write(output: Path, texts: Mapping[str, str | bytes]) -> None:
    for name, text in texts.items():
        try:
            write_if_changed(output / name, text.encode() if isinstance(text, str) else text)
        except OSError as error:
            raise MachineError(
                f"{shown_path(output / name)} can't be written ({error.strerror}), so that it does not tell of this "
                "run; free the disk or ask for the right to write there"
            ) from error

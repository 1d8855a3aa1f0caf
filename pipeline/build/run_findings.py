"""Findings that belong to no edition: of a run as a whole."""

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from pipeline.build.recorder import BuildRun
from pipeline.core.model import Finding, Reading, Severity
from pipeline.core.paths import shown_path
from pipeline.core.results import EditionResult


def findings_of_no_edition(reading: Reading, results: Sequence[EditionResult]) -> tuple[Finding, ...]:
    """Return what reading found that is no edition's: of folders, of files that belong to no post."""
    of_editions = {finding for result in results for finding in result.findings}
    return tuple(one for one in reading.findings if one not in of_editions and one.language is None)


def findings_of_run(run: BuildRun, results: Sequence[EditionResult]) -> Iterator[Finding]:
    """Yield what is wrong with the ledger and, in a run of all posts, attachments that no source makes."""
    ledger = run.record.ledger
    if ledger.set_aside is not None:
        yield Finding(
            check="build.ledger",
            severity=Severity.WARNING,
            message=f"the ledger {ledger.set_aside_why} and is set aside; everything was built anew, and the "
            "history begins anew",
            remedy="nothing needs doing; keep the file if you want to find out why, else delete it",
            file=shown_path(ledger.set_aside),
        )
    if run.request.is_of_all:
        yield from _orphans(run, results)


def _orphans(run: BuildRun, results: Sequence[EditionResult]) -> Iterator[Finding]:
    """Yield a warning for each attachment in the build folder that no edition of a whole run is about."""
    output, unchanged = run.request.settings.output, run.unchanged
    known = {(result.slug, f"{result.slug}-{result.language}.pdf") for result in results}
    failed = {result.slug for result in results if result.language is None}
    for path in sorted((*unchanged.orphans(output), *_attachments(output, unchanged.slugs))):
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

"""Findings of a run as a whole: those that belong to no edition."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.core.model import Finding, Reading, Severity
from pipeline.core.paths import shown_path
from pipeline.core.results import EditionResult


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

"""`published_size` brought up to date: labels of built attachments, written into their sources.

The attachment must be the one that Annexe built last, since a published size that stands for something else
would make the size check compare with nothing that any reader sees. Whether its source was edited since makes
no difference: what was published is what lies there. No site is asked.
"""

import hashlib
import json
import os
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.core.files import (
    MACHINE_FOLDER,
    REJECTED_FOLDER,
    machine_folder,
    read_if_there,
    write_atomically,
)
from pipeline.core.lock import build_lock
from pipeline.core.model import Edition, Reading
from pipeline.core.paths import shown_path
from pipeline.core.results import Acceptance, AcceptanceOutcome
from pipeline.core.settings import Settings
from pipeline.core.size_labels import size_label
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.opening import open_ledger
from pipeline.sources.edition import SourceFile
from pipeline.sources.file_findings import FileFindings
from pipeline.sources.folder import read_named_posts
from pipeline.sources.house import read_house
from pipeline.sources.rewriting import NotRewrittenError, with_published_size
from pipeline.sources.text import read_source

#: Errors that another published size mends.
_OF_SIZE = frozenset({"size.over", "size.under"})


class _LeftError(Exception):
    """A published size stays as it is; the message says why and what to do."""


def accept(
    settings: Settings, house_file: Path, slugs: Collection[str] = (), *, rejected: bool = False
) -> tuple[Acceptance, ...]:
    """Write the labels of the attachments into their sources and say what came of each.

    With `rejected`, they are those of attachments that were rejected for their size alone, and of no others.
    Raises AnnexeError where the house words or a named post can't be found, or a build is running.
    """
    with _ledger(settings.output) as ledger:
        house = read_house(house_file)
        reading = read_named_posts(settings, house, slugs)
        editions = [edition for post in reading.posts for edition in post.editions]
        shelf = _Shelf(settings, ledger, rejected=rejected)
        rows = [_accepted(edition, settings, shelf) for edition in editions if shelf.concerns(edition)]
        return (*rows, *(_unread(reading, slug, language) for slug, language in reading.failed))


@contextmanager
def _ledger(output: Path) -> Iterator[Ledger | None]:
    """Yield the ledger, with the build folder locked meanwhile; None where nothing was built yet."""
    if not (output / MACHINE_FOLDER).is_dir():
        yield None
        return
    with build_lock(output), open_ledger(machine_folder(output)) as ledger:
        yield ledger


class _Shelf:
    """Gives the attachment whose label an edition is to carry."""

    def __init__(self, settings: Settings, ledger: Ledger | None, *, rejected: bool) -> None:
        self._output = settings.output
        self._ledger = ledger
        self._wants_rejected = rejected
        self._errors = _errors_of_the_last_run(settings.output)

    def concerns(self, edition: Edition) -> bool:
        """Say whether this edition is asked for: where only rejected attachments are, it must have one."""
        return not self._wants_rejected or self._rejected(edition).is_file()

    def note(self, edition: Edition) -> str | None:
        """Return a note on a newer, rejected attachment where the one before it counts, or None."""
        if self._wants_rejected or not self._errors.get((edition.slug, edition.language)):
            return None
        path = shown_path(self._rejected(edition))
        return f"a newer attachment was rejected, {path}; if its size is meant, add --rejected"

    def size_of(self, edition: Edition) -> int | None:
        """Return the bytes of the attachment that is there, good or not."""
        path = self._rejected(edition) if self._wants_rejected else self._good(edition)
        return path.stat().st_size if path.is_file() else None

    def measure(self, edition: Edition) -> int:
        """Return the bytes of the attachment that counts; raises _LeftError where there is none."""
        if self._wants_rejected:
            return self._measure_rejected(edition)
        path = self._good(edition)
        try:
            data = read_if_there(path)
        except OSError as error:
            raise _LeftError(
                f"{shown_path(path)} can't be read ({error.strerror}); run `annexe build`"
            ) from error
        if data is None:
            raise _LeftError(self.note(edition) or f"there is no {shown_path(path)}; run `annexe build`")
        entry = self._ledger.entry(edition.slug, edition.language) if self._ledger else None
        if entry is None or hashlib.sha256(data).hexdigest() != entry.sha256:
            raise _LeftError(f"{shown_path(path)} is not what Annexe built last; run `annexe build`")
        return len(data)

    def _measure_rejected(self, edition: Edition) -> int:
        path = self._rejected(edition)
        errors = self._errors.get((edition.slug, edition.language))
        if not errors:
            raise _LeftError(
                f"the last run did not reject {shown_path(path)}; run `annexe build {edition.slug}` first"
            )
        if errors - _OF_SIZE:
            others = " and ".join(sorted(errors - _OF_SIZE))
            raise _LeftError(f"{shown_path(path)} was rejected for {others} too; mend that first")
        return path.stat().st_size

    def _good(self, edition: Edition) -> Path:
        return self._output / edition.slug / f"{edition.name}.pdf"

    def _rejected(self, edition: Edition) -> Path:
        return self._output / edition.slug / REJECTED_FOLDER / f"{edition.name}.pdf"


def _errors_of_the_last_run(output: Path) -> dict[tuple[str, str], set[str]]:
    """Return, by slug and language, the errors for which the last run rejected an attachment.

    What is rejected stays in its folder when the source is put back, so that the file alone proves nothing.
    """
    try:
        editions = json.loads(read_if_there(output / "report.json") or b"{}").get("editions", [])
        return {
            (edition["slug"], edition["language"]): {
                finding["check"] for finding in edition["findings"] if finding["severity"] == "error"
            }
            for edition in editions
            if edition["outcome"] == "rejected"
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _accepted(edition: Edition, settings: Settings, shelf: _Shelf) -> Acceptance:
    published = edition.published_size
    before = published.label if published else None
    outcome, after, note = AcceptanceOutcome.UNCHANGED, before, shelf.note(edition)
    try:
        size = shelf.measure(edition)
        if published is None or not published.smallest <= size <= published.largest:
            label = size_label(size, published, style=settings.size_labels)
            _write(edition, label, settings)
            outcome, after = AcceptanceOutcome.UPDATED, label
    except _LeftError as error:
        outcome, note = AcceptanceOutcome.LEFT, str(error)
    return Acceptance(
        name=edition.name,
        source=edition.file,
        size=shelf.size_of(edition),
        before=before,
        after=after,
        outcome=outcome,
        note=note,
    )


def _write(edition: Edition, label: str, settings: Settings) -> None:
    """Write a label into an edition's source; raises _LeftError where that can't be done."""
    folder = settings.sources / edition.slug
    path = folder / f"{edition.language}.md"
    findings = FileFindings("source", edition.file)
    data = read_source(path, folder, findings)
    if data is None:
        finding = findings.all[0]
        raise _LeftError(f"{finding.message}; {finding.remedy}")
    file = SourceFile(slug=edition.slug, language=edition.language, file=edition.file)
    try:
        changed = with_published_size(data, label, file, size_labels=settings.size_labels)
    except NotRewrittenError:
        raise _LeftError(
            "its front matter can't be changed without changing more; "
            f"write published_size: {label} there yourself"
        ) from None
    # A link within the post's folder stays one: what it leads to is written.
    real = path.resolve()
    if not os.access(real, os.W_OK):
        raise _LeftError("it may not be written; give yourself the right to write it")
    try:
        write_atomically(real, changed, mode=stat.S_IMODE(real.stat().st_mode))
    except OSError as error:
        raise _LeftError(
            f"it can't be written ({error.strerror}); free the disk, or ask for the right to write there"
        ) from error


def _unread(reading: Reading, slug: str, language: str | None) -> Acceptance:
    found = [finding for finding in reading.findings if (finding.slug, finding.language) == (slug, language)]
    return Acceptance(
        name=f"{slug}-{language}" if language else slug,
        source=next((finding.file for finding in found), None),
        size=None,
        before=None,
        after=None,
        outcome=AcceptanceOutcome.LEFT,
        note="it can't be read as a source; run `annexe build` to see why",
    )

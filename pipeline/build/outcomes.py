"""What becomes of an edition when its job is done: written or not, recorded or not, and said so.

An attachment replaces the one before only when it came out whole and no check found an error in it. One that was
rejected is put aside for people to look at; what was good stays.
"""

import datetime as dt
import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.build.candidates import Candidate
from pipeline.build.job import Made
from pipeline.build.previous import keep_before
from pipeline.build.workers import JobTrouble, Outcome
from pipeline.core.files import REJECTED_FOLDER, write_atomically
from pipeline.core.model import Attachment, Edition, Finding, PublishedSize, Severity
from pipeline.core.paths import shown_path
from pipeline.core.reasons import Reason
from pipeline.core.results import EditionResult, Verdict
from pipeline.core.settings import Settings
from pipeline.core.size_labels import size_label
from pipeline.ledger.fingerprints import Entry
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.rows import UnrecordedError
from pipeline.report.reasons import reason_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One edition of this run: its candidate, the attachment's bytes as they lie there, and why to build (or None)."""

    candidate: Candidate
    folder: Path
    existing: bytes | None = field(repr=False)
    entry: Entry | None
    reason: Reason | None
    source_findings: tuple[Finding, ...]

    @property
    def edition(self) -> Edition:
        """Return the edition that this task is about."""
        return self.candidate.edition

    @property
    def path(self) -> Path:
        """Return where the attachment belongs."""
        return self.folder / f"{self.edition.name}.pdf"


class Settler:
    """Settles the tasks of one run."""

    def __init__(self, *, settings: Settings, ledger: Ledger, now: dt.datetime) -> None:
        self._settings = settings
        self._ledger = ledger
        self._now = now

    def built(self, task: Task, outcome: Outcome[Made]) -> EditionResult:
        """Settle an edition whose job was to build it if need be, and to check it."""
        made = outcome.result
        findings = self._findings(task, outcome)
        if made is None or made.attachment is None:
            return self._result(task, Verdict.FAILED, task.existing, findings)
        if _has_error(findings):
            return self._rejected(task, made, made.attachment, findings)
        if task.reason is None:
            return self._result(task, Verdict.UNCHANGED, task.existing, findings, made=made)
        try:
            if task.existing is not None:
                keep_before(self._settings.output, task.path.name, task.existing)
            self._announce(task, made.attachment)
            write_atomically(task.path, made.attachment.data)
        except OSError as error:
            findings = (*findings, not_written(task.edition, task.path, error))
            return self._result(task, Verdict.FAILED, task.existing, findings)
        _forget_rejected(task)
        try:
            self._ledger.record(self._entry(task, made))
        except UnrecordedError as error:
            findings = (*findings, _not_recorded(task, error))
        return self._result(task, Verdict.BUILT, made.attachment.data, findings, made=made)

    def _announce(self, task: Task, attachment: Attachment) -> None:
        """Have it known what may stand there without its record, should this run be killed: nobody's hand made it."""
        if task.entry is not None:
            # What can't be announced can't be recorded either, and that is told then.
            with suppress(UnrecordedError):
                self._ledger.announce(task.edition.slug, task.edition.language, attachment.sha256)

    def checked(self, task: Task, outcome: Outcome[Made] | None) -> EditionResult:
        """Settle an edition that was only to be checked as it lies in the build folder (None: no file there)."""
        findings = self._findings(task, outcome) if outcome else _found_before(task)
        if task.existing is None:
            findings = (*findings, _unbuilt(task, "build.missing", "there is no attachment yet"))
            return self._result(task, Verdict.FAILED, None, findings)
        if task.reason is not None:
            findings = (
                *findings,
                _unbuilt(task, "build.stale", f"the attachment is out of date: {reason_text(task.reason)}"),
            )
        verdict = Verdict.FAILED if _has_error(findings) else Verdict.UNCHANGED
        return self._result(task, verdict, task.existing, findings, made=outcome.result if outcome else None)

    def composed(self, task: Task) -> EditionResult:
        """Settle an edition of which only the web page was wanted."""
        findings = _found_before(task)
        verdict = Verdict.FAILED if _has_error(findings) else Verdict.COMPOSED
        return self._result(task, verdict, task.existing, findings)

    def failed_before(self, slug: str, language: str | None, findings: tuple[Finding, ...]) -> EditionResult:
        """Settle an edition whose source can't be read: the last good attachment, if any, stays."""
        path = self._settings.output / slug / f"{slug}-{language}.pdf"
        data = path.read_bytes() if language and path.is_file() else None
        return EditionResult(
            slug=slug,
            language=language,
            file=next((finding.file for finding in findings if finding.file), None),
            outcome=Verdict.FAILED,
            attachment=shown_path(path) if data is not None else None,
            size=len(data) if data is not None else None,
            label=self._label(data, None),
            published=None,
            pages=None,
            sha256=hashlib.sha256(data).hexdigest() if data is not None else None,
            seconds=0.0,
            reason=None,
            findings=findings,
        )

    def _label(self, data: bytes | None, published: PublishedSize | None) -> str | None:
        return None if data is None else size_label(len(data), published, style=self._settings.size_labels)

    def _rejected(
        self, task: Task, made: Made, attachment: Attachment, findings: tuple[Finding, ...]
    ) -> EditionResult:
        """Put a new attachment that has errors aside; one that lies in its place already stays there, and fails."""
        if task.reason is None:
            return self._result(task, Verdict.FAILED, task.existing, findings, made=made)
        aside = task.folder / REJECTED_FOLDER / task.path.name
        try:
            write_atomically(aside, attachment.data)
        except OSError as error:
            findings = (*findings, not_written(task.edition, task.path, error))
        return self._result(task, Verdict.REJECTED, task.existing, findings, rejected=aside)

    def _findings(self, task: Task, outcome: Outcome[Made]) -> tuple[Finding, ...]:
        before = _found_before(task)
        if outcome.result is not None:
            return (*before, *outcome.result.findings)
        return (*before, _trouble(task.edition, outcome, self._settings))

    def _entry(self, task: Task, made: Made) -> Entry:
        if made.attachment is None or task.reason is None:
            raise ValueError("only a built attachment is recorded")
        return Entry(
            slug=task.edition.slug,
            language=task.edition.language,
            inputs=task.candidate.fingerprints.inputs,
            origins=task.candidate.fingerprints.origins,
            sha256=made.attachment.sha256,
            size=made.attachment.size,
            pages=made.attachment.pages,
            built=self._now.isoformat(timespec="seconds"),
            seconds=round(made.seconds, 3),
            reason=task.reason,
        )

    def _result(
        self,
        task: Task,
        verdict: Verdict,
        data: bytes | None,
        findings: tuple[Finding, ...],
        *,
        made: Made | None = None,
        rejected: Path | None = None,
    ) -> EditionResult:
        return EditionResult(
            slug=task.edition.slug,
            language=task.edition.language,
            file=task.edition.file,
            outcome=verdict,
            attachment=shown_path(task.path) if data is not None else None,
            rejected=shown_path(rejected) if rejected else None,
            size=len(data) if data is not None else None,
            label=self._label(data, task.edition.published_size),
            published=task.edition.published_size,
            pages=made.attachment.pages if made and made.attachment else None,
            sha256=hashlib.sha256(data).hexdigest() if data is not None else None,
            seconds=round(made.seconds, 3) if made else 0.0,
            memory=made.memory if made else None,
            reason=task.reason,
            findings=findings,
        )


def _found_before(task: Task) -> tuple[Finding, ...]:
    return (*task.source_findings, *task.candidate.findings)


def _has_error(findings: tuple[Finding, ...]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _forget_rejected(task: Task) -> None:
    """Take away what was rejected before, now that a good attachment stands in its place."""
    folder = task.folder / REJECTED_FOLDER
    (folder / task.path.name).unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def finding_of(edition: Edition, check: str, message: str, remedy: str) -> Finding:
    """Return an error about an edition."""
    return edition.finding(check, Severity.ERROR, message, remedy)


def _unbuilt(task: Task, check: str, message: str) -> Finding:
    return finding_of(task.edition, check, message, "run `make`")


def not_written(edition: Edition, path: Path, error: OSError) -> Finding:
    """Return the error that a file of an edition can't be written."""
    message = f"{shown_path(path)} can't be written ({error.strerror}); what stood there is untouched"
    return finding_of(edition, "write.failed", message, "free the disk, or ask for the right to write there")


def _not_recorded(task: Task, error: UnrecordedError) -> Finding:
    return task.edition.finding(
        "write.record",
        Severity.WARNING,
        f"it is built, but that can't be recorded ({error}), so that the next run will build it again",
        "free the disk, or ask for the right to write there",
    )


def _trouble(edition: Edition, outcome: Outcome[Made], settings: Settings) -> Finding:
    """Return what to say of a job that gave no result."""
    seconds, mebibytes = settings.time_limit, settings.memory_limit
    match outcome.trouble:
        case JobTrouble.TIME:
            message = f"rendering took longer than {seconds:g} s and was stopped"
            return finding_of(
                edition, "render.time", message, "make the edition simpler, or raise `time_limit`"
            )
        case JobTrouble.MEMORY:
            message = f"rendering needed more than {mebibytes} MiB of memory and was stopped"
            return finding_of(
                edition, "render.memory", message, "make its images smaller, or raise `memory_limit`"
            )
        case JobTrouble.MACHINE:
            message = f"this machine could not get ready to render ({outcome.detail})"
            return finding_of(
                edition, "render.machine", message, "run `annexe doctor`; look whether the disk is full"
            )
        case JobTrouble.DEATH:
            message = f"the process that rendered this edition died ({outcome.detail})"
            return finding_of(
                edition, "render.death", message, "run again; if it dies again, look for what is odd in it"
            )
        case _:
            message = f"Annexe itself failed on this edition ({outcome.detail})"
            return finding_of(edition, "annexe.bug", message, "report this, with the source of the edition")

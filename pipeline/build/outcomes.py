"""What becomes of an edition once its task is done: its attachment is written or rejected, and recorded.

An attachment replaces the one before only when it came out whole and no check found an error in it. One that
was rejected is put aside for people to look at; what was good stays.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pipeline.build.candidates import Materials, draft_findings
from pipeline.build.job import Made
from pipeline.build.previous import keep_previous
from pipeline.build.recorder import BuildRun
from pipeline.build.request import Goal
from pipeline.build.tasks import ReadPosts, Task, not_written
from pipeline.build.workers import JobTrouble, Outcome
from pipeline.core.files import REJECTED_FOLDER, write_atomically
from pipeline.core.model import Attachment, Finding, PublishedSize, Severity
from pipeline.core.paths import shown_path
from pipeline.core.results import EditionResult, Verdict
from pipeline.core.settings import Settings
from pipeline.core.size_labels import size_label
from pipeline.ledger.fingerprints import Entry
from pipeline.ledger.rows import UnrecordedError
from pipeline.report.reasons import reason_text


def place_attachment(run: BuildRun, task: Task, outcome: Outcome[Made] | None) -> EditionResult:
    """Do what the run's goal asks for with a task that is done, and return what became of the edition.

    Without an outcome, the task had nothing for a worker to do: only a web page was wanted, or only a check
    of an attachment that isn't there.
    """
    match run.request.goal:
        case Goal.HTML:
            return _composed(run, task)
        case Goal.CHECK:
            return _checked(run, task, outcome)
        case _ if outcome is None:
            raise ValueError("an attachment can't be built without a worker")
        case _:
            return _built(run, task, outcome)


def unreadable_editions(run: BuildRun, posts: ReadPosts, materials: Materials) -> Iterator[EditionResult]:
    """Yield the results of editions whose sources can't be read; their last good attachments stay."""
    drafts = {(draft.slug, draft.language): draft for draft in posts.reading.drafts}
    wanted = run.request.languages
    for slug, language in posts.reading.failed:
        if wanted and language is not None and language not in wanted:
            continue
        draft = drafts.get((slug, language or ""))
        more = draft_findings(materials, draft) if draft else ()
        findings = (*posts.findings.get((slug, language), ()), *more)
        path = run.request.settings.output / slug / f"{slug}-{language}.pdf"
        data = path.read_bytes() if language and path.is_file() else None
        yield EditionResult(
            slug=slug,
            language=language,
            file=next((finding.file for finding in findings if finding.file), None),
            outcome=Verdict.FAILED,
            attachment=shown_path(path) if data is not None else None,
            size=len(data) if data is not None else None,
            label=_label(run, data, None),
            published=None,
            pages=None,
            sha256=hashlib.sha256(data).hexdigest() if data is not None else None,
            seconds=0.0,
            reason=None,
            findings=findings,
        )


def _built(run: BuildRun, task: Task, outcome: Outcome[Made]) -> EditionResult:
    """Write and record an attachment that was made and is good; leave what was there in any other case."""
    made = outcome.result
    findings = _findings(run, task, outcome)
    if made is None or made.attachment is None:
        return _result(run, task, Verdict.FAILED, task.existing, findings)
    if _has_error(findings):
        return _rejected(run, task, made, made.attachment, findings)
    if task.reason is None:
        return _result(run, task, Verdict.UNCHANGED, task.existing, findings, made=made)
    try:
        if task.existing is not None:
            keep_previous(run.request.settings.output, task.path.name, task.existing)
        _announce(run, task, made.attachment)
        write_atomically(task.path, made.attachment.data)
    except OSError as error:
        findings = (*findings, not_written(task.edition, task.path, error))
        return _result(run, task, Verdict.FAILED, task.existing, findings)
    _remove_rejected(task)
    try:
        run.record.ledger.record(_entry(run, task, made))
    except UnrecordedError as error:
        findings = (*findings, _not_recorded(task, error))
    return _result(run, task, Verdict.BUILT, made.attachment.data, findings, made=made)


def _announce(run: BuildRun, task: Task, attachment: Attachment) -> None:
    """Record what is about to be written, so that after a kill nobody takes it for a change by hand."""
    if task.entry is not None:
        # What can't be announced can't be recorded either, and that is reported then.
        with suppress(UnrecordedError):
            run.record.ledger.announce(task.edition.slug, task.edition.language, attachment.sha256)


def _rejected(
    run: BuildRun, task: Task, made: Made, attachment: Attachment, findings: tuple[Finding, ...]
) -> EditionResult:
    """Put a new attachment with errors into `rejected/`; one that is in its place already stays and fails."""
    if task.reason is None:
        return _result(run, task, Verdict.FAILED, task.existing, findings, made=made)
    aside = task.folder / REJECTED_FOLDER / task.path.name
    try:
        write_atomically(aside, attachment.data)
    except OSError as error:
        findings = (*findings, not_written(task.edition, task.path, error))
    return _result(run, task, Verdict.REJECTED, task.existing, findings, rejected=aside)


def _remove_rejected(task: Task) -> None:
    """Delete what was rejected before, now that a good attachment stands in its place."""
    folder = task.folder / REJECTED_FOLDER
    (folder / task.path.name).unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _checked(run: BuildRun, task: Task, outcome: Outcome[Made] | None) -> EditionResult:
    """Return the result of an edition that was only to be checked as it lies in the build folder."""
    findings = _findings(run, task, outcome) if outcome else _found_before(task)
    if task.existing is None:
        findings = (*findings, _error(task, "build.missing", "there is no attachment yet", "run `make`"))
        return _result(run, task, Verdict.FAILED, None, findings)
    if task.reason is not None:
        message = f"the attachment is out of date: {reason_text(task.reason)}"
        findings = (*findings, _error(task, "build.stale", message, "run `make`"))
    verdict = Verdict.FAILED if _has_error(findings) else Verdict.UNCHANGED
    made = outcome.result if outcome else None
    return _result(run, task, verdict, task.existing, findings, made=made)


def _composed(run: BuildRun, task: Task) -> EditionResult:
    """Return the result of an edition of which only the web page was wanted."""
    findings = _found_before(task)
    verdict = Verdict.FAILED if _has_error(findings) else Verdict.COMPOSED
    return _result(run, task, verdict, task.existing, findings)


def _findings(run: BuildRun, task: Task, outcome: Outcome[Made]) -> tuple[Finding, ...]:
    before = _found_before(task)
    if outcome.result is not None:
        return (*before, *outcome.result.findings)
    return (*before, _job_failure(task, outcome, run.request.settings))


def _found_before(task: Task) -> tuple[Finding, ...]:
    return (*task.source_findings, *task.candidate.findings)


def _has_error(findings: tuple[Finding, ...]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _entry(run: BuildRun, task: Task, made: Made) -> Entry:
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
        built=run.request.now.isoformat(timespec="seconds"),
        seconds=round(made.seconds, 3),
        reason=task.reason,
    )


def _result(
    run: BuildRun,
    task: Task,
    verdict: Verdict,
    data: bytes | None,
    findings: tuple[Finding, ...],
    *,
    made: Made | None = None,
    rejected: Path | None = None,
) -> EditionResult:
    """Return the result of a task; `data` is the attachment that stands in its place now."""
    return EditionResult(
        slug=task.edition.slug,
        language=task.edition.language,
        file=task.edition.file,
        outcome=verdict,
        attachment=shown_path(task.path) if data is not None else None,
        rejected=shown_path(rejected) if rejected else None,
        size=len(data) if data is not None else None,
        label=_label(run, data, task.edition.published_size),
        published=task.edition.published_size,
        pages=made.attachment.pages if made and made.attachment else None,
        sha256=hashlib.sha256(data).hexdigest() if data is not None else None,
        seconds=round(made.seconds, 3) if made else 0.0,
        memory=made.memory if made else None,
        reason=task.reason,
        findings=findings,
    )


def _label(run: BuildRun, data: bytes | None, published: PublishedSize | None) -> str | None:
    return None if data is None else size_label(len(data), published, style=run.request.settings.size_labels)


def _error(task: Task, check: str, message: str, remedy: str) -> Finding:
    return task.edition.finding(check, Severity.ERROR, message, remedy)


def _not_recorded(task: Task, error: UnrecordedError) -> Finding:
    return task.edition.finding(
        "write.record",
        Severity.WARNING,
        f"it is built, but that can't be recorded ({error}), so that the next run will build it again",
        "free the disk, or ask for the right to write there",
    )


def _job_failure(task: Task, outcome: Outcome[Made], settings: Settings) -> Finding:
    """Return the error that a job gave no result."""
    seconds, mebibytes, detail = settings.time_limit, settings.memory_limit, outcome.detail
    match outcome.trouble:
        case JobTrouble.TIME:
            message = f"rendering took longer than {seconds:g} s and was stopped"
            return _error(task, "render.time", message, "make the edition simpler, or raise `time_limit`")
        case JobTrouble.MEMORY:
            message = f"rendering needed more than {mebibytes} MiB of memory and was stopped"
            return _error(task, "render.memory", message, "make its images smaller, or raise `memory_limit`")
        case JobTrouble.MACHINE:
            message = f"this machine could not get ready to render ({detail})"
            remedy = "run `annexe doctor`; look whether the disk is full"
            return _error(task, "render.machine", message, remedy)
        case JobTrouble.DEATH:
            message = f"the process that rendered this edition died ({detail})"
            remedy = "run again; if it dies again, look for what is odd in it"
            return _error(task, "render.death", message, remedy)
        case _:
            message = f"Annexe itself failed on this edition ({detail})"
            return _error(task, "annexe.bug", message, "report this, with the source of the edition")

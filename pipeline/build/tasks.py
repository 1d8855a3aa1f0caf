"""The tasks of a run, made one after the other as workers ask for them, so that no more of them are held than are at work."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.build.candidates import Workshop
from pipeline.build.outcomes import Task, not_written
from pipeline.build.request import Goal, Request
from pipeline.core.files import read_if_there, write_if_changed
from pipeline.core.model import Edition, Finding, Reading
from pipeline.ledger.fingerprints import reason_to_build
from pipeline.ledger.ledger import Ledger
from pipeline.sources.folder import languages_by_post


class Preparing:
    """Composes the good editions of a run and writes their web pages.

    `sums_of_pages` has the sha256 of each page that was composed, by slug and language, `unwritten` an error for each
    that could not be written; both are whole once all tasks were taken.
    """

    def __init__(self, *, request: Request, reading: Reading, workshop: Workshop, ledger: Ledger) -> None:
        self._request = request
        self._findings = by_edition(reading.findings)
        self._workshop = workshop
        self._ledger = ledger
        self._languages = languages_by_post(reading, workshop.house)
        self._editions = [
            edition
            for post in reading.posts
            for edition in post.editions
            if not request.languages or edition.language in request.languages
        ]
        self.sums_of_pages: dict[tuple[str, str], str] = {}
        self.unwritten: list[Finding] = []

    @property
    def count(self) -> int:
        """Return the number of tasks."""
        return len(self._editions)

    def tasks(self) -> Iterator[Task]:
        """Yield a task for each edition, whose web page is written by then where the run writes any."""
        for edition in self._editions:
            task = self._task(edition)
            self._write_page(task)
            yield _lighter(task)

    def once_more(self) -> Iterator[Task]:
        """Yield the tasks again, the last one first, and write nothing."""
        for edition in reversed(self._editions):
            yield _lighter(self._task(edition))

    def _task(self, edition: Edition) -> Task:
        candidate = self._workshop.candidate(edition, self._languages[edition.slug])
        folder = self._request.settings.output / edition.slug
        entry = self._ledger.entry(edition.slug, edition.language)
        data = read_if_there(folder / f"{edition.name}.pdf")
        return Task(
            candidate=candidate,
            folder=folder,
            existing=data,
            entry=entry,
            reason=reason_to_build(entry, candidate.fingerprints, data),
            source_findings=tuple(self._findings.get((edition.slug, edition.language), ())),
        )

    def _write_page(self, task: Task) -> None:
        if self._request.goal not in (Goal.BUILD, Goal.HTML):
            return
        edition, data = task.edition, task.candidate.page.standalone.encode()
        self.sums_of_pages[edition.slug, edition.language] = hashlib.sha256(data).hexdigest()
        path = task.folder / f"{edition.language}.html"
        try:
            write_if_changed(path, data)
        except OSError as error:
            self.unwritten.append(not_written(edition, path, error))


def _lighter(task: Task) -> Task:
    """Return a task without the page for browsers: with its fonts it takes more memory than all else of an edition."""
    return replace(task, candidate=replace(task.candidate, page=replace(task.candidate.page, standalone="")))


def by_edition(findings: Iterable[Finding]) -> dict[tuple[str | None, str | None], list[Finding]]:
    """Return findings by the edition, its slug and language, that they are about."""
    found: dict[tuple[str | None, str | None], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.slug, finding.language), []).append(finding)
    return found

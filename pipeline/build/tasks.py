"""Posts become tasks: each edition is composed and compared with what was built, its page written."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.build.candidates import Candidate, Materials, make_candidate
from pipeline.build.recorder import BuildRun
from pipeline.build.request import Goal
from pipeline.core.errors import CommandError
from pipeline.core.files import read_if_there, write_if_changed
from pipeline.core.model import Edition, Finding, House, Reading, Severity, WebPage
from pipeline.core.paths import shown_path
from pipeline.core.reasons import Reason
from pipeline.core.results import EditionResult
from pipeline.ledger.fingerprints import Entry, reason_to_build
from pipeline.sources.folder import languages_by_post, read_named_posts
from pipeline.sources.house import read_house


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPosts:
    """The posts that a run looks into, the standard wording, and findings by slug and language."""

    house: House
    reading: Reading
    findings: Mapping[tuple[str | None, str | None], Sequence[Finding]] = field(repr=False)

    def in_order(self, results: Iterable[EditionResult]) -> tuple[EditionResult, ...]:
        """Return results by post, then in the order of the standard wording's languages."""
        places = {
            (post.slug, edition.language): place
            for post in self.reading.posts
            for place, edition in enumerate(post.editions)
        }
        last = len(self.house.languages)
        return tuple(
            sorted(
                results,
                key=lambda result: (result.slug, places.get((result.slug, result.language or ""), last)),
            )
        )


def read_posts(run: BuildRun) -> ReadPosts:
    """Read the posts that may have changed; raises CommandError for unknown names, HouseWordsError."""
    request = run.request
    house = read_house(request.house_file)
    reading = read_named_posts(request.settings, house, request.slugs, without=run.unchanged.slugs)
    tags = [words.language for words in house.languages]
    for tag in request.languages:
        if tag not in tags:
            raise CommandError(f"no language {tag!r} in {house.file}; it has {', '.join(tags)}")
    findings: dict[tuple[str | None, str | None], list[Finding]] = {}
    for finding in reading.findings:
        findings.setdefault((finding.slug, finding.language), []).append(finding)
    return ReadPosts(house=house, reading=reading, findings=findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One edition of a run: its candidate, the bytes of its attachment now, and why to build, or None."""

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


class TaskPlan:
    """Makes the tasks of a run as workers ask for them, so that few are held at a time.

    `page_sums` has the sha256 of each web page that was composed, by slug and language, `unwritten` an error
    for each that could not be written; both are whole once all tasks were taken.
    """

    def __init__(self, run: BuildRun, posts: ReadPosts, materials: Materials) -> None:
        self._run = run
        self._posts = posts
        self._materials = materials
        self._languages = languages_by_post(posts.reading, posts.house)
        wanted = run.request.languages
        self._editions: Sequence[Edition] = [
            edition
            for post in posts.reading.posts
            for edition in post.editions
            if not wanted or edition.language in wanted
        ]
        self.page_sums: dict[tuple[str, str], str] = {}
        self.unwritten: list[Finding] = []

    @property
    def count(self) -> int:
        """Return the number of tasks."""
        return len(self._editions)

    def tasks(self) -> Iterator[Task]:
        """Yield a task for each edition, whose web page is written by then where the run writes any."""
        for edition in self._editions:
            task, web_page = self._task(edition)
            if self._run.request.goal in (Goal.BUILD, Goal.HTML):
                self._write(task, web_page)
            yield task

    def once_more(self) -> Iterator[Task]:
        """Yield the tasks again, the last one first, and write nothing."""
        for edition in reversed(self._editions):
            yield self._task(edition)[0]

    def _task(self, edition: Edition) -> tuple[Task, WebPage]:
        candidate, web_page = make_candidate(self._materials, edition, self._languages[edition.slug])
        folder = self._run.request.settings.output / edition.slug
        entry = self._run.record.ledger.entry(edition.slug, edition.language)
        data = read_if_there(folder / f"{edition.name}.pdf")
        task = Task(
            candidate=candidate,
            folder=folder,
            existing=data,
            entry=entry,
            reason=reason_to_build(entry, candidate.fingerprints, data),
            source_findings=tuple(self._posts.findings.get((edition.slug, edition.language), ())),
        )
        return task, web_page

    def _write(self, task: Task, web_page: WebPage) -> None:
        data = web_page.html.encode()
        self.page_sums[web_page.slug, web_page.language] = hashlib.sha256(data).hexdigest()
        path = task.folder / f"{web_page.language}.html"
        try:
            write_if_changed(path, data)
        except OSError as error:
            self.unwritten.append(not_written(task.edition, path, error))


def not_written(edition: Edition, path: Path, error: OSError) -> Finding:
    """Return the error that a file of an edition can't be written."""
    message = f"{shown_path(path)} can't be written ({error.strerror}); what stood there is untouched"
    remedy = "free the disk, or ask for the right to write there"
    return edition.finding("write.failed", Severity.ERROR, message, remedy)

"""Annexe itself: from nothing, with nothing to do, after one edit, after an edit of the style sheet."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bench.job import Job, Round, Way
from bench.project import Project


def kept(job: Job) -> Project:
    """Return the project whose attachments stay from round to round."""
    return Project(job.folder / "annexe")


@contextmanager
def _cold_on_one(job: Job) -> Iterator[Round]:
    yield from _cold(job, 1)


@contextmanager
def _cold_on_all(job: Job) -> Iterator[Round]:
    yield from _cold(job, 0)


def _cold(job: Job, workers: int) -> Iterator[Round]:
    project = Project(job.folder / "annexe-cold")
    project.set_workers(workers)
    project.forget()
    yield lambda: _built(project)


@contextmanager
def _unchanged(job: Job) -> Iterator[Round]:
    project = kept(job)
    yield lambda: _built(project)


@contextmanager
def _edited(job: Job) -> Iterator[Round]:
    project = kept(job)
    document = job.documents[job.turn % len(job.documents)]
    project.edit(project.sources / document.slug / document.path.name, mark=str(job.turn))
    yield lambda: _built(project)


@contextmanager
def _restyled(job: Job) -> Iterator[Round]:
    project = kept(job)
    project.restyle(mark=job.turn)
    yield lambda: _built(project)


def _built(project: Project) -> list[Path]:
    project.run("build", "--quiet")
    return project.attachments()


def _way(name: str, title: str, prepare: Callable[[Job], AbstractContextManager[Round]]) -> Way:
    return Way(name=name, title=title, lacks="", is_sampled=False, prepare=prepare, missing=lambda: None)


WAYS = (
    _way("annexe-1", "Annexe, from nothing, one worker", _cold_on_one),
    _way("annexe-all", "Annexe, from nothing, all cores", _cold_on_all),
    _way("annexe-unchanged", "Annexe, nothing changed, all cores", _unchanged),
    _way("annexe-edit", "Annexe, one edition edited, all cores", _edited),
    _way("annexe-style", "Annexe, style sheet edited, all cores", _restyled),
)

"""What a way is given to do, and how it is named: between the process that measures and the one that is measured."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.posts import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One round of one way.

    `folder` is the whole bench's, in which `documents` lie and everything is made; `warm` are documents to warm up
    with, which are not among them. `turn` is the round's number: what is edited differs from round to round.
    """

    folder: Path
    documents: tuple[Document, ...]
    warm: tuple[Document, ...]
    turn: int

    @property
    def peers(self) -> Path:
        """Return the folder that other ways than Annexe's work in: style sheet, fonts, Typst's template."""
        return self.folder / "peers"

    def target(self, document: Document) -> Path:
        """Return where a peer writes the PDF of a document."""
        return self.peers / "out" / f"{document.name}.pdf"


#: Does the round and returns the PDF files that stand afterwards.
Round = Callable[[], list[Path]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way from Markdown files to PDF files.

    `prepare` makes everything ready that isn't timed and yields what is. `is_sampled`: it is so slow that a round takes
    some of the documents. `lacks` says what the reader of a table must know. `missing` returns what this machine lacks.
    """

    name: str
    title: str
    lacks: str
    is_sampled: bool
    prepare: Callable[[Job], AbstractContextManager[Round]]
    missing: Callable[[], str | None]


def written(job: Job) -> str:
    """Return a job as JSON."""
    return json.dumps(asdict(job), default=str)


def read(text: str) -> Job:
    """Return the job that `written` wrote."""
    fields = json.loads(text)
    documents = {
        key: tuple(Document(**{**document, "path": Path(document["path"])}) for document in fields[key])
        for key in ("documents", "warm")
    }
    return Job(folder=Path(fields["folder"]), turn=fields["turn"], **documents)

"""The ledger itself: the last good build of each attachment, good posts, and the history of the runs."""

from pathlib import Path

from pipeline.ledger.columns import JSON_MAPPING, REASON, Columns, insertable
from pipeline.ledger.database import Database
from pipeline.ledger.fingerprints import Entry
from pipeline.ledger.history import History
from pipeline.ledger.post_records import PostRecords

_ENTRY = Columns(Entry, inputs=JSON_MAPPING, origins=JSON_MAPPING, reason=REASON)


class Ledger(PostRecords, History):
    """The attachments of one build folder, and the history of its runs.

    Whatever is written raises UnrecordedError where it can't be. Whatever is asked for is empty where the
    file turned out to be damaged: `fault` says so.
    """

    def __init__(
        self, database: Database, *, path: Path, set_aside: Path | None = None, set_aside_why: str = ""
    ) -> None:
        self._database = database
        #: The ledger's file.
        self.path = path
        #: Where a ledger that could not be used was put when this one was opened, or None, and why.
        self.set_aside = set_aside
        self.set_aside_why = set_aside_why

    @property
    def fault(self) -> str | None:
        """Return what showed, since it was opened, that the ledger can't be used, or None."""
        return self._database.fault

    def entry(self, slug: str, language: str) -> Entry | None:
        """Return an attachment's last good build, or None; one damaged entry costs one attachment only."""
        query = f"select {_ENTRY.selected} from attachment where slug = ? and language = ?"
        return self._database.first(query, slug, language, make=_ENTRY.load_if_sound)

    def announce(self, slug: str, language: str, sha256: str) -> None:
        """Record what is about to replace an attachment that was recorded: a run may be killed right then."""
        with self._database.writing() as writing:
            statement = "update attachment set announced = ? where slug = ? and language = ?"
            writing.run(statement, sha256, slug, language)

    def record(self, entry: Entry) -> None:
        """Record a good build in the place of the one before, and delete what was recorded of its post."""
        with self._database.writing() as writing:
            self.delete_post_records(writing, entry.slug)
            statement = f"insert or replace into attachment {insertable(*_ENTRY.names)}"
            writing.run(statement, *_ENTRY.store(entry))

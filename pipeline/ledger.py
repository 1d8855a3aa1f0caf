"""What was built, from what, when and why: one SQLite file, and the decisions made from it.

Decisions go by content: a fingerprint of everything that an attachment's bytes depend on, part by part, so that a
rebuild can say what changed. A time stamp decides nothing.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import MachineError
from pipeline.places import shown_path

FILE_NAME = "ledger.sqlite"
_SCHEMA_VERSION = 1
_SCHEMA = """
create table if not exists attachment (
    slug text not null,
    language text not null,
    inputs text not null,     -- JSON: the fingerprint of each input that the bytes depend on
    origins text not null,    -- JSON: the fingerprint of each thing that the page was composed from
    sha256 text not null,     -- of the attachment's file
    size integer not null,    -- bytes
    pages integer not null,
    built text not null,      -- UTC, ISO 8601
    seconds real not null,
    reason text not null,
    primary key (slug, language)
) strict, without rowid;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprints:
    """What an attachment is made from, each by name.

    `inputs` decide: the page, its images, styles, fonts, machinery, tools. `origins` explain: they say why a page
    changed (source, house words, template), and an origin that leaves the page as it was rebuilds nothing.
    """

    inputs: Mapping[str, str]
    origins: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The last good build of an attachment."""

    slug: str
    language: str
    fingerprints: Fingerprints
    sha256: str
    size: int
    pages: int
    built: str
    seconds: float
    reason: str


def fingerprint(*contents: bytes | str) -> str:
    """Return the sha256 of some contents, kept apart by their lengths."""
    digest = hashlib.sha256()
    for content in contents:
        data = content.encode() if isinstance(content, str) else content
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def reason_to_build(entry: Entry | None, now: Fingerprints, data: bytes | None) -> str | None:
    """Return why an attachment must be built, or None where the file that is there is still the right one.

    `now` are the fingerprints of the inputs as they are, `data` the bytes of the attachment's file (None: no file).
    """
    if entry is None:
        return "not built before"
    if data is None:
        return "the attachment is missing"
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        return "the attachment was changed by hand"
    changed = _changed(entry.fingerprints.inputs, now.inputs)
    if "page" in changed:
        origins = _changed(entry.fingerprints.origins, now.origins) or ["the way pages are composed"]
        changed = [*origins, *(name for name in changed if name != "page")]
    return f"changed: {', '.join(changed)}" if changed else None


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


class UnrecordedError(Exception):
    """A build can't be recorded; the message says why."""


class Ledger:
    """The entries of one build folder."""

    def __init__(self, connection: sqlite3.Connection, *, set_aside: Path | None = None) -> None:
        self._connection = connection
        #: Where a damaged ledger was put when this one was opened, or None.
        self.set_aside = set_aside

    def entry(self, slug: str, language: str) -> Entry | None:
        """Return the last good build of an attachment, or None."""
        row = self._connection.execute(
            "select inputs, origins, sha256, size, pages, built, seconds, reason from attachment"
            " where slug = ? and language = ?",
            (slug, language),
        ).fetchone()
        if row is None:
            return None
        inputs, origins, sha256, size, pages, built, seconds, reason = row
        return Entry(
            slug=slug,
            language=language,
            fingerprints=Fingerprints(inputs=json.loads(inputs), origins=json.loads(origins)),
            sha256=sha256,
            size=size,
            pages=pages,
            built=built,
            seconds=seconds,
            reason=reason,
        )

    def record(self, entry: Entry) -> None:
        """Record a good build in the place of the one before; raises UnrecordedError where the file can't be written."""
        try:
            self._write(entry)
        except sqlite3.Error as error:
            raise UnrecordedError(str(error)) from error

    def _write(self, entry: Entry) -> None:
        with self._connection:
            self._connection.execute(
                "insert or replace into attachment values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    entry.slug,
                    entry.language,
                    json.dumps(dict(entry.fingerprints.inputs), sort_keys=True),
                    json.dumps(dict(entry.fingerprints.origins), sort_keys=True),
                    entry.sha256,
                    entry.size,
                    entry.pages,
                    entry.built,
                    entry.seconds,
                    entry.reason,
                ),
            )


@contextmanager
def open_ledger(folder: Path) -> Iterator[Ledger]:
    """Open the ledger in a build folder's machine folder, made if need be; raises MachineError where it can't.

    A file that is no ledger of ours (damaged, or of another version) is set aside beside it, and a new one begun:
    the only loss is that everything is built once more. `Ledger.set_aside` tells where it lies.
    """
    path = folder / FILE_NAME
    set_aside = None
    try:
        try:
            connection = _connect(path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            set_aside = _set_aside(path)
            connection = _connect(path)
    except sqlite3.OperationalError as error:
        raise MachineError(
            f"{shown_path(path)}: the ledger can't be opened ({error}); free the disk or the file"
        ) from error
    with closing(connection):
        yield Ledger(connection, set_aside=set_aside)


def _set_aside(path: Path) -> Path:
    damaged = path.with_name(f"{path.name}.damaged")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(damaged.with_name(damaged.name + suffix))
    return damaged


def _refuse_other_version(connection: sqlite3.Connection) -> None:
    version = connection.execute("pragma user_version").fetchone()[0]
    if version not in (0, _SCHEMA_VERSION):
        raise sqlite3.DatabaseError(f"the ledger is of version {version}")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10)
    try:
        connection.execute("pragma journal_mode = wal")
        _refuse_other_version(connection)
        connection.executescript(_SCHEMA)
        connection.execute(f"pragma user_version = {_SCHEMA_VERSION}")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection

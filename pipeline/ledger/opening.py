"""Opens the ledger's file: migrates it, sets it aside where it can't be read, or opens it to read only."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from pipeline.core.errors import MachineError
from pipeline.core.files import stat_numbers
from pipeline.core.paths import shown_path
from pipeline.ledger.database import Database, is_damage
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.schema import VERSION, NewerVersionError, migrate, version_of

FILE_NAME = "ledger.sqlite"
#: Up to so many bytes the whole file is looked through when opened: 2 ms a MiB; 10,000 posts a year are less.
_CHECKED_UP_TO = 128 * 1024 * 1024
#: What the file's stat was when it was last closed: where it still is, nobody has written since, and it isn't
#: looked through again. Not for a while: time stamps are no finer than that (ns).
_LEFT = "ledger.left"
_WHILE = 2_000_000_000


@contextmanager
def open_ledger(folder: Path) -> Iterator[Ledger]:
    """Open the ledger in a build folder's machine folder, made if need be.

    Raises MachineError where it can't.

    A ledger of an older version is brought to this one and keeps what it holds. A file that is no ledger of
    ours (damaged, or of a newer version) is set aside beside it, and a new one begun: the only loss is the
    history, and that everything is built once more. `Ledger.set_aside` tells where it lies and
    `Ledger.set_aside_why` why. A file that turns out to be damaged later is set aside at the end.
    """
    path = folder / FILE_NAME
    set_aside: Path | None = None
    why = ""
    try:
        try:
            connection = _connect(path)
        except sqlite3.DatabaseError as error:
            if not is_damage(error) and not isinstance(error, NewerVersionError):
                raise
            is_newer = isinstance(error, NewerVersionError)
            why = str(error) if is_newer else f"was damaged ({error})"
            set_aside = _set_aside(path, "newer" if is_newer else "damaged")
            connection = _connect(path)
    except (sqlite3.DatabaseError, OSError) as error:
        raise MachineError(
            f"{shown_path(path)}: the ledger can't be opened ({error}); free the disk or the file"
        ) from error
    database = Database(connection)
    try:
        with closing(connection):
            yield Ledger(database, path=path, set_aside=set_aside, set_aside_why=why)
    finally:
        _note_as_left(path, is_good=database.fault is None)
        if database.is_damaged:
            # Where it can't be moved now, the next run that opens it moves it, or says that it can't.
            with suppress(OSError):
                _set_aside(path, "damaged")


@contextmanager
def read_ledger(folder: Path) -> Iterator[Ledger | None]:
    """Open the ledger to read, also beside a run; None without a history. Raises MachineError."""
    path = folder / FILE_NAME
    if not path.is_file():
        yield None
        return
    try:
        connection = _connect_to_read(path)
    except sqlite3.DatabaseError as error:
        raise _unreadable(path, str(error)) from error
    database = Database(connection)
    with closing(connection):
        yield Ledger(database, path=path) if version_of(connection) == VERSION else None
    if database.fault is not None:
        raise _unreadable(path, database.fault)


def _unreadable(path: Path, why: str) -> MachineError:
    return MachineError(
        f"{shown_path(path)}: the ledger can't be read ({why}); run `annexe build`, "
        "which sets a damaged one aside"
    )


def _set_aside(path: Path, ending: str) -> Path:
    """Move the ledger's files out of the way, over none that was set aside before; raises OSError."""
    taken = 1
    aside = path.with_name(f"{path.name}.{ending}")
    while aside.exists():
        taken += 1
        aside = path.with_name(f"{path.name}.{ending}-{taken}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    return aside


def _connect(path: Path) -> sqlite3.Connection:
    is_as_left = _is_as_left(path)
    # Transactions are begun where they are written, not by the driver.
    connection = sqlite3.connect(path, timeout=10, isolation_level=None)
    try:
        _read_any_text(connection)
        # Asked first: what a newer Annexe wrote is not touched.
        version_of(connection)
        connection.execute("pragma journal_mode = wal")
        # A power cut may lose the last records, never the file: what they were about is looked at again.
        connection.execute("pragma synchronous = normal")
        migrate(connection)
        if not is_as_left and path.stat().st_size <= _CHECKED_UP_TO:
            _look_through(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _note_as_left(path: Path, *, is_good: bool) -> None:
    note = path.with_name(_LEFT)
    # Without the note, the file is looked through once more.
    with suppress(OSError):
        if is_good:
            note.write_text(_stat_of(path), encoding="ascii")
        else:
            note.unlink(missing_ok=True)


def _is_as_left(path: Path) -> bool:
    """Say whether the file is the one that was closed well the last time, as far as its stat tells."""
    try:
        is_old = path.stat().st_mtime_ns < time.time_ns() - _WHILE
        return is_old and path.with_name(_LEFT).read_text(encoding="ascii") == _stat_of(path)
    except (OSError, UnicodeDecodeError):
        return False


def _stat_of(path: Path) -> str:
    """Return the stat of the ledger, and of the log that is there where it was not closed."""
    log = path.with_name(f"{path.name}-wal")
    return " ".join(map(str, (*stat_numbers(path.stat()), int(log.exists()))))


def _connect_to_read(path: Path) -> sqlite3.Connection:
    # In a folder that can't be written to, SQLite can't make the files that readers and writers share: where
    # there are none, nobody writes, the file is all (https://sqlite.org/wal.html#read_only_databases).
    address = f"{path.resolve().as_uri()}?mode=ro"
    try:
        return _open_to_read(address)
    except sqlite3.OperationalError:
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            raise
        return _open_to_read(f"{address}&immutable=1")


def _open_to_read(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, timeout=10, isolation_level=None)
    try:
        _read_any_text(connection)
        version_of(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _read_any_text(connection: sqlite3.Connection) -> None:
    # Text that was damaged must not look like a fault of the machine: it is read as far as it goes.
    connection.text_factory = lambda data: data.decode("utf-8", "replace")


def _look_through(connection: sqlite3.Connection) -> None:
    found = connection.execute("pragma quick_check(1)").fetchone()
    if found != ("ok",):
        error = sqlite3.DatabaseError(str(found[0]) if found else "it can't be looked through")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error

"""The connection to the ledger's file: its faults become values, so that they fail no build."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from pipeline.ledger.columns import Value, insertable, storable
from pipeline.ledger.rows import UnrecordedError

RowT = TypeVar("RowT")

#: What SQLite says of a file that holds no database, or one that was damaged.
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Database:
    """One connection. After a fault it reads and writes nothing more, and `fault` says why."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        #: Why nothing more is read or written, or None while all is well.
        self.fault: str | None = None
        #: Whether that is because the file is damaged, so that it must be set aside.
        self.is_damaged = False

    def read(self, query: str, *values: Value, make: Callable[..., RowT]) -> list[RowT]:
        """Return what `make` makes of each row, by columns' names; nothing once the file is damaged."""
        if self.fault is not None:
            return []
        try:
            cursor = self._connection.execute(query, _storable(values))
            names = [column[0] for column in cursor.description]
            return [make(**dict(zip(names, row, strict=True))) for row in cursor]
        except sqlite3.Error as error:
            self._give_up(error)
        except (TypeError, ValueError, KeyError) as error:
            # SQLite keeps no check sums: a page that was overwritten may still read as a row, of nonsense.
            self.fault, self.is_damaged = f"it holds what no Annexe wrote ({error})", True
        return []

    def first(self, query: str, *values: Value, make: Callable[..., RowT]) -> RowT | None:
        """Return what is made of the first row that a query finds, or None."""
        return next(iter(self.read(query, *values, make=make)), None)

    @contextmanager
    def writing(self) -> Iterator["Writing"]:
        """Write in one transaction: all of it or nothing.

        Raises UnrecordedError where that can't be done (a full disk, no right to). Once the file turned out
        to be damaged, nothing is written and nothing raised: a run reports that once, not for each edition.
        """
        if self.fault is not None:
            yield Writing(None)
            return
        try:
            self._connection.execute("begin immediate")
            try:
                yield Writing(self._connection)
                self._connection.execute("commit")
            except BaseException:
                self._connection.rollback()
                raise
        except sqlite3.Error as error:
            if not is_damage(error):
                raise UnrecordedError(str(error)) from error
            self._give_up(error)

    def _give_up(self, error: sqlite3.Error) -> None:
        self.fault, self.is_damaged = str(error), is_damage(error)


class Writing:
    """A transaction that writes; without a connection it writes nothing."""

    def __init__(self, connection: sqlite3.Connection | None) -> None:
        self._connection = connection

    def run(self, statement: str, *values: Value) -> list[Any]:
        """Carry out a statement and return the rows that it gives."""
        return (
            [] if self._connection is None else list(self._connection.execute(statement, _storable(values)))
        )

    def run_many(self, statement: str, rows: Sequence[tuple[Value, ...]]) -> None:
        """Carry out a statement for each row of values."""
        if self._connection is not None:
            self._connection.executemany(statement, map(_storable, rows))

    def number_of(self, table: str, **columns: str) -> int:
        """Return the id of the row of a table that holds some texts, inserted if there is none."""
        # Only names of tables and columns are put into the statements, and those are written in this package.
        find = f"select id from {table} where {' and '.join(f'{name} = ?' for name in columns)}"
        add = f"insert into {table} {insertable(*columns)} returning id"
        found = self.run(find, *columns.values()) or self.run(add, *columns.values())
        return int(found[0][0]) if found else 0


def _storable(values: tuple[Value, ...]) -> tuple[Value, ...]:
    return tuple(storable(value) if isinstance(value, str) else value for value in values)


def is_damage(error: sqlite3.Error) -> bool:
    """Say whether an error means that the file is damaged, or no database at all."""
    code = getattr(error, "sqlite_errorcode", 0)
    # The low byte is the error, the others its kind (https://sqlite.org/rescode.html).
    return code & 0xFF in _DAMAGE

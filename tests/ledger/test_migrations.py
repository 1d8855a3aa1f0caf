"""A ledger is brought from version to version and keeps what it holds; one of a newer Annexe is set aside."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.ledger import schema
from pipeline.ledger.opening import open_ledger, read_ledger
from tests.ledger.nights import night, row
from tests.ledger.test_attachments import ENTRY

#: What the first release wrote, word for word.
FIRST_RELEASE = """
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
insert into attachment values (
    'a', 'fr', '{"page": "1", "fonts": "1"}', '{"source": "1", "template": "1"}',
    'e71b1a2e29a8fe3bcbb2db93de9bbdcd3e57e1bd8d8ed5a4bd4d8b4b3f05a3a5', 3, 1,
    '2026-11-24T03:00:00+00:00', 0.5,
    'not built before'
);
"""


def write_first_release(folder: Path, *, version: int = 1) -> None:
    """Write a ledger of the first release that holds one attachment."""
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as connection:
        connection.executescript(FIRST_RELEASE)
        connection.execute("update attachment set sha256 = ?", (ENTRY.sha256,))
        connection.execute(f"pragma user_version = {version}")
        connection.commit()


def version(folder: Path) -> int:
    """Return the version that a ledger says it is of."""
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as connection:
        return int(connection.execute("pragma user_version").fetchone()[0])


@pytest.mark.parametrize("before", [1, 0], ids=["version 1", "version 1 that was killed before it said so"])
def test_an_older_ledger_keeps_its_attachments(tmp_path: Path, before: int) -> None:
    """A ledger from before there was a history is migrated, and nothing is built anew for it."""
    write_first_release(tmp_path, version=before)
    with open_ledger(tmp_path) as ledger:
        assert ledger.set_aside is None
        assert ledger.entry("a", "fr") == ENTRY
        night(ledger, 0, row())
        assert len(ledger.runs(5)) == 1
    assert version(tmp_path) == schema.VERSION


def test_a_migration_is_done_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration that fails half-way leaves the ledger as it was."""
    write_first_release(tmp_path)
    broken = (
        *schema.MIGRATIONS,
        ("create table more (id integer) strict", "create table more (id integer) strict"),
    )
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", broken)
        with (
            closing(sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)) as connection,
            pytest.raises(sqlite3.OperationalError, match="table more already exists"),
        ):
            schema.migrate(connection)
    assert version(tmp_path) == 1
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        assert connection.execute("select name from sqlite_schema where type = 'table'").fetchall() == [
            ("attachment",)
        ]


def test_a_newer_ledger_is_set_aside_and_not_touched(tmp_path: Path) -> None:
    """What a newer Annexe wrote is kept for it as it is, and said so."""
    write_first_release(tmp_path, version=99)
    before = (tmp_path / "ledger.sqlite").read_bytes()
    with open_ledger(tmp_path) as ledger:
        assert ledger.set_aside == tmp_path / "ledger.sqlite.newer"
        assert ledger.set_aside_why == (
            f"is of version 99, written by a newer Annexe; this one knows {schema.VERSION}"
        )
        assert ledger.entry("a", "fr") is None
    assert (tmp_path / "ledger.sqlite.newer").read_bytes() == before


def test_nothing_that_was_set_aside_is_written_over(tmp_path: Path) -> None:
    """Each ledger that is set aside lies beside those before it."""
    for text in (b"one that is no database", b"two that is no database"):
        (tmp_path / "ledger.sqlite").write_bytes(text)
        with open_ledger(tmp_path):
            pass
        for rest in tmp_path.glob("ledger.sqlite"):
            rest.unlink()
    assert (tmp_path / "ledger.sqlite.damaged").read_bytes().startswith(b"one")
    assert (tmp_path / "ledger.sqlite.damaged-2").read_bytes().startswith(b"two")


def test_looking_into_an_older_ledger_leaves_it(tmp_path: Path) -> None:
    """Whoever only looks brings nothing to a newer version: there is no history yet."""
    write_first_release(tmp_path)
    with read_ledger(tmp_path) as ledger:
        assert ledger is None
    assert version(tmp_path) == 1


def test_the_table_of_all_posts_together_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger of version 5 loses its table `inventory`, which may hold rows, and keeps everything else."""
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:5])
        patched.setattr(schema, "VERSION", 5)
        with open_ledger(tmp_path) as ledger:
            ledger.record(ENTRY)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection, connection:
        connection.execute("insert into place values (1, 'here', 1, '', '', 0, '[]', '[]')")
        connection.execute("insert into inventory values (1, '', x'', x'', x'', x'', x'', '[]', x'')")
    with open_ledger(tmp_path) as ledger:
        assert ledger.entry("a", "fr") == ENTRY
        assert ledger.place("here") is not None
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        tables = {
            name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'")
        }
    assert "inventory" not in tables
    assert version(tmp_path) == schema.VERSION


_FIRST, _RUNS, _POSTS = (
    {"attachment"},
    {"series", "tools", "run", "edition", "reason", "outcome", "finding", "sighting", "site_check"},
    {"place", "kept"},
)


@pytest.mark.parametrize(
    ("number", "tables"),
    [
        (1, _FIRST),
        (2, _FIRST | _RUNS),
        (3, _FIRST | _RUNS | _POSTS),
        (4, _FIRST | _RUNS | _POSTS | {"inventory"}),
        (6, _FIRST | _RUNS | _POSTS),
    ],
)
def test_each_version_has_its_tables(tmp_path: Path, number: int, tables: set[str]) -> None:
    """A released version is what it was: a migration never moves to another place."""
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        for statements in schema.MIGRATIONS[:number]:
            for statement in statements:
                connection.execute(statement)
        found = connection.execute("select name from sqlite_schema where type = 'table'").fetchall()
    assert {name for (name,) in found} == tables

"""What is wrong with the ledger's file costs the record, never the build."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.core.errors import MachineError
from pipeline.ledger import opening
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.opening import open_ledger, read_ledger
from pipeline.ledger.rows import UnrecordedError
from tests.ledger.nights import FIRST, night, row
from tests.ledger.test_attachments import ENTRY
from tests.reasons import other


def write_many(folder: Path) -> Path:
    """Write a ledger of many attachments, and return its file."""
    with open_ledger(folder) as ledger:
        for number in range(400):
            ledger.record(replace(ENTRY, slug=f"post-{number}"))
    return folder / "ledger.sqlite"


def spoil(file: Path) -> None:
    """Overwrite what lies behind the first pages of a database."""
    with file.open("r+b") as stream:
        stream.seek(4096 * 20)
        stream.write(b"\xff" * 4096 * 10)


def test_damage_deep_in_the_file_is_found_when_it_is_opened(tmp_path: Path) -> None:
    """A ledger whose first pages are good and whose others are not is set aside before it is believed."""
    spoil(write_many(tmp_path))
    with open_ledger(tmp_path) as ledger:
        assert ledger.set_aside is not None
        assert ledger.set_aside_why.startswith("was damaged (")
        assert ledger.fault is None


def test_damage_that_shows_later_ends_the_record_and_not_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a ledger is found damaged in the middle of a run, all answers are empty and nothing raises."""
    spoil(write_many(tmp_path))
    monkeypatch.setattr(opening, "_CHECKED_UP_TO", 0)
    with open_ledger(tmp_path) as ledger:
        number = night(ledger, 0)
        entries = [ledger.entry(f"post-{number}", "fr") for number in range(400)]
        assert None in entries
        assert ledger.fault == "database disk image is malformed"
        ledger.record(ENTRY)
        ledger.record_result(number, row("built"))
        assert ledger.begin_run(FIRST, "build") == 0
        assert (ledger.runs(5), ledger.nights_down("blog"), ledger.findings(1)) == ((), 0, ())
        ledger.apply_retention(1)
    assert (tmp_path / "ledger.sqlite.damaged").is_file()
    with open_ledger(tmp_path) as ledger:
        assert (ledger.set_aside, ledger.runs(5), ledger.entry("post-1", "fr")) == (None, (), None)


def test_damage_that_shows_in_writing_ends_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Writing into a damaged file raises nothing either: it is told once, by the run."""
    spoil(write_many(tmp_path))
    monkeypatch.setattr(opening, "_CHECKED_UP_TO", 0)
    with open_ledger(tmp_path) as ledger:
        for number in range(400):
            ledger.record(replace(ENTRY, slug=f"post-{number}", size=4))
        assert ledger.fault == "database disk image is malformed"


def change(folder: Path, statement: str) -> None:
    """Change a ledger behind its back."""
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as connection:
        connection.execute(statement)
        connection.commit()


def test_an_entry_of_nonsense_costs_one_building(tmp_path: Path) -> None:
    """An attachment whose entry can't be understood is built again; all others are believed."""
    with open_ledger(tmp_path) as ledger:
        ledger.record(ENTRY)
        ledger.record(replace(ENTRY, slug="b"))
    change(tmp_path, "update attachment set inputs = cast(x'ff7b' as text) where slug = 'a'")
    with open_ledger(tmp_path) as ledger:
        assert ledger.entry("a", "fr") is None
        assert ledger.entry("b", "fr") == replace(ENTRY, slug="b")
        assert ledger.fault is None


def test_a_run_of_nonsense_is_damage(tmp_path: Path) -> None:
    """A row of the history that no Annexe wrote is told as damage, and never shown."""
    with open_ledger(tmp_path) as ledger:
        night(ledger, 0)
    change(tmp_path, "update run set started = 'yesterday'")
    with open_ledger(tmp_path) as ledger:
        assert ledger.runs(5) == ()
        assert ledger.fault == "it holds what no Annexe wrote (Invalid isoformat string: 'yesterday')"
    assert (tmp_path / "ledger.sqlite.damaged").is_file()


def fill(ledger: Ledger) -> None:
    """Let the ledger's file grow no more, as a full disk would."""
    connection = ledger._database._connection
    pages = connection.execute("pragma page_count").fetchone()[0]
    connection.execute(f"pragma max_page_count = {pages}")


def test_a_full_disk_is_told_and_what_was_recorded_stays(tmp_path: Path) -> None:
    """Where the disk takes no more, recording raises UnrecordedError with the reason, and reading goes on."""
    with open_ledger(tmp_path) as ledger:
        ledger.record(ENTRY)
        fill(ledger)
        with pytest.raises(UnrecordedError, match="database or disk is full"):
            ledger.record(replace(ENTRY, slug="b", reason=other("long " * 10_000)))
        assert ledger.entry("a", "fr") == ENTRY
        assert ledger.entry("b", "fr") is None
        assert ledger.fault is None


def test_a_ledger_held_by_another_program_is_told(tmp_path: Path) -> None:
    """Where another program keeps the file locked, recording raises UnrecordedError: that is no damage."""
    with (
        open_ledger(tmp_path) as ledger,
        closing(sqlite3.connect(ledger.path, isolation_level=None)) as other,
    ):
        ledger._database._connection.execute("pragma busy_timeout = 1")
        other.execute("begin immediate")
        with pytest.raises(UnrecordedError, match="database is locked"):
            ledger.record(ENTRY)
        other.execute("rollback")
        ledger.record(ENTRY)
    assert not list(tmp_path.glob("*.damaged"))


def test_looking_while_a_run_writes(tmp_path: Path) -> None:
    """The history is read beside a run that is at work, up to what that run has written."""
    with open_ledger(tmp_path) as ledger:
        night(ledger, 0)
        with ledger._database.writing() as writing:
            writing.run("update run set exit_code = 70")
            with read_ledger(tmp_path) as looking:
                assert looking is not None
                assert [run.exit_code for run in looking.runs(5)] == [0]


def test_looking_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a read-only folder, where SQLite can't make its shared files, the history is read all the same."""
    with open_ledger(tmp_path) as ledger:
        night(ledger, 0)
    assert [path.name for path in tmp_path.glob("ledger.sqlite*")] == ["ledger.sqlite"]
    connect = sqlite3.connect

    def refuse(address: str, **options: object) -> sqlite3.Connection:
        # Who runs the tests may be root, to whom every folder is open.
        if "immutable" not in address:
            raise sqlite3.OperationalError("unable to open database file")
        return connect(address, **options)  # type: ignore[call-overload,no-any-return] # handed on as it came

    monkeypatch.setattr(sqlite3, "connect", refuse)
    with read_ledger(tmp_path) as looking:
        assert looking is not None
        assert len(looking.runs(5)) == 1


def test_a_damaged_ledger_that_cannot_be_moved_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a damaged ledger can't be set aside, the run ends with what to do, and the file stays."""
    (tmp_path / "ledger.sqlite").write_bytes(b"no database at all, but a text of some length" * 20)

    def refuse(*_arguments: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "replace", refuse)
    with (
        pytest.raises(
            MachineError, match=r"the ledger can't be opened \(.*Read-only file system\); free the disk"
        ),
        open_ledger(tmp_path),
    ):
        pytest.fail("a damaged ledger was opened")
    assert (tmp_path / "ledger.sqlite").is_file()


def look(folder: Path) -> None:
    """Look for many attachments in a ledger."""
    with read_ledger(folder) as looking:
        assert looking is not None
        for number in range(400):
            looking.entry(f"post-{number}", "fr")


@pytest.mark.parametrize("is_spoilt", [False, True], ids=["no database", "damaged deep inside"])
def test_looking_into_a_damaged_ledger_is_an_error(tmp_path: Path, *, is_spoilt: bool) -> None:
    """Whoever only looks sets nothing aside, and is told which command does."""
    if is_spoilt:
        spoil(write_many(tmp_path))
    else:
        (tmp_path / "ledger.sqlite").write_bytes(b"no database at all, but a text of some length" * 20)
    said = r"ledger can't be read \(.*\); run `annexe build`, which sets a damaged one aside"
    with pytest.raises(MachineError, match=said):
        look(tmp_path)
    assert (tmp_path / "ledger.sqlite").is_file()


def test_looking_where_there_is_nothing(tmp_path: Path) -> None:
    """Where nothing was ever built there is no history, and looking makes no file."""
    with read_ledger(tmp_path / "none") as looking:
        assert looking is None
    assert list(tmp_path.iterdir()) == []

"""Files are written whole or not at all; one run at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import BuildLockedError, CommandError
from pipeline.files import build_lock, machine_folder, write_atomically, write_if_changed


def test_write_makes_folders_and_leaves_nothing_else(tmp_path: Path) -> None:
    """A file is written with its folders, and no temporary file stays."""
    write_atomically(tmp_path / "a" / "b.txt", b"text")
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"text"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.txt"]


def test_failed_write_keeps_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk refuses, what stood under the final name stays and no temporary file is left."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"good")

    def refuse(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"bad")
    assert path.read_bytes() == b"good"
    assert list(tmp_path.iterdir()) == [path]


def test_write_if_changed_touches_nothing_that_is_right(tmp_path: Path) -> None:
    """A file with the right bytes is not written again."""
    path = tmp_path / "a.txt"
    assert write_if_changed(path, b"text")
    before = path.stat().st_ino
    assert not write_if_changed(path, b"text")
    assert path.stat().st_ino == before


def test_second_run_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    """A second process is refused by name of the first, and let in when the first is gone."""
    code = (
        "import sys, pathlib; from pipeline.files import build_lock\n"
        "with build_lock(pathlib.Path(sys.argv[1])):\n print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with (
        pytest.raises(BuildLockedError, match=f"process {holder.pid} is building here"),
        build_lock(tmp_path),
    ):
        pytest.fail("the lock was given twice")
    holder.communicate()
    with build_lock(tmp_path):
        assert (tmp_path / ".annexe" / "lock").read_text() == str(os.getpid())


def test_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    """The lock of a process that was killed does not outlive it."""
    code = (
        "import os, sys, pathlib, signal; from pipeline.files import build_lock\n"
        "with build_lock(pathlib.Path(sys.argv[1])):\n os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    with build_lock(tmp_path):
        assert (tmp_path / ".annexe" / "lock").is_file()


def test_output_that_is_a_file_is_told(tmp_path: Path) -> None:
    """An output folder that can't be made is an error that names it and the way out."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(CommandError, match="choose another folder with --output"):
        machine_folder(tmp_path / "file")

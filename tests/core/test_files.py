"""Files are written whole or not at all."""

import os
from pathlib import Path

import pytest

from pipeline.core.errors import CommandError
from pipeline.core.files import machine_folder, write_atomically, write_if_changed


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


def test_output_that_is_a_file_is_told(tmp_path: Path) -> None:
    """An output folder that can't be made is an error that names it and the way out."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(CommandError, match="choose another folder with --output"):
        machine_folder(tmp_path / "file")

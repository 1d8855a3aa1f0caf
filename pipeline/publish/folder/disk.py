"""A site's folder on a disk: whole files, one writer at a time, and which files in it are ours."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.core.files import read_if_there, write_atomically
from pipeline.publish.errors import ChangedMeanwhileError, SiteProblemError

_LOCK = ".annexe-lock"
#: Seconds to wait for another process that is writing, and between two tries.
_LOCK_TIMEOUT, _PAUSE = 10.0, 0.05
#: What `write_atomically` leaves where the process is killed while it writes.
_LEFTOVER = re.compile(r"\.(?P<name>.+)\.[a-z0-9_]{8}\.part")
#: One of these near the beginning marks a page, fragment, feed, site map or summary as ours.
_MARKS = (
    b'<meta name="generator" content="Annexe',
    b"<!-- Annexe",
    b"<generator>Annexe</generator>",
    b'"generator": "Annexe"',
)
#: How many bytes of a file are searched for a mark.
_BEGINNING = 8_192


class Disk:
    """One folder; paths count from it."""

    def __init__(self, root: Path, name: str) -> None:
        self.root = root
        self._name = name

    def place(self, path: str) -> Path:
        """Return where a path of ours lies."""
        return self.root / path

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None where there is no such file; raises SiteProblemError."""
        with self.problems(f"{path} can't be read"):
            place = self.root / path
            return read_if_there(place) if place.is_file() else None

    def names(self, folder: str = "") -> Sequence[str]:
        """Return the names in a folder, sorted; none where there is no such folder."""
        with self.problems(f"{folder or self.root} can't be read"):
            try:
                return sorted(os.listdir(self.root / folder))  # noqa: PTH208 - names alone, of ten thousand posts
            except (FileNotFoundError, NotADirectoryError):
                return ()

    def leftovers(self, folder: str = "") -> list[str]:
        """Return the paths of half-written files in a folder, left by a process that was killed."""
        prefix = f"{folder}/" if folder else ""
        return [f"{prefix}{name}" for name in self.names(folder) if _LEFTOVER.fullmatch(name)]

    def write(self, path: str, data: bytes) -> bool:
        """Write a file whole where its bytes differ; return whether they did. To be called under the lock."""
        if self.read(path) == data:
            return False
        with self.problems(f"{path} can't be written"):
            write_atomically(self.root / path, data)
        return True

    def remove(self, path: str) -> None:
        """Remove a file, and its folder where that is then empty; one that is gone already is no problem."""
        with self.problems(f"{path} can't be removed"):
            place = self.root / path
            place.unlink(missing_ok=True)
            if place.parent != self.root and place.parent.is_dir() and not any(place.parent.iterdir()):
                place.parent.rmdir()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the folder for this process; raises ChangedMeanwhileError where another one keeps it.

        The lock is the kernel's (flock): it ends with the process that holds it, however that ends.
        """
        lock = FileLock(
            self.root / _LOCK, timeout=_LOCK_TIMEOUT, poll_interval=_PAUSE, fallback_to_soft=False
        )
        with self.problems("it can't be written to"):
            self.root.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire()
            except Timeout as error:
                raise ChangedMeanwhileError(
                    f"{self.root}: another process is publishing into this folder, and nothing of its work "
                    "was overwritten",
                    "wait for it to end, then publish again",
                ) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def problems(self, what: str) -> Iterator[None]:
        """Raise an error of the operating system as a SiteProblemError of the whole site."""
        try:
            yield
        except OSError as error:
            raise SiteProblemError(
                "folder",
                f"{self._name}: {self.root}: {what} ({error.strerror or error})",
                "give yourself the right to it, make room on the disk, or set `path` in "
                f"[tool.annexe.publish.{self._name}]",
                is_whole_site=True,
            ) from error


def is_marked(data: bytes) -> bool:
    """Say whether a page, fragment, feed, site map or summary was made by Annexe."""
    beginning = data[:_BEGINNING]
    return any(mark in beginning for mark in _MARKS)

"""Files at the edge: written whole or not at all, and one run at a time in a build folder."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import BuildLockedError, CommandError

#: Everything that a build folder holds besides what is for people: ledger, fonts, lock.
MACHINE_FOLDER = ".annexe"
#: Where, in a post's folder in the build folder, a new attachment is put that has errors.
REJECTED_FOLDER = "rejected"


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that its final name never shows anything half-made, even if the machine loses power.

    The bytes go to a temporary file in the same folder, are flushed to the disk and renamed (POSIX `rename` is
    atomic), with the rights `mode`; raises OSError where that can't be done, leaving what stood there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write a file only where its bytes differ; return whether they did."""
    if path.is_file() and path.read_bytes() == data:
        return False
    write_atomically(path, data)
    return True


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_if_there(path: Path) -> bytes | None:
    """Return a file's bytes, or None where there is none; raises OSError where it can't be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def machine_folder(output: Path) -> Path:
    """Return the folder in a build folder that is the machine's own, made if need be; raises CommandError."""
    folder = output / MACHINE_FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(
            f"{output}: can't be written to ({error.strerror}); choose another folder with --output, "
            "or ask for the right to write here"
        ) from error
    return folder


@contextmanager
def build_lock(output: Path) -> Iterator[None]:
    """Hold the build folder for this process; raises BuildLockedError where another process holds it.

    The lock is the kernel's (flock): it ends with the process that holds it, however that ends.
    """
    path = machine_folder(output) / "lock"
    with path.open("a+", encoding="ascii") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            stream.seek(0)
            holder = stream.read().strip() or "of unknown number"
            raise BuildLockedError(
                f"{output}: process {holder} is building here now; wait for it to end, or build into another "
                "folder with --output"
            ) from error
        stream.seek(0)
        stream.truncate()
        stream.write(str(os.getpid()))
        stream.flush()
        yield

"""Files at the edge: written whole or not at all, and one run at a time in a build folder."""

import datetime as dt
import errno
import fcntl
import os
import socket
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from io import FileIO
from pathlib import Path
from typing import ClassVar

from pipeline.core.errors import BuildLockedError, CommandError
from pipeline.core.lock import Holder, read_holder, this_process, write_holder
from pipeline.core.paths import shown_path

#: Everything that a build folder holds besides what is for people: ledger, fonts, lock.
MACHINE_FOLDER = ".annexe"
#: Where, in a post's folder in the build folder, a new attachment is put that has errors.
REJECTED_FOLDER = "rejected"
_LOCK_FILE = "lock"
_HALF_MADE = ".part"
_HALF_MADE_NAME = f".*{_HALF_MADE}"
#: How often, and after how many seconds each, a lock's file is looked at again until it says who took it.
_TRIES, _PAUSE = 5, 0.05


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that its final name never shows anything half-made, even if the machine loses power.

    The bytes go to a temporary file in the same folder, are flushed to the disk and renamed (POSIX `rename` is
    atomic), with the rights `mode`; raises OSError where that can't be done, leaving what stood there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_HALF_MADE)
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


def sweep(output: Path, *, without: Collection[str] = frozenset()) -> None:
    """Take away what a run that was killed left half-made in a build folder; only for who holds its lock.

    The folders named in `without` hold what a run finished: they are not looked into.
    """
    with suppress(FileNotFoundError), os.scandir(output) as entries:
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                _remove([Path(entry.path)] if fnmatch(entry.name, _HALF_MADE_NAME) else [])
            elif entry.name not in without:
                _remove(Path(entry.path).rglob(_HALF_MADE_NAME))


def _remove(parts: Iterable[Path]) -> None:
    for part in parts:
        with suppress(OSError):
            part.unlink()


def is_full(error: OSError) -> bool:
    """Say whether an error means that a disk, or what somebody may have of it, is full."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT}


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write a file only where its bytes differ; return whether they did."""
    if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
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
        raise _not_writable(output, error) from error
    return folder


def _not_writable(output: Path, error: OSError) -> CommandError:
    return CommandError(
        f"{output}: can't be written to ({error.strerror}); choose another folder with --output, "
        "or ask for the right to write here"
    )


class _Held:
    """The build folders that this process holds, so that a part of a run may ask for what the whole run has."""

    folders: ClassVar[set[Path]] = set()


@contextmanager
def build_lock(output: Path) -> Iterator[None]:
    """Hold the build folder for this process; raises BuildLockedError where another process holds it.

    The lock is the kernel's (flock): it ends with the process that holds it, however that ends, so that a lock file
    that was left behind holds nobody up. What the file says only tells people who it is. Within one process the lock
    may be asked for again: the outermost holds it.
    """
    folder = output.resolve()
    if folder in _Held.folders:
        yield
        return
    with _lock_file(output) as file:
        _lock(file, output)
        _Held.folders.add(folder)
        _write_note(file, write_holder(this_process(dt.datetime.now(dt.UTC).isoformat(timespec="seconds"))))
        try:
            yield
        finally:
            _write_note(file, "")
            _Held.folders.discard(folder)


def build_holder(output: Path) -> Holder | None:
    """Return who is building in a folder now, as far as the lock file tells and its process still runs."""
    try:
        holder = read_holder(
            (output / MACHINE_FOLDER / _LOCK_FILE).read_text(encoding="utf-8", errors="replace")
        )
    except OSError:
        return None
    return None if holder is None or holder.is_gone else holder


def _lock_file(output: Path) -> FileIO:
    path = machine_folder(output) / _LOCK_FILE
    try:
        return path.open("a+b", buffering=0)
    except OSError as error:
        raise _not_writable(output, error) from error


def _lock(file: FileIO, output: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise _locked(output, _name_of_holder(file)) from error
    except OSError as error:
        # A file system without locks, as some network folders are: what the file says is all that there is, and it
        # holds a run up only while the process that wrote it runs on this machine.
        holder = read_holder(_note(file))
        if holder is not None and holder.host == socket.gethostname() and not holder.is_gone:
            raise _locked(output, str(holder)) from error


def _name_of_holder(file: FileIO) -> str:
    """Return who holds the lock that was refused, in words; whoever took it a moment ago gets the time to say so."""
    for _ in range(_TRIES):
        holder = read_holder(_note(file))
        if holder is not None and not holder.is_gone:
            return str(holder)
        time.sleep(_PAUSE)
    return "another process, which has not said who it is, is building here"


def _locked(output: Path, holder: str) -> BuildLockedError:
    return BuildLockedError(
        f"{shown_path(output)}: {holder}; wait for it to end, or build into another folder with --output"
    )


def _note(file: FileIO) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def _write_note(file: FileIO, text: str) -> None:
    # The lock holds without a note: a full disk must not end the run here, nor keep it from ending.
    with suppress(OSError):
        file.truncate(0)
        file.write(text.encode())

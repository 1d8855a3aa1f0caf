"""Files at the edge: written whole or not at all, or with their own digest, so that damage is seen."""

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from fnmatch import fnmatch
from operator import attrgetter
from pathlib import Path

from pipeline.core.errors import CommandError

#: Everything that a build folder holds besides what is for people: ledger, fonts, lock.
MACHINE_FOLDER = ".annexe"
#: Where, in a post's folder in the build folder, a new attachment is put that has errors.
REJECTED_FOLDER = "rejected"
_HALF_MADE = ".part"
_HALF_MADE_NAME = f".*{_HALF_MADE}"

#: Returns what shows that a file is as it was: mode, device, inode, size, and the times (ns) of the last
#: change of its content and of the file itself.
stat_numbers: Callable[[os.stat_result], tuple[int, ...]] = attrgetter(
    "st_mode", "st_dev", "st_ino", "st_size", "st_mtime_ns", "st_ctime_ns"
)


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that its final name never shows anything half-made, even if the machine loses power.

    The bytes go to a temporary file in the same folder, are flushed to the disk and renamed (POSIX `rename`
    is atomic), with the rights `mode`; raises OSError where that can't be done, leaving what stood there.
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
    """Delete what a killed run left half-made, for who holds the lock; not in the folders `without`."""
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


def write_sealed(path: Path, value: object) -> None:
    """Write a JSON value with its sha256; the same value gives the same bytes. Raises OSError."""
    content = json.dumps(value, sort_keys=True, separators=(",", ":"))
    sealed = {"sha256": hashlib.sha256(content.encode()).hexdigest(), "content": content}
    write_atomically(path, json.dumps(sealed, separators=(",", ":")).encode())


def read_sealed(path: Path) -> object:
    """Return the JSON value of a sealed file; None where it is missing or damaged. Raises OSError."""
    try:
        sealed = json.loads(read_if_there(path) or b"null")
        content = sealed["content"]
        if hashlib.sha256(content.encode()).hexdigest() != sealed["sha256"]:
            return None
        value: object = json.loads(content)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None  # half a file, or another program's
    return value


def machine_folder(output: Path) -> Path:
    """Return the folder in a build folder that is the machine's own, made if need be; raises CommandError."""
    folder = output / MACHINE_FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_writable(output, error) from error
    return folder


def not_writable(output: Path, error: OSError) -> CommandError:
    """Return what to say of a build folder in which a file can't be made."""
    return CommandError(
        f"{output}: can't be written to ({error.strerror}); choose another folder with --output, "
        "or ask for the right to write here"
    )

"""What lies in a post's folders, by stat alone: names and stats of files, packed to be compared.

A record of stats says which files need no reading, as git's index does. It decides nothing by itself: a file
that may have been written in the same tick of the clock in which it was looked at is read again and compared
by its sha256 (https://git-scm.com/docs/racy-git), and so is one whose stat is another than before.
"""

import hashlib
import os
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from pathlib import Path

from pipeline.core.files import stat_numbers

#: The coarsest time stamps that a file system keeps (FAT: two seconds). Anything younger may change unseen.
GRANULARITY = 2_000_000_000
#: More than this in one post's folder, or a larger file, is not kept track of: such a post is always read.
_MOST_FILES, _LARGEST = 2_000, 256 * 1024 * 1024
_REGULAR, _FOLDER = 0o10, 0o04
#: So many numbers are recorded of a file (`stat_numbers`).
_NUMBERS = 6
_MADE = (".pdf", ".html")

Entry = tuple[str, os.stat_result]


class UnusualError(Exception):
    """A folder holds what no record is made of: a link, a device, too much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a record: its name below its folder, whether it was made here, its newest time stamp (ns)."""

    name: str
    is_made: bool
    newest: int


def stats_of(sources: str, output: str, slug: str) -> bytes:
    """Return the record of a post, of its sources and what is made of them; raises OSError, UnusualError.

    `sources` and `output` are the two folders that hold the folders of the posts. Two records are equal where
    nothing was written, renamed, replaced, or given other rights, as far as time stamps tell.
    """
    found = _sorted(f"{sources}/{slug}", "", 0)
    written = len(found)
    found += _made(f"{output}/{slug}")
    if any(stat.st_mode >> 12 != _REGULAR for _, stat in found):
        raise UnusualError
    numbers = chain.from_iterable([stat_numbers(stat) for _, stat in found])
    names = os.fsencode("\0".join([name for name, _ in found]))
    try:
        return struct.pack(f"<{2 + len(found) * _NUMBERS}Q", written, len(found), *numbers) + names
    except struct.error as error:
        raise UnusualError from error  # a time stamp before 1970


def _made(folder: str) -> list[Entry]:
    try:
        with os.scandir(folder) as entries:
            made = [
                (entry.name, entry.stat(follow_symlinks=False))
                for entry in entries
                if entry.name.endswith(_MADE)
            ]
    except FileNotFoundError:
        return []
    made.sort(key=itemgetter(0))
    return made


def _sorted(folder: str, below: str, so_far: int) -> list[Entry]:
    with os.scandir(folder) as entries:
        found = [(below + entry.name, entry.stat(follow_symlinks=False)) for entry in entries]
    if so_far + len(found) > _MOST_FILES:
        raise UnusualError
    found.sort(key=itemgetter(0))
    deeper = [name for name, stat in found if stat.st_mode >> 12 == _FOLDER]
    if deeper:
        found = [(name, stat) for name, stat in found if stat.st_mode >> 12 != _FOLDER]
        for name in deeper:
            found += _sorted(f"{folder}/{name[len(below) :]}", f"{name}/", len(found) + so_far)
    return found


def files_of(stats: bytes) -> tuple[File, ...]:
    """Return the files of a record, in its order."""
    written, count = struct.unpack_from("<QQ", stats)
    numbers = struct.unpack_from(f"<{count * _NUMBERS}Q", stats, 16)
    names = os.fsdecode(stats[16 + count * _NUMBERS * 8 :]).split("\0") if count else []
    return tuple(
        File(
            name=name,
            is_made=place >= written,
            newest=max(numbers[place * _NUMBERS + 4 : place * _NUMBERS + 6]),
        )
        for place, name in enumerate(names)
    )


def same_sources(before: bytes, after: bytes) -> bool:
    """Say whether two records agree on what was written by people, whatever was made of it meanwhile."""
    return _sources_part(before) == _sources_part(after)


def _sources_part(stats: bytes) -> tuple[bytes, tuple[str, ...]]:
    written, _ = struct.unpack_from("<QQ", stats)
    names = tuple(file.name for file in files_of(stats) if not file.is_made)
    return stats[16 : 16 + written * _NUMBERS * 8], names


def sums_of(stats: bytes, sources: str, output: str, slug: str) -> bytes:
    """Return the sha256 of each file of a record; raises OSError, and UnusualError for a huge file."""
    return b"".join(
        _sum(f"{output if one.is_made else sources}/{slug}/{one.name}") for one in files_of(stats)
    )


def sums_by_name(stats: bytes, sums: bytes) -> Iterator[tuple[File, str]]:
    """Yield each file of a record with its sha256 in hexadecimal."""
    for place, file in enumerate(files_of(stats)):
        yield file, sums[place * 32 : place * 32 + 32].hex()


def _sum(path: str) -> bytes:
    # A file that was exchanged for a link or a pipe meanwhile must neither be followed nor be waited for.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if status.st_mode >> 12 != _REGULAR or status.st_size > _LARGEST:
            raise UnusualError
        return hashlib.file_digest(stream, "sha256").digest()


def clock(beside: Path) -> int:
    """Return the time (ns) before which time stamps are certainly old, for files looked at from now on.

    The earlier one counts of this machine's clock and that of the file system, which may be another
    machine's: `beside` is a file of no content that is written for it. Where it can't be, nothing is old.
    """
    now = time.time_ns()
    try:
        beside.touch()
        return min(now, beside.stat().st_mtime_ns) - GRANULARITY
    except OSError:
        return 0

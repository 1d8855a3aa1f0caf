"""What a tree of processes takes, as the kernel tells it: seconds of CPU, and memory.

proc(5): `stat` holds the times of a process and of its children that it waited for; `smaps_rollup` its proportional
share of memory, in which pages that several processes share count once in all.
"""

import ctypes
import os
import re
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

_TICKS = os.sysconf("SC_CLK_TCK")
_SHARE = re.compile(rb"^Pss:\s+(\d+) kB$", re.MULTILINE)
_PR_SET_CHILD_SUBREAPER = 36
_PAUSE = 0.02
#: Places in `stat` behind the name: the parent, then utime, stime, cutime and cstime.
_PARENT, _TIMES = 1, slice(11, 15)


def adopt_orphans() -> None:
    """Make this process the parent of all its descendants whose own parent ends (prctl(2)): so none leaves the tree."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def cpu_seconds(root: int) -> float:
    """Return the seconds of CPU that a process and all its descendants took so far, ended ones too."""
    table = _table()
    return sum(sum(map(int, table[pid][_TIMES])) for pid in _tree(root, table)) / _TICKS


def memory(root: int) -> float:
    """Return the MiB that a process and all its descendants hold now."""
    table = _table()
    total = 0
    for pid in _tree(root, table):
        # A process that has ended in the meantime, or that is a zombie, holds nothing.
        with suppress(OSError):
            match = _SHARE.search(Path(f"/proc/{pid}/smaps_rollup").read_bytes())
            total += int(match[1]) if match else 0
    return total / 1024


class Watch:
    """Looks at the memory of a tree again and again, on a thread of its own, and keeps the most that it saw."""

    def __init__(self, root: int) -> None:
        self.peak = 0.0
        self._root = root
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            self.peak = max(self.peak, memory(self._root))
            if self._end.wait(_PAUSE):
                return


def _table() -> dict[int, list[str]]:
    """Return the fields of `stat` behind the name, by the number of the process."""
    table = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):
                stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
                table[int(folder.name)] = stat.rpartition(")")[2].split()
    return table


def _tree(root: int, table: dict[int, list[str]]) -> set[int]:
    """Return a process and all its descendants."""
    children: dict[int, list[int]] = {}
    for pid, fields in table.items():
        children.setdefault(int(fields[_PARENT]), []).append(pid)
    found, waiting = set(), [root] if root in table else []
    while waiting:
        pid = waiting.pop()
        found.add(pid)
        waiting += children.get(pid, [])
    return found

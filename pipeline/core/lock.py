"""Who holds a build folder, as the lock file says: for messages, and for folders that the kernel can't lock."""

import json
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A process that holds, or held, a build folder.

    `since` is ISO 8601 in UTC. `born` is when the process began, in the clock ticks of its machine: it tells a process
    from a later one of the same number.
    """

    process: int
    command: str
    since: str
    host: str
    born: str

    def __str__(self) -> str:
        """Return `process 12 (annexe nightly) has been building here since 2026-11-24T02:00:00+00:00, on host`."""
        return f"process {self.process} ({self.command}) has been building here since {self.since}, on {self.host}"

    @property
    def is_gone(self) -> bool:
        """Say whether the process is known to have ended; of a process on another machine nothing is known."""
        if self.host != socket.gethostname():
            return False
        born = _birth(self.process)
        return born != self.born if born else not _exists(self.process)


def this_process(since: str) -> Holder:
    """Return this process as a holder; its command is told without what follows it, which may be secret."""
    return Holder(
        process=os.getpid(),
        command=" ".join(("annexe", *sys.argv[1:2])),
        since=since,
        host=socket.gethostname(),
        born=_birth(os.getpid()),
    )


def write_holder(holder: Holder) -> str:
    """Return the text of a lock file."""
    return json.dumps({name: getattr(holder, name) for name in Holder.__slots__}) + "\n"


def read_holder(text: str) -> Holder | None:
    """Return who a lock file names, or None where it names nobody that can be understood."""
    try:
        values = json.loads(text)
        return Holder(
            process=int(values["process"]),
            **{name: str(values[name]) for name in ("command", "since", "host", "born")},
        )
    except (ValueError, TypeError, KeyError):
        return None


def _birth(process: int) -> str:
    """Return when a process began (proc(5): field 22 of stat, behind a name that may hold anything).

    Returns an empty text where that can't be seen, and a word that is no time of one that has ended.
    """
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    # A zombie (field 3) has ended: it holds nothing any more, it only waits to be counted.
    return "ended" if fields[0] == "Z" else fields[19]


def _exists(process: int) -> bool:
    """Say whether there is a process of a number; some machines hide those of others in /proc (hidepid)."""
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True

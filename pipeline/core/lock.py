"""One run at a time in a build folder: the kernel's lock, and a note in its file of who holds it."""

import datetime as dt
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.core.errors import BuildLockedError
from pipeline.core.files import MACHINE_FOLDER, machine_folder, not_writable
from pipeline.core.paths import shown_path

_LOCK_FILE = "lock"
#: How often, and after how many seconds each, a lock's note is read again until it says who took the lock.
_TRIES, _PAUSE = 5, 0.05


@contextmanager
def build_lock(output: Path) -> Iterator[None]:
    """Hold the build folder for this process; raises BuildLockedError where another process holds it.

    The lock is the kernel's (flock): it ends with the process that holds it, however that ends, so that a
    lock file that was left behind holds nobody up. A process may ask for it again: the outermost holds it.
    """
    path = machine_folder(output).resolve() / _LOCK_FILE
    # One object for all who ask in this process.
    lock = FileLock(path, timeout=0, thread_local=False, is_singleton=True, fallback_to_soft=False)
    if lock.is_locked or not _acquire(lock, path, output):
        yield
        return
    _write_note(path, write_holder(this_process(dt.datetime.now(dt.UTC).isoformat(timespec="seconds"))))
    try:
        yield
    finally:
        _write_note(path, "")
        lock.release()


def build_holder(output: Path) -> "Holder | None":
    """Return who is building in a folder now, as far as the lock's note says and its process still runs."""
    holder = _noted(output / MACHINE_FOLDER / _LOCK_FILE)
    return None if holder is None or holder.is_gone else holder


def _acquire(lock: FileLock, path: Path, output: Path) -> bool:
    """Take the lock; return False where this process has it already, on a file system without locks."""
    try:
        path.open("ab").close()
    except OSError as error:
        raise not_writable(output, error) from error
    try:
        lock.acquire()
    except Timeout as error:
        raise _locked(output, _name_of_holder(path)) from error
    except OSError as error:
        # A file system without locks, as some network folders are: the note is all that there is, and it
        # holds a run up only while the process that wrote it runs on this machine.
        holder = _noted(path)
        if holder is None or holder.host != socket.gethostname() or holder.is_gone:
            return True
        if holder.process != os.getpid():
            raise _locked(output, str(holder)) from error
        return False
    return True


def _name_of_holder(path: Path) -> str:
    """Return in words who holds the lock; who took it a moment ago gets time to write its note."""
    for _ in range(_TRIES):
        holder = _noted(path)
        if holder is not None and not holder.is_gone:
            return str(holder)
        time.sleep(_PAUSE)
    return "another process, which has not said who it is, is building here"


def _locked(output: Path, holder: str) -> BuildLockedError:
    return BuildLockedError(
        f"{shown_path(output)}: {holder}; wait for it to end, or build into another folder with --output"
    )


def _noted(path: Path) -> "Holder | None":
    """Return who the note in a lock file names, or None where it can't be read or names nobody."""
    try:
        return read_holder(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None


def _write_note(path: Path, text: str) -> None:
    # The lock holds without a note: a full disk must not end the run here, nor keep it from ending.
    with suppress(OSError):
        path.write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A process that holds, or held, a build folder.

    `since` is ISO 8601 in UTC. `born` is when the process began, in the clock ticks of its machine: it tells
    a process from a later one of the same number.
    """

    process: int
    command: str
    since: str
    host: str
    born: str

    def __str__(self) -> str:
        """Return `process 12 (annexe nightly) has been building here since <ISO 8601>, on host`."""
        who = f"process {self.process} ({self.command})"
        return f"{who} has been building here since {self.since}, on {self.host}"

    @property
    def is_gone(self) -> bool:
        """Say whether the process is known to have ended; nothing is known of one on another machine."""
        if self.host != socket.gethostname():
            return False
        born = _birth(self.process)
        return born != self.born if born else not _exists(self.process)


def this_process(since: str) -> Holder:
    """Return this process as a holder; of its command line the subcommand alone: the rest may be secret."""
    return Holder(
        process=os.getpid(),
        command=" ".join(("annexe", *sys.argv[1:2])),
        since=since,
        host=socket.gethostname(),
        born=_birth(os.getpid()),
    )


def write_holder(holder: Holder) -> str:
    """Return the text of a lock file."""
    return json.dumps(asdict(holder)) + "\n"


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

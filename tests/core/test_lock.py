"""One run at a time in a build folder, reported by name; a run that is gone holds nobody up."""

import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.core.errors import BuildLockedError, CommandError
from pipeline.core.lock import build_holder, build_lock, read_holder, this_process, write_holder
from tests.projects import Project

HOLD = (
    "import sys, pathlib; from pipeline.core.lock import build_lock\n"
    "with build_lock(pathlib.Path(sys.argv[2])):\n print('held', flush=True); sys.stdin.read()"
)
SINCE = "2026-11-24T02:00:00+00:00"


@contextmanager
def held(output: Path) -> Iterator[subprocess.Popen[str]]:
    """Have another process hold a build folder as `annexe nightly` would."""
    command = [sys.executable, "-c", HOLD, "nightly", str(output)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder
        holder.kill()


def lock_file(output: Path) -> Path:
    """Return a build folder's lock file, its folder made."""
    path = output / ".annexe" / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def refused(output: Path) -> str:
    """Return the message of a run that must not begin."""
    with pytest.raises(BuildLockedError) as caught, build_lock(output):
        pytest.fail("the lock was given twice")
    return str(caught.value)


def test_second_run_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    """A second process is refused by number, command, time and machine of the first.

    Let in when it is gone.
    """
    with held(tmp_path) as holder:
        said = refused(tmp_path)
        here = build_holder(tmp_path)
        assert here is not None
        assert here.process == holder.pid
        assert (
            f": process {holder.pid} (annexe nightly) has been building here since {here.since}, on "
            f"{socket.gethostname()}; wait for it to end, or build into another folder with --output" in said
        )
        holder.communicate()
        with build_lock(tmp_path):
            assert json.loads(lock_file(tmp_path).read_text())["process"] == os.getpid()
    assert build_holder(tmp_path) is None
    assert lock_file(tmp_path).read_text() == ""


def test_the_command_ends_with_an_exit_code_of_its_own(project: Project) -> None:
    """A build that finds another one at work ends with exit code 6, and builds nothing."""
    with held(project.output) as holder:
        ran = project.run("build", "--sources", "sources", "--output", "build")
    assert ran.code == 6
    assert ran.err.startswith(
        f"annexe: build: process {holder.pid} (annexe nightly) has been building here since "
    )


def test_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    """The lock of a process that was killed does not outlive it, whatever its file still says."""
    with held(tmp_path) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert read_holder(lock_file(tmp_path).read_text()) is not None
        assert build_holder(tmp_path) is None
        with build_lock(tmp_path):
            assert json.loads(lock_file(tmp_path).read_text())["process"] == os.getpid()


@pytest.mark.parametrize("note", ["", "12345", "{}", '{"process": "x"}', "\0\0\0", "[]", '"text"'])
def test_a_lock_file_that_says_nothing_holds_nobody_up(tmp_path: Path, note: str) -> None:
    """Whatever stands in the lock file, it is the kernel that says whether somebody holds the folder."""
    lock_file(tmp_path).write_text(note)
    with build_lock(tmp_path):
        assert build_holder(tmp_path) is not None
    with lock_file(tmp_path).open("r+") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.write(note)
        stream.flush()
        assert "another process, which has not said who it is, is building here; wait" in refused(tmp_path)


def test_a_number_given_to_another_process_is_not_taken_for_the_holder(tmp_path: Path) -> None:
    """A process that only has the number of the one that held the folder is not named as the holder."""
    note = write_holder(this_process(SINCE)).replace('"born": "', '"born": "9')
    lock_file(tmp_path).write_text(note)
    assert build_holder(tmp_path) is None


def test_the_lock_may_be_asked_for_again_by_who_has_it(tmp_path: Path) -> None:
    """A part of a run asks for the folder that the whole run holds, and does not give it up for it."""
    with build_lock(tmp_path):
        with build_lock(tmp_path / "." / ""):
            pass
        second = subprocess.run(
            [sys.executable, "-c", HOLD, "build", str(tmp_path)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert f"BuildLockedError: {tmp_path}: process {os.getpid()} " in second.stderr


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the kernel refuse to lock, as it does for some network folders."""

    def refuse(*_arguments: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)


@pytest.mark.usefixtures("without_locks")
def test_where_nothing_can_be_locked_a_running_holder_counts(tmp_path: Path) -> None:
    """On a file system without locks, a process that still runs on this machine holds a run up.

    One that is gone doesn't.
    """
    note = lock_file(tmp_path)
    with subprocess.Popen(["sleep", "60"]) as other:
        mine = this_process(SINCE)
        born = Path(f"/proc/{other.pid}/stat").read_text().split()[21]
        note.write_text(write_holder(replace(mine, process=other.pid, born=born, command="annexe nightly")))
        assert "(annexe nightly) has been building here since" in refused(tmp_path)
        other.kill()
    with build_lock(tmp_path):
        assert json.loads(note.read_text())["process"] == os.getpid()


@pytest.mark.usefixtures("without_locks")
def test_where_nothing_can_be_locked_another_machine_holds_nobody_up(tmp_path: Path) -> None:
    """On a file system without locks, a note from another machine is ignored: nobody could ever remove it."""
    note = lock_file(tmp_path)
    note.write_text(write_holder(replace(this_process(SINCE), host="another-machine")))
    with build_lock(tmp_path):
        assert json.loads(note.read_text())["process"] == os.getpid()


@pytest.mark.usefixtures("without_locks")
def test_where_nothing_can_be_locked_a_process_does_not_hold_itself_up(tmp_path: Path) -> None:
    """On a file system without locks, a part of a run gets the folder too, and leaves the note of the run."""
    note = lock_file(tmp_path)
    with build_lock(tmp_path):
        with build_lock(tmp_path):
            pass
        assert json.loads(note.read_text())["process"] == os.getpid()
    assert note.read_text() == ""


def test_a_disk_that_is_full_keeps_nobody_from_the_lock(tmp_path: Path) -> None:
    """Who can't write down that it holds the folder holds it all the same, and ends as always."""
    # The kernel lets no file of this process grow, as a full disk would.
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); " + HOLD
    command = [sys.executable, "-c", limited, "nightly", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert lock_file(tmp_path).read_text() == ""
        assert "another process, which has not said who it is" in refused(tmp_path)
        holder.communicate()
        assert holder.returncode == 0


def test_a_lock_file_that_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    """A build folder in which no file can be opened is an error that names the way out."""
    lock_file(tmp_path).mkdir()
    with (
        pytest.raises(CommandError, match=r"can't be written to \(Is a directory\); choose another folder"),
        build_lock(tmp_path),
    ):
        pytest.fail("a folder was taken for a lock")

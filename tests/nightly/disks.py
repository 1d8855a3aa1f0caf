"""Runs a night on a disk of its own: one that gets full, or one that nobody may write to.

Run as a program inside a mount namespace of its own (`unshare`), so that nothing that it mounts is seen by
anybody else or stays. It prints as JSON how the night ended and what the build folder holds then.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.nightly.many import read_report, sums
from tests.projects import Project
from tests.repository import ROOT

#: What gives a process mounts of its own: as root, for anybody by a user namespace, or by sudo where that
#: needs no password.
_WAYS = (
    ("unshare", "--mount"),
    ("unshare", "--map-root-user", "--mount"),
    ("sudo", "--non-interactive", "--preserve-env", "unshare", "--mount"),
)
_TRY = ("mount", "-t", "tmpfs", "none", "/mnt")


def way_to_mount() -> Sequence[str]:
    """Return what a command must be put behind so that it may mount.

    Raises PermissionError with what to do.
    """
    for way in _WAYS:
        if (
            shutil.which(way[0])
            and subprocess.run([*way, *_TRY], capture_output=True, check=False).returncode == 0
        ):
            return way
    raise PermissionError(
        "run as root, or let users make namespaces "
        "(sysctl kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu)"
    )


def night_on_disk(project: Project, now: str, kind: str) -> dict[str, Any]:
    """Run a night on a disk that is `full`, `nearly-full` or `read-only`, and return what it left."""
    done = subprocess.run(
        [*way_to_mount(), sys.executable, "-m", "tests.nightly.disks", str(project.folder), now, kind],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _fill(folder: Path, room: int) -> None:
    """Leave so many bytes of a disk free."""
    disk = os.statvfs(folder)
    with (folder / "hog").open("wb") as stream:
        stream.write(b"\0" * max(0, disk.f_bavail * disk.f_frsize - room))


def _make_read_only(folder: Path) -> None:
    # The mount, not the file system: that has options that a user without root may not give once more.
    subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)


_KINDS: dict[str, Callable[[Path], None]] = {
    "full": lambda folder: _fill(folder, 0),
    "nearly-full": lambda folder: _fill(folder, 120_000),
    "read-only": _make_read_only,
}


def _main(folder: str, now: str, kind: str) -> None:
    project = object.__new__(Project)
    project.folder = Path(folder)
    project.sources, project.output = project.folder / "sources", project.folder / "build"
    aside = project.folder / "aside"
    project.output.rename(aside)
    project.output.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", project.output], check=True)
    shutil.copytree(aside, project.output, dirs_exist_ok=True)
    _KINDS[kind](project.output)
    try:
        sys.stdout.write(json.dumps(_left(project, now)))
    finally:
        subprocess.run(["umount", "--lazy", project.output], check=True)
        project.output.rmdir()
        aside.rename(project.output)


def _left(project: Project, now: str) -> dict[str, Any]:
    """Run the night and return how it ended, what it told whom, and what it left."""
    ran = project.run("nightly", "--now", now, "--notify-command", "cat > told")
    told = project.folder / "told"
    return {
        "code": ran.code,
        "err": ran.err,
        "told": told.read_text(encoding="utf-8") if told.is_file() else "",
        "sums": sums(project),
        "report": read_report(project),
    }


if __name__ == "__main__":
    _main(*sys.argv[1:])

"""Every fault on the way into a folder.

A file operation that fails before or after it was done, a SIGKILL at each.
"""

import errno
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.projects import Project
from tests.publish.faults.suite import When, built_twice, run, settle_in, survived

_KILLER = Path(__file__).parent / "killer"


class FolderRig:
    """A folder in which the fonts and style sheets of a site lie already, as beside other posts."""

    def __init__(self, folder: Path) -> None:
        self.site, self._assets = folder / "site", folder / "assets"
        self.settings = f'kind = "folder"\npath = "{self.site}"'
        self.environment: Mapping[str, str] = {}
        self._number, self._when, self._count = 0, "before", 0

    def keep_assets(self) -> None:
        """Take what all sites share from a folder that was just published."""
        shutil.copytree(self.site / "assets", self._assets)

    def reset(self) -> None:
        """Begin with the fonts, and a file that a person put there."""
        shutil.rmtree(self.site, ignore_errors=True)
        if self._assets.exists():
            shutil.copytree(self._assets, self.site / "assets")
        else:
            self.site.mkdir(parents=True)
        (self.site / "robots.txt").write_text("User-agent: *\n", encoding="ascii")

    def lose(self, number: int, when: When) -> None:
        """Let the file operation of that number fail from now on; 0: none."""
        self.environment = {}
        self._number, self._when, self._count = number, when, 0

    def kill(self, number: int, when: When, victim: Callable[[], int]) -> None:
        """Let a process of its own kill itself at that file operation."""
        del victim
        self.lose(0, when)
        self.environment = {
            "PYTHONPATH": os.pathsep.join((str(_KILLER), *filter(None, [os.environ.get("PYTHONPATH")]))),
            "FAULT_FOLDER": str(self.site),
            "FAULT_NUMBER": str(number),
            "FAULT_WHEN": when,
        }

    def writes(self) -> int:
        """Return how many file operations there were since the last fault was set."""
        return self._count

    def carried(self) -> dict[str, bytes]:
        """Return the attachments that the post's pages list, by language: each page the same.

        The other file is there.
        """
        assert (self.site / "robots.txt").read_text(encoding="ascii") == "User-agent: *\n"
        lists = []
        for language in ("en", "fr"):
            page = self.site / "testing" / language / "index.html"
            links = re.findall(r'<a href="([^"]+\.pdf)"', page.read_text(encoding="utf-8"))
            lists.append([(page.parent / link).resolve() for link in links])
        assert lists[0] == lists[1]
        return {path.name.split("-")[1]: path.read_bytes() for path in lists[0]}

    def orphans(self) -> list[str]:
        """Return the PDFs that no page lists, and what was left half-written."""
        pages = "".join(path.read_text(encoding="utf-8") for path in self.site.glob("testing/*/index.html"))
        files = [path.name for path in self.site.rglob("*.pdf") if path.name not in pages]
        return files + [path.name for path in self.site.rglob("*.part")]

    @contextmanager
    def watched(self, patch: pytest.MonkeyPatch) -> Iterator[None]:
        """Count and lose file operations of this process while the block lasts."""
        patch.setattr(os, "replace", self._dangerous(os.replace, 1))
        patch.setattr(os, "unlink", self._dangerous(os.unlink, 0))
        yield
        patch.undo()

    def _dangerous(self, operation: Callable[..., Any], place: int) -> Callable[..., Any]:
        def changed(*arguments: Any, **options: Any) -> Any:
            path = os.fspath(arguments[place])
            if not path.startswith(str(self.site)) or path.endswith(".part"):
                return operation(*arguments, **options)
            self._count += 1
            is_now = self._count == self._number
            if is_now and self._when == "before":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            result = operation(*arguments, **options)
            if is_now:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return result

        return changed


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder that lies in memory where the system has one: hundreds of files are flushed to it."""
    in_memory = Path("/dev/shm")  # noqa: S108 - Linux's folder in memory; what is made in it has a name nobody knows
    with tempfile.TemporaryDirectory(dir=in_memory if in_memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.mark.heavy
def test_every_fault_is_survived(
    built: Project,
    tmp_path: Path,
    memory: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each file operation that fails before or after it was done, and a SIGKILL at each.

    Running again converges.
    """
    rig = FolderRig(memory)
    twice = built_twice(built, tmp_path)
    rig.reset()
    settle_in(twice.before, rig)
    assert run(twice.before, rig).exit_code == 0
    rig.keep_assets()
    with rig.watched(monkeypatch):
        number = survived(rig, twice)
    with capsys.disabled():
        sys.stdout.write(f"\nFolder: {number} faults survived\n")
    assert number >= 50

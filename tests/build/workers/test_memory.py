"""The peak of memory is that of one piece of work, not of all before it."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.build.workers import Limits, memory, run
from tests.projects import Project, build
from tests.repository import ROOT

MEBIBYTE = 2**20


def hold(mebibytes: int) -> int:
    """Hold some memory for a moment, as an edition does, and return the peak."""
    memory.forget_peak()
    data = b"x" * (mebibytes * MEBIBYTE)
    del data
    return memory.peak_memory()


def prepare(_folder: Path | None) -> None:
    """Prepare nothing: these jobs need nothing."""


def test_a_small_job_after_a_large_one_has_a_small_peak() -> None:
    """In one worker, the peak of each job is its own: a large one before it doesn't count."""
    limits = Limits(seconds=20, mebibytes=500)
    found = run(hold, [1, 200, 1], workers=1, limits=limits, prepare=prepare, preload=())
    first, large, last = (outcome.result or 0 for outcome in sorted(found, key=lambda each: each.index))
    assert 199 <= large - first <= 210
    assert abs(last - first) <= 10


def test_where_nothing_can_be_forgotten_the_peak_is_the_processs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a readable /proc, the peak is what the process held at most since it began."""

    class Nowhere:
        """A path at which nothing can be read or written."""

        def __init__(self, _path: str) -> None:
            pass

        def write_text(self, *_arguments: str, **_more: str) -> int:
            raise PermissionError(13, "Permission denied")

        read_text = write_text

    monkeypatch.setattr(memory, "Path", Nowhere)
    memory.forget_peak()
    whole = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert memory.peak_memory() == -(-whole // 1024)


def test_a_script_knows_its_peak() -> None:
    """A process's peak is given in MiB."""
    code = (
        "from pipeline.build.workers.memory import peak_memory; data = b'x' * 2**28; del data; "
        "print(peak_memory())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 256 <= int(done.stdout) <= 300


def test_a_build_tells_what_each_edition_took(project: Project) -> None:
    """The report says how much memory each edition's process held, also for one that was only checked."""
    for edition in build(project).values():
        assert isinstance(edition["memory"], int)
        assert 50 < edition["memory"] < 400


_SELDOM = """
import gc
from pipeline.build.workers.memory import collect_if_much, collect_seldom

class Ring:
    def __init__(self):
        self.itself = self

collect_seldom()
assert gc.get_freeze_count() > 1000
left = []
for job in range(40):
    for _ in range(5_000):
        Ring()
    collect_if_much()
    left.append(sum(isinstance(item, Ring) for item in gc.get_objects()))
print(max(left), left.count(0))
"""


def test_garbage_of_many_jobs_does_not_pile_up() -> None:
    """A worker that looks for garbage seldom still looks.

    What forty jobs leave behind is at no time all there.
    """
    done = subprocess.run(
        [sys.executable, "-c", _SELDOM], cwd=ROOT, capture_output=True, text=True, check=True
    )
    most, times_empty = map(int, done.stdout.split())
    assert most <= 110_000
    assert 1 <= times_empty < 20

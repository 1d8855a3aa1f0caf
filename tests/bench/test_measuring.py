"""What a round takes: of a whole tree of processes, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.job import Job, read, written
from bench.lever import compare
from bench.measuring import BrokenWayError, measure
from bench.posts import Document
from bench.project import ROOT
from bench.rounds import Plan, measure_all, prepare
from bench.tree import Watch, cpu_seconds, memory
from bench.ways import MEASURE, WAYS, way

#: A process whose child's child takes CPU and memory, and then waits.
FAMILY = """\
import subprocess, sys
inner = "import time\\nheld = b'x' * 60_000_000\\nend = time.process_time() + 0.3\\nwhile time.process_time() < end: pass\\n"
inner += "print('done', flush=True)\\ninput()"
child = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
subprocess.run([sys.executable, "-c", child, inner])
"""


def test_a_tree_is_measured_whole() -> None:
    """The seconds and the memory of a child's child count, while it lives and once it has been waited for."""
    process = subprocess.Popen(
        [sys.executable, "-c", FAMILY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdin
    with Watch(process.pid) as watch:
        assert process.stdout.readline() == "done\n"
        assert cpu_seconds(process.pid) >= 0.3
        assert memory(process.pid) > 55
    assert watch.peak > 55
    process.communicate("\n")


def test_a_process_that_is_gone_holds_nothing() -> None:
    """Measuring a tree whose root has ended is no error."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert (cpu_seconds(process.pid), memory(process.pid)) == (0, 0)


def a_job(folder: Path) -> Job:
    """Return a job without documents."""
    return Job(folder=folder, documents=(), warm=(), turn=2)


def test_a_job_travels_as_text(tmp_path: Path) -> None:
    """The process that is measured reads the very job that the other wrote."""
    documents = (Document(slug="a", language="en", path=tmp_path / "en.md"),)
    job = Job(folder=tmp_path, documents=documents, warm=(), turn=3)
    assert read(written(job)) == job


def test_a_way_that_breaks_is_told(tmp_path: Path) -> None:
    """A way that ends early raises one line that says what it said last."""
    with pytest.raises(BrokenWayError, match="annexe-unchanged ended early: FileNotFoundError"):
        measure("annexe-unchanged", a_job(tmp_path), is_watched=False, log=tmp_path / "log.txt")


def test_every_way_is_named_once_and_says_what_it_does_less() -> None:
    """Names are unique, all ratios have their measure, and no peer is compared in silence."""
    names = [way.name for way in WAYS]
    assert len(set(names)) == len(names)
    assert MEASURE in names
    silent = [way.name for way in WAYS if not way.lacks and not way.name.startswith("annexe")]
    assert not silent


@pytest.mark.heavy
def test_a_small_run_measures_annexe_and_a_peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way makes a tagged PDF file of every document; a round takes time and CPU; what is missing is told and left."""
    monkeypatch.setattr(os, "environ", dict(os.environ))
    plan = Plan(posts=1, rounds=1, sample=1, seed=5)
    first = prepare(tmp_path, plan)
    chosen = [way(name) for name in ("annexe-1", "annexe-edit", "weasyprint-warm", "weasyprint-cli")]
    told = measure_all(chosen, first, plan)
    for name, documents in (
        ("annexe-1", 2),
        ("annexe-edit", 2),
        ("weasyprint-warm", 2),
        ("weasyprint-cli", 1),
    ):
        assert told[name]["missing"] is None, told[name]
        (taken,) = told[name]["rounds"]
        assert taken["documents"] == documents
        assert taken["seconds"] > 0
        assert taken["cpu"] > 0
        assert told[name]["facts"]["tagged"]
        assert told[name]["memory"] > 10
    assert told["annexe-1"]["facts"]["claims"] == ["PDF/UA-1", "PDF/A-2a"]
    assert told["weasyprint-warm"]["facts"]["claims"] == ["PDF/UA-1"]


@pytest.mark.heavy
def test_two_checkouts_are_built_in_turn(tmp_path: Path) -> None:
    """A checkout compared with itself takes time and CPU on either side, a round each."""
    lever = compare(ROOT, ROOT, rounds=1, posts=1, folder=tmp_path / "lever")
    for side in ("before", "after"):
        (taken,) = lever[side]
        assert taken["seconds"] > 0
        assert taken["cpu"] > 0.2

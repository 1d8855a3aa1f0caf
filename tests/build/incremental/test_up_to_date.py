"""A run leaves out what is certainly as it was, and tells of it what a run would that looked at everything."""

import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from pipeline.build.incremental import stat_records
from pipeline.core.lock import build_holder
from tests import edits
from tests.conftest import PROJECT
from tests.projects import ENGLISH, Project

OPTIONS = ("--sources", "sources", "--output", "build")
#: How coarse time stamps are taken to be (ns) in these tests: coarser than any tick of Linux.
GRANULARITY = 50_000_000
#: Modules that a run without anything to do has no use for.
HEAVY = "weasyprint pydyf lxml jinja2 markdown markdown_it nh3 babel PIL pypdf pypdfium2 fontTools uharfbuzz ruamel pebble rich"


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory, _quick_clock: None) -> Project:
    """A project of three posts, one with an image, that was built; not to be changed by a test."""
    project = Project(tmp_path_factory.mktemp("settled") / "project")
    project.add_post()
    project.add_post("other")
    project.write("pictured/en.md", ENGLISH + "\n![A red square](square.png)\n")
    Image.new("RGB", (40, 30), "red").save(project.sources / "pictured" / "square.png")
    shutil.copytree(PROJECT / "styles", project.folder / "styles")
    (project.folder / "pyproject.toml").write_text("[tool.annexe]\nstyles = 'styles'\n", encoding="utf-8")
    assert project.run("build").code == 0
    grow_old(project)
    # This run finds by their content that the files are those that were built, and their time stamps old
    # enough.
    assert project.run("build").code == 0
    assert not was_read(project)
    return project


@pytest.fixture
def quiet(settled: Project) -> Iterator[Project]:
    """The settled project, to be changed; afterwards it is put back, file by file, where its records are of."""
    kept = settled.folder.with_name("kept")
    subprocess.run(["cp", "-a", str(settled.folder), str(kept)], check=True)
    yield settled
    shutil.rmtree(settled.folder)
    kept.rename(settled.folder)


@pytest.fixture(scope="module", autouse=True)
def _quick_clock() -> Iterator[None]:
    """Let time stamps be old after a twentieth of a second: what lies below tests is no file system with two-second stamps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stat_records, "GRANULARITY", GRANULARITY)
        yield


def grow_old(project: Project) -> None:
    """Wait until no time stamp is so young that it can't be relied on."""
    newest = max(path.stat().st_ctime_ns for path in project.folder.rglob("*"))
    beside = project.folder.with_name("clock")
    while stat_records.clock(beside) <= newest:
        time.sleep(0.005)


def _loaded(project: Project, *arguments: str) -> set[str]:
    """Run the command and return the heavy modules that it imported."""
    code = (
        "import sys; from pipeline.cli import run; from pipeline.build.incremental import stat_records\n"
        f"stat_records.GRANULARITY = {GRANULARITY}\n"
        f"code = run({list(arguments)!r})\n"
        f"print('loaded', *sorted(set({HEAVY.split()!r}) & set(sys.modules)), file=sys.stderr)\nsys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project.folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return set(done.stderr.splitlines()[-1].split()[1:])


def was_read(project: Project) -> bool:
    """Say whether a build has to read anything."""
    return bool(_loaded(project, "build", "--quiet"))


def told(project: Project, *arguments: str) -> dict[str, object]:
    """Build, and return all that is told of it but for times and memory, which are as they come."""
    ran = project.run("build", *arguments)
    report = json.loads((project.output / "report.json").read_text(encoding="utf-8"))
    for values in (report, *report["editions"]):
        for key in ("started", "seconds", "memory"):
            values.pop(key, None)
    return {
        "code": ran.code,
        "out": ran.out,
        "err": re.sub(r"; [0-9.]+ s$", "", ran.err, flags=re.MULTILINE),
        "report": report,
        "junit": re.sub(r' time="[^"]*"', "", (project.output / "junit.xml").read_text(encoding="utf-8")),
        "sarif": (project.output / "annexe.sarif").read_text(encoding="utf-8"),
        "attachments": {path.name: path.read_bytes() for path in project.output.glob("*/*.pdf")},
        "pages": {
            str(path.relative_to(project.output)): path.read_bytes()
            for path in project.output.glob("*/*.html")
        },
    }


def _elsewhere(project: Project, folder: Path) -> Project:
    """Return a copy in another folder: no record is of that place, so that a run there looks at everything."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["cp", "-a", str(project.folder), str(folder)], check=True)
    copy = Project.__new__(Project)
    copy.folder, copy.sources, copy.output = folder, folder / "sources", folder / "build"
    return copy


@pytest.mark.parametrize("made", edits.EDITS, ids=lambda made: made[0].__name__)
def test_what_is_left_out_is_told_as_if_it_had_been_looked_at(
    quiet: Project, tmp_path: Path, made: tuple[edits.Edit, ...]
) -> None:
    """After any edit a run tells and leaves, but for times, what a run tells that has no record to go by."""
    for edit in made:
        edit(quiet)
    everything = _elsewhere(quiet, tmp_path / "elsewhere")
    assert told(quiet) == told(everything)


def test_run_after_run_tells_the_truth(quiet: Project, tmp_path: Path) -> None:
    """The record that a run leaves is as good as the one before, edit after edit and with nothing in between."""
    for edit in (
        edits.edit_of_the_same_size,
        edits.nothing,
        edits.house_words,
        edits.published_size_that_does_not,
        edits.nothing,
    ):
        edit(quiet)
        everything = _elsewhere(quiet, tmp_path / "elsewhere")
        assert told(quiet) == told(everything)


def test_nothing_to_do_loads_nothing(quiet: Project) -> None:
    """A run with nothing to do imports neither renderer nor parser nor template engine, and neither does `sizes`."""
    assert not was_read(quiet)
    grow_old(quiet)
    assert not was_read(quiet)
    assert not _loaded(quiet, "sizes", "--json")


def test_sizes_are_the_same_from_the_record(quiet: Project, tmp_path: Path) -> None:
    """`annexe sizes` prints the same whether it reads the sources or not."""
    project = _elsewhere(quiet, tmp_path / "elsewhere")
    assert quiet.run("sizes").out == project.run("sizes").out
    edits.edit_of_the_same_size(quiet)
    assert quiet.run("sizes").out == project.run("sizes").out


def test_check_and_verify_look_at_everything(quiet: Project) -> None:
    """`annexe check` and `--verify` go by no record."""
    assert "pebble" in _loaded(quiet, "check", "--quiet")
    assert "pebble" in _loaded(quiet, "build", "--verify", "--quiet")


def test_another_version_of_annexe_looks_at_everything(quiet: Project, tmp_path: Path) -> None:
    """A change of Annexe's own code, of a check for instance, has every attachment checked again."""
    shutil.copytree(PROJECT / "pipeline", tmp_path / "code" / "pipeline")
    shutil.copytree(PROJECT / "docs", tmp_path / "code" / "docs")
    sizes = tmp_path / "code" / "pipeline" / "checks" / "sizes.py"
    text = sizes.read_text(encoding="utf-8")
    sizes.write_text(text.replace("no published size to compare with", "nothing published"), encoding="utf-8")
    ran = quiet.run("build", environment={"PYTHONPATH": str(tmp_path / "code")})
    assert ran.err.count("nothing published; the attachment is") == 5
    assert "no published size to compare with" not in ran.err


def test_a_run_that_is_killed_leaves_no_wrong_record(quiet: Project, tmp_path: Path) -> None:
    """After a run that was killed at any moment, the next tells what a run tells that has no record to go by."""
    for number, watched in enumerate((None, quiet.attachment(), quiet.output / "report.json")):
        before = watched.read_bytes() if watched else b""
        edits.edit(quiet, "sources/testing/en.md", "It says", f"It says, for the {number}th time,")
        command = [sys.executable, "-m", "pipeline.cli", "build"]
        with subprocess.Popen(
            command, cwd=quiet.folder, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        ) as run:
            # When it holds the folder, when it has put an attachment in its place, when it has written its
            # report.
            while run.poll() is None and not (
                watched.read_bytes() != before if watched else build_holder(quiet.output)
            ):
                time.sleep(0.005)
            run.send_signal(signal.SIGKILL)
    everything = _elsewhere(quiet, tmp_path / "elsewhere")
    mine, theirs = told(quiet), told(everything)
    assert mine == theirs


def test_a_record_that_was_damaged_is_not_believed(quiet: Project) -> None:
    """A row that does not hold what was written, though SQLite can read it, costs a look at its post."""
    with closing(sqlite3.connect(quiet.output / ".annexe" / "ledger.sqlite")) as connection, connection:
        connection.execute(
            "update kept set told = cast(replace(cast(told as text), 'unchanged', 'rejected') as blob) where slug = 'testing'"
        )
    assert was_read(quiet)
    assert (
        '"outcome": "rejected"'
        not in (quiet.output / "report.json").read_text(encoding="utf-8").partition("editions")[2]
    )


def test_a_report_that_was_changed_is_written_again(quiet: Project) -> None:
    """Reports are left as they are only where they hold what the last run wrote."""
    for name in ("junit.xml", "annexe.sarif"):
        path = quiet.output / name
        before = path.read_bytes()
        path.write_bytes(before[:-1] + b" ")
        assert quiet.run("build").code == 0
        assert path.read_bytes() == before


def test_report_json_is_of_this_run(quiet: Project) -> None:
    """Also where nothing is to do, report.json says when this run was."""
    ran = quiet.run("build", clock="2038-01-19 03:14:00")
    assert ran.code == 0
    assert '"started": "2038-01-19T03:14:0' in (quiet.output / "report.json").read_text(encoding="utf-8")

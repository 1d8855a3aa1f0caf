"""`annexe history`: the last nights, and how an attachment changed."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.projects import ENGLISH, PARAGRAPH, Project

FOLDERS = ("--sources", "sources", "--output", "build")


def history(project: Project, *arguments: str) -> list[dict[str, object]]:
    """Return what the history tells a script."""
    ran = project.run("history", *arguments, "--json", *FOLDERS)
    assert ran.code == 0, ran.err
    rows = json.loads(ran.out)
    assert isinstance(rows, list)
    return rows


def test_runs_and_changes_are_told(project: Project) -> None:
    """Builds, checks and failures are in the history in their order.

    Each change of an attachment with its reason.
    """
    project.write("testing/en.md", ENGLISH.replace("It says", "It tells"))
    assert project.run("check", *FOLDERS).code == 1
    assert project.run("build", "testing", "--lang", "en", *FOLDERS).code == 0
    runs = history(project)
    assert [(run["number"], run["command"], run["verdict"], run["built"]) for run in runs] == [
        (1, "build", "ok", 2),
        (2, "check", "exit code 1", 0),
        (3, "build testing --lang en", "ok", 1),
    ]
    changes = history(project, "testing")
    assert [(change["name"], change["run"], change["outcome"], change["reason"]) for change in changes] == [
        ("testing-en", 1, "built", "not built before"),
        ("testing-en", 2, "failed", "changed: source"),
        ("testing-en", 3, "built", "changed: source"),
        ("testing-fr", 1, "built", "not built before"),
    ]
    assert changes[2]["bytes"] == project.attachment().stat().st_size
    assert [change["run"] for change in history(project, "testing", "--nights", "1")] == [3, 1]


def test_tables_for_people(project: Project) -> None:
    """Runs and changes stand in aligned columns under their names; a run's end stands in words."""
    lines = project.run("history", *FOLDERS).out.splitlines()
    assert lines[0].split() == [
        "run", "when", "(UTC)", "command", "verdict", "built", "failed", "errors", "warnings", "seconds", "MiB",
    ]  # fmt: skip
    assert lines[1].split()[3:8] == ["build", "ok", "2", "0", "0"]
    lines = project.run("history", "testing", *FOLDERS).out.splitlines()
    assert lines[0].split()[-5:] == ["bytes", "pages", "seconds", "MiB", "why"]
    assert lines[1].split()[0] == "testing-en"
    assert lines[1].endswith("not built before")


def test_a_killed_run_is_seen_by_the_next(project: Project) -> None:
    """While a run is at work the history says so.

    Killed, it is interrupted there, and the next one goes on behind it.
    """
    for number in range(16):
        project.write(f"post-{number}/en.md", ENGLISH + PARAGRAPH * 40)
    command = [sys.executable, "-m", "pipeline.cli", "build", *FOLDERS]
    with subprocess.Popen(command, cwd=project.folder, stderr=subprocess.DEVNULL) as run:
        deadline = time.monotonic() + 60
        # One edition is recorded before the next is written: of two that lie there, the older one surely is.
        while len(list(project.output.glob("post-*/*.pdf"))) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        run.send_signal(signal.SIGSTOP)
        assert history(project)[-1]["verdict"] == "at work"
        run.send_signal(signal.SIGKILL)
    assert history(project)[-1]["verdict"] == "interrupted"
    first = min(project.output.glob("post-*/*.pdf"), key=lambda path: path.stat().st_mtime_ns)
    assert history(project, first.parent.name)[0]["outcome"] == "built"
    assert project.run("build", *FOLDERS).code == 0
    assert [run["verdict"] for run in history(project)] == ["ok", "interrupted", "ok"]


def test_a_build_outlives_a_ledger_that_breaks_under_it(project: Project) -> None:
    """A large ledger whose damage only shows in the middle of a run is set aside at its end.

    The run ends well and says so.
    """
    file = project.output / ".annexe" / "ledger.sqlite"
    good = project.attachment().read_bytes()
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute(
            "select rootpage from sqlite_schema where name = 'attachment'"
        ).fetchone()
        (size,) = connection.execute("pragma page_size").fetchone()
    with file.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\xff" * size)
        # Larger than what is looked through each time; SQLite knows where its pages end.
        stream.truncate(129 * 2**20)
    ran = project.run("build", *FOLDERS)
    assert ran.code == 0, ran.err
    assert ran.err.count("(build.ledger)") == 1
    assert "this run is not recorded from there on" in ran.err
    assert project.attachment().read_bytes() == good
    assert file.with_name("ledger.sqlite.damaged").is_file()
    assert project.run("build", *FOLDERS).code == 0
    assert [run["number"] for run in history(project)] == [1]


def test_old_runs_are_thinned_by_the_setting(project: Project) -> None:
    """With `history_nights` in the settings, the text of what older nights found goes.

    Their figures stay.
    """
    (project.folder / "pyproject.toml").write_text("[tool.annexe]\nhistory_nights = 1\n")
    assert project.run("build", clock="2030-01-01 02:00:00").code == 0
    with closing(sqlite3.connect(project.output / ".annexe" / "ledger.sqlite")) as connection:
        kept = connection.execute("select number, has_findings, warnings from run order by number").fetchall()
    assert kept == [(1, 0, 1), (2, 1, 1)]


def test_a_folder_without_a_history(tmp_path: Path) -> None:
    """Where nothing was built yet, the history says what to do, and makes no file.

    A script gets an empty list.
    """
    project = Project(tmp_path / "project", has_fonts=False)
    ran = project.run("history", *FOLDERS)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "nothing is recorded in this build folder yet; run `annexe build`\n"
    assert history(project) == []
    assert not project.output.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tesing"], "nothing is recorded of a post 'tesing' in build; run `annexe build` first"),
        (["--nights", "0"], "0 is not in the range x>=1"),
    ],
)
def test_what_the_history_cannot_tell(project: Project, arguments: list[str], said: str) -> None:
    """A post that was never built, or a number of nights that is none, ends in 2 with what to do."""
    ran = project.run("history", *arguments, *FOLDERS)
    assert ran.code == 2
    assert said in ran.err

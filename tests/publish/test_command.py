"""`annexe publish` and `annexe verify` as people and scripts call them, on the folder that is always there."""

import json
import os
import re
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.machine import open_terminal
from tests.projects import FRENCH, Project, Ran


def run(project: Project, *arguments: str) -> Ran:
    """Run a command in a project whose settings say nothing."""
    return project.run(*arguments)


def files_of(project: Project) -> dict[str, tuple[int, int]]:
    """Return the files of the site with what tells one write from another."""
    site = project.folder / "site"
    return {
        str(path.relative_to(site)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def test_without_a_yes_nothing_is_done(project: Project) -> None:
    """The plan is shown as a table, the last line says how to have it done, and nothing is written."""
    ran = run(project, "publish", "--to", "site")
    assert ran.code == 0, ran.err
    head, *rows = ran.out.splitlines()
    assert head.split() == ["post", "language", "action", "what", "where"]
    assert [row.split()[:3] for row in rows[:4]] == [
        ["testing", "en", "upload"],
        ["testing", "en", "link"],
        ["testing", "fr", "upload"],
        ["testing", "fr", "link"],
    ]
    assert rows[-1].endswith("nothing was done: add --yes to do it")
    assert not (project.folder / "site").exists()


def test_with_a_yes_it_is_done_and_verified(project: Project) -> None:
    """What was planned is done, told line by line on standard error, and a second run writes nothing."""
    ran = run(project, "publish", "--to", "site", "--yes")
    assert ran.code == 0, ran.err
    assert re.search(r"^testing: upload: testing-en-[0-9a-f]{8}\.pdf", ran.err, re.MULTILINE)
    before = files_of(project)
    again = run(project, "publish", "--to", "site", "--yes")
    assert (again.code, again.err) == (0, "")
    assert again.out.splitlines()[-1].endswith("nothing to do; 2 links right")
    assert files_of(project) == before
    verified = run(project, "verify", "--to", "site")
    assert (verified.code, verified.err) == (0, "")
    assert verified.out.endswith("all as it should be\n")


def test_only_what_changed_is_touched(project: Project) -> None:
    """A word changed in fr.md brings another French attachment, and the English one stays the same file."""
    run(project, "publish", "--to", "site", "--yes")
    (english,) = (project.folder / "site/testing").glob("*-en-*.pdf")
    inode = english.stat().st_ino
    project.write("testing/fr.md", FRENCH.replace("nuit après nuit", "jour après jour"))
    assert run(project, "build").code == 0
    plan = json.loads(run(project, "publish", "--to", "site", "--json").out)
    assert [(line["action"], line["language"]) for line in plan["actions"]] == [
        ("nothing", "en"),
        ("upload", "fr"),
        ("link", "fr"),
        ("delete", "fr"),
        ("write", None),
    ]
    assert plan["applied"] is False
    assert run(project, "publish", "--to", "site", "--yes").code == 0
    assert english.stat().st_ino == inode
    assert len(list((project.folder / "site/testing").glob("*.pdf"))) == 2


def test_verifying_finds_what_was_done_by_hand(project: Project) -> None:
    """A file replaced by hand and a label edited by hand are errors with exit code 5.

    --repair puts them right.
    """
    run(project, "publish", "--to", "site", "--yes")
    (english,) = (project.folder / "site/testing").glob("*-en-*.pdf")
    english.write_bytes(english.read_bytes()[:-1] + b" ")
    page = project.folder / "site/testing/en/index.html"
    page.write_text(re.sub(r"Français \([^)]*\)", "Français (9 KB)", page.read_text(encoding="utf-8")))
    found = json.loads(run(project, "verify", "--to", "site", "--json").out)
    assert found["exit_code"] == 5
    assert {finding["check"] for finding in found["findings"]} >= {"publish.replaced", "publish.label"}
    repaired = run(project, "publish", "--to", "site", "--repair", "--yes")
    assert repaired.code == 0, repaired.err
    assert run(project, "verify", "--to", "site").code == 0


def test_an_edition_that_is_not_ready_holds_up_nothing(project: Project) -> None:
    """A broken source is told with exit code 5, what is published of it stays.

    The other edition goes out.
    """
    run(project, "publish", "--to", "site", "--yes")
    project.write("testing/fr.md", "no front matter")
    project.write("testing/en.md", (project.sources / "testing/en.md").read_text().replace("night", "day"))
    assert run(project, "build").code == 3
    ran = run(project, "publish", "--to", "site", "--yes")
    assert ran.code == 5
    assert "publish.not_ready" in ran.err
    assert "Traceback" not in ran.err
    pages = "".join(
        path.read_text(encoding="utf-8") for path in project.folder.glob("site/testing/*/index.html")
    )
    assert set(re.findall(r"testing-(\w\w)-[0-9a-f]{8}\.pdf", pages)) == {"en", "fr"}
    assert "day after day" in pages


def test_withdrawing_takes_off_what_is_ours(project: Project) -> None:
    """What is withdrawn leaves no attachment behind; without a name nothing is withdrawn."""
    run(project, "publish", "--to", "site", "--yes")
    refused = run(project, "publish", "--to", "site", "--withdraw", "--yes")
    assert refused.code == 2
    assert "say which posts" in refused.err
    assert run(project, "publish", "testing", "--to", "site", "--withdraw", "--yes").code == 0
    assert list(project.folder.glob("site/testing/*.pdf")) == []


def test_on_a_terminal_it_asks(project: Project) -> None:
    """On a terminal the plan is followed by a question, and anything but a yes does nothing."""
    for response, is_done in ((b"n\n", False), (b"y\n", True)):
        assert b"Do this on site?" in _on_a_terminal(project.folder, response)
        assert (project.folder / "site").exists() == is_done


def _on_a_terminal(folder: Path, response: bytes) -> bytes:
    """Run the command on a terminal, answer its question, and return all that it printed."""
    ours, theirs = open_terminal()
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "publish", "--to", "site"],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        close_fds=True,
    ):
        os.close(theirs)
        printed, is_answered = b"", False
        while select.select([ours], [], [], 60)[0]:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # how Linux tells that the other end of a terminal is closed
                break
            if not piece:
                break
            printed += piece
            if b"?" in printed and b"[y/N]" in printed and not is_answered:
                os.write(ours, response)
                is_answered = True
        os.close(ours)
    return printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("publish",), "Missing option '--to'"),
        (("publish", "--to", "sit"), "there is no target sit; did you mean site?"),
        (("verify", "--to", "blog"), "there is no target blog"),
        (("publish", "tseting", "--to", "site"), "did you mean 'testing'?"),
    ],
)
def test_a_careless_command_is_told(project: Project, arguments: tuple[str, ...], said: str) -> None:
    """A command that can't be followed ends with exit code 2 and a message that helps."""
    ran = run(project, *arguments)
    assert ran.code == 2
    assert said in ran.err


def test_a_build_at_work_is_waited_for_by_nobody(project: Project) -> None:
    """While another process holds the build folder, publishing says so instead of sending what is being rebuilt."""
    holder = (
        "import sys, time; from pathlib import Path; from pipeline.core.lock import build_lock\nwith "
        "build_lock(Path('build')): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder], cwd=project.folder, stdout=subprocess.PIPE, env=dict(os.environ)
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        ran = run(project, "publish", "--to", "site", "--yes")
        process.kill()
    assert ran.code != 0
    assert str(process.pid) in ran.err


def test_the_report_for_programs_is_as_described(project: Project) -> None:
    """Every key of --json stands in docs/publishing.md, and every described key is there."""
    described = (Path(__file__).parents[2] / "docs/publishing.md").read_text(encoding="utf-8")
    table = described[described.index("## For programs") :]
    found: dict[str, Any] = json.loads(run(project, "publish", "--to", "site", "--json").out)
    keys = {*found, *found["actions"][0]}
    named = set(re.findall(r"`([a-z_]+)`", table))
    assert keys <= named
    assert set(re.findall(r"^\| `([a-z]+)`", table, re.MULTILINE)) <= set(found)

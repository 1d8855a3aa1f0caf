"""Very many posts are compared as one: what is told of them is what their rows tell, edit after edit."""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing

import pytest

from bench.unchanged import MODEL, make_project
from pipeline.build.incremental.snapshot import FEWEST
from tests import edits
from tests.build.incremental.test_up_to_date import grow_old, told, was_read
from tests.projects import Project

LAST = f"{MODEL[:-5]}{FEWEST:05}"


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of just enough posts, in the state that a whole build leaves; not to be changed by a test."""
    folder = tmp_path_factory.mktemp("many") / "project"
    make_project(folder, FEWEST + 1)
    project = Project.__new__(Project)
    project.folder, project.sources, project.output = folder, folder / "sources", folder / "build"
    assert project.run("build").code == 0
    return project


@pytest.fixture
def many(settled: Project) -> Iterator[Project]:
    """The settled project, to be changed; afterwards it is put back as it was, time stamps and all."""
    kept = settled.folder.with_name("kept")
    subprocess.run(["cp", "-a", str(settled.folder), str(kept)], check=True)
    used = settled.folder.with_name("used")
    settled.folder.rename(used)
    kept.rename(settled.folder)
    # The copy's files have other stats: this run finds by their content that they are the same, and takes stock anew.
    assert settled.run("build").code == 0
    grow_old(settled)
    assert settled.run("build").code == 0
    yield settled
    shutil.rmtree(settled.folder)
    used.rename(settled.folder)


def _in_ledger(project: Project, statement: str) -> None:
    with closing(sqlite3.connect(project.output / ".annexe" / "ledger.sqlite")) as connection, connection:
        assert connection.execute(statement).rowcount


def _edit(project: Project, slug: str, language: str, words: str) -> None:
    """Add a paragraph to an edition, which then has another size than the one that was published."""
    path = project.sources / slug / f"{language}.md"
    kept = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith("published_size")
    ]
    path.write_text("\n".join((*kept, "", words, "")), encoding="utf-8")


def _told_both_ways(project: Project) -> tuple[dict[str, object], dict[str, object]]:
    """Return what a run tells that takes stock over, and what one tells that goes by the rows instead."""
    by_rows = project.folder.with_name("by-rows")
    subprocess.run(["cp", "-a", str(project.folder), str(by_rows)], check=True)
    one = told(project)
    done = project.folder.with_name("done")
    project.folder.rename(done)
    by_rows.rename(project.folder)
    # Without it, no report of before can be carried on.
    (project.output / ".annexe" / "told.json").unlink()
    other = told(project)
    shutil.rmtree(project.folder)
    done.rename(project.folder)
    return one, other


def test_where_nothing_changed_no_row_is_read(many: Project) -> None:
    """With nothing to do, a run needs none of the rows, however many there are, and nothing heavy."""
    _in_ledger(many, "update kept set told = x'00', stats = x'00'")
    assert not was_read(many)
    assert f'"unchanged": {2 * (FEWEST + 1)}' in (many.output / "report.json").read_text(encoding="utf-8")


def test_edit_after_edit_is_told_as_by_the_rows(many: Project) -> None:
    """Whatever is edited, one way of keeping track tells and leaves what the other does, run after run."""
    _edit(many, MODEL, "en", "Edited.")
    one, other = _told_both_ways(many)
    assert one == other
    _edit(many, LAST, "fr", "Corrigé.")
    one, other = _told_both_ways(many)
    assert one == other
    grow_old(many)
    edits.put_back_time(many.sources / LAST / "fr.md", (many.sources / MODEL / "fr.md").stat())
    one, other = _told_both_ways(many)
    assert one == other
    assert not was_read(many)


def test_a_post_that_fails_costs_no_other_a_look(many: Project) -> None:
    """A mistake is told in every run until it is mended; the other posts are taken over all the while."""
    good = (many.sources / LAST / "en.md").read_text(encoding="utf-8")
    _edit(many, LAST, "en", "![Lost](lost.png)")
    one, other = _told_both_ways(many)
    assert one == other
    grow_old(many)
    _in_ledger(many, "update kept set told = x'00' where slug not like '%-00200'")
    ran = many.run("build")
    assert "lost.png" in ran.err
    assert f"{2 * (FEWEST + 1) - 1} unchanged" in ran.err
    (many.sources / LAST / "en.md").write_text(good, encoding="utf-8")
    ran = many.run("build")
    # The attachment of before the mistake is still there.
    assert (ran.code, f"{2 * (FEWEST + 1)} unchanged" in ran.err) == (0, True)


@pytest.mark.parametrize("is_there", [True, False], ids=["comes", "goes"])
def test_a_post_that_comes_or_goes_is_noticed(many: Project, *, is_there: bool) -> None:
    """A new folder, or one less, has the rows looked at: nothing is told of a post that isn't there."""
    if is_there:
        shutil.copytree(many.sources / MODEL, many.sources / "new-post")
    else:
        shutil.rmtree(many.sources / LAST)
    one, other = _told_both_ways(many)
    assert one == other
    report = (many.output / "report.json").read_text(encoding="utf-8")
    assert ('{"slug": "new-post"' in report, f'"slug": "{LAST}", "l' in report) == (is_there, is_there)


def test_a_stray_file_among_many_is_noticed(many: Project) -> None:
    """An attachment that no source makes is told wherever it lies, and so is one that was changed."""
    (many.output / LAST / "stray.pdf").write_bytes(b"%PDF")
    (many.output / "gone-post").mkdir()
    (many.output / "gone-post" / "gone-post-en.pdf").write_bytes(b"%PDF")
    path = many.output / MODEL / f"{MODEL}-en.pdf"
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"/Title", b"/title"))
    edits.put_back_time(path, before)
    one, other = _told_both_ways(many)
    assert one == other
    said = many.run("build").err
    assert ("stray.pdf" in said, "gone-post-en.pdf" in said) == (True, True)


def test_a_stray_file_that_went_is_no_longer_told(many: Project) -> None:
    """What was told of a post goes with what it was about, also where the other posts are carried over."""
    stray = many.output / LAST / "stray.pdf"
    stray.write_bytes(b"%PDF")
    for _ in range(3):
        assert "stray.pdf" in many.run("build").err
        grow_old(many)
    stray.unlink()
    for _ in range(4):
        assert "stray.pdf" not in many.run("build").err
        grow_old(many)


@pytest.mark.parametrize("name", ["report.json", "junit.xml", "annexe.sarif"])
def test_a_report_that_was_changed_is_not_carried_on(many: Project, name: str) -> None:
    """Reports are carried on only where they are as the last run left them; else they are written anew."""
    path = many.output / name
    before = path.stat()
    text = path.read_bytes()
    path.write_bytes(text.replace(b"a", b"b"))
    edits.put_back_time(path, before)
    assert many.run("build").code == 0
    kept = b"\n".join(
        line for line in text.splitlines() if b'"seconds": ' not in line and b'"started"' not in line
    )
    assert kept == b"\n".join(
        line
        for line in path.read_bytes().splitlines()
        if b'"seconds": ' not in line and b'"started"' not in line
    )


def test_a_damaged_inventory_is_not_believed(many: Project) -> None:
    """An inventory that is not as it was written costs a look at the rows, and is written anew."""
    _in_ledger(many, "update inventory set numbers = zeroblob(length(numbers))")
    one, other = _told_both_ways(many)
    assert one == other

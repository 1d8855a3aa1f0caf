"""`annexe sizes --accept`: published sizes are brought up to date, and nothing else is touched."""

import errno
import json
import os
import re
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.build import accept_sizes as acceptance
from pipeline.cli.sizes import command as sizes
from pipeline.core.lock import build_lock
from tests.projects import ENGLISH, FRENCH, HEAVY, Project, build, findings

FOLDERS = ("--sources", "sources", "--output", "build")
TOLD = ENGLISH.replace("It says", "It tells")


def accepted(project: Project, *arguments: str, code: int = 0) -> dict[str, dict[str, object]]:
    """Accept and return what came of it by attachment; the run must end with `code`."""
    ran = project.run("sizes", "--accept", "--json", *FOLDERS, *arguments)
    assert ran.code == code, ran.err + ran.out
    return {row["attachment"]: row for row in json.loads(ran.out)}


def _written(path: Path) -> tuple[int, int, int]:
    """Return what a write would change of a file; reading changes none of it."""
    return path.stat().st_ino, path.stat().st_mtime_ns, path.stat().st_size


def label_of(project: Project, language: str = "en") -> str:
    """Return the label that `annexe sizes` shows for an attachment."""
    rows = json.loads(project.run("sizes", "--json", *FOLDERS).out)
    return next(str(row["label"]) for row in rows if row["attachment"] == f"testing-{language}")


def read(project: Project, language: str = "en") -> str:
    """Return a source with its line ends."""
    return (project.sources / "testing" / f"{language}.md").read_bytes().decode()


def inodes(project: Project) -> dict[Path, int]:
    """Return every attachment and web page with what tells it from a new one."""
    kinds = (".pdf", ".html")
    return {path: path.stat().st_ino for path in project.output.rglob("*") if path.suffix in kinds}


def test_the_labels_of_what_was_built_are_written(project: Project) -> None:
    """Each edition gets the label that `annexe sizes` shows; then all fits, and nothing is built anew."""
    before = inodes(project)
    label = label_of(project)
    ran = project.run("sizes", "--accept", *FOLDERS)
    assert (ran.code, ran.err) == (0, "")
    head, english, french = ran.out.splitlines()
    assert re.split(" {2,}", head) == ["attachment", "bytes", "published before", "now", "outcome"]
    assert english.split()[0] == "testing-en"
    assert english.endswith(f"-  {label}  updated")
    assert french.split()[0] == "testing-fr"
    assert read(project) == ENGLISH.replace(
        "label: On testing\n", f"label: On testing\npublished_size: {label}\n"
    )
    editions = build(project)
    assert {edition["outcome"] for edition in editions.values()} == {"unchanged"}
    assert not any(check.startswith("size.") for check in findings(editions["en"]))
    assert inodes(project) == before
    assert project.run("sizes", *FOLDERS).out.count("fits") == 2


def test_what_stands_for_the_bytes_already_is_not_touched(project: Project) -> None:
    """A second run writes nothing, and neither does one that finds the size written in another way."""
    label = label_of(project)
    path = project.write(
        "testing/en.md", ENGLISH.replace("label:", f"published_size: {label[:-2]}KiB\nlabel:")
    )
    project.run("sizes", "--accept", *FOLDERS)
    stamps = {path: _written(path) for path in path.parent.iterdir()}
    ran = project.run("sizes", "--accept", *FOLDERS)
    assert ran.out == "every published size stands for its attachment; nothing was written\n"
    assert {path: _written(path) for path in path.parent.iterdir()} == stamps
    assert label[:-2] + "KiB" in read(project)
    assert accepted(project)["testing-en"] == {
        "attachment": "testing-en",
        "source": "sources/testing/en.md",
        "bytes": project.attachment().stat().st_size,
        "before": label[:-2] + "KiB",
        "after": label[:-2] + "KiB",
        "outcome": "stays",
        "note": None,
    }


def test_comments_line_ends_rights_and_links_stay(project: Project) -> None:
    """What Windows saved stays as Windows saved it; so do the file's rights, and a link to it in the folder."""
    text = "\ufeff" + HEAVY.replace(
        "published_size: 1 KB", "published_size:  '1 Ko'   # seen on Friday"
    ).replace("\n", "\r\n")
    path = project.write("testing/_en-text.md", text)
    path.chmod(0o640)
    link = project.sources / "testing" / "en.md"
    link.unlink()
    link.symlink_to("_en-text.md")
    row = accepted(project, "testing")["testing-en"]
    label = label_of(project)
    assert (row["before"], row["after"], row["outcome"]) == ("1 Ko", label, "updated")
    assert label.endswith(" Ko")
    assert link.is_symlink()
    assert path.read_bytes().decode() == text.replace("'1 Ko'", f"'{label}'")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert not list(path.parent.glob("*.part"))


def test_only_what_annexe_built_last_counts(project: Project) -> None:
    """An attachment that is missing or was changed by hand is told and left, and the others are accepted."""
    project.write("other/en.md", ENGLISH)
    project.attachment().write_bytes(b"%PDF-1.7 changed by hand")
    ran = project.run("sizes", "--accept", *FOLDERS)
    assert ran.code == 1
    assert ran.err.splitlines() == [
        "sources/other/en.md: there is no build/other/other-en.pdf; run `annexe build`",
        "sources/testing/en.md: build/testing/testing-en.pdf is not what Annexe built last; run `annexe build`",
    ]
    assert [line.split()[0] for line in ran.out.splitlines()[1:]] == ["other-en", "testing-en", "testing-fr"]
    assert read(project) == ENGLISH
    assert "published_size" in read(project, "fr")


def test_a_source_that_can_not_be_read_is_told(project: Project) -> None:
    """A source with an error is left, and so is one that leads out of its folder; the other edition is accepted."""
    project.write("testing/fr.md", FRENCH.replace("date: ", "date: on "))
    outside = project.folder / "outside.md"
    outside.write_text(ENGLISH, encoding="utf-8")
    (project.sources / "testing" / "en.md").unlink()
    (project.sources / "testing" / "en.md").symlink_to(outside)
    rows = accepted(project, code=1)
    assert {name: (row["source"], row["outcome"]) for name, row in rows.items()} == {
        "testing-en": ("sources/testing/en.md", "left as it is"),
        "testing-fr": ("sources/testing/fr.md", "left as it is"),
    }
    assert rows["testing-en"]["note"] == "it can't be read as a source; run `annexe build` to see why"
    assert outside.read_text(encoding="utf-8") == ENGLISH


def test_a_source_that_can_not_be_changed_alone_is_told(project: Project) -> None:
    """Where the key has no place of its own, the message says what to write."""
    text = ENGLISH.replace("title: On testing\nauthor: Ada Author\ndate: 2020-07-09\nlabel: On testing", "{title: On testing, author: Ada Author, date: 2020-07-09, label: On testing}")  # fmt: skip
    project.write("testing/en.md", text)
    row = accepted(project, code=1)["testing-en"]
    assert row["note"] == (
        "its front matter can't be changed without changing more; "
        f"write published_size: {label_of(project)} there yourself"
    )
    assert read(project) == text


def test_before_anything_was_built_nothing_is_made(project: Project) -> None:
    """Without a build folder each edition is told, and none is made."""
    ran = project.run("sizes", "--accept", "--quiet", "--sources", "sources", "--output", "elsewhere")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("run `annexe build`") == 2
    assert not (project.folder / "elsewhere").exists()


def test_a_running_build_is_waited_for_by_the_editor(project: Project) -> None:
    """While a build holds the folder, nothing is accepted from it."""
    with build_lock(project.output):
        # A process of its own: in this one, the lock is held already and may be taken again.
        ran = project.run_alone("sizes", "--accept", *FOLDERS)
    assert ran.code == 6
    assert "has been building here since" in ran.err
    assert read(project) == ENGLISH


def test_a_heavier_attachment_that_is_meant_comes_out(project: Project) -> None:
    """`--rejected` takes the label of what was put aside for its size alone; the next build puts it in its place."""
    project.write("testing/en.md", HEAVY.replace("It says", "It tells"))
    build(project, code=1)
    aside = project.output / "testing" / "rejected" / "testing-en.pdf"
    heavy = aside.read_bytes()
    rows = accepted(project, "--rejected")
    assert list(rows) == ["testing-en"]
    assert (rows["testing-en"]["bytes"], rows["testing-en"]["before"]) == (len(heavy), "1 KB")
    assert "published_size" not in read(project, "fr")
    editions = build(project)
    assert editions["en"]["outcome"] == "built"
    assert project.attachment().read_bytes() == heavy
    assert not aside.exists()
    assert project.run("sizes", "--accept", "--rejected", *FOLDERS).out == (
        "there is no such attachment; nothing was written\n"
    )


def test_without_rejected_the_good_one_counts_and_the_other_is_told(project: Project) -> None:
    """The label is that of the attachment in its place; that a newer one was rejected is said."""
    label = label_of(project)
    project.write("testing/en.md", HEAVY.replace("It says", "It tells at greater length"))
    build(project, code=1)
    ran = project.run("sizes", "--accept", *FOLDERS)
    assert ran.code == 0
    assert f"published_size: {label}\n" in read(project)
    assert ran.err == (
        "sources/testing/en.md: a newer attachment was rejected, build/testing/rejected/testing-en.pdf; "
        "if its size is meant, add --rejected\n"
    )
    project.attachment().unlink()
    assert "add --rejected" in str(accepted(project, code=1)["testing-en"]["note"])


def test_what_was_rejected_for_more_than_its_size_is_left(project: Project) -> None:
    """Another error has to be mended first; its id is named."""
    project.write("testing/en.md", HEAVY.replace("It says", "It [says](#nowhere)"))
    assert "size.over" in findings(build(project, code=1)["en"])
    row = accepted(project, "--rejected", code=1)["testing-en"]
    assert row["note"] == (
        "build/testing/rejected/testing-en.pdf was rejected for links.target too; mend that first"
    )
    assert "published_size: 1 KB" in read(project)


def test_what_an_earlier_run_rejected_is_left(project: Project) -> None:
    """A file that is still there after its source was put back is none that anybody means."""
    project.write("testing/en.md", HEAVY.replace("It says", "It tells"))
    build(project, code=1)
    project.write("testing/en.md", ENGLISH)
    build(project)
    assert (project.output / "testing" / "rejected" / "testing-en.pdf").is_file()
    row = accepted(project, "--rejected", code=1)["testing-en"]
    assert row["note"] == (
        "the last run did not reject build/testing/rejected/testing-en.pdf; run `annexe build testing` first"
    )
    (project.output / "report.json").write_text("[]", encoding="utf-8")
    assert accepted(project, "--rejected", code=1)["testing-en"]["note"] == row["note"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--accept", "--why"], "--why and --accept do not go together"),
        (["--rejected"], "add --accept"),
        (["--accept", "testin"], "did you mean 'testing'?"),
    ],
)
def test_commands_that_mean_nothing_are_refused(project: Project, arguments: list[str], said: str) -> None:
    """Options that contradict each other, and posts that are not there, end in 2 and write nothing."""
    ran = project.run("sizes", *FOLDERS, *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert read(project) == ENGLISH


@pytest.mark.parametrize("fault", ["full", "protected"])
def test_a_file_that_can_not_be_written_stays(
    project: Project, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """A full disk or a write-protected file is told, and the source stays as it was."""

    def refuse(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if fault == "full":
        monkeypatch.setattr(acceptance, "write_atomically", refuse)
    else:
        monkeypatch.setattr(os, "access", lambda _path, mode, **_options: mode != os.W_OK)
    monkeypatch.chdir(project.folder)
    result = CliRunner().invoke(sizes, ["--accept", *FOLDERS], standalone_mode=False)
    assert result.return_value == 1
    said = {"full": "it can't be written (No space left on device); free the disk", "protected": "it may not be written; give yourself the right"}  # fmt: skip
    assert result.stderr.count(said[fault]) == 2
    assert read(project) == ENGLISH

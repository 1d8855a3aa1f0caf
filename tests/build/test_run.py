"""The whole run, as a user starts it: what is built, what stays, what is said."""

import json
import os
import shutil

import pytest

from tests.projects import ENGLISH, HEAVY, Project, build, findings


def test_a_first_build_makes_everything(built: Project) -> None:
    """A first build leaves two attachments, two web pages and three reports, and nothing half-made."""
    names = {str(path.relative_to(built.output)) for path in built.output.rglob("*") if path.is_file()}
    shown = {name for name in names if not name.startswith(".annexe")}
    assert shown == {
        "report.json",
        "junit.xml",
        "annexe.sarif",
        "testing/en.html",
        "testing/fr.html",
        "testing/testing-en.pdf",
        "testing/testing-fr.pdf",
    }
    assert built.attachment().read_bytes().startswith(b"%PDF-1.7")


def test_one_line_an_attachment_on_standard_output(project: Project) -> None:
    """Results go to standard output, one line an attachment; findings go to standard error."""
    ran = project.run("build", "--sources", "sources", "--output", "build")
    assert [line.split()[0] for line in ran.out.splitlines()[:2]] == [
        "build/testing/testing-en.pdf",
        "build/testing/testing-fr.pdf",
    ]
    assert "notice.draft" in ran.err
    assert "notice.draft" not in ran.out


def test_nothing_to_do_touches_nothing(project: Project) -> None:
    """A second build rebuilds nothing and leaves the files as they are."""
    before = {path: path.stat().st_ino for path in project.output.rglob("*.pdf")}
    editions = build(project)
    assert {edition["outcome"] for edition in editions.values()} == {"unchanged"}
    assert {path: path.stat().st_ino for path in project.output.rglob("*.pdf")} == before


def test_a_touched_file_rebuilds_nothing(project: Project) -> None:
    """A new time stamp alone rebuilds nothing."""
    os.utime(project.sources / "testing" / "en.md")
    assert build(project)["en"]["outcome"] == "unchanged"


def test_where_it_is_published_rebuilds_nothing(project: Project) -> None:
    """Another post in the front matter is no other source: nothing is rebuilt, and it is no reason for anything."""
    project.write("testing/en.md", ENGLISH.replace("label:", "publish: {blog: {en: 123, fr: 124}}\nlabel:"))
    editions = build(project)
    assert {edition["outcome"] for edition in editions.values()} == {"unchanged"}
    path = project.sources / "house.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("at all.", "in any way."), encoding="utf-8")
    assert build(project)["en"]["reason"] == "changed: house words"


def test_a_backdated_edit_of_the_same_length_is_seen(project: Project) -> None:
    """An edit that leaves size and time stamp as they were rebuilds its edition, and only that one."""
    path = project.sources / "testing" / "en.md"
    stamp = path.stat()
    path.write_text(ENGLISH.replace("night after night", "night after nigth"), encoding="utf-8")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    editions = build(project)
    assert (editions["en"]["outcome"], editions["en"]["reason"]) == ("built", "changed: source")
    assert editions["fr"]["outcome"] == "unchanged"


@pytest.mark.parametrize(
    ("damage", "reason"),
    [(b"not the attachment", "the attachment was changed by hand"), (None, "the attachment is missing")],
)
def test_a_damaged_attachment_is_made_again(project: Project, damage: bytes | None, reason: str) -> None:
    """An attachment that was changed or deleted is made again, byte for byte."""
    path = project.attachment()
    good = path.read_bytes()
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
    assert build(project)["en"]["reason"] == reason
    assert path.read_bytes() == good


def test_a_change_of_house_words_says_so(project: Project) -> None:
    """Edited house words rebuild what carries them and are named as the reason."""
    path = project.sources / "house.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("at all.", "in any way."), encoding="utf-8")
    editions = build(project)
    assert (editions["en"]["outcome"], editions["en"]["reason"]) == ("built", "changed: house words")
    assert editions["fr"]["outcome"] == "unchanged"


def test_a_bad_source_fails_alone_and_loses_nothing(project: Project) -> None:
    """A source that can't be read ends in 3; its last good attachment stays and the others are built."""
    good = project.attachment(language="fr").read_bytes()
    project.write("testing/fr.md", "no front matter\n")
    project.write("testing/en.md", ENGLISH.replace("It says", "It tells"))
    editions = build(project, code=3)
    assert editions["en"]["outcome"] == "built"
    assert editions["fr"]["outcome"] == "failed"
    assert project.attachment(language="fr").read_bytes() == good


def test_an_attachment_with_an_error_is_put_aside(project: Project) -> None:
    """An attachment that a check finds an error in ends in 1, is put aside, and the good one stays."""
    good = project.attachment().read_bytes()
    project.write("testing/en.md", HEAVY.replace("It says", "It tells"))
    editions = build(project, code=1)
    assert editions["en"]["outcome"] == "rejected"
    assert "size.over" in findings(editions["en"])
    assert project.attachment().read_bytes() == good
    assert (project.output / "testing" / "rejected" / "testing-en.pdf").is_file()


def test_an_attachment_that_no_longer_fits_its_published_size_fails_where_it_lies(project: Project) -> None:
    """When only the published size changes, nothing is rebuilt, and the attachment that lies there fails."""
    project.write("testing/en.md", HEAVY)
    editions = build(project, code=1)
    assert (editions["en"]["outcome"], editions["en"]["reason"]) == ("failed", None)
    assert project.attachment().is_file()


def test_a_mended_edition_leaves_nothing_rejected(project: Project) -> None:
    """When the error is mended, the attachment takes its place and what was rejected goes."""
    project.write("testing/en.md", HEAVY.replace("It says", "It tells"))
    build(project, code=1)
    project.write("testing/en.md", ENGLISH.replace("It says", "It tells"))
    assert build(project)["en"]["outcome"] == "built"
    assert not (project.output / "testing" / "rejected").exists()


def test_check_builds_nothing(project: Project) -> None:
    """`annexe check` tells what is missing and what is out of date, and builds neither."""
    project.attachment(language="fr").unlink()
    project.write("testing/en.md", ENGLISH.replace("It says", "It tells"))
    before = project.attachment().read_bytes()
    ran = project.run("check", "--sources", "sources", "--output", "build", "--json")
    report = json.loads(ran.out)
    found = {edition["language"]: findings(edition) for edition in report["editions"]}
    assert ran.code == 1
    assert "build.stale" in found["en"]
    assert "build.missing" in found["fr"]
    assert project.attachment().read_bytes() == before
    assert not project.attachment(language="fr").exists()


def test_check_of_a_good_build_is_content(project: Project) -> None:
    """`annexe check` of what was just built ends in 0."""
    assert project.run("check", "--sources", "sources", "--output", "build").code == 0


def test_one_language_only(project: Project) -> None:
    """`--lang` builds that language and leaves the others alone."""
    shutil.rmtree(project.output)
    assert set(build(project, "testing", "--lang", "fr")) == {"fr"}
    assert not project.attachment().exists()


@pytest.mark.parametrize(
    ("only", "there", "not_there"),
    [("html", "en.html", "testing-en.pdf"), ("pdf", "testing-en.pdf", "en.html")],
)
def test_only_one_kind(project: Project, only: str, there: str, not_there: str) -> None:
    """`--only` makes one kind of output and not the other."""
    shutil.rmtree(project.output)
    build(project, "--only", only)
    assert (project.output / "testing" / there).is_file()
    assert not (project.output / "testing" / not_there).exists()


def test_a_broken_source_leaves_the_other_edition_as_it_is(project: Project) -> None:
    """While one edition's source can't be read, the others still name it: their attachments don't change."""
    before = project.attachment().read_bytes()
    project.write("testing/fr.md", "no front matter")
    build(project, code=3)
    assert project.attachment().read_bytes() == before

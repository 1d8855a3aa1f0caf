"""`annexe accept` records how attachments look, and the night tells when they look different."""

import json
from pathlib import Path

import pytest

from pipeline.build import appearance as module
from pipeline.build.appearance import Look, Seen, compare_looks, look_findings
from pipeline.core.model import Severity
from pipeline.core.settings import Settings, load_settings
from pipeline.pdf.pictures import pictures_of
from tests.projects import ENGLISH, Project

ACCEPT = ("accept", "--sources", "sources", "--output", "build")


def settings_of(project: Project) -> Settings:
    """Return the settings that hold in a project."""
    return load_settings(project.folder, sources=project.sources, output=project.output)


def seen(project: Project, language: str = "en") -> Seen:
    """Return an edition of the project's post to look at."""
    path = project.attachment(language=language)
    return Seen(slug="testing", language=language, path=path, file=f"sources/testing/{language}.md")


@pytest.fixture
def accepted(project: Project) -> Project:
    """A project whose English edition is accepted, and then says another word."""
    ran = project.run(*ACCEPT, "testing")
    assert ran.code == 0, ran.err
    return project


def change_a_word(project: Project) -> None:
    """Have the English edition say another word, and build it."""
    project.write("testing/en.md", ENGLISH.replace("night after night", "month after month"))
    assert project.run("build", "--sources", "sources", "--output", "build").code == 0


def test_accept_keeps_pictures_and_says_so(project: Project) -> None:
    """Each edition's pages go to a folder of its name beside the sources; a second time nothing is new."""
    ran = project.run(*ACCEPT, "testing")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "build/testing/testing-en.pdf: accepted, 1 page: page 1 is new",
        "build/testing/testing-fr.pdf: accepted, 1 page: page 1 is new",
    ]
    pictures = sorted((project.folder / "approved").glob("*/*"))
    assert [str(path.relative_to(project.folder)) for path in pictures] == [
        "approved/testing-en/page-1.png",
        "approved/testing-fr/page-1.png",
    ]
    again = project.run(*ACCEPT, "--all", "--json")
    values = json.loads(again.out)
    assert [(value["attachment"], value["pages"], value["news"]) for value in values] == [
        ("testing-en", 1, []),
        ("testing-fr", 1, []),
    ]
    assert all(len(value["sha256"]) == 64 for value in values)


@pytest.mark.parametrize("arguments", [(), ("--all", "testing")])
def test_accept_wants_posts_or_all(project: Project, arguments: tuple[str, ...]) -> None:
    """Neither posts nor --all, or both, is a command that can't be followed."""
    ran = project.run(*ACCEPT, *arguments)
    assert ran.code == 2
    assert "name the posts to accept, or give --all" in ran.err


def test_accept_refuses_while_an_attachment_is_missing(project: Project) -> None:
    """Where one attachment is missing nothing is accepted, and the command says what to run."""
    project.attachment(language="fr").unlink()
    ran = project.run(*ACCEPT, "testing")
    assert ran.code == 2
    assert (
        "build/testing/testing-fr.pdf: there is no such attachment; run `annexe build testing` first"
        in ran.err
    )
    assert not (project.folder / "approved").exists()


def test_accept_refuses_what_cannot_be_drawn(project: Project) -> None:
    """A file that is no PDF is not accepted."""
    project.attachment().write_bytes(b"no PDF")
    ran = project.run(*ACCEPT, "testing")
    assert ran.code == 2
    assert "build/testing/testing-en.pdf: can't be drawn" in ran.err


def test_accept_says_where_it_cannot_write(project: Project) -> None:
    """A folder of accepted pictures that can't be written to is told with the setting that moves it."""
    (project.folder / "approved").write_text("a file where the folder belongs")
    ran = project.run(*ACCEPT, "testing")
    assert ran.code == 2
    assert "set `approved` in [tool.annexe] to another folder" in ran.err


def test_nothing_is_said_where_nobody_accepted(project: Project) -> None:
    """An attachment that was never accepted has no look to compare with."""
    assert compare_looks(settings_of(project), [seen(project)]) == {}


def test_the_same_look_is_accepted(accepted: Project) -> None:
    """An attachment that looks as it was accepted is known to, and nothing is found."""
    found = compare_looks(settings_of(accepted), [seen(accepted), seen(accepted, "fr")])
    assert {name: look.is_accepted for name, look in found.items()} == {
        "testing-en": True,
        "testing-fr": True,
    }
    assert list(look_findings(found.values())) == []


def test_another_look_is_a_warning_until_it_is_accepted(accepted: Project) -> None:
    """A word that changed is told with its page and what to do; accepting it ends that."""
    change_a_word(accepted)
    settings = settings_of(accepted)
    found = compare_looks(settings, [seen(accepted)])
    (finding,) = look_findings(found.values())
    assert (finding.check, finding.severity, finding.page) == ("look.changed", Severity.WARNING, 1)
    assert finding.place == "sources/testing/en.md"
    assert finding.message.startswith(
        "testing-en no longer looks as it was accepted: page 1 looks different ("
    )
    assert "`annexe accept testing`" in finding.remedy
    ran = accepted.run(*ACCEPT, "testing")
    assert "testing-en.pdf: accepted, 1 page: page 1 looks different (" in ran.out
    assert compare_looks(settings, [seen(accepted)])["testing-en"].is_accepted


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts how often pages are drawn."""
    drawn: list[int] = []

    def counted(data: bytes) -> object:
        drawn.append(len(data))
        return pictures_of(data)

    monkeypatch.setattr("pipeline.pdf.pictures.pictures_of", counted)
    return drawn


def test_pages_are_drawn_only_where_something_changed(accepted: Project, drawn: list[int]) -> None:
    """What was compared is remembered until attachment or pictures change; damage to the memory costs a drawing."""
    settings, wanted = settings_of(accepted), [seen(accepted)]
    memory = accepted.output / ".annexe" / module.MEMORY_FILE
    first = compare_looks(settings, wanted)
    assert compare_looks(settings, wanted) == first
    assert len(drawn) == 1
    memory.write_text("{}")
    assert compare_looks(settings, wanted) == first
    assert len(drawn) == 2
    change_a_word(accepted)
    assert not compare_looks(settings, wanted)["testing-en"].is_accepted
    assert not compare_looks(settings, wanted)["testing-en"].is_accepted
    assert len(drawn) == 3


def test_a_picture_that_cannot_be_read_is_an_error(accepted: Project) -> None:
    """A broken accepted picture never passes for a look that is accepted; accepting anew mends it."""
    settings = settings_of(accepted)
    (settings.approved / "testing-en" / "page-1.png").write_bytes(b"no picture")
    found = compare_looks(settings, [seen(accepted)])
    (finding,) = look_findings(found.values())
    assert (finding.check, finding.severity) == ("look.unread", Severity.ERROR)
    assert "page-1.png" in finding.message
    assert accepted.run(*ACCEPT, "testing").code == 0
    assert compare_looks(settings, [seen(accepted)])["testing-en"].is_accepted


def test_several_pages_are_named_in_one_warning() -> None:
    """All pages that differ stand in one warning, which then names no single page as its place."""
    look = Look(
        seen=Seen(slug="a-post", language="en", path=Path("a.pdf")),
        pages=((1, "page 1 is new"), (2, "page 2 is gone")),
    )
    (finding,) = look_findings([look])
    assert finding.message == "a-post-en no longer looks as it was accepted: page 1 is new; page 2 is gone"
    assert finding.page is None

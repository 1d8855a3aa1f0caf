"""Why an attachment is built anew is said by the names that people know, with values where there are any."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from pipeline.build.candidates import make_candidate, read_materials
from pipeline.cli.options import house_file
from pipeline.core.files import machine_folder
from pipeline.core.settings import load_settings
from pipeline.core.toolchain import tool_versions
from pipeline.ledger.fingerprints import Entry, Fingerprints, reason_to_build
from pipeline.ledger.opening import open_ledger
from pipeline.render.fonts import faces as fonts
from pipeline.report.reasons import reason_text
from pipeline.sources.folder import languages_by_post, read_named_posts
from pipeline.sources.house import read_house
from tests.projects import Project
from tests.reasons import changed

NAME = ("post-00", "en")
Change = Callable[[Project, pytest.MonkeyPatch], None]


def prints(project: Project) -> Fingerprints:
    """Return what the English edition of the first post is made from now."""
    settings = load_settings(project.folder)
    house = read_house(house_file(settings))
    reading = read_named_posts(settings, house, (NAME[0],))
    (post,) = reading.posts
    (edition,) = [one for one in post.editions if one.language == NAME[1]]
    languages = languages_by_post(reading, house)[NAME[0]]
    made, _ = make_candidate(read_materials(settings, house), edition, languages)
    return made.fingerprints


def setting(line: str) -> Change:
    """Return what writes a line more into the settings."""

    def change(project: Project, _patch: pytest.MonkeyPatch) -> None:
        path = project.folder / "pyproject.toml"
        path.write_text(f"{path.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")

    return change


def written(name: str, old: str, new: str) -> Change:
    """Return what writes something else into a file of the project."""

    def change(project: Project, _patch: pytest.MonkeyPatch) -> None:
        path = project.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def other_tools(_project: Project, patch: pytest.MonkeyPatch) -> None:
    """Take another version of one tool, and one tool more, for the ones that are installed."""
    now = tuple((name, "71.0" if name == "weasyprint" else number) for name, number in tool_versions())
    patch.setattr("pipeline.build.candidates.tool_versions", lambda: (*now, ("brotli", "2.0")))


def other_font(_project: Project, patch: pytest.MonkeyPatch) -> None:
    """Make the face of the text bolder."""
    bolder = (("opsz", 14.0), ("wght", 420.0))
    patch.setattr(
        fonts,
        "RECIPES",
        tuple(replace(one, axes=bolder) if one.stem == "annexe-serif-400" else one for one in fonts.RECIPES),
    )


def one_language(project: Project, _patch: pytest.MonkeyPatch) -> None:
    """Take the French edition away."""
    (project.sources / NAME[0] / "fr.md").unlink()


def both(project: Project, patch: pytest.MonkeyPatch) -> None:
    """Take a language away and other tools."""
    one_language(project, patch)
    other_tools(project, patch)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda _project, _patch: None, None),
        (written("sources/post-00/en.md", "true", "faithful"), "changed: source"),
        (written("sources/house.yaml", "do not reflect", "never reflect"), "changed: house words"),
        (written("styles/print.css", "#14202b", "#14202c"), "changed: styles"),
        (written("styles/page.html.jinja", "<body", "<body data-new"), "changed: template"),
        (setting("image_resolution = 150"), "changed: image_resolution (220 → 150)"),
        (
            setting('base_url = "https://www.example.org/posts"'),
            "changed: base_url (none → https://www.example.org/posts)",
        ),
        (one_language, "changed: languages of the post"),
        (other_font, "changed: fonts"),
        (other_tools, "changed: brotli (none → 2.0), weasyprint (70.0 → 71.0)"),
        (
            lambda _project, patch: patch.setattr(
                "pipeline.build.candidates.machinery_fingerprint", lambda: "other"
            ),
            "changed: the way attachments are made",
        ),
        (
            lambda _project, patch: patch.setattr(
                "pipeline.build.candidates.Composer._others", lambda *_, **__: ()
            ),
            "changed: the way pages are composed",
        ),
        (
            both,
            "changed: languages of the post, brotli (none → 2.0), weasyprint (70.0 → 71.0)",
        ),
    ],
)
def test_each_reason_is_named(
    few: Project, monkeypatch: pytest.MonkeyPatch, change: Change, reason: str | None
) -> None:
    """Source, standard wording, style, template, setting, font, tool, Annexe: each has its own name."""
    with open_ledger(machine_folder(few.output)) as ledger:
        entry = ledger.entry(*NAME)
    assert isinstance(entry, Entry)
    change(few, monkeypatch)
    found = reason_to_build(entry, prints(few), few.attachment(*NAME).read_bytes())
    assert (None if found is None else reason_text(found)) == reason


def test_what_an_older_annexe_recorded_is_told_as_far_as_it_goes(
    few: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the values before were never recorded, it is told that tools changed, and not which."""
    with open_ledger(machine_folder(few.output)) as ledger:
        entry = ledger.entry(*NAME)
    assert entry is not None
    known = {name: value for name, value in entry.origins.items() if ": " not in name}
    old = replace(entry, origins=known)
    other_tools(few, monkeypatch)
    setting("image_resolution = 150")(few, monkeypatch)
    found = reason_to_build(old, prints(few), few.attachment(*NAME).read_bytes())
    assert found == changed("settings", "tools")

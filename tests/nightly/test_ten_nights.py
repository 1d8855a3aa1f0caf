"""Nights in a row over fifty posts: each reports what happens, and no good attachment is lost."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.core.lock import build_holder
from tests.machine import cannot
from tests.nightly.disks import night_on_disk, way_to_mount
from tests.nightly.many import Told, run_night, standing, sums
from tests.projects import ENGLISH, FRENCH, Project, patched

#: What Python runs before anything else: the face of the text is another instance of its font.
OTHER_FONT = """
from dataclasses import replace
from pipeline.render.fonts import faces as fonts

fonts.RECIPES = tuple(
    replace(one, axes=(("opsz", 14), ("wght", 420))) if one.stem == "annexe-serif-400" else one
    for one in fonts.RECIPES
)
"""
STYLE = "styles/print.css"


class Story:
    """The project from night to night, and the attachments that must stand there after each."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.good = sums(project)
        self.style = (project.folder / STYLE).read_text(encoding="utf-8")

    def write(self, name: str, *, word: str = "true", more: str = "") -> None:
        """Write a post's source with another word than before, or more behind it."""
        slug, language = name.rsplit("-", 1)
        text = ENGLISH.replace("On testing", f"On test {int(slug[-2:])}") if language == "en" else FRENCH
        self.project.write(f"{slug}/{language}.md", text.replace("true", word) + more)

    def restyle(self, more: str = "") -> None:
        """Put more behind the style sheet as it was in the beginning."""
        (self.project.folder / STYLE).write_text(self.style + more, encoding="utf-8")

    def night(self, day: int, code: int, **options: dict[str, str]) -> Told:
        """Run the night of a day of November; it must end with this code and tell it in its report."""
        told = run_night(self.project, f"2026-11-{day:02}T02:00:00", **options)
        assert told.code == code, told.ran.err
        assert told.report["started"] == f"2026-11-{day:02}T02:00:00+00:00"
        assert (told.report["exit_code"], told.codes()[-1]) == (code, code)
        assert len(told.report["editions"]) == 100
        return told

    def stands(self, *changed: str) -> dict[str, str]:
        """Hold that every attachment is the one it was, but for these, which are others.

        Return what there is now.
        """
        now = sums(self.project)
        assert now.keys() == self.good.keys()
        assert {name for name in now if now[name] != self.good[name]} == set(changed)
        self.good = now
        return now


@pytest.mark.heavy
def test_nights_in_a_row(fifty: Project, tmp_path: Path) -> None:
    """Eight nights, each with its trouble, and a last one in which all is again what it was on the first."""
    story = Story(fifty.copied(tmp_path / "project"))
    first = story.good
    for happens in (
        nothing_happens,
        a_source_is_edited,
        a_source_is_broken,
        the_style_changes,
        lambda story: the_font_changes(story, tmp_path / "patch"),
        a_run_is_killed,
        the_clock_jumps_back,
        two_run_at_once,
    ):
        happens(story)
    story.write("post-07-en")
    assert story.night(29, 0).changes() == {"post-07-en": "changed: source"}
    assert sums(story.project) == first


@pytest.mark.heavy
def test_nights_on_bad_disks(fifty: Project, tmp_path: Path) -> None:
    """After a disk that fills up, or one that is read-only, the next night builds what is missing."""
    try:
        way_to_mount()
    except PermissionError as error:
        cannot(f"mount a small disk ({error})")
    story = Story(fifty.copied(tmp_path / "project"))
    the_disk_is_full(story)
    the_folder_is_read_only(story)


def nothing_happens(story: Story) -> None:
    """Nothing is built, nothing changed, and the one draft among the house's words is to be decided on."""
    told = story.night(2, 0)
    assert told.report["outcomes"]["unchanged"] == 100
    assert (told.changes(), told.kept()) == ({}, [])
    assert told.night["verdict"] == "nothing is broken; 1 warning to decide on"
    assert told.checks("warning") == {"notice.draft"}
    story.stands()


def a_source_is_edited(story: Story) -> None:
    """The one attachment is built anew, and the report says why and which words differ."""
    story.write("post-07-en", word="faithful")
    told = story.night(3, 0)
    assert told.changes() == {"post-07-en": "changed: source"}
    (first, *_) = told.edition("post-07-en")["night"]["change"]["differences"]
    assert first == "text: behind “what keeps an attachment”: “true” became “faithful”"
    assert "changed: post-07-en (changed: source (text: behind" in told.ran.out
    story.stands("post-07-en")


def a_source_is_broken(story: Story) -> None:
    """The others are good, the attachment of the broken source stays as it was and is marked so."""
    path = story.project.sources / "post-08/fr.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("2020-07-09", "9 July"), encoding="utf-8")
    told = story.night(4, 3)
    assert told.kept() == ["post-08-fr"]
    assert told.edition("post-08-fr")["night"]["good_since"] == "2026-11-01T02:00:00+00:00"
    assert told.checks() == {"source.date"}
    assert told.night["verdict"] == "1 error, 1 warning: somebody has to look"
    assert told.report["outcomes"] == {"built": 0, "unchanged": 99, "composed": 0, "rejected": 0, "failed": 1}
    story.stands()
    path.write_text(text, encoding="utf-8")


def the_style_changes(story: Story) -> None:
    """Every attachment is built anew for that reason."""
    story.restyle("\nh1 { color: #102030 }\n")
    told = story.night(5, 0)
    assert set(told.changes().values()) == {"changed: styles"}
    story.stands(*story.good)


def the_font_changes(story: Story, patch: Path) -> None:
    """Every attachment is built anew for that reason, and again when the font is what it was."""
    told = story.night(6, 0, environment=patched(patch, OTHER_FONT))
    assert set(told.changes().values()) == {"changed: fonts"}
    story.stands(*story.good)


def a_run_is_killed(story: Story) -> None:
    """Style and font are back.

    A run is killed in the middle, leaves nothing half-made, and the next goes on.
    """
    story.restyle()
    before = story.good
    changed = 0
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "nightly", "--now", "2026-11-07T02:00:00"],
        cwd=story.project.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as run:
        deadline = time.monotonic() + 240
        while changed < 10 and time.monotonic() < deadline:
            now = standing(story.project)
            changed = sum(now[name] != before[name] for name in before)
        run.send_signal(signal.SIGKILL)
    left = standing(story.project)
    assert left.keys() == before.keys()
    assert 10 <= sum(left[name] != before[name] for name in left) < 100
    told = story.night(7, 0)
    assert told.codes()[-2:] == [130, 0]
    assert set(told.changes().values()) == {"changed: fonts, styles"}
    assert len(told.changes()) == 100
    now = story.stands(*story.good)
    assert all(now[name] == left[name] for name in left if left[name] != before[name])


def the_disk_is_full(story: Story) -> None:
    """What finds no room keeps its last good version and is marked so; the report tells it.

    The next night makes up for it.
    """
    for place in range(20, 30):
        story.write(f"post-{place}-en", word="loyal")
    left = night_on_disk(story.project, "2026-11-08T02:00:00", "nearly-full")
    report, good = left["report"], story.good
    assert (left["code"], report["exit_code"], report["started"]) == (4, 4, "2026-11-08T02:00:00+00:00")
    assert "No space left on device" in left["err"]
    others = {name for name in good if left["sums"][name] != good[name]}
    kept = {f"{one['slug']}-{one['language']}" for one in report["editions"] if one["night"]["kept"]}
    assert {f"post-{place}-en" for place in range(20, 30)} == others | kept
    assert (others & kept, bool(kept)) == (set(), True)
    assert left["told"].splitlines()[0].endswith(f"{report['night']['verdict']}")
    story.stands()
    told = story.night(8, 0)
    assert set(told.changes()) == others | kept
    assert others <= {name for name in others if sums(story.project)[name] == left["sums"][name]}
    story.stands(*others, *kept)


def the_folder_is_read_only(story: Story) -> None:
    """Nothing can be done, which is said with what to do.

    What stood there stands, and the next night is as any other.
    """
    story.write("post-30-en", word="loyal")
    left = night_on_disk(story.project, "2026-11-09T02:00:00", "read-only")
    assert left["code"] == 2
    assert "can't be written to (Read-only file system); choose another folder" in left["err"]
    assert left["told"].startswith(
        "Annexe, 2026-11-09 02:00 UTC: it ended with code 2: somebody has to look\n"
    )
    assert left["sums"] == story.good
    assert story.night(9, 0).changes() == {"post-30-en": "changed: source"}
    story.stands("post-30-en")


def the_clock_jumps_back(story: Story) -> None:
    """A night dated before all others is the last one all the same, in the history and in each trend."""
    story.write("post-30-en", word="loyal")
    told = run_night(story.project, "2020-01-01T02:00:00")
    assert (told.code, told.changes()) == (0, {"post-30-en": "changed: source"})
    shown = told.night["nights"]
    assert [one["started"][:10] for one in shown[-2:]] == ["2026-11-07", "2020-01-01"]
    history = story.project.run("history", "post-30", "--json")
    assert "2020-01-01" in history.out.splitlines()[-1] or history.code == 0
    story.stands("post-30-en")
    story.write("post-30-en")
    story.night(10, 0)
    story.stands("post-30-en")


def two_run_at_once(story: Story) -> None:
    """The second says who holds the folder, and ends with a code of its own.

    The first ends as if it had been alone.
    """
    command = [sys.executable, "-m", "pipeline.cli", "nightly", "--now", "2026-11-11T02:00:00", "--quiet"]
    with subprocess.Popen(
        command, cwd=story.project.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        deadline = time.monotonic() + 240
        while (holder := build_holder(story.project.output)) is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert holder is not None
        second = story.project.run("nightly", "--notify-command", "cat >> told")
        out, err = run.communicate(timeout=300)
    assert second.code == 6
    assert f"process {run.pid} (annexe nightly) has been building here since {holder.since}" in second.err
    assert "it ended with code 6: somebody has to look" in (story.project.folder / "told").read_text()
    assert (run.returncode, out, err) == (0, "", "")
    story.stands()

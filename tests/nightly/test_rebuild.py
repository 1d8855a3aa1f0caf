"""`--rebuild`: the same bytes are proven, and what differs is explained."""

from pathlib import Path

from tests.build.test_reproducibility import STAMPING
from tests.nightly.many import run_night, sums
from tests.projects import ENGLISH, Project, patched

#: What Python runs before anything else: another version of a tool is installed.
OTHER_TOOL = """
from importlib import metadata

read = metadata.version
metadata.version = lambda name: "0.14.0" if name == "pydyf" else read(name)
"""


def test_the_same_bytes_are_proven(few: Project) -> None:
    """Everything is made once more, also what this night built; the summary counts what is the same."""
    few.write("post-00/en.md", ENGLISH.replace("true", "faithful"))
    told = run_night(few, "2026-11-02T02:00:00", "--rebuild")
    assert (told.code, told.night["rebuild"]) == (0, True)
    assert "4 attachments: 1 built, 3 unchanged, 4 made once more to the same bytes" in told.ran.out
    assert told.changes() == {"post-00-en": "changed: source"}


def test_other_bytes_are_an_error_that_names_the_objects(few: Project, tmp_path: Path) -> None:
    """A clock that got into the file is found: each attachment, its metadata and its PDF objects.

    What stood there stands.
    """
    before = sums(few)
    told = run_night(
        few, "2026-11-02T02:00:00", "--rebuild", environment=patched(tmp_path / "patch", STAMPING)
    )
    assert told.code == told.report["exit_code"] == told.codes()[-1] == 1
    assert told.checks() == {"build.verify"}
    found = [one for one in told.report["findings"] if one["check"] == "build.verify"]
    assert len(found) == 4
    for one in found:
        assert (
            "source, house words, styles, settings, fonts and tools it has other bytes "
            "(metadata: Info /Stamp: " in one["message"]
        )
        assert "; objects: " in one["message"]
    assert "4 unchanged, 0 made once more to the same bytes, 4 not" in told.ran.out
    page = (few.output / "report/index.html").read_text(encoding="utf-8")
    assert "Built once more from the same source" in page
    assert sums(few) == before


def test_another_tool_explains_other_bytes(few: Project, tmp_path: Path) -> None:
    """With another version of a tool everything is built anew for that reason, beside what differs."""
    clock = STAMPING.replace("time.time_ns()", "7")
    environment = patched(tmp_path / "patch", OTHER_TOOL, clock)
    told = run_night(few, "2026-11-02T02:00:00", "--rebuild", environment=environment)
    assert told.code == 0, told.ran.err
    assert set(told.changes().values()) == {"changed: pydyf (0.13.0 → 0.14.0)"}
    differences = told.edition("post-00-fr")["night"]["change"]["differences"]
    assert any(one.startswith("metadata: Info /Stamp") for one in differences)
    assert any(one.startswith("objects: ") for one in differences)

"""What Annexe replaces in WeasyPrint is what it was written for, or nothing is rendered."""

import shutil
from pathlib import Path

import pytest
import weasyprint

from pipeline.core.errors import MachineError
from pipeline.render.speedups import (
    check_weasyprint,
    glyphs,
    guard,
    lines,
    marked_content,
    text_styles,
    values,
)

PATCHES = (glyphs, lines, marked_content, text_styles, values)


def test_this_weasyprint_is_the_one_it_was_written_for() -> None:
    """The installed WeasyPrint has the version and the very sources that are pinned."""
    check_weasyprint()


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.__name__)
def test_no_patch_escapes_the_guard(patch: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that any one patch was written for are checked before anything is rendered."""
    (name, _), *_ = vars(patch)["SOURCES"].items()
    monkeypatch.setitem(vars(patch)["SOURCES"], name, "another sum")
    with pytest.raises(MachineError, match=f"another {name}, and"):
        check_weasyprint()


def test_another_version_is_refused() -> None:
    """Another version is reported with what to do, even where its files are the same."""
    with pytest.raises(MachineError, match=r"this is WeasyPrint 70\.1, .*install weasyprint==70\.0"):
        guard.check_weasyprint(lines.SOURCES, version="70.1")


def test_another_source_is_refused(tmp_path: Path) -> None:
    """Another source under the same version is reported by its name."""
    (name, expected), *_ = lines.SOURCES.items()
    copy = tmp_path / name
    copy.parent.mkdir()
    shutil.copy(Path(weasyprint.__file__).parent / name, copy)
    guard.check_weasyprint({name: expected}, folder=tmp_path)
    copy.write_bytes(copy.read_bytes() + b"\n# changed")
    with pytest.raises(
        MachineError, match=f"this is WeasyPrint {guard.WRITTEN_FOR} with another {name}, and"
    ):
        guard.check_weasyprint({name: expected}, folder=tmp_path)


def test_a_renderer_asks_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """No renderer can be had with another WeasyPrint."""
    from pipeline.core.model import Kit
    from pipeline.render.renderer import Renderer

    monkeypatch.setitem(values.SOURCES, "layout/percent.py", "another sum")
    with pytest.raises(MachineError, match=r"another layout/percent\.py, and"):
        Renderer(Kit(sheets=(), font_faces="", fonts=()))

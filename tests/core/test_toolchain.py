"""What an attachment is made with, as fingerprints: no file that decides its bytes is left out."""

import shutil
from pathlib import Path

import pytest

from pipeline.core import toolchain
from pipeline.core.paths import PACKAGE
from tests.repository import ROOT, python_files

MAKING = [
    path.relative_to(PACKAGE)
    for room in ("render", "compose")
    for path in (*python_files(f"pipeline/{room}"), *(PACKAGE / room).rglob("*.icc"))
]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, whose files a test may change and must put back."""
    copy = tmp_path_factory.mktemp("code") / "pipeline"
    shutil.copytree(ROOT / "pipeline", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.mark.parametrize("file", MAKING, ids=str)
def test_a_change_of_any_file_that_makes_attachments_changes_the_fingerprint(
    file: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every module of render/ and compose/, and the colour profile, is part of the machinery's fingerprint.

    So makes attachments stale.
    """
    monkeypatch.setattr(toolchain, "PACKAGE", package)
    before, data = toolchain.machinery_fingerprint(), (package / file).read_bytes()
    (package / file).write_bytes(data + b"\n")
    after = toolchain.machinery_fingerprint()
    (package / file).write_bytes(data)
    assert after != before
    assert toolchain.machinery_fingerprint() == before


@pytest.mark.parametrize("file", ["checks/sizes.py", "report/console.py", "publish/plan.py"])
def test_a_change_of_other_code_leaves_the_fingerprint(
    file: str, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code of checks, reports and publishing makes no attachment stale; the whole code's fingerprint has it."""
    monkeypatch.setattr(toolchain, "PACKAGE", package)
    before = toolchain.machinery_fingerprint(), toolchain.code_fingerprint()
    text = (package / file).read_text(encoding="utf-8")
    (package / file).write_text(text + "\n", encoding="utf-8")
    after = toolchain.machinery_fingerprint(), toolchain.code_fingerprint()
    (package / file).write_text(text, encoding="utf-8")
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_a_file_that_is_new_or_gone_changes_the_fingerprint(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fingerprint is of whole packages, not of a list of files."""
    monkeypatch.setattr(toolchain, "PACKAGE", package)
    before = toolchain.machinery_fingerprint()
    new = package / "render" / "finish" / "new.py"
    new.write_text("")
    assert toolchain.machinery_fingerprint() != before
    new.unlink()
    assert toolchain.machinery_fingerprint() == before

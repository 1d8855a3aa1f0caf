"""Styles as files: which of them an attachment is made from."""

import shutil
from pathlib import Path

import pytest

from pipeline.compose.styles import TEMPLATE, read_styles
from tests.repository import ROOT, repository_files

STYLES = ROOT / "styles"
FILES = [path.relative_to(STYLES) for path in repository_files() if path.is_relative_to(STYLES)]
#: What web pages and reports alone are made from: an attachment holds nothing of it.
FOR_THE_WEB = ("screen", "site", "report")


def made_from(folder: Path) -> tuple[str, str]:
    """Return what an attachment depends on: the print sheets' fingerprint and the template of its page."""
    styles = read_styles(folder)
    return styles.fingerprint, dict(styles.templates)[TEMPLATE]


@pytest.mark.parametrize("file", FILES, ids=str)
def test_a_change_of_any_file_that_styles_attachments_makes_them_stale(file: Path, tmp_path: Path) -> None:
    """Attachments are made from each file of styles/, but for those of web pages and reports."""
    folder = tmp_path / "styles"
    shutil.copytree(STYLES, folder)
    before = made_from(folder)
    (folder / file).write_bytes((folder / file).read_bytes() + b"\n")
    assert (made_from(folder) == before) == file.parts[0].startswith(FOR_THE_WEB)

"""The specimen uses every construct; three readers find each of its words in the order of the source."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.sources.outline.reader import read_outline
from tests.conftest import PROJECT
from tests.test_first_post import by_pdfium, by_poppler, by_pypdf, lost, words

SLUG = "house-style"
FOLDER = PROJECT / "tests" / "specimen" / SLUG


@pytest.mark.parametrize("reader", [by_pdfium, by_pypdf, by_poppler])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_word_is_there_in_order(corpus: Path, language: str, reader: Callable[[Path], str]) -> None:
    """Lists, tables, captions, quotations, code and headings are read where the source has them."""
    _, _, body = (FOLDER / f"{language}.md").read_text(encoding="utf-8").split("---\n", 2)
    wanted = [word for piece in read_outline(body).words for word in words(piece.text)]
    # pypdf knows no /ActualText, so that a word divided at its own hyphen can't be told from one divided by us.
    known = {"fr": ["mi", "chemin"]}.get(language, []) if reader is by_pypdf else []
    found = words(reader(corpus / SLUG / f"{SLUG}-{language}.pdf"))
    assert lost(_without(wanted, known), found) == []


def _without(wanted: list[str], run: list[str]) -> list[str]:
    """Return the words without the one place where a run of them stands."""
    for index in range(len(wanted) if run else 0):
        if wanted[index : index + len(run)] == run:
            return wanted[:index] + wanted[index + len(run) :]
    return wanted


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_specimen_is_long_enough(corpus: Path, language: str) -> None:
    """The specimen has twelve pages or more in each language."""
    assert by_pdfium(corpus / SLUG / f"{SLUG}-{language}.pdf").count("\f") + 1 >= 12

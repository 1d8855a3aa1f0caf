"""Every word of the published page is in the sources, in order, but for the corrections that are listed."""

import re
from pathlib import Path

import pytest

from pipeline.core.model import Status
from pipeline.sources.house import read_house
from tests.published_text import CORRECTIONS, SLUG, published_page, restored_paragraphs

SOURCES = Path(__file__).parent.parent / "sources"


def source(language: str) -> tuple[str, str]:
    """Return front matter and body of an edition's source, split by hand."""
    text = (SOURCES / SLUG / f"{language}.md").read_text(encoding="utf-8")
    _, front_matter, body = text.split("---\n", 2)
    return front_matter, body


def test_the_published_page_is_taken_apart_whole() -> None:
    """The page gives two links, two editions of twelve paragraphs, and one note."""
    page = published_page()
    assert page.links == ("Reflections (192.08 KB)", "Français (308.9 KB)")
    assert [len(page.edition(language).paragraphs) for language in ("en", "fr")] == [12, 12]
    assert (page.english.date, page.french.date) == ("Thursday July 9, 2020", "Jeudi 9 juillet 2020")
    assert page.english.disclaimer.startswith("These opinions do not")
    assert page.french.disclaimer.startswith("Ces opinions ne")
    assert page.kosovo_note.startswith("References to Kosovo")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_source_holds_the_published_paragraphs(language: str) -> None:
    """The body of each source is the published paragraphs, the French with what they lost and its English marked."""
    _, marked = source(language)
    body = re.sub(r"\[([^\]]+)\]\{lang=en\}", r"\1", marked)
    assert marked.count("{lang=en}") == {"en": 0, "fr": 1}[language]
    assert tuple(body.strip("\n").split("\n\n")) == restored_paragraphs(language)


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_each_correction_restores_characters_only(correction: tuple[str, str]) -> None:
    """A correction stands once in the published French and puts in apostrophes and full stops, nothing else."""
    published, restored = correction
    assert "\n".join(published_page().french.paragraphs).count(published) == 1
    assert restored != published
    assert restored.replace("\u2019", "").replace(".\n", "\n") == published


@pytest.mark.parametrize("language", ["en", "fr"])
def test_front_matter_says_what_the_page_says(language: str) -> None:
    """Title, author, date, link and size are those of the published page."""
    front_matter, _ = source(language)
    page = published_page()
    edition = page.edition(language)
    label, size = dict(zip(("en", "fr"), page.links, strict=True))[language].removesuffix(")").split(" (")
    for line in (
        f"title: {edition.title}",
        f"author: {edition.byline}",
        "date: 2020-07-09",
        f"label: {label}",
        f"published_size: {size}",
    ):
        assert f"{line}\n" in front_matter


@pytest.mark.parametrize("language", ["en", "fr"])
def test_house_words_say_what_the_page_says(language: str) -> None:
    """The disclaimers and the English note stand in house.yaml as published, and as nothing more than that."""
    page = published_page()
    words = read_house(SOURCES / "house.yaml").language(language)
    assert words is not None
    assert (words.disclaimer.text, words.disclaimer.status) == (
        page.edition(language).disclaimer,
        Status.PUBLISHED,
    )
    assert words.institution.text in page.edition(language).title + page.edition(language).disclaimer


def test_what_the_page_does_not_give_is_a_draft() -> None:
    """The English note is published, its French wording and all labels are drafts until somebody approves them."""
    house = read_house(SOURCES / "house.yaml")
    english, french = house.language("en"), house.language("fr")
    assert english is not None
    assert french is not None
    assert (english.kosovo_note.text, english.kosovo_note.status) == (
        published_page().kosovo_note,
        Status.PUBLISHED,
    )
    assert french.kosovo_note.status == english.labels.status == french.labels.status == Status.DRAFT
    assert "1244 (1999)" in french.kosovo_note.text

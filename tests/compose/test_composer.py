"""The page of an edition, as it is printed and as a browser shows it."""

import re

import pytest

from pipeline.compose.composer import Composer
from pipeline.compose.styles import Styles
from pipeline.core.model import Edition
from pipeline.render.fonts.faces import FontSet
from tests.makers import HOUSE, edition


def pages(composer: Composer, source: Edition) -> tuple[str, str]:
    """Return the HTML of an edition of two languages: to print, and for a browser."""
    page, web_page, _ = composer.compose(source, ["en", "fr"])
    return page.html, web_page.html


def languages(page: str) -> list[str]:
    """Return the addresses of the links to the French edition."""
    return re.findall(r'hreflang="fr" href="([^"]*)"', page)


@pytest.mark.parametrize(("count", "is_lead"), [(60, True), (61, False)])
def test_the_first_paragraph_is_the_lead_up_to_sixty_words(
    composer: Composer, count: int, *, is_lead: bool
) -> None:
    """A first paragraph of sixty words is set as the lead, a longer one as text."""
    words = " ".join(["word"] * count)
    assert ('<p class="lead">' in pages(composer, edition(f"{words}\n\nMore.\n"))[0]) == is_lead


def test_a_title_ends_its_lines_in_print_alone(composer: Composer) -> None:
    """The lines of a long title are ended for the PDF; a browser balances them itself."""
    long = edition(title="Reflections on the UN Network on Migration’s Listening Sessions on COVID-19")
    composed = composer.composed(long)
    assert "<br>" in pages(composer, long)[0]
    assert "<br>" not in str(composed.html["title_html"])
    assert '<span class="together">COVID-19</span>' in str(composed.for_browser().html["title_html"])


def test_a_text_without_a_mention_has_the_note_at_its_end(composer: Composer) -> None:
    """The Kosovo note stands behind the first mention, or once at the end where there is none."""
    with_mention = composer.composed(edition("In Kosovo and Kosovo.\n")).html
    without = composer.composed(edition("Elsewhere.\n")).html
    assert with_mention["kosovo_note"] is None
    assert str(with_mention["body"]).count("note-kosovo") == 2
    assert "1244" in str(without["kosovo_note"])
    assert "note-kosovo" not in str(without["body"])


def test_other_languages_are_linked_as_files_in_a_browser_alone(
    composer: Composer, fonts: FontSet, styles: Styles
) -> None:
    """A web page links to the file beside it; a PDF to the whole address, if there is one."""
    base = "https://post.example/"
    addressed = Composer(house=HOUSE, styles=styles, font_css=fonts.screen_css, base_url=base)
    assert [languages(page) for page in pages(composer, edition())] == [[], ["fr.html"]]
    assert [languages(page) for page in pages(addressed, edition())] == [
        ["https://post.example/a-post/fr"],
        ["fr.html"],
    ]

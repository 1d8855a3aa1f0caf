"""The page of an edition, as it is printed and as a browser shows it."""

import pytest

from pipeline.compose.composer import Composer
from tests.makers import edition


def _words(count: int) -> str:
    return " ".join(["word"] * count)


@pytest.mark.parametrize(("count", "is_lead"), [(60, True), (61, False)])
def test_the_first_paragraph_is_the_lead_up_to_sixty_words(
    composer: Composer, count: int, *, is_lead: bool
) -> None:
    """A first paragraph of sixty words is set as the lead, a longer one as text."""
    page = composer.compose(edition(f"{_words(count)}\n\nMore.\n"), ["en"])
    assert ('<p class="lead">' in page.html) == is_lead


def test_a_title_ends_its_lines_in_print_alone(composer: Composer) -> None:
    """The lines of a long title are ended for the PDF; a browser balances them itself."""
    long = edition(title="Reflections on the UN Network on Migration’s Listening Sessions on COVID-19")
    composed = composer.composed(long)
    assert "<br>" in composer.compose(long, ["en"]).html
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

"""Typography per language."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from pipeline.compose.typography import set_text, set_typography

NARROW, NO_BREAK = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("language", "written", "set_"),
    [
        ("en", "people's", "people\u2019s"),
        ("en", '"Hello," she said', "\u201cHello,\u201d she said"),
        ("en", "the '90s", "the \u201990s"),
        ("en", "worse - and easier", f"worse{NO_BREAK}\u2013 and easier"),
        ("en", "wait...", "wait\u2026"),
        ("en", "resolution 1244 (1999)", f"resolution{NO_BREAK}1244 (1999)"),
        ("en", 'a 10" pipe', 'a 10" pipe'),
        ("en", '"in 1990"', "\u201cin 1990\u201d"),
        ("fr", "l'une", "l\u2019une"),
        ("fr", "quoi ?", f"quoi{NARROW}?"),
        ("fr", "quoi?", f"quoi{NARROW}?"),
        ("fr", "coûts : la santé", f"coûts{NO_BREAK}: la santé"),
        ("fr", "à 10:30 précises", "à 10:30 précises"),
        ("fr", '"oui"', f"\u00ab{NO_BREAK}oui{NO_BREAK}\u00bb"),
        ("fr", "« oui »", f"\u00ab{NO_BREAK}oui{NO_BREAK}\u00bb"),
        ("fr", "15 000 migrants", f"15{NARROW}000 migrants"),
        ("fr", "voir https://a.example/b?c=1; puis", "voir https://a.example/b?c=1; puis"),
        ("fr", "COVID-19", "COVID-19"),
        ("sw", "hakuna 'x'", "hakuna 'x'"),
    ],
)
def test_marks_and_spaces(language: str, written: str, set_: str) -> None:
    """Marks and spaces come out as the language's authority has them."""
    assert set_text(written, language) == set_


def test_code_and_addresses_stay() -> None:
    """Code and addresses are never touched, the text around them is."""
    root = html.fragment_fromstring(
        "<p>it's <code>it's \"x\"</code> - <a href='#'>https://a.example/it's</a></p>"
    )
    set_typography(root, "en")
    assert html.tostring(root, encoding="unicode") == (
        '<p>it\u2019s <code>it\'s "x"</code>\u00a0\u2013 <a href="#">https://a.example/it\'s</a></p>'
    )


def test_quotation_across_elements() -> None:
    """A quotation that begins before an element and ends behind it gets its two marks."""
    root = html.fragment_fromstring('<p>"He said <em>no</em>"</p>')
    set_typography(root, "en")
    assert root.text_content() == "\u201cHe said no\u201d"


def test_foreign_run_follows_its_own_language() -> None:
    """A block in another language is set by that language's rules."""
    root = html.fragment_fromstring('<div><p lang="en">Why?</p><p>Quoi?</p></div>')
    set_typography(root, "fr")
    assert root.text_content() == f"Why?Quoi{NARROW}?"


def test_short_last_word_is_held() -> None:
    """A short last word of a long paragraph stays with the word before it; a short text is left alone."""
    long = "a word and " * 10
    assert set_text(f"{long}the end.", "en").endswith("the\u00a0end.")
    assert set_text(f"{long}the inequalities.", "en").endswith("the inequalities.")
    assert set_text("The end.", "en") == "The end."


@settings(deadline=None)
@given(st.text(), st.sampled_from(["en", "fr", "es", "ru", "ar"]))
def test_letters_and_digits_stay(text: str, language: str) -> None:
    """No letter and no digit is ever added, dropped or moved."""
    before = [character for character in text if character.isalnum()]
    assert [character for character in set_text(text, language) if character.isalnum()] == before


@settings(deadline=None)
@given(st.text(alphabet="ab '\"-.:;?!«» 10", max_size=40), st.sampled_from(["en", "fr"]))
def test_setting_twice_changes_nothing_more_in_spaces(text: str, language: str) -> None:
    """Set text keeps its letters when it is set again."""
    once = set_text(text, language)
    again = set_text(once, language)
    assert [c for c in again if c.isalnum()] == [c for c in once if c.isalnum()]

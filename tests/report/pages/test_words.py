"""The catalogue of the report's words: every language has every word, and numbers are written its way."""

import string

import pytest

from pipeline.report.pages.words import Words, read_words
from tests.conftest import PROJECT

ENGLISH, FRENCH = read_words((PROJECT / "styles" / "report" / "words.toml").read_text(encoding="utf-8"))


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_english_comes_first() -> None:
    """The first language of the catalogue is that of index.html."""
    assert (ENGLISH.language, FRENCH.language) == ("en", "fr")


@pytest.mark.parametrize("name", sorted({*ENGLISH.names, *FRENCH.names}))
def test_languages_say_the_same(name: str) -> None:
    """A word has the same places to fill in every language.

    A number may be left out where the words say it.
    """
    english, french = _places(ENGLISH.names[name]), _places(FRENCH.names[name])
    assert english ^ french <= {"n"}


@pytest.mark.parametrize(
    ("words", "number", "said"),
    [
        (ENGLISH, 1, "All well: the one attachment is as it should be"),
        (ENGLISH, 12345, "All well: 12,345 attachments as they should be"),
        (FRENCH, 1, "Tout va bien\N{NO-BREAK SPACE}: 1 pièce jointe, en ordre"),
        (FRENCH, 12345, "Tout va bien\N{NO-BREAK SPACE}: 12\u202f345 pièces jointes en ordre"),
    ],
)
def test_a_number_decides_about_the_form(words: Words, number: int, said: str) -> None:
    """Plural forms are those of the language, numbers are written its way, spaces are its own."""
    assert words("verdict.well", n=number) == said


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 bytes", "0 octets"),
        (1023, "1,023 bytes", "1\u202f023 octets"),
        (32_502, "31.7 KB", "31,7 Ko"),
        (5_000_000, "4.8 MB", "4,8 Mo"),
    ],
)
def test_sizes(count: int, english: str, french: str) -> None:
    """A size is written in the unit that people read it in."""
    assert ENGLISH.size(count) == english
    assert FRENCH.size(count).replace("\N{NO-BREAK SPACE}", " ") == french


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.25, "0.2 s"), (59.4, "59.4 s"), (59.9, "1 min 0 s"), (192.4, "3 min 12 s"), (7_260, "2 h 1 min")],
)
def test_durations(seconds: float, said: str) -> None:
    """A duration is told in the two largest units that say something."""
    assert ENGLISH.duration(seconds) == said


def test_a_language_that_nobody_knows_keeps_its_tag() -> None:
    """A language without a name is called by its tag."""
    assert ENGLISH.language_name("fr") == "French"
    assert FRENCH.language_name("zh-Hans") == "chinois (simplifié)"
    assert ENGLISH.language_name("x-<b>") == "x-<b>"

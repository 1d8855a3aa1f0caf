"""Dates in words."""

import datetime as dt

import pytest

from pipeline.compose.dates import date_in_words, day_in_words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Thursday 9 July 2020"),
        ("fr", "jeudi 9 juillet 2020"),
        ("es", "jueves, 9 de julio de 2020"),
        ("zh", "2020年7月9日星期四"),
    ],
)
def test_date(language: str, words: str) -> None:
    """A date is written out with its weekday in the edition's language."""
    assert date_in_words(dt.date(2020, 7, 9), language) == words


def test_first_of_the_month_is_an_ordinal_in_french() -> None:
    """French says "1er" for the first day of a month."""
    assert date_in_words(dt.date(2026, 7, 1), "fr") == "mercredi 1er juillet 2026"


def test_unknown_language_is_refused() -> None:
    """A language that CLDR does not know is an error that names it."""
    with pytest.raises(ValueError, match="'qqq'"):
        date_in_words(dt.date(2020, 7, 9), "qqq")


def test_a_day_in_a_list_has_no_weekday() -> None:
    """Lists give day, month and year, in the order and with the ordinals of the language."""
    assert day_in_words("2020-07-09", "en") == "9 July 2020"
    assert day_in_words("2020-07-01", "fr") == "1er juillet 2020"
    assert day_in_words("2020-07-11", "fr") == "11 juillet 2020"

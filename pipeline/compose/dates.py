"""Dates in words, by language, from the CLDR data that Babel carries."""

import datetime as dt
import re
from collections.abc import Mapping

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

#: Other patterns than CLDR's own: English without CLDR's comma and in day-month order, as the United Nations
#: Editorial Manual has it.
_PATTERNS = {"en": "EEEE d MMMM y"}
_DAY_PATTERNS = {"en": "d MMMM y"}


def date_in_words(date: dt.date, language: str) -> str:
    """Return the date with its weekday: "Thursday 9 July 2020", "jeudi 9 juillet 2020".

    Raises ValueError for a language that CLDR does not know.
    """
    return _in_words(date, language, "full", _PATTERNS)


def day_in_words(date: str, language: str) -> str:
    """Return a date (ISO 8601) without its weekday: "9 July 2020"; ValueError as for `date_in_words`."""
    return _in_words(dt.date.fromisoformat(date), language, "long", _DAY_PATTERNS)


def _in_words(date: dt.date, language: str, form: str, patterns: Mapping[str, str]) -> str:
    try:
        locale = Locale.parse(language, sep="-")
    except UnknownLocaleError as error:
        raise ValueError(f"CLDR has no dates for the language {language!r}") from error
    text = format_date(date, patterns.get(locale.language, form), locale=locale)
    if locale.language == "fr" and date.day == 1:
        # The first of the month is an ordinal in French, which CLDR's patterns can't say.
        text = re.sub(r"\b1 ", "1er ", text, count=1)
    return text

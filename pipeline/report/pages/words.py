"""The words of the pages: one catalogue, plural forms and numbers by the CLDR."""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from pipeline.compose.typography import set_text

#: Which English dates and numbers are written in: day before month, as in the institution's own.
_LOCALES = {"en": "en_GB"}
_PLURALS = {"zero", "one", "two", "few", "many", "other"}
_KIBI = 1024
_MINUTE, _HOUR = 60, 3600


class Words:
    """The words of one language: call it with a word's name and what stands in its places."""

    def __init__(self, language: str, words: Mapping[str, str | Mapping[str, str]]) -> None:
        self.language = language
        self._locale = Locale.parse(_LOCALES.get(language, language))
        self._words = words

    @property
    def names(self) -> dict[str, str]:
        """Return each word's name and its text, all its plural forms together."""
        return {
            name: word if isinstance(word, str) else " ".join(word.values())
            for name, word in self._words.items()
        }

    def __call__(self, name: str, **values: object) -> str:
        """Return the words called `name`; whole numbers are written as the language does. Raises KeyError."""
        word = self._words[name]
        if not isinstance(word, str):
            number = values["n"]
            form = self._locale.plural_form(number) if isinstance(number, int) else "other"
            word = word.get(form, word["other"])
        shown = {key: self.number(one) if isinstance(one, int) else one for key, one in values.items()}
        return word.format_map(shown)

    def has(self, name: str) -> bool:
        """Say whether there are words called `name`."""
        return name in self._words

    def number(self, value: float, *, digits: int = 0) -> str:
        """Return a number with at most so many decimals."""
        pattern = "#,##0" + ("." + "#" * digits if digits else "")
        return str(format_decimal(value, format=pattern, locale=self._locale))

    def share(self, value: float) -> str:
        """Return a share as percent."""
        return self("unit.percent", n=self.number(value * 100, digits=1))

    def size(self, count: int) -> str:
        """Return a number of bytes in the unit that people read it in."""
        if count < _KIBI:
            return self("unit.bytes", n=count)
        if count < _KIBI * _KIBI:
            return self("unit.kilo", n=self.number(count / _KIBI, digits=1))
        return self("unit.mega", n=self.number(count / _KIBI / _KIBI, digits=1))

    def duration(self, seconds: float) -> str:
        """Return a duration in hours, minutes and seconds, the two largest of them."""
        if round(seconds) < _MINUTE:
            return self("unit.seconds", n=self.number(seconds, digits=1))
        whole = round(seconds)
        if whole < _HOUR:
            return self("unit.minutes", minutes=whole // _MINUTE, seconds=whole % _MINUTE)
        return self("unit.hours", hours=whole // _HOUR, minutes=whole % _HOUR // _MINUTE)

    def date(self, when: dt.datetime, *, is_short: bool = False) -> str:
        """Return a day, with the name of its weekday unless it is to be short."""
        return str(format_date(when, format="medium" if is_short else "full", locale=self._locale))

    def time(self, when: dt.datetime) -> str:
        """Return the time of a day, to the minute."""
        return str(format_time(when, format="HH:mm", locale=self._locale))

    def language_name(self, tag: str) -> str:
        """Return the name of a language, the tag itself where nobody knows it."""
        try:
            name = Locale.parse(tag, sep="-").get_display_name(self._locale)
        except (ValueError, LookupError):
            return tag
        return str(name) if name else tag


def read_words(text: str) -> tuple[Words, ...]:
    """Return the languages of a catalogue (TOML), in its order; the first one is the default."""
    return tuple(Words(tag, dict(_flat(table, tag))) for tag, table in tomllib.loads(text).items())


def _flat(table: Mapping[str, Any], language: str, start: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the words of a table by their whole names (`verdict.need`), their marks and spaces set."""
    for key, value in table.items():
        name = f"{start}{key}"
        if isinstance(value, str):
            yield name, set_text(value, language)
        elif value.keys() <= _PLURALS:
            yield name, {form: set_text(word, language) for form, word in value.items()}
        else:
            yield from _flat(value, language, f"{name}.")

"""Sizes in bytes ↔ the labels that a site prints beside its links."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pipeline.core.model import PublishedSize

#: Whose way of printing sizes a label follows.
SizeLabels = Literal["drupal", "wordpress"]

#: The remedy for an editor whose label can't be read.
LABEL_REMEDY = 'write it as the site prints it beside the link, such as "192.08 KB" or "308,9 Ko"'

_STEP = 1024
_HUNDREDTH = Decimal("0.01")
_PREFIXES = ("K", "M", "G", "T", "P")
_DRUPAL_DECIMALS = 2

_SPACE = "[ \u00a0\u202f]"
_LABEL = re.compile(
    rf"(?P<whole>[0-9]{{1,12}})(?:[.,](?P<decimals>[0-9]{{1,2}}))?{_SPACE}*"
    r"(?:(?P<prefix>[KMGTP])(?:i?B|o)|(?P<bytes>bytes?|octets?|B|o))",
    re.IGNORECASE,
)
#: WordPress alone prints a separator of thousands; no number reaches 1025, so a 1 stands before it.
_THOUSANDS = re.compile(rf"^1(?:[.,]|{_SPACE})(?=0[0-9]{{2}}(?![0-9]))")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """How a language writes sizes: the unit behind a prefix, one byte as a word, and the separators."""

    unit: str
    byte: str
    point: str
    thousands: str


_ENGLISH = _Words(unit="B", byte="byte", point=".", thousands=",")
_FRENCH = _Words(unit="o", byte="octet", point=",", thousands="\u00a0")


def _words(language: str) -> _Words:
    """Return the words of a BCP 47 tag's language; sites print the English ones where no others are known."""
    return _FRENCH if language.lower().partition("-")[0] == "fr" else _ENGLISH


def drupal_label(size: int, language: str = "en") -> str:
    """Return a size in bytes as Drupal prints it in an interface of this language.

    Rule: `create` of Drupal's `ByteSizeMarkup`: two decimals rounded half away from zero, the next unit where
    the rounded number reaches 1024, no trailing zeros, a point in every language.
    Raises ValueError for a negative size.
    """
    _refuse_negative(size)
    words = _words(language)
    if size < _STEP:
        return f"{size} {words.byte}{'' if size == 1 else 's'}"
    power, rounded = 0, Decimal(size)
    while rounded >= _STEP and power < len(_PREFIXES):
        power += 1
        rounded = (Decimal(size) / _STEP**power).quantize(_HUNDREDTH, ROUND_HALF_UP)
    number = f"{rounded:f}".rstrip("0").rstrip(".")
    return f"{number} {_PREFIXES[power - 1]}{words.unit}"


def wordpress_label(size: int, language: str = "en", *, decimals: int = 0) -> str:
    """Return a size in bytes as WordPress prints it on a site of this language.

    Rule: WordPress's `size_format`: the unit is chosen before rounding, `decimals` are kept, the separators
    are the locale's (`number_format_i18n`). Raises ValueError for a negative size.
    """
    _refuse_negative(size)
    words = _words(language)
    power = next((n for n in range(len(_PREFIXES), 0, -1) if size >= _STEP**n), 0)
    number = (Decimal(size) / _STEP**power).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    unit = f"{_PREFIXES[power - 1]}{words.unit}" if power else words.unit
    whole, point, places = f"{number:,f}".partition(".")
    return f"{whole.replace(',', words.thousands)}{point and words.point}{places} {unit}"


def size_label(size: int, published: PublishedSize | None = None, *, style: SizeLabels = "drupal") -> str:
    """Return a size in bytes as the site would print it, in the language of the label that it publishes now.

    The language is that of the site's interface, not that of the edition: a French attachment on an English
    page carries "308.9 KB". Raises ValueError for a negative size.
    """
    label = "" if published is None else published.label.casefold()
    language = "fr" if label.endswith(("o", "octet", "octets")) else "en"
    return label_of(size, style=style, language=language)


def label_of(size: int, *, style: SizeLabels, language: str) -> str:
    """Return a size in bytes as such a site prints it; raises ValueError for a negative size."""
    return drupal_label(size, language) if style == "drupal" else wordpress_label(size, language)


def read_label(text: str, *, style: SizeLabels = "drupal") -> PublishedSize:
    """Return a label with the interval of bytes that it stands for; raises ValueError that quotes the label.

    A Drupal label stands for a number rounded to two decimals, its trailing zeros dropped; a WordPress label
    for one rounded to the decimals that it shows. K to P count by 1024, written kB, KB, KiB or Ko.
    """
    label = text.strip(" \t\u00a0\u202f")
    match = _LABEL.fullmatch(_THOUSANDS.sub("1", label) if style == "wordpress" else label)
    if match is None or (match["bytes"] and match["decimals"]):
        raise ValueError(f'"{label}" is not a size label; {LABEL_REMEDY}')
    if match["bytes"]:
        size = int(match["whole"])
        return PublishedSize(label=label, smallest=size, largest=size)
    decimals = match["decimals"] or ""
    places = _DRUPAL_DECIMALS if style == "drupal" else len(decimals)
    number = int(match["whole"] + decimals.ljust(places, "0"))
    power = _PREFIXES.index(match["prefix"].upper()) + 1
    smallest, largest = _interval(number, places, power)
    first, last = _first_of_unit(power, style), _first_of_unit(power + 1, style) - 1
    if max(smallest, first) <= min(largest, last):
        smallest, largest = max(smallest, first), min(largest, last)
    return PublishedSize(label=label, smallest=smallest, largest=largest)


def _interval(number: int, places: int, power: int) -> tuple[int, int]:
    """Return the first and last whole size that rounds half up to `number` / 10**`places` of the unit."""
    unit, halves = _STEP**power, 2 * 10**places
    first = -((1 - 2 * number) * unit // halves)
    last = -(-(2 * number + 1) * unit // halves) - 1
    return max(first, 0), last


def _first_of_unit(power: int, style: SizeLabels) -> int:
    """Return the first size printed in a unit: Drupal steps up where the rounded number reaches 1024."""
    if style == "wordpress" or power == 1:
        return int(_STEP**power)
    return _interval(_STEP * 10**_DRUPAL_DECIMALS, _DRUPAL_DECIMALS, power - 1)[0]


def _refuse_negative(size: int) -> None:
    if size < 0:
        raise ValueError(f"{size} is no size: a file has no fewer than 0 bytes")

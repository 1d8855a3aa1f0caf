"""Quotation marks and apostrophes: each mark that closes belongs to the one that it closes.

A stack over the text of a whole block, not a count: marks may nest, be straight or curly, and stand before
punctuation. Every mark is pushed once and popped once, so that the time is linear in the length of the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

APOSTROPHE = "\u2019"
#: Takes the place of text that must not be changed, so that the rules still see that something is there.
PLACEHOLDER = "\ufffc"

#: Replacements by the index of the character they stand in for.
Edits = dict[int, str]
Pair = tuple[str, str]

_MARK = re.compile("[\"'\u00ab\u00bb\u201c\u201d\u201e\u2018\u2019]")
_OPENING = "([{\u00bf\u00a1"
#: Marks behind which a quotation may open as well as close; what follows decides.
_BETWEEN = "-\u2010\u2011\u2012\u2013\u2014/"
_DOUBLE = '"\u00ab\u00bb\u201c\u201d\u201e'
#: What a pair of straight single marks becomes, in any language that has a style.
_SINGLE = ("\u2018", "\u2019")
_PARTNER = {"\u00ab": "\u00bb", "\u201c": "\u201d", "\u2018": "\u2019", "\u201e": "\u201c"}
_OPENER = {"\u00bb": "\u00ab", "\u201d": "\u201c", "\u2019": "\u2018"}

_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d])'(?=\w)|(?<=\w)'(?=[^\W\d])")
#: Two digits of a year or a decade. Unless a mark closes it further on: then it began a quotation.
_YEAR = re.compile(r"(?<!\w)['\u2018](?=\d\d(?:s|ers)?(?![\w'\u2019%]|[.,]\d))")
_SHORTENED = {
    "en": re.compile(
        r"(?<!\w)['\u2018](?=(?:tis|twas|twere|twill|til|till|em)(?![\w'\u2019])|tis(?:n|nt)['\u2019])"
        r"|(?<!\w)['\u2018](?=cause (?:I|you|he|she|it|we|they|there|this|that|the|my|your|our|their)\b)"
        r"|(?<!\w)['\u2018](?=n['\u2019](?!\w))|(?<=(?<!\w)['\u2018\u2019]n)'(?!\w)",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"(?<=\b[cdjlmnst])'(?=[\"\u00ab\u201c\u2018\ufffc])"
        r"|(?<=\bqu)'(?=[\"\u00ab\u201c\u2018\ufffc])",
        re.IGNORECASE,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """The marks that a language sets for straight double ones, from the outermost level on."""

    language: str
    levels: tuple[Pair, ...]


@dataclass(slots=True, kw_only=True)
class _Quotation:
    """A mark that may open a quotation, and the one that closes it (indices); `inside` is the one around."""

    start: int
    mark: str
    is_weak: bool = False
    end: int | None = None
    closing: str = ""
    inside: "_Quotation | None" = None
    pair: Pair = ("", "")

    @property
    def is_double(self) -> bool:
        return self.mark in _DOUBLE


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What was read of a text so far: the quotations that are open, all quotations, single marks decided."""

    open: list[_Quotation] = field(default_factory=list)
    all: list[_Quotation] = field(default_factory=list)
    doubles: int = 0
    edits: Edits = field(default_factory=dict)

    def push(self, start: int, mark: str, *, is_weak: bool = False) -> None:
        # A later year takes the place of an earlier one: at most one of them is ever looked past.
        if is_weak and self.open and self.open[-1].is_weak:
            self.open.pop()
        quotation = _Quotation(start=start, mark=mark, is_weak=is_weak)
        self.open.append(quotation)
        self.all.append(quotation)
        self.doubles += quotation.is_double

    def close_double(self, end: int, closing: str) -> bool:
        """Close the nearest open quotation in double marks, with whatever single ones are open in it."""
        if not self.doubles:
            return False
        while not self.open[-1].is_double:
            self.open.pop()
        quotation = self.open.pop()
        quotation.end, quotation.closing = end, closing
        self.doubles -= 1
        return True

    def close_single(self, end: int, closing: str, *, before: str) -> bool:
        """Close the nearest open quotation in single marks that lies in the innermost one in double marks."""
        place = len(self.open) - 1
        if place > 0 and self.open[place].is_weak and not self.open[place - 1].is_double:
            place -= 1
        if place < 0 or self.open[place].is_double:
            return False
        quotation = self.open[place]
        if quotation.is_weak and before in "sS":
            return False
        del self.open[place:]
        quotation.end, quotation.closing = end, closing
        return True


def quotation_marks(text: str, style: Style | None) -> Edits:
    """Return the marks of a text as `style` has them; without a style only apostrophes between letters.

    New Hart's Rules, 4.2 and 9.2 (an apostrophe stands for what is left out: ’68, ’tis, rock ’n’ roll; inner
    quotations take the other kind of mark); *Lexique des règles typographiques en usage à l'Imprimerie
    nationale*, "Guillemets" (« … “ … ” … »). Marks of length, angle and time (6' 2") stay as they are.
    """
    edits = {match.start(): APOSTROPHE for match in _BETWEEN_LETTERS.finditer(text)}
    if style is None:
        return edits | {match.start(): APOSTROPHE for match in re.finditer(r"(?<!\w)'(?=\d0s\b)", text)}
    shortened = _SHORTENED.get(style.language)
    if shortened is not None:
        edits |= {match.start(): APOSTROPHE for match in shortened.finditer(text)}
    reading = _read(text, style, edits, {match.start() for match in _YEAR.finditer(text)})
    return edits | reading.edits | dict(_set(reading.all, text, style))


def _read(text: str, style: Style, apostrophes: Edits, years: set[int]) -> _Reading:
    reading = _Reading()
    opened: set[int] = set()
    for found in _MARK.finditer(text):
        at, mark = found.start(), found[0]
        if at in apostrophes or (mark == APOSTROPHE and _is_inside_word(text, at)):
            continue
        if at in years:
            reading.push(at, mark, is_weak=True)
        elif _opens(text, at, mark, opened, reading):
            opened.add(at)
            reading.push(at, mark)
        else:
            _close(text, at, mark, style, reading)
    return reading


def _is_inside_word(text: str, at: int) -> bool:
    return bool(0 < at < len(text) - 1 and text[at - 1].isalnum() and text[at + 1].isalnum())


def _opens(text: str, at: int, mark: str, opened: set[int], reading: _Reading) -> bool:
    """Return whether a mark opens a quotation, by itself or by what stands around it."""
    if mark in "\u00ab\u201e\u2018":
        return True
    if mark == "\u201c":
        return not (reading.open and reading.open[-1].mark == "\u201e")
    if mark in "\u00bb\u201d\u2019":
        return False
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    if after.isspace():
        return False
    if before.isspace() or before in _OPENING or at - 1 in opened or before in "\u00ab\u201c\u2018\u201e":
        return True
    return (before in _BETWEEN or before in "'\u2019") and _is_word(after)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == PLACEHOLDER


def _close(text: str, at: int, mark: str, style: Style, reading: _Reading) -> None:
    """Close what a mark closes; a straight one that closes nothing becomes what it must be."""
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    if mark in _DOUBLE:
        if reading.close_double(at, mark) or mark != '"':
            return
        is_lone = before.isspace() or before.isdigit() or _is_word(after)
        if not is_lone:
            reading.edits[at] = style.levels[0][1]
        return
    if before.isspace() or _is_word(after):
        return
    if reading.close_single(at, mark, before=before) or mark != "'":
        return
    if not before.isdigit() and before not in "'\u2019":
        reading.edits[at] = APOSTROPHE


def _set(quotations: Sequence[_Quotation], text: str, style: Style) -> Iterator[tuple[int, str]]:
    """Yield the marks of all quotations, each by the one around it."""
    around: list[_Quotation] = []
    first = len(text) - len(text.lstrip())
    for quotation in quotations:
        while around and (around[-1].end or 0) < quotation.start:
            around.pop()
        if quotation.end is None:
            yield from _set_lone(quotation, first, style)
            continue
        quotation.inside = around[-1] if around else None
        quotation.pair = _pair(quotation, style)
        around.append(quotation)
        if quotation.mark in "\"'":
            yield quotation.start, quotation.pair[0]
        if quotation.closing in "\"'":
            yield quotation.end, quotation.pair[1]


def _pair(quotation: _Quotation, style: Style) -> Pair:
    if quotation.mark in _PARTNER:
        return quotation.mark, _PARTNER[quotation.mark]
    if quotation.closing in _OPENER:
        return _OPENER[quotation.closing], quotation.closing
    if quotation.mark == "'":
        return _SINGLE
    around = quotation.inside.pair if quotation.inside else None
    place = style.levels.index(around) + 1 if around in style.levels else 0
    return style.levels[place % len(style.levels)]


def _set_lone(quotation: _Quotation, first: int, style: Style) -> Iterator[tuple[int, str]]:
    """Yield a mark that nothing closes: it opens what goes on in the next paragraph, or is an apostrophe."""
    start = quotation.start
    if quotation.mark == '"':
        yield start, style.levels[0][0]
    elif quotation.is_weak:
        yield start, APOSTROPHE
    elif quotation.mark == "'":
        yield start, APOSTROPHE if start > first else _SINGLE[0]

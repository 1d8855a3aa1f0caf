"""Quotation marks and apostrophes: each mark that closes belongs to the one that it closes.

A stack over the text of a whole block, not a count: marks may nest, be straight or curly, and stand before
punctuation. Every mark is pushed once and popped once, so that the time is linear in the length of the text.
"""

import re
from collections.abc import Sequence

APOSTROPHE = "\u2019"
#: Takes the place of text that must not be changed, so that the rules still see that something is there.
PLACEHOLDER = "\ufffc"

#: Replacements by the index of the character they stand in for.
Edits = dict[int, str]
Pair = tuple[str, str]

_GUILLEMETS, _CURLY, _SINGLE = ("\u00ab", "\u00bb"), ("\u201c", "\u201d"), ("\u2018", "\u2019")
_LOW = ("\u201e", "\u201c")
#: What straight double marks become, from the outermost level on; straight single ones stay single.
_LEVELS: dict[str, tuple[Pair, ...]] = {
    "en": (_CURLY, _SINGLE),
    "fr": (_GUILLEMETS, _CURLY, _SINGLE),
    "es": (_GUILLEMETS, _CURLY, _SINGLE),
    "ru": (_GUILLEMETS, _LOW),
}
_PARTNER = dict((_GUILLEMETS, _CURLY, _SINGLE, _LOW))
_OPENER = {closing: opening for opening, closing in (_GUILLEMETS, _CURLY, _SINGLE)}

_MARK = re.compile("[\"'\u00ab\u00bb\u201c\u201d\u201e\u2018\u2019]")
_STRAIGHT = "\"'"
_DOUBLE = '"\u00ab\u00bb\u201c\u201d\u201e'
#: Marks behind which a quotation opens, and those behind which one may open as well as close.
_OPENING = "([{\u00bf\u00a1"
_BETWEEN = ":=-\u2010\u2011\u2012\u2013\u2014/'\u2019"

_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d])'(?=\w)|(?<=[\w\ufffc])'(?=[^\W\d])")
#: Two digits of a year or a decade. Unless a mark closes it further on: then it began a quotation.
_YEAR = re.compile(r"(?<!\w)['\u2018](?=\d\d(?:s|ers)?(?![\w%]|[.,]\d))")
_LONGEST_YEAR = len("'90ers")
_SHORTENED = {
    "en": re.compile(
        r"(?<!\w)['\u2018](?=(?:tis|twas|twere|twill|til|till|em)(?![\w'\u2019])|tis(?:n|nt)['\u2019])"
        r"|(?<!\w)['\u2018](?=cause (?:I|you|he|she|it|we|they|there|this|that|the|my|your|our|their)\b)"
        r"|(?<!\w)['\u2018\u2019](?=n['\u2018\u2019](?!\w))"
        r"|(?<=(?<!\w)['\u2018\u2019]n)['\u2018\u2019](?!\w)",
        re.IGNORECASE,
    ),
    "fr": re.compile(r"(?:(?<=\b[cdjlmnst])|(?<=\bqu))'(?=[\"\u00ab\u201c\u2018\ufffc])", re.IGNORECASE),
}
_DECADE = re.compile(r"(?<!\w)'(?=\d0s\b)")


def quotation_marks(text: str, language: str) -> Edits:
    """Return the marks of a text as a language has them; in one that is not known, apostrophes alone.

    New Hart's Rules, chapters 4 and 9 (an apostrophe stands for what is left out: ’68, ’tis, rock ’n’ roll;
    inner quotations take the other kind of mark); *Lexique des règles typographiques en usage à l'Imprimerie
    nationale*, "Guillemets" (« … “ … ” … »). Marks of length, angle and time (6' 2") stay as they are.
    """
    patterns = [_BETWEEN_LETTERS, _SHORTENED.get(language) if language in _LEVELS else _DECADE]
    edits = {match.start(): APOSTROPHE for pattern in patterns if pattern for match in pattern.finditer(text)}
    if language not in _LEVELS:
        return edits
    levels = _LEVELS[language]
    years = {match.start() for match in _YEAR.finditer(text)}
    opened, ends, alone = _read(text, edits, years)
    edits |= {at: levels[0][1] if text[at] == '"' else APOSTROPHE for at in alone}
    around: list[tuple[int, Pair]] = []
    for start in opened:
        while around and around[-1][0] < start:
            around.pop()
        if start in ends:
            pair = _pair(text[start], text[ends[start]], around[-1][1] if around else None, levels)
            around.append((ends[start], pair))
            edits |= {
                at: new for at, new in zip((start, ends[start]), pair, strict=True) if text[at] in _STRAIGHT
            }
        elif text[start] == '"':
            # It opens what goes on in the next paragraph; so does a single one that begins this one.
            edits[start] = levels[0][0]
        elif text[start] == "'" or start in years:
            edits[start] = APOSTROPHE if start in years or text[:start].strip() else _SINGLE[0]
    return edits


def _read(text: str, apostrophes: Edits, years: set[int]) -> tuple[list[int], dict[int, int], list[int]]:
    """Return the marks that may open a quotation, where each closed one ends, and the lone ones."""
    opened: list[int] = []
    ends: dict[int, int] = {}
    alone: list[int] = []
    # Those still open, and at which place among them the double ones stand.
    waiting: list[int] = []
    doubles: list[int] = []
    for found in _MARK.finditer(text):
        at, mark = found.start(), found[0]
        before, after = text[at - 1] if at else " ", text[at + 1 : at + 2] or " "
        if at in apostrophes or (mark == APOSTROPHE and before.isalnum() and after.isalnum()):
            continue
        innermost = text[waiting[doubles[-1]]] if doubles else ""
        follows = bool(opened) and opened[-1] == at - 1
        if at in years or _opens(mark, before, after, innermost, follows=follows):
            # A later year takes the place of an earlier one: at most one of them is ever looked past.
            if at in years and waiting and waiting[-1] in years:
                waiting.pop()
            if mark in _DOUBLE:
                doubles.append(len(waiting))
            opened.append(at)
            waiting.append(at)
            continue
        place = -1
        if mark in _DOUBLE:
            place = doubles.pop() if doubles else place
        elif not (before.isspace() or _is_word(after)):
            place = _closed_single(text, at, waiting, years)
        if place >= 0:
            ends[waiting[place]] = at
            del waiting[place:]
        elif mark in _STRAIGHT and not (before.isspace() or before.isdigit() or _is_word(after)):
            alone.append(at)
    return opened, ends, alone


def _opens(mark: str, before: str, after: str, innermost: str, *, follows: bool) -> bool:
    """Return whether a mark opens a quotation: by itself, or by what stands around it."""
    # What closes a low mark in Russian or German opens a quotation elsewhere.
    if mark not in _STRAIGHT and not (mark == "\u201c" and innermost == "\u201e"):
        return mark in "\u00ab\u201c\u201e\u2018"
    if after.isspace():
        return False
    return before.isspace() or before in _OPENING or follows or (before in _BETWEEN and _is_word(after))


def _closed_single(text: str, at: int, waiting: Sequence[int], years: set[int]) -> int:
    """Return the place of the open single mark that one closes within the innermost double ones, or -1."""
    place = len(waiting) - 1
    if place > 0 and waiting[place] in years and text[waiting[place - 1]] not in _DOUBLE:
        return place - 1
    if place < 0 or text[waiting[place]] in _DOUBLE:
        return -1
    is_plural = text[at - 1] in "sS" and at - waiting[place] > _LONGEST_YEAR
    return -1 if waiting[place] in years and is_plural else place


def _is_word(character: str) -> bool:
    return character.isalnum() or character == PLACEHOLDER


def _pair(opening: str, closing: str, around: Pair | None, levels: Sequence[Pair]) -> Pair:
    """Return the marks of a quotation: as one of them is written, or by the level inside those around."""
    if opening in _PARTNER:
        return opening, _PARTNER[opening]
    if closing in _OPENER:
        return _OPENER[closing], closing
    if opening == "'":
        return _SINGLE
    return levels[(levels.index(around) + 1) % len(levels) if around in levels else 0]

"""The rules of typography, language by language: what each changes, and whose rule it is.

A rule takes the text of a block and returns what takes the place of single characters. Rules are applied one
after the other, so each sees what the ones before it did. Only marks and spaces change: a letter or a digit
is never added, dropped or moved. Each pattern begins where a run of characters begins and never gives back
what it took, so that its time is linear in the length of the text.
"""

import re
from collections.abc import Callable, Collection, Iterator
from functools import partial

from pipeline.compose.quotation_marks import Edits, quotation_marks

NO_BREAK = "\u00a0"
NARROW = "\u202f"
_SPACE = f"[ {NO_BREAK}{NARROW}]"

Rule = Callable[[str], Edits]

#: Characters of a paragraph that runs to more than one line in any column.
_LONG_PARAGRAPH = 80
#: Characters that may stand in a row without a place to end the line: more would tear holes into a column.
_LONGEST_RUN = 20

_FRENCH_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
_ENGLISH_MONTHS = "January February March April May June July August September October November December"
_UNITS = (
    "km km² km/h m m² m³ cm mm ha kg g mg t l L cl ml h min s ms Ko Mo Go To KB kB MB GB TB kW MW GW kWh MWh "
    "W V A Hz kHz MHz GHz px pt dpi"
)


def _dashes(text: str) -> Edits:
    """A hyphen (or two) that stands between spaces is a dash; a dash never begins a line.

    New Hart's Rules, chapter 4, "Dashes" (the spaced en rule); *Lexique*, "Tiret".
    """
    edits: Edits = {}
    for match in re.finditer(r"(?<=\S)[ \u00a0](-{1,2}|[\u2013\u2014])(?=[ \u00a0]\S)", text):
        edits[match.start()] = NO_BREAK
        if match[1].startswith("-"):
            edits |= dict.fromkeys(range(match.start(1), match.end(1)), "") | {match.start(1): "\u2013"}
    return edits


def _ellipses(text: str) -> Edits:
    """Three points are one mark (New Hart's Rules, chapter 4; *Lexique*, "Points de suspension")."""
    edits: Edits = {}
    for match in re.finditer(r"(?<!\.)\.\.\.(?!\.)", text):
        edits |= {match.start(): "\u2026", match.start() + 1: "", match.start() + 2: ""}
    return edits


def _short_last_words(text: str) -> Edits:
    """A long paragraph does not end in a line of one short word (*Lexique*, "Coupures")."""
    if len(text) < _LONG_PARAGRAPH:
        return {}
    match = re.search(r"(?<=\S)( )\S{1,10}(?:[\u00a0\u202f][:;!?\u00bb]{1,5}){0,2}\Z", text.rstrip())
    return {match.start(): NO_BREAK} if match else {}


def _spaces(text: str, pattern: str, space: str) -> Edits:
    """Return the edits that make what a pattern's group holds one space, which stands beside its mark."""
    edits: Edits = {}
    for match in re.finditer(pattern, text):
        first, last = match.span(1)
        if first < last:
            edits |= dict.fromkeys(range(first, last), "") | {first: space}
        else:
            edits[match.start()] = match[0] + space if match[0] == "\u00ab" else space + match[0]
    return edits


def _high_marks(text: str) -> Edits:
    """A narrow space before ; ! ? and a full one before a colon, written or not; neither ends a line.

    *Lexique des règles typographiques en usage à l'Imprimerie nationale*, "Ponctuation"; Ramat, *Le Ramat de
    la typographie*, "Espacements". Without a written space, only behind a word and before a space, a closing
    mark or the end: 10:30 and ?id=1 are none of them.
    """
    edits: Edits = {}
    for mark, space in (("[;!?]", NARROW), (":", NO_BREAK)):
        edits |= _spaces(text, rf"(?<=[^\s(\[\u00ab;!?:])({_SPACE}++){mark}(?!\w)", space)
        behind, before = r"[\w)\]\u00bb\u201d\u2019\u2026%€°.\ufffc]", r"[\s!?;.\u2026)\]\u00bb\u201d\u2019]"
        edits |= _spaces(text, rf"(?<={behind})(){mark}(?={before}|\Z)", space)
    return edits


def _guillemets(text: str) -> Edits:
    """A no-break space inside guillemets, written or not (*Lexique*, "Guillemets")."""
    opening = _spaces(text, rf"\u00ab({_SPACE}*+)(?=[^\s\u00bb])", NO_BREAK)
    return opening | _spaces(text, rf"(?<=[^\s\u00ab])({_SPACE}*+)\u00bb", NO_BREAK)


def _signs(text: str) -> Edits:
    """A no-break space between a number and % ‰ €, written or not.

    *Lexique*, "Pour-cent" and "Monnaies"; Bureau international des poids et mesures, SI brochure, 5.4.7.
    """
    return _spaces(text, rf"(?<=\d)({_SPACE}*+)[%‰€](?!\w)", NO_BREAK)


_GROUPED = re.compile(
    # No part of a longer number; behind another number only where that is a year or one of a series.
    rf"(?<![\w,.+/-])(?:(?<!\d{_SPACE})|(?<=(?<![\d+])[1-9]\d{{3}}{_SPACE}))"
    rf"[1-9]\d{{0,2}}(?:{_SPACE}\d{{3}})++(?!\d|{_SPACE}\d|[-/]\d)"
)


def _grouped_numbers(text: str) -> Edits:
    """Narrow no-break spaces in a number that is grouped by threes from its first digit on.

    *Lexique*, "Nombres": groups of three from the right; years and numbering are not grouped. So what stands
    behind a year (2020 350 000) is a number by itself, and telephone numbers stay as written.
    """
    numbers = _GROUPED.finditer(text)
    return {at: NARROW for number in numbers for at in range(*number.span()) if not text[at].isdigit()}


_NO_NOUN = "à|et|ou|de|du|des|par|sur|dans|pour|est|sont|a|ont|le|la|les|un|une|qui|que"
_COUNTED = re.compile(
    rf"(?<![^ \n\t])(?:\u00ab{NO_BREAK})?[(\[]?\d{{1,3}}(?:{NARROW}\d{{3}})*+(?:,\d++)?"
    rf"( )(?!(?:{_NO_NOUN})(?!\w))[^\W\d][^ \n\t]*+"
)


def _counted_nouns(text: str) -> Edits:
    """A number stays on the line of the noun that it counts, unless both are longer than a line can spare.

    *Lexique*, "Coupures": a number in figures is not parted from what it counts. A number of four digits is
    a year or one of a series, and belongs to nothing behind it.
    """
    matches = _COUNTED.finditer(text)
    return {found.start(1): NO_BREAK for found in matches if len(found[0]) <= _LONGEST_RUN}


_FRENCH_ORDINAL = re.compile(
    r"(?<![\w,./-])\d{1,3}(?P<arabic>ers?|res?|ères?|es?|èmes?|nde?s?)(?!\w|[-/]\d)"
    r"|(?<!\w)I(?P<first>er|re)(?!\w)"
    rf"|(?<!\w)[VX](?P<single>e)(?={_SPACE}[^\W\d])"
    r"|(?<!\w)(?=[IVXLC]{2})(?:C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))(?P<roman>es?)(?!\w)"
)


def french_ordinals(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the ending of each ordinal stands, to be raised: 1er, 2e, XXe (*Lexique*, "Nombres")."""
    for match in _FRENCH_ORDINAL.finditer(text):
        yield match.span(match.lastgroup or 0)


def _bound(
    *, words: str, shortened: str = "", titles: str = "(?!)", units: str = "(?!)", ordinal: str = ""
) -> Rule:
    """Return a rule by which a space doesn't end a line where words (patterns) belong together.

    In front of a number: words in full in any case, shortened ones also in front of IV or premier.
    Titles in front of a name. Units (and months) behind a number, which may have the ending of an `ordinal`.
    """
    words, shortened, titles, units = (
        "|".join(each.split()) for each in (words, f"{shortened} §§?", titles, units)
    )
    pattern = re.compile(
        rf"(?:(?<!\w)(?:(?i:{words})(?= \d)"
        rf"|(?:{shortened})(?= (?:[\da-z]|[IVXLC]+(?!\w)|[A-Z]\W{{0,2}}\d))"
        rf"|(?:{titles})(?= (?:[A-ZÀ-ÖØ-Þ]|d[eu'\u2019]|l[ae'\u2019])))"
        rf"|\d{ordinal}(?= (?:(?:{units})(?![\w'\u2019])|[%‰€$£¥°]))) "
    )
    return lambda text: {match.end() - 1: NO_BREAK for match in pattern.finditer(text)}


_RULES: dict[str, tuple[Rule, ...]] = {
    # New Hart's Rules, chapters 10 and 11 (numbers and their units, titles and names, abbreviations and
    # numbers are not parted); United Nations Editorial Manual, "Numbers, dates and time" (9 July 2020).
    "en": (
        _bound(
            words="resolution article chapter page paragraph figure table section",
            shortened=r"pp?\. (?:[Aa]rt|[Nn]o|[Cc]h|[Cc]hap|[Ff]ig|[Vv]ol|[Pp]ara|[Ss]ect)s?\.",
            titles=r"Mr\.? Mrs\.? Ms\.? Messrs\.? Drs?\.? Profs?\.?",
            units=rf"{_ENGLISH_MONTHS} {_UNITS} million billion trillion per\s?cent",
            ordinal="(?:st|nd|rd|th)?",
        ),
    ),
    # *Lexique*, "Coupures" and "Abréviations"; Ramat, "Espacements".
    "fr": (
        _high_marks,
        _guillemets,
        _signs,
        _grouped_numbers,
        _bound(
            words="résolution article chapitre page paragraphe figure tableau n[°ºo]s?",
            shortened=r"pp?\. (?:[Aa]rt|[Aa]l|[Cc]hap|[Ff]ig|[Vv]ol)\. [Nn][°º]s?",
            titles=r"MM?\. Mmes? Mlles? Drs? Prs? Mgr Me",
            units=f"{_FRENCH_MONTHS} {_UNITS}",
            ordinal="(?:er)?",
        ),
        _counted_nouns,
    ),
    # Real Academia Española, Ortografía de la lengua española, chapter on spaces and numbers.
    "es": (_bound(words="resolución artículo página"),),
    # Milchin and Cheltsova, Spravochnaya kniga redaktora i korrektora: a sign and its number are not parted.
    "ru": (_bound(words="статья страница №"),),
}


def family(language: str) -> str:
    """Return the language whose rules a BCP 47 tag follows; empty where only the common ones are known."""
    primary = language.partition("-")[0].lower()
    return primary if primary in _RULES else ""


def rules(names: Collection[str]) -> Iterator[tuple[str, Rule]]:
    """Yield the rules of families of languages with the family, in the order in which they are applied."""
    for name in names:
        yield name, partial(quotation_marks, language=name)
    for name in names:
        yield from ((name, rule) for rule in (_ellipses, *_RULES.get(name, ())))
    for name in names:
        yield from ((name, rule) for rule in (_dashes, _short_last_words))

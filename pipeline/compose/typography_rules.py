"""The rules of typography, language by language: what each changes, and whose rule it is.

A rule takes the text of a block and returns what takes the place of single characters. Rules are applied one
after the other, so each sees what the ones before it did. Only marks and spaces change: a letter or a digit
is never added, dropped or moved. Each pattern begins where a run of characters begins and never gives back
what it took, so that its time is linear in the length of the text.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from pipeline.compose.quotation_marks import Edits, Style, quotation_marks

NO_BREAK = "\u00a0"
NARROW = "\u202f"
_EN_DASH = "\u2013"
_SPACES = f"[ {NO_BREAK}{NARROW}]"

Rule = Callable[[str], Edits]

#: Characters of a paragraph that runs to more than one line in any column.
_LONG_PARAGRAPH = 80
#: Characters that may stand in a row without a place to end the line: more would tear holes into a column.
_LONGEST_RUN = 20
#: Digits of a group: what has no more of them in front of a group may be a part of the same number.
_LONGEST_GROUP = 3

_FRENCH_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
_ENGLISH_MONTHS = "January February March April May June July August September October November December"
_UNITS = (
    "km km² km/h m m² m³ cm mm ha kg g mg t l L cl ml h min s ms Ko Mo Go To KB kB MB GB TB kW MW GW kWh MWh "
    "W V A Hz kHz MHz GHz px pt dpi"
)
_SIGNS = "[%‰€$£¥°]"


def _replaced(text: str, start: int, end: int, new: str) -> Edits:
    """Return the edits that put `new` in the place of a range; none where it stands there already."""
    if text[start:end] == new:
        return {}
    return {start: new, **dict.fromkeys(range(start + 1, end), "")}


def _bound(*patterns: re.Pattern[str]) -> Rule:
    """Return a rule by which the spaces that patterns hold as their first group don't end a line."""

    def rule(text: str) -> Edits:
        return {match.start(1): NO_BREAK for pattern in patterns for match in pattern.finditer(text)}

    return rule


def _before_number(words: str) -> re.Pattern[str]:
    """Return the pattern of a word with the number that it belongs to ("resolution 1244")."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(words.split())})( )(?=\d)", re.IGNORECASE)


def _abbreviated(words: str) -> re.Pattern[str]:
    """Return the pattern of an abbreviation with the number that it belongs to, Roman ones too ("p. 5")."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(words.split())}|§§?)( )(?=\d|[IVXLC]+(?!\w))")


def _title(words: str) -> re.Pattern[str]:
    """Return the pattern of a person's title with the name behind it ("Dr. Okafor")."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(words.split())})( )(?=[A-ZÀ-ÖØ-Þ])")


def _behind_number(words: str, ordinal: str = "") -> re.Pattern[str]:
    """Return the pattern of a number with its unit or month ("12 km", "9 July")."""
    alternatives = "|".join(re.escape(word) for word in words.split())
    return re.compile(rf"\d(?:{ordinal})( )(?=(?:{alternatives})(?![\w'\u2019])|{_SIGNS})")


def _dashes(text: str) -> Edits:
    """A hyphen (or two) that stands between spaces is a dash; a dash never begins a line.

    New Hart's Rules, 4.11.1 (the spaced en rule); *Lexique*, "Tiret".
    """
    edits: Edits = {}
    for match in re.finditer(r"(?<=\S)[ \u00a0](-{1,2}|\u2013|\u2014)(?=[ \u00a0]\S)", text):
        edits[match.start()] = NO_BREAK
        if match[1].startswith("-"):
            edits |= _replaced(text, match.start(1), match.end(1), _EN_DASH)
    return edits


def _ellipses(text: str) -> Edits:
    """Three points are one mark (New Hart's Rules, 4.7; *Lexique*, "Points de suspension")."""
    edits: Edits = {}
    for match in re.finditer(r"(?<!\.)\.\.\.(?!\.)", text):
        edits |= _replaced(text, match.start(), match.end(), "\u2026")
    return edits


def _short_last_words(text: str) -> Edits:
    """A long paragraph does not end in a line of one short word (New Hart's Rules, 2.4: widows)."""
    if len(text) < _LONG_PARAGRAPH:
        return {}
    match = re.search(r"(?<=\S)( )\S{1,10}(?:[\u00a0\u202f][:;!?\u00bb]{1,5}){0,2}\s?\Z", text.rstrip())
    return {match.start(1): NO_BREAK} if match else {}


def _high_marks(text: str) -> Edits:
    """A narrow space before ; ! ? and a full one before a colon, written or not; neither ends a line.

    *Lexique des règles typographiques en usage à l'Imprimerie nationale*, "Ponctuation"; Ramat, *Le Ramat de
    la typographie*, "Espacements". Without a written space, only behind a word and before a space, a closing
    mark or the end: 10:30 and ?id=1 are none of them.
    """
    edits: Edits = {}
    for match in re.finditer(rf"(?<=[^\s(\[\u00ab;!?]){_SPACES}++(?=[;!?](?!\w))", text):
        edits |= _replaced(text, match.start(), match.end(), NARROW)
    for match in re.finditer(
        r"(?<=[\w)\]\u00bb\u201d\u2019\u2026%€°.\ufffc])[;!?](?=[\s!?;.\u2026)\]\u00bb\u201d\u2019]|\Z)", text
    ):
        edits[match.start()] = NARROW + match[0]
    for match in re.finditer(rf"(?<=[^\s(\[\u00ab:]){_SPACES}++(?=:)", text):
        edits |= _replaced(text, match.start(), match.end(), NO_BREAK)
    for match in re.finditer(r"(?<=[\w)\]\u00bb\u201d\u2019\u2026%€°\ufffc]):(?=[\s\u00bb\u201d]|\Z)", text):
        edits[match.start()] = NO_BREAK + ":"
    return edits


def _guillemets(text: str) -> Edits:
    """A no-break space inside guillemets, written or not (*Lexique*, "Guillemets")."""
    edits: Edits = {}
    for match in re.finditer(rf"\u00ab{_SPACES}*+(?=[^\s\u00bb])", text):
        edits |= _replaced(text, match.start(), match.end(), "\u00ab" + NO_BREAK)
    for match in re.finditer(rf"(?<=[^\s\u00ab]){_SPACES}*+\u00bb", text):
        edits |= _replaced(text, match.start(), match.end(), NO_BREAK + "\u00bb")
    return edits


def _signs(text: str) -> Edits:
    """A no-break space between a number and % ‰ €, written or not.

    *Lexique*, "Pour-cent" and "Monnaies"; Bureau international des poids et mesures, SI brochure, 5.4.7.
    """
    edits: Edits = {}
    for match in re.finditer(rf"(?<=\d){_SPACES}*+[%‰€](?!\w)", text):
        edits |= _replaced(text, match.start(), match.end(), NO_BREAK + match[0][-1])
    return edits


def _grouped_numbers(text: str) -> Edits:
    """Narrow no-break spaces in a number that is grouped by threes from its first digit on.

    *Lexique*, "Nombres": groups of three from the right; years and numbering are not grouped. So what stands
    behind a year (2020 350 000) is a number by itself, and telephone numbers stay as written.
    """
    edits: Edits = {}
    pattern = rf"(?<![\w,.+/-])[1-9]\d{{0,2}}(?:{_SPACES}\d{{3}})++(?!\d|{_SPACES}\d|[-/]\d)"
    for match in re.finditer(pattern, text):
        before = re.search(rf"(.?)(\d{{1,20}}){_SPACES}\Z", text[max(0, match.start() - 24) : match.start()])
        if before and (before[1] == "+" or before[2].startswith("0") or len(before[2]) <= _LONGEST_GROUP):
            continue
        for at in range(match.start(), match.end()):
            if text[at] in f" {NO_BREAK}":
                edits[at] = NARROW
    return edits


_NUMBER = re.compile(rf"(?:\u00ab{NO_BREAK})?[(\[]?\d{{1,3}}(?:{NARROW}\d{{3}})*(?:,\d+)?")


def _counted_nouns(text: str) -> Edits:
    """A number stays on the line of the noun that it counts, unless both are longer than a line can spare.

    *Lexique*, "Coupures": a number in figures is not parted from what it counts. A number of four digits is
    a year or one of a series, and belongs to nothing behind it.
    """
    edits: Edits = {}
    before: re.Match[str] | None = None
    for token in re.finditer(r"[^ \n\t]+", text):
        if (
            before is not None
            and token.start() == before.end() + 1
            and text[before.end()] == " "
            and token[0][0].isalpha()
            and token.end() - before.start() <= _LONGEST_RUN
            and _NUMBER.fullmatch(before[0])
        ):
            edits[before.end()] = NO_BREAK
        before = token
    return edits


def french_ordinals(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the ending of each ordinal stands, to be raised: 1er, 2e, XXe (*Lexique*, "Nombres")."""
    for match in _FRENCH_ORDINAL.finditer(text):
        yield match.span(match.lastgroup or 0)


_FRENCH_ORDINAL = re.compile(
    r"(?<![\w,./-])\d{1,3}(?P<arabic>ers?|res?|ères?|es?|èmes?|nde?s?)(?!\w|[-/]\d)"
    r"|(?<!\w)I(?P<first>er|re)(?!\w)"
    rf"|(?<!\w)[VX](?P<single>e)(?={_SPACES}[^\W\d])"
    r"|(?<!\w)(?=[IVXLC]{2})(?:C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))(?P<roman>es?)(?!\w)"
)


def _english_bound() -> Rule:
    """What stays with what in English.

    New Hart's Rules, 2.5.1 (numbers and their units, titles and names, abbreviations and numbers are not
    parted); United Nations Editorial Manual, "Numbers, dates and time" (9 July 2020).
    """
    return _bound(
        _before_number("resolution article chapter page paragraph figure table section"),
        _abbreviated(
            r"pp?\. [Aa]rts?\. [Nn]os?\. [Cc]h(?:ap)?s?\. [Ff]igs?\. [Vv]ols?\. [Pp]aras?\. [Ss]ects?\."
        ),
        _title(r"Mr\.? Mrs\.? Ms\.? Messrs\.? Drs?\.? Profs?\.?"),
        _behind_number(f"{_ENGLISH_MONTHS} {_UNITS} million billion trillion percent", "|st|nd|rd|th"),
        re.compile(r"\d( )(?=per cent\b)"),
    )


def _french_bound() -> Rule:
    """What stays with what in French (*Lexique*, "Coupures", "Abréviations"; Ramat, "Espacements")."""
    return _bound(
        _before_number("résolution article chapitre page paragraphe figure tableau n[°º]"),
        _abbreviated(r"pp?\. [Aa]rt\. [Aa]l\. [Cc]hap\. [Ff]ig\. [Vv]ol\. [Nn][°º]s?"),
        _title(r"MM?\. Mmes? Mlles? Drs? Prs? Mgr Me"),
        _behind_number(f"{_FRENCH_MONTHS} {_UNITS}", "|er"),
    )


_RULES: dict[str, tuple[Rule, ...]] = {
    "en": (_english_bound(),),
    "fr": (_high_marks, _guillemets, _signs, _grouped_numbers, _french_bound(), _counted_nouns),
    # Real Academia Española, Ortografía de la lengua española, chapter on spaces and numbers.
    "es": (_bound(_before_number("resolución artículo página")),),
    # Milchin and Cheltsova, Spravochnaya kniga redaktora i korrektora: a sign and its number are not parted.
    "ru": (_bound(_before_number("статья страница №")),),
}
_GUILLEMETS, _CURLY, _SINGLE, _LOW = (
    ("\u00ab", "\u00bb"),
    ("\u201c", "\u201d"),
    ("\u2018", "\u2019"),
    ("\u201e", "\u201c"),
)
_STYLES = {
    "en": Style(language="en", levels=(_CURLY, _SINGLE)),
    "fr": Style(language="fr", levels=(_GUILLEMETS, _CURLY, _SINGLE)),
    "es": Style(language="es", levels=(_GUILLEMETS, _CURLY, _SINGLE)),
    "ru": Style(language="ru", levels=(_GUILLEMETS, _LOW)),
}


def family(language: str) -> str:
    """Return the language whose rules a BCP 47 tag follows; empty where only the common ones are known."""
    primary = language.partition("-")[0].lower()
    return primary if primary in _RULES else ""


def rules(name: str) -> Iterable[Rule]:
    """Return the rules of a family of languages, in the order in which they are applied."""
    style = _STYLES.get(name)
    return (
        lambda text: quotation_marks(text, style),
        _dashes,
        _ellipses,
        *_RULES.get(name, ()),
        _short_last_words,
    )

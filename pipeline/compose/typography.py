"""Spacing, quotation marks and dashes per language, on the parsed document, never on code or addresses.

Rules: for French the Imprimerie nationale's *Lexique des règles typographiques* (a no-break space before a
colon and inside guillemets, a narrow one before the other high marks); for English *New Hart's Rules* and the
United Nations Editorial Manual (curly quotation marks, spaced en dash). Only marks and spaces change: a
letter or a digit is never added, dropped or moved.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

_NO_BREAK = "\u00a0"
_NARROW = "\u202f"
_EN_DASH = "\u2013"
_APOSTROPHE = "\u2019"
#: Takes the place of text that must not be changed, so that the rules still see that something is there.
_PLACEHOLDER = "\ufffc"

_UNCHANGED = frozenset({"code", "pre", "kbd", "samp", "var", "script", "style", "math"})
_BLOCKS = frozenset(
    "p h1 h2 h3 h4 h5 h6 li dt dd td th caption figcaption blockquote "
    "div section article aside figure".split()
)
_STRAIGHT = re.compile("[\"']")
_ADDRESS = re.compile(r"(?:https?://|mailto:|www\.)\S+|\S+@\S+\.\w+", re.IGNORECASE)

#: Characters of a paragraph that runs to more than one line in any column.
_LONG_PARAGRAPH = 80

#: Replacements by the index of the character they stand in for.
Edits = dict[int, str]
Rule = Callable[[str], Edits]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segment:
    """One string of the tree: an element's text or tail, and whether it may be changed."""

    element: etree._Element
    is_tail: bool
    text: str
    is_changeable: bool


def set_typography(root: etree._Element, language: str) -> None:
    """Set marks and spaces under `root` by the rules of `language` (a BCP 47 tag), in place.

    Runs in another language (`lang` attribute) follow that language's rules.
    """
    for block in _innermost_first(root):
        _set_block(block, language)


def set_text(text: str, language: str) -> str:
    """Return plain text (a title, a notice) with the marks and spaces of `language`."""
    return _apply(text, _edits(text, language))


def _innermost_first(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the root and every block below it; each sees only the text that no deeper block holds."""
    yield root
    for element in root.iter(etree.Element):
        if element is not root and _is_block(element):
            yield element


def _set_block(block: etree._Element, language: str) -> None:
    segments = list(_segments(block))
    text = "".join(segment.text for segment in segments)
    edits = _edits(text, _language_of(block, language))
    start = 0
    for segment in segments:
        end = start + len(segment.text)
        if segment.is_changeable:
            changed = _apply(
                segment.text, {at - start: new for at, new in edits.items() if start <= at < end}
            )
            if segment.is_tail:
                segment.element.tail = changed
            else:
                segment.element.text = changed
        start = end


def _segments(element: etree._Element, *, is_changeable: bool = True) -> Iterator[_Segment]:
    """Yield the strings of a block in reading order, leaving out the blocks below it."""
    yield _Segment(
        element=element,
        is_tail=False,
        text=_visible(element.text, is_changeable=is_changeable),
        is_changeable=is_changeable,
    )
    for child in element:
        if not _is_block(child):
            may_change = is_changeable and child.tag not in _UNCHANGED and not _is_address(child)
            yield from _segments(child, is_changeable=may_change)
        yield _Segment(
            element=child,
            is_tail=True,
            text=_visible(child.tail, is_changeable=is_changeable),
            is_changeable=is_changeable,
        )


def _is_block(element: etree._Element) -> bool:
    """Return whether an element's text is read by itself: a block, or a note that stands inside one."""
    return element.tag in _BLOCKS or element.get("role") == "doc-footnote"


def _visible(text: str | None, *, is_changeable: bool) -> str:
    return (text or "") if is_changeable else _PLACEHOLDER * len(text or "")


def _is_address(element: etree._Element) -> bool:
    """Return whether an element is a link whose text is an address."""
    return element.tag == "a" and bool(_ADDRESS.fullmatch("".join(map(str, element.itertext())).strip()))


def _language_of(element: etree._Element, language: str) -> str:
    own = next((a.get("lang") for a in (element, *element.iterancestors()) if a.get("lang")), None)
    return own or language


def _edits(text: str, language: str) -> Edits:
    edits: Edits = {}
    for rule in (*_COMMON, *_RULES.get(language.partition("-")[0].lower(), ())):
        edits = {**rule(text), **edits}
    for match in _ADDRESS.finditer(text):
        edits = {at: new for at, new in edits.items() if not match.start() <= at < match.end()}
    return edits


def _apply(text: str, edits: Edits) -> str:
    parts: list[str] = []
    done = 0
    for at in sorted(edits):
        parts += (text[done:at], edits[at])
        done = at + 1
    return "".join((*parts, text[done:]))


def _apostrophes(text: str) -> Edits:
    """An apostrophe between letters, or in front of a decade ('90s)."""
    return {m.start(): _APOSTROPHE for m in re.finditer(r"(?<=\w)'(?=\w)|(?<!\w)'(?=\d0s\b)", text)}


def _dashes(text: str) -> Edits:
    """A hyphen (or two) that stands between spaces is a dash; a dash never begins a line."""
    edits: Edits = {}
    for match in re.finditer(r"(?<=\S)[ \u00a0](-{1,2}|\u2013|\u2014)(?=[ \u00a0]\S)", text):
        edits[match.start()] = _NO_BREAK
        if match[1].startswith("-"):
            edits[match.start(1)] = _EN_DASH
            edits.update(dict.fromkeys(range(match.start(1) + 1, match.end(1)), ""))
    return edits


def _ellipses(text: str) -> Edits:
    """Three points are one mark."""
    edits: Edits = {}
    for match in re.finditer(r"(?<!\.)\.\.\.(?!\.)", text):
        edits |= {match.start(): "\u2026", match.start() + 1: "", match.start() + 2: ""}
    return edits


def _short_last_words(text: str) -> Edits:
    """A long paragraph does not end in a line of one short word."""
    match = re.search(r"(?<=\S)( )\S{1,10}\s*\Z", text)
    return {match.start(1): _NO_BREAK} if match and len(text) >= _LONG_PARAGRAPH else {}


def _held_numbers(*words: str) -> Rule:
    """Return a rule that keeps a number with the word that it belongs to ("resolution 1244")."""
    pattern = re.compile(rf"\b(?:{'|'.join(words)})( )(?=\d)", re.IGNORECASE)

    def rule(text: str) -> Edits:
        return {match.start(1): _NO_BREAK for match in pattern.finditer(text)}

    return rule


def _quotes(double: tuple[str, str], single: tuple[str, str] | None) -> Rule:
    """Return a rule that turns straight quotation marks into the opening and closing ones of a language."""

    def rule(text: str) -> Edits:
        edits: Edits = {}
        for found in _STRAIGHT.finditer(text):
            at, character = found.start(), found[0]
            marks = double if character == '"' else single
            if marks is None or (at and text[at - 1].isdigit() and not _has_open(text, at, character)):
                continue  # behind a number it means feet, inches or minutes
            before = text[at - 1] if at else " "
            after = text[at + 1] if at + 1 < len(text) else " "
            opens = (
                before.isspace() or before in "([{\u2013\u2014/\"'\u00ab\u201c\u2018"
            ) and not after.isspace()
            edits[at] = marks[0] if opens else marks[1]
        return edits

    return rule


def _has_open(text: str, at: int, mark: str) -> bool:
    """Return whether an odd number of these marks stand before `at`: then this one closes."""
    return sum(1 for m in re.finditer(rf"(?<![\w]){mark}(?=\S)|(?<=\S){mark}(?!\w)", text[:at])) % 2 == 1


def _french_spaces(text: str) -> Edits:
    """The spaces that French puts before high marks and inside guillemets."""
    edits: Edits = {}
    for match in re.finditer(r"[ \u00a0\u202f](?=[;!?])", text):
        edits[match.start()] = _NARROW
    for match in re.finditer(r"[ \u202f](?=[:\u00bb%\u20ac])|(?<=\u00ab)[ \u202f]", text):
        edits[match.start()] = _NO_BREAK
    for match in re.finditer(r"(?<=[\w)\u00bb\u201d])([;!?])(?=[\s!?\u00bb)]|$)", text):
        edits[match.start()] = _NARROW + match[1]
    for match in re.finditer(r"(?<=[\w)])(:)(?=\s|$)", text):
        edits[match.start()] = _NO_BREAK + ":"
    for match in re.finditer(r"\u00ab(?=\S)(?![\u00a0\u202f])", text):
        edits[match.start()] = "\u00ab" + _NO_BREAK
    for match in re.finditer(r"(?<=[^\s\u00a0\u202f])\u00bb", text):
        edits[match.start()] = _NO_BREAK + "\u00bb"
    for match in re.finditer(r"(?<=\d)[ \u00a0](?=\d{3}\b)", text):
        edits[match.start()] = _NARROW
    return edits


_COMMON: tuple[Rule, ...] = (_apostrophes, _dashes, _ellipses, _short_last_words)
_RULES: dict[str, tuple[Rule, ...]] = {
    "en": (
        _quotes(("\u201c", "\u201d"), ("\u2018", "\u2019")),
        _held_numbers("resolution", "article", "chapter", "page", "paragraph", "figure", "table", "No[.]"),
    ),
    "fr": (
        _quotes((f"\u00ab{_NO_BREAK}", f"{_NO_BREAK}\u00bb"), ("\u2018", "\u2019")),
        _french_spaces,
        _held_numbers(
            "résolution", "article", "chapitre", "page", "paragraphe", "figure", "tableau", "n[°º]"
        ),
    ),
    "es": (
        _quotes(("\u00ab", "\u00bb"), ("\u201c", "\u201d")),
        _held_numbers("resolución", "artículo", "página"),
    ),
    "ru": (_quotes(("\u00ab", "\u00bb"), ("\u201e", "\u201c")), _held_numbers("статья", "страница", "№")),
}

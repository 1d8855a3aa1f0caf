"""Spacing, quotation marks and dashes per language, on the parsed document, never on code or addresses.

What is changed, and by whose authority, stands in `typography_rules` and `quotation_marks`; here is where it
is changed. Only marks and spaces change: a letter or a digit is never added, dropped or moved. Setting a
text twice is the same as setting it once.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from pipeline.compose.quotation_marks import PLACEHOLDER, Edits
from pipeline.compose.tree import insert_after
from pipeline.compose.typography_rules import family, french_ordinals, rules
from pipeline.core.html import NOTE, NOTE_REFERENCE

_UNCHANGED = frozenset({"code", "pre", "kbd", "samp", "var", "script", "style", "math"})
_BLOCKS = frozenset(
    "p h1 h2 h3 h4 h5 h6 li dt dd td th caption figcaption blockquote "
    "div section article aside figure".split()
)
#: An address on the web up to a quotation mark, or one for e-mail. Both begin where a run of characters
#: begins and keep what they took, so that a word of any length is read once.
_ADDRESS = re.compile(
    r"(?:https?://|mailto:|(?<!\w)www\.)[^\s\"\u00ab\u00bb\u201c\u201d<>]*[^\s\"'\u00ab\u00bb\u2018\u2019\u201c\u201d<>]"
    r"|(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _String:
    """One string of the tree, an element's text or its tail: as it is and as rules see it."""

    element: etree._Element
    is_tail: bool
    family: str
    seen: str
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """The text of a block, character by character: as rules see it, as it is, and the string that holds it.

    What may not be changed is seen as PLACEHOLDER.
    """

    seen: str
    written: str
    holders: list[int]


def set_typography(root: etree._Element, language: str) -> None:
    """Set marks and spaces under `root` by the rules of `language` (a BCP 47 tag), in place.

    Runs in another language (`lang` attribute) follow that language's rules.
    """
    for block in list(_blocks(root)):
        _set_block(block, _language_of(block, language))


def set_text(text: str, language: str) -> str:
    """Return plain text (a title, a notice) with the marks and spaces of `language`."""
    return _set([family(language)], [text], [text]).written


def _blocks(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the root and every block below it; each sees only the text that no deeper block holds."""
    yield root
    for element in root.iter(etree.Element):
        if element is not root and _is_block(element):
            yield element


def _set_block(block: etree._Element, language: str) -> None:
    strings = list(_strings(block, language))
    families = [string.family for string in strings]
    text = _set(families, [string.seen for string in strings], [string.written for string in strings])
    sizes = Counter(text.holders)
    start = 0
    for number, string in enumerate(strings):
        written = text.written[start : start + sizes[number]]
        start += sizes[number]
        if written == string.written:
            continue
        if string.is_tail:
            string.element.tail = written
        else:
            string.element.text = written
    if "fr" in families:
        _raise_ordinals(strings, text)


def _strings(element: etree._Element, language: str, *, is_changeable: bool = True) -> Iterator[_String]:
    """Yield the strings of a block in reading order, leaving out the blocks below it."""
    yield _string(element, language, is_tail=False, is_changeable=is_changeable)
    for child in element:
        # The number of a note is no part of the sentence: "2020" in front of it is still a year.
        if not _is_block(child) and child.get("role") != NOTE_REFERENCE:
            may_change = is_changeable and child.tag not in _UNCHANGED and not _is_address(child)
            yield from _strings(child, child.get("lang") or language, is_changeable=may_change)
        yield _string(child, language, is_tail=True, is_changeable=is_changeable)


def _string(element: etree._Element, language: str, *, is_tail: bool, is_changeable: bool) -> _String:
    text = (element.tail if is_tail else element.text) or ""
    seen = text if is_changeable else PLACEHOLDER * len(text)
    return _String(element=element, is_tail=is_tail, family=family(language), seen=seen, written=text)


def _is_block(element: etree._Element) -> bool:
    """Return whether an element's text is read by itself: a block, or a note that stands inside one."""
    return element.tag in _BLOCKS or element.get("role") == NOTE


def _is_address(element: etree._Element) -> bool:
    """Return whether an element is a link whose text is an address."""
    return element.tag == "a" and bool(_ADDRESS.fullmatch("".join(map(str, element.itertext())).strip()))


def _language_of(element: etree._Element, language: str) -> str:
    own = next((a.get("lang") for a in (element, *element.iterancestors()) if a.get("lang")), None)
    return own or language


def _set(families: Sequence[str], seen: Sequence[str], written: Sequence[str]) -> _Text:
    """Return the strings of a block as the rules of their families have them, the block's own first."""
    text = _Text(
        seen=_ADDRESS.sub(lambda address: PLACEHOLDER * len(address[0]), "".join(seen)),
        written="".join(written),
        holders=[number for number, string in enumerate(written) for _ in string],
    )
    for name, rule in rules(dict.fromkeys(families)):
        edits = rule(text.seen)
        places = [at for at in edits if text.seen[at] != PLACEHOLDER and families[text.holders[at]] == name]
        if places:
            text = _edited(text, edits, sorted(places))
    return text


def _edited(text: _Text, edits: Edits, places: Sequence[int]) -> _Text:
    seen: list[str] = []
    written: list[str] = []
    holders: list[int] = []
    done = 0
    for at in places:
        seen += (text.seen[done:at], edits[at])
        written += (text.written[done:at], edits[at])
        holders += (*text.holders[done:at], *[text.holders[at]] * len(edits[at]))
        done = at + 1
    return _Text(
        seen="".join((*seen, text.seen[done:])),
        written="".join((*written, text.written[done:])),
        holders=holders + text.holders[done:],
    )


def _raise_ordinals(strings: Sequence[_String], text: _Text) -> None:
    """Put the endings of French ordinals into `sup`, in place, where one string holds the whole ending."""
    starts = {holder: at for at, holder in reversed(list(enumerate(text.holders)))}
    for first, last in reversed(list(french_ordinals(text.seen))):
        holder = text.holders[first]
        string = strings[holder]
        parent = string.element.getparent() if string.is_tail else string.element
        if string.family != "fr" or text.holders[last - 1] != holder or parent is None or parent.tag == "sup":
            continue
        _raise(string.element, first - starts[holder], last - starts[holder], is_tail=string.is_tail)


def _raise(element: etree._Element, first: int, last: int, *, is_tail: bool) -> None:
    raised = etree.Element("sup")
    if is_tail:
        text = element.tail or ""
        insert_after(element, raised)
        element.tail = text[:first]
    else:
        text = element.text or ""
        element.insert(0, raised)
        element.text = text[:first]
    raised.text, raised.tail = text[first:last], text[last:]

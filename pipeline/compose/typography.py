"""Spacing, quotation marks and dashes per language, on the parsed document, never on code or addresses.

What is changed, and by whose authority, stands in `typography_rules` and `quotation_marks`; here is where it
is changed. Only marks and spaces change: a letter or a digit is never added, dropped or moved. Setting a
text twice is the same as setting it once.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
class _Piece:
    """A part of a string of the tree (an element's text or tail): what rules see of it.

    `family` is the language whose rules change it, None where nothing may.
    """

    element: etree._Element | None
    is_tail: bool
    text: str
    original: str
    family: str | None


def set_typography(root: etree._Element, language: str) -> None:
    """Set marks and spaces under `root` by the rules of `language` (a BCP 47 tag), in place.

    Runs in another language (`lang` attribute) follow that language's rules.
    """
    for block in list(_blocks(root)):
        _set_block(block, _language_of(block, language))


def set_text(text: str, language: str) -> str:
    """Return plain text (a title, a notice) with the marks and spaces of `language`."""
    name = family(language)
    piece = _Piece(element=None, is_tail=False, text=text, original=text, family=name)
    return "".join(part.original for part in _set(list(_without_addresses([piece])), name))


def _blocks(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the root and every block below it; each sees only the text that no deeper block holds."""
    yield root
    for element in root.iter(etree.Element):
        if element is not root and _is_block(element):
            yield element


def _set_block(block: etree._Element, language: str) -> None:
    pieces = _set(list(_without_addresses(list(_pieces(block, language)))), family(language))
    strings: dict[tuple[etree._Element, bool], list[str]] = {}
    for piece in pieces:
        if piece.element is not None:
            strings.setdefault((piece.element, piece.is_tail), []).append(piece.original)
    for (element, is_tail), parts in strings.items():
        text = "".join(parts)
        if is_tail and text != (element.tail or ""):
            element.tail = text
        elif not is_tail and text != (element.text or ""):
            element.text = text
    _raise_ordinals(pieces)


def _pieces(element: etree._Element, language: str, *, is_changeable: bool = True) -> Iterator[_Piece]:
    """Yield the strings of a block in reading order, leaving out the blocks below it."""
    yield _piece(element, language, is_tail=False, is_changeable=is_changeable)
    for child in element:
        # The number of a note is no part of the sentence: "2020" in front of it is still a year.
        if not _is_block(child) and child.get("role") != NOTE_REFERENCE:
            may_change = is_changeable and child.tag not in _UNCHANGED and not _is_address(child)
            yield from _pieces(child, child.get("lang") or language, is_changeable=may_change)
        yield _piece(child, language, is_tail=True, is_changeable=is_changeable)


def _piece(element: etree._Element, language: str, *, is_tail: bool, is_changeable: bool) -> _Piece:
    text = (element.tail if is_tail else element.text) or ""
    return _Piece(
        element=element,
        is_tail=is_tail,
        text=text if is_changeable else PLACEHOLDER * len(text),
        original=text,
        family=family(language) if is_changeable else None,
    )


def _is_block(element: etree._Element) -> bool:
    """Return whether an element's text is read by itself: a block, or a note that stands inside one."""
    return element.tag in _BLOCKS or element.get("role") == NOTE


def _is_address(element: etree._Element) -> bool:
    """Return whether an element is a link whose text is an address."""
    return element.tag == "a" and bool(_ADDRESS.fullmatch("".join(map(str, element.itertext())).strip()))


def _language_of(element: etree._Element, language: str) -> str:
    own = next((a.get("lang") for a in (element, *element.iterancestors()) if a.get("lang")), None)
    return own or language


def _without_addresses(pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """Yield the pieces, those cut in two or three that hold an address or a part of one."""
    text = "".join(piece.text for piece in pieces)
    edges = [edge for match in _ADDRESS.finditer(text) for edge in match.span()]
    start, passed = 0, 0
    for piece in pieces:
        end = start + len(piece.text)
        while passed < len(edges) and edges[passed] <= start:
            passed += 1
        cuts = [start]
        following = passed
        while following < len(edges) and edges[following] < end:
            cuts.append(edges[following])
            following += 1
        for number, (first, last) in enumerate(zip(cuts, [*cuts[1:], end], strict=True)):
            part = piece.original[first - start : last - start]
            is_address = (passed + number) % 2 == 1
            yield replace(
                piece,
                text=PLACEHOLDER * len(part) if is_address else piece.text[first - start : last - start],
                original=part,
                family=None if is_address else piece.family,
            )
        start = end


def _set(pieces: list[_Piece], first: str) -> list[_Piece]:
    """Return the pieces of a block as the rules of their languages have them, the block's own first."""
    others = sorted({piece.family for piece in pieces if piece.family is not None} - {first})
    for name in (first, *others):
        for rule in rules(name):
            edits = rule("".join(piece.text for piece in pieces))
            if edits:
                pieces = list(_edited(pieces, edits, name))
    return pieces


def _edited(pieces: Sequence[_Piece], edits: Edits, name: str) -> Iterator[_Piece]:
    """Yield the pieces with the edits that fall into those of one family."""
    places = sorted(edits)
    start, at = 0, 0
    for piece in pieces:
        end = start + len(piece.text)
        parts: list[str] = []
        done = 0
        while at < len(places) and places[at] < end:
            place = places[at] - start
            parts += (piece.text[done:place], edits[places[at]])
            done = place + 1
            at += 1
        if parts and piece.family == name:
            changed = "".join((*parts, piece.text[done:]))
            yield replace(piece, text=changed, original=changed)
        else:
            yield piece
        start = end


def _raise_ordinals(pieces: Sequence[_Piece]) -> None:
    """Put the endings of French ordinals into `sup`, in place, where one string holds the whole ending."""
    text = "".join(piece.text for piece in pieces)
    endings = list(french_ordinals(text)) if any(piece.family == "fr" for piece in pieces) else []
    starts: dict[tuple[etree._Element, bool], list[tuple[int, int]]] = {}
    offsets: dict[tuple[etree._Element, bool], int] = {}
    start, at = 0, 0
    for piece in pieces:
        end = start + len(piece.text)
        if piece.element is None:
            return
        key = (piece.element, piece.is_tail)
        offset = offsets.get(key, 0)
        offsets[key] = offset + len(piece.text)
        while at < len(endings) and endings[at][0] < end:
            first, last = endings[at]
            at += 1
            holder = piece.element.getparent() if piece.is_tail else piece.element
            if last <= end and piece.family == "fr" and holder is not None and holder.tag != "sup":
                starts.setdefault(key, []).append((first - start + offset, last - start + offset))
        start = end
    for (element, is_tail), ranges in starts.items():
        for first, last in reversed(ranges):
            _raise(element, first, last, is_tail=is_tail)


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

"""Notes: footnotes and the Kosovo note stand right behind their reference.

Print styles float a note to the foot of the page that carries its reference, which works only from the place
of the reference. Roles are those of DPUB-ARIA 1.1 (doc-noteref, doc-footnote, doc-backlink).
"""

import re
from collections.abc import Iterable

from lxml import etree

from pipeline.compose.blocks import HEADINGS
from pipeline.compose.tree import insert_after, remove, replace
from pipeline.core.html import NOTE, NOTE_REFERENCE

KOSOVO = "kosovo"
KOSOVO_MARK = "*"
_HEADING_NOTES = "heading-notes"

#: The reference to the note never goes inside these: it follows the whole element.
_WHOLE = frozenset({"a", "code", "pre", "kbd", "samp", "abbr"})


def move_footnotes(root: etree._Element, *, note_name: str, back_to_text: str) -> None:
    """Move each footnote of Python-Markdown's list behind its first reference, in place.

    Notes are numbered in the order of their references. `note_name` and `back_to_text` are the words a screen
    reader speaks for the links there and back. A second reference to a note links to the same note.
    """
    listing = next((div for div in root.iter("div") if div.get("class") == "footnote"), None)
    if listing is None:
        return
    bodies = {str(item.get("id")): item for item in listing.iter("li") if item.get("id")}
    numbers: dict[str, int] = {}
    counts: dict[str, int] = {}
    while (reference := _next_reference(root, listing)) is not None:
        target = reference.get("href", "#")[1:]
        number = numbers.setdefault(target, len(numbers) + 1)
        counts[target] = count = counts.get(target, 0) + 1
        link = _reference_link(str(number), number if count == 1 else f"{number}-{count}", note_name)
        link.set("href", f"#note-{number}")
        _replace_reference(reference, link)
        if count == 1 and target in bodies:
            note = new_note(str(number), str(number), back_to_text)
            _move_body(bodies[target], note)
            put_behind(link, note)
    remove(listing)


def _next_reference(root: etree._Element, listing: etree._Element) -> etree._Element | None:
    for link in root.iter("a"):
        if link.get("class") == "footnote-ref" and listing not in link.iterancestors():
            return link
    return None


def _reference_link(mark: str, number: int | str, note_name: str) -> etree._Element:
    link = etree.Element("a", {"class": "noteref", "role": NOTE_REFERENCE, "id": f"noteref-{number}"})
    link.set("title", f"{note_name} {mark}")
    link.text = mark
    return link


def _replace_reference(reference: etree._Element, link: etree._Element) -> None:
    """Put our link in the place of Python-Markdown's `sup > a`."""
    outer = reference.getparent()
    replace(outer if outer is not None and outer.tag == "sup" else reference, link)


def new_note(name: str, mark: str, back_to_text: str | None) -> etree._Element:
    """Return a note `note-<name>` that holds its mark only, linked back where `back_to_text` is given."""
    note = etree.Element("span", {"class": "note", "role": NOTE, "id": f"note-{name}"})
    if back_to_text is None:
        etree.SubElement(note, "span", {"class": "mark"}).text = mark
    else:
        attributes = {
            "class": "backlink",
            "role": "doc-backlink",
            "href": f"#noteref-{name}",
            "title": back_to_text,
        }
        etree.SubElement(note, "a", attributes).text = mark
    note[0].tail = " "
    return note


def _move_body(item: etree._Element, note: etree._Element) -> None:
    """Move a list item's content into a note: phrasing content only, since the note stands in a paragraph."""
    for link in list(item.iter("a")):
        if link.get("class") == "footnote-backref":
            remove(link)
    for position, block in enumerate(list(item) or [item]):
        if position:
            note[-1].tail = " "
        part = etree.SubElement(note, "span", {"class": "note-paragraph" if position else "note-text"})
        part.text = (block.text or "").lstrip()
        for child in list(block):
            part.append(child)
        _flatten(part)
        _strip_end(part)


def _flatten(part: etree._Element) -> None:
    """Turn blocks inside a note (reported to the editor) into spans, so that no word is lost."""
    for element in part.iter(
        "p", "li", "ul", "ol", "pre", "blockquote", "table", "tr", "td", "th", "dl", "dd", "dt"
    ):
        element.tag = "span"
        element.tail = (element.tail or "") + " "


def _strip_end(part: etree._Element) -> None:
    if len(part):
        part[-1].tail = (part[-1].tail or "").rstrip() or None
    else:
        part.text = (part.text or "").rstrip()


def put_behind(reference: etree._Element, note: etree._Element) -> None:
    """Put a note right behind its reference, or behind the note or the heading that the reference stands in.

    Inside a heading a note would be spoken wherever the heading is, and stand in every table of contents.
    """
    place = reference
    for ancestor in reference.iterancestors():
        if ancestor.tag in HEADINGS or ancestor.get("class", "").startswith("note"):
            place = ancestor
    if place.tag in HEADINGS:
        _notes_of_heading(place).append(note)
    else:
        insert_after(place, note)


def _notes_of_heading(heading: etree._Element) -> etree._Element:
    """Return the division behind a heading that holds its notes, made if need be.

    A division of their own, since white space behind a bare note would make an empty line of text.
    """
    following = heading.getnext()
    if following is not None and following.get("class") == _HEADING_NOTES:
        return following
    division = etree.Element("div", {"class": _HEADING_NOTES})
    insert_after(heading, division)
    return division


def mention_pattern(spellings: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern that finds the first mention of Kosovo in any of its spellings, whole words only."""
    words = "|".join(re.escape(spelling) for spelling in spellings)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


def kosovo_reference(note_name: str) -> etree._Element:
    """Return the asterisk that links to the Kosovo note."""
    link = _reference_link(KOSOVO_MARK, KOSOVO, note_name)
    link.set("href", f"#note-{KOSOVO}")
    return link


def kosovo_note(text: str, back_to_text: str | None) -> etree._Element:
    """Return the Kosovo note; without `back_to_text` the one at the end of the page, linked from nowhere."""
    note = new_note(KOSOVO, KOSOVO_MARK, back_to_text)
    note.set("class", f"note {KOSOVO}")
    etree.SubElement(note, "span", {"class": "note-text"}).text = text
    return note


def refer_to_kosovo_note(root: etree._Element, pattern: re.Pattern[str], reference: etree._Element) -> bool:
    """Put the reference behind the first mention in the tree, in place; return whether there is one."""
    for element, is_tail, text in _texts(root):
        match = pattern.search(text)
        if match is None:
            continue
        holder = element.getparent() if is_tail else element
        whole = _outermost_whole(holder, root)
        if whole is not None:
            insert_after(whole, reference)
        elif is_tail:
            insert_after(element, reference)
            element.tail, reference.tail = text[: match.end()], text[match.end() :]
        else:
            element.insert(0, reference)
            element.text, reference.tail = text[: match.end()], text[match.end() :]
        return True
    return False


def _texts(root: etree._Element) -> Iterable[tuple[etree._Element, bool, str]]:
    """Yield every string of the tree in reading order: (element, is its tail, text)."""
    if root.text:
        yield root, False, root.text
    for child in root:
        yield from _texts(child)
        if child.tail:
            yield child, True, child.tail


def _outermost_whole(element: etree._Element | None, root: etree._Element) -> etree._Element | None:
    found = None
    while element is not None and element is not root:
        if element.tag in _WHOLE:
            found = element
        element = element.getparent()
    return found

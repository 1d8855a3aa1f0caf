"""An edition's HTML for any content management system: plain elements, notes at the end."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from pipeline.compose.markdown_body import parse, serialise
from pipeline.compose.tree import remove, replace

#: Attributes that only our own pages need.
_DROPPED = ("class", "role", "tabindex", "aria-label", "data-text", "data-title")
_KOSOVO = "note-kosovo"
#: What an element is called for a moment, before its content takes its place; no text has such elements.
_UNWRAPPED = "annexe-unwrapped"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainHtml:
    """An edition as HTML: text, notes as list items, and the Kosovo note as a paragraph's content."""

    body: str
    notes: tuple[str, ...]
    kosovo_note: str | None


def plain_html(body: str, title_note: str | None, end_note: str | None, language: str) -> PlainHtml:
    """Return the plain form of an edition's HTML.

    The title is not part of a fragment, since the post that it is pasted into has one: a note of the title
    stands with the others, linked from nowhere. Every id begins with the language, so that two editions can
    stand on one page.
    """
    root = parse(body)
    end = parse(f"{title_note or ''}{end_note or ''}")
    found = [*_take_notes(root), *_take_notes(end)]
    targets = {str(link.get("id")) for link in root.iter("a") if link.get("class") == "noteref"}
    for link in [link for link in root.iter("a") if link.get("class") == "noteref"]:
        _raise(link)
    kosovo = [note for note in found if note.get("id") == _KOSOVO]
    others = [note for note in found if note.get("id") != _KOSOVO]
    for tree in (root, *found):
        _settle_mark(tree, targets, is_numbered=tree in others)
        _clean(tree, language)
    ids = [note.get("id") for note in others]
    return PlainHtml(
        body=serialise(root).strip(),
        notes=tuple(
            f'<li id="{name}">{serialise(note).strip()}</li>' for name, note in zip(ids, others, strict=True)
        ),
        kosovo_note=serialise(kosovo[0]).strip() if kosovo else None,
    )


def _take_notes(root: etree._Element) -> Iterator[etree._Element]:
    """Take the notes out of a tree, in their order."""
    for note in [span for span in root.iter("span") if str(span.get("class", "")).split()[:1] == ["note"]]:
        remove(note)
        note.tail = None
        yield note
    for division in [div for div in root.iter("div") if div.get("class") == "heading-notes"]:
        remove(division)


def _raise(link: etree._Element) -> None:
    """Put a reference to a note into a `sup`; an asterisk is raised by itself."""
    if link.text == "*":
        return
    raised = etree.Element("sup")
    replace(link, raised)
    raised.append(link)


def _settle_mark(tree: etree._Element, targets: set[str], *, is_numbered: bool) -> None:
    """Put a numbered note's link back at its end, and remove a link to what the fragment lacks."""
    for link in [link for link in tree.iter("a") if link.get("class") == "backlink"]:
        if str(link.get("href", ""))[1:] not in targets:
            link.tag = "span"
            link.attrib.pop("href", "")
            link.attrib.pop("title", "")
        elif is_numbered:
            link.text, link.tail = "↩", None
            tree.append(link)
            for before in link.itersiblings(preceding=True):
                before.tail = f"{before.tail or ''} "
                break
    for mark in [span for span in tree.iter("span") if is_numbered and span.get("class") == "mark"]:
        mark.tail = None
        remove(mark)


def _clean(tree: etree._Element, language: str) -> None:
    for division in [div for div in tree.iter("div") if str(div.get("class", "")).startswith("table")]:
        replace(division, division[0])
    for element in list(tree.iter(etree.Element)):
        for name in _DROPPED:
            element.attrib.pop(name, "")
        if element.get("id"):
            element.set("id", f"{language}-{element.get('id')}")
        if str(element.get("href", "")).startswith("#"):
            element.set("href", f"#{language}-{element.get('href', '')[1:]}")
        if element.tag == "span" and not element.attrib and element is not tree:
            element.tag = _UNWRAPPED
    etree.strip_tags(tree, _UNWRAPPED)


def without_far_images(html: str) -> str:
    """Return HTML with the alternative text for each picture whose address is valid on its own site alone."""
    root = parse(html)
    for image in list(root.iter("img")):
        if not image.get("src", "").startswith("https://"):
            words = etree.Element("em")
            words.text = f"[{image.get('alt')}]" if image.get("alt") else ""
            replace(image, words)
    return serialise(root)

"""Headings: the title is the only first level, no level is skipped, and each has an id of its own."""

import re
import unicodedata
from copy import deepcopy

from lxml import etree

from pipeline.compose.tree import plain_text, remove

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def settle_headings(root: etree._Element) -> None:
    """Move the headings below the title and close gaps between their levels, in place; give each an id.

    A body's `h1` becomes an `h2`, and with it every heading one level lower; `h2` followed by `h4` becomes
    `h2`, `h3` (PDF/UA-1 7.4.2: levels are not skipped).
    """
    headings = list(root.iter(*HEADINGS))
    shift = 1 if any(heading.tag == "h1" for heading in headings) else 0
    previous = 1
    for heading in headings:
        wanted = int(str(heading.tag)[1]) + shift
        previous = max(2, min(wanted, previous + 1, 6))
        heading.tag = f"h{previous}"
    _give_ids(root, headings)


def _give_ids(root: etree._Element, headings: list[etree._Element]) -> None:
    taken = {element.get("id") for element in root.iter(etree.Element)}
    for heading in headings:
        text = _words(heading)
        heading.set("data-text", text)
        if heading.get("id") is None:
            heading.set("id", _free_id(anchor_name(text), taken))
            taken.add(heading.get("id"))


def _words(heading: etree._Element) -> str:
    """Return a heading's text without the marks of its notes."""
    copy = deepcopy(heading)
    for link in list(copy.iter("a")):
        if link.get("class") == "noteref":
            remove(link)
    return plain_text(copy)


def anchor_name(text: str) -> str:
    """Return an id made from a heading's words: lower case, accents kept, hyphens between words."""
    name = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", text).casefold()).strip("-")
    return name or "section"


def _free_id(name: str, taken: set[str | None]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free

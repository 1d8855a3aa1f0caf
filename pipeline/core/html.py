"""The text of HTML elements, without the footnotes in them."""

from collections.abc import Collection, Iterator
from typing import Any

#: Roles of DPUB-ARIA 1.1. A footnote of our pages stands right behind its reference, inside a paragraph.
NOTE = "doc-footnote"
NOTE_REFERENCE = "doc-noteref"


def texts_without(roles: Collection[str], element: Any) -> Iterator[str]:
    """Yield the texts in an element of lxml or ElementTree, but for those in elements of these roles."""
    yield element.text or ""
    for child in element:
        if child.get("role") not in roles:
            yield from texts_without(roles, child)
        yield child.tail or ""

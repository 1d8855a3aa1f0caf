"""Link annotations: what a screen reader says of them, and that they are printed (ISO 14289-1, 7.18.5)."""

from typing import Any

import pydyf

#: The Print flag (ISO 32000-1, table 165), which ISO 19005-2, 6.3.2 asks for.
_PRINT = 4


def settle_links(document: Any) -> None:
    """Describe every link of a document, in place: its title, else its text, else where it leads."""
    for page in document.pages:
        for _kind, target, _rectangle, box in page.links:
            if box.link_annotation:
                words = box.element.get("title") or " ".join("".join(box.element.itertext()).split())
                box.link_annotation["Contents"] = pydyf.String(words or target)
                box.link_annotation["F"] = _PRINT

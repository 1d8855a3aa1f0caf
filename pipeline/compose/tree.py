"""What lxml's trees need said once: where the text behind an element (its tail) goes when elements move."""

from lxml import etree


def plain_text(element: etree._Element) -> str:
    """Return an element's text on one line."""
    return " ".join("".join(map(str, element.itertext())).split())


def insert_after(element: etree._Element, new: etree._Element) -> None:
    """Put `new` between an element and the text behind it."""
    parent = element.getparent()
    if parent is None:
        raise ValueError("the root of a tree has no place behind it")
    new.tail, element.tail = element.tail, None
    parent.insert(parent.index(element) + 1, new)


def remove(element: etree._Element) -> None:
    """Take an element out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        raise ValueError("the root of a tree can't be taken out of it")
    previous, tail = element.getprevious(), element.tail or ""
    if previous is not None:
        previous.tail = (previous.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def replace(old: etree._Element, new: etree._Element) -> None:
    """Put `new` in the place of `old`; the text behind it stays."""
    parent = old.getparent()
    if parent is None:
        raise ValueError("the root of a tree can't be replaced in it")
    new.tail, old.tail = old.tail, None
    parent.replace(old, new)

"""Operations on lxml's trees, where the text behind an element (its tail) moves with the element."""

from lxml import etree

from pipeline.core.html import NOTE, NOTE_REFERENCE, texts_without


def plain_text(element: etree._Element) -> str:
    """Return an element's text on one line."""
    return " ".join("".join(map(str, element.itertext())).split())


def text_without_notes(element: etree._Element) -> str:
    """Return an element's text on one line, without footnotes and the references to them."""
    return " ".join("".join(texts_without((NOTE, NOTE_REFERENCE), element)).split())


def insert_after(element: etree._Element, new: etree._Element) -> None:
    """Put `new` between an element and the text behind it."""
    parent = _parent(element)
    new.tail, element.tail = element.tail, None
    parent.insert(parent.index(element) + 1, new)


def remove(element: etree._Element) -> None:
    """Take an element out of its tree; the text behind it stays."""
    parent = _parent(element)
    previous, tail = element.getprevious(), element.tail or ""
    if previous is not None:
        previous.tail = (previous.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def replace(old: etree._Element, new: etree._Element) -> None:
    """Put `new` in the place of `old`; the text behind it stays."""
    parent = _parent(old)
    new.tail, old.tail = old.tail, None
    parent.replace(old, new)


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    if parent is None:
        raise ValueError("the root of a tree has nothing around it")
    return parent

"""Words that a browser must not part: it breaks a line behind the hyphen of "COVID-19", which the PDF never does."""

import re

from lxml import etree

from pipeline.compose.markdown_body import parse, serialise

#: A word, a hyphen and a number: "COVID-19", "PDF/A-2" but not "2018-2020" or an address.
_HELD = re.compile(r"(?<![\w/.:-])[^\W\d_][\w/]*-\d+(?![\w/-])")
_UNTOUCHED = frozenset({"code", "pre", "kbd", "samp"})


def hold_together(fragment: str) -> str:
    """Return a fragment of HTML in which each word with a hyphen and a number stands in a span that never breaks."""
    if not _HELD.search(fragment):
        return fragment
    root = parse(fragment)
    for element in list(root.iter(etree.Element)):
        if not any(holder.tag in _UNTOUCHED for holder in (element, *element.iterancestors())):
            _hold(element, element, at=0)
        parent = element.getparent()
        if parent is not None and not any(h.tag in _UNTOUCHED for h in (parent, *parent.iterancestors())):
            _hold(parent, element, at=parent.index(element) + 1)
    return serialise(root)


def _hold(parent: etree._Element, owner: etree._Element, *, at: int) -> None:
    """Part a text into words to hold and the rest: the text of `owner` where it is `parent`, else its tail."""
    text = (owner.text if owner is parent else owner.tail) or ""
    spans: list[etree._Element] = []
    end = 0
    for match in _HELD.finditer(text):
        _append(owner, spans, text[end : match.start()], is_text=owner is parent)
        spans.append(etree.Element("span", {"class": "together"}))
        spans[-1].text = match[0]
        end = match.end()
    if spans:
        spans[-1].tail = text[end:]
        parent[at:at] = spans


def _append(owner: etree._Element, spans: list[etree._Element], text: str, *, is_text: bool) -> None:
    """Put the text between two held words where the tree wants it."""
    if spans:
        spans[-1].tail = text
    elif is_text:
        owner.text = text
    else:
        owner.tail = text

"""Markdown → sanitised tree: what an editor may write (`pipeline.sources.markup`), and nothing else.

Python-Markdown converts, its tree filled from markdown-it's tokens; nh3 (ammonia) removes what isn't allowed,
lxml parses the result. A body is never treated as a template, so `{{ 7*7 }}` is text.
"""

import re
from dataclasses import dataclass

import markdown
import nh3
from lxml import etree, html
from markdown import util

from pipeline.compose.agreement import Disagreement, differences, without_lines
from pipeline.compose.token_tree import LINE, TokenTree
from pipeline.sources.markup import ALLOWED_TAGS, REMOVED_WITH_CONTENT
from pipeline.sources.outline.parser import parse as read
from pipeline.sources.outline.raw_html import INLINE

#: Python-Markdown marks places of its own by these.
_MARKS = re.compile(f"[{util.STX}{util.ETX}]")

_ATTRIBUTES = {
    "*": {"id", "class", "lang", "dir", LINE},
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "col": {"span"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope", "abbr"},
}
_URL_SCHEMES = {"http", "https", "mailto", "tel"}
_ALLOWED_CLASSES = re.compile(r"language-[\w+#-]+|footnote(?:-ref)?|decorative|task-(?:done|open)")
#: A span of ten million columns makes any layout engine run out of memory.
_WIDEST_SPAN = 100
#: No list begins beyond the numbers of characters.
_CODE_POINT = 0x110000
_MOST_DIGITS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """The sanitised tree of a body under one `div`, and what it doesn't show as the body says."""

    root: etree._Element
    differences: tuple[Disagreement, ...]


def convert(body: str) -> Converted:
    """Return the sanitised tree of a Markdown body, compared with what was read."""
    body = _MARKS.sub("", body)
    converter = markdown.Markdown(extensions=["abbr", TokenTree()], output_format="html")
    root = parse(sanitise(converter.convert(body)))
    found = differences(read(body).tokens, root)
    without_lines(root)
    _wrap_bare_text(root)
    return Converted(root=root, differences=found)


def _wrap_bare_text(root: etree._Element) -> None:
    """Put running text between the blocks, as behind a tag that was taken out, into paragraphs."""
    paragraph: etree._Element | None = None
    children, first, root.text = list(root), root.text or "", None
    if first.strip():
        paragraph = etree.Element("p")
        paragraph.text = first.strip()
        root.insert(0, paragraph)
    for child in children:
        tail, child.tail = child.tail or "", None
        if child.tag in INLINE:
            if paragraph is None:
                paragraph = etree.Element("p")
                child.addprevious(paragraph)
            paragraph.append(child)
            child.tail = tail
            continue
        paragraph = None
        if tail.strip():
            paragraph = etree.Element("p")
            paragraph.text = tail.strip()
            child.addnext(paragraph)
        else:
            child.tail = tail


def sanitise(text: str) -> str:
    """Return HTML without any element, attribute, class or address that is not allowed."""
    return nh3.clean(
        text,
        tags=set(ALLOWED_TAGS),
        clean_content_tags=set(REMOVED_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=_filtered_attribute,
        url_schemes=_URL_SCHEMES,
        strip_comments=True,
        link_rel=None,
    )


def parse(text: str) -> etree._Element:
    """Return the tree of an HTML fragment under one `div`."""
    root: etree._Element = html.fragment_fromstring(text, create_parent="div")
    return root


def serialise(root: etree._Element) -> str:
    """Return the HTML inside a tree's root."""
    whole: str = html.tostring(root, encoding="unicode", method="html")
    return whole[whole.index(">") + 1 : whole.rindex("</")]


def _filtered_attribute(_tag: str, name: str, value: str) -> str | None:
    """Return an attribute's value as it may stand, or None to drop the attribute."""
    if name == "class":
        kept = [word for word in value.split() if _ALLOWED_CLASSES.fullmatch(word)]
        return " ".join(kept) or None
    if name in {"colspan", "rowspan", "span", "start", "value"}:
        largest = _CODE_POINT if name in {"start", "value"} else _WIDEST_SPAN
        is_number = value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
        return value if is_number and int(value) <= largest else None
    if name == "type":
        return value if value in {"1", "a", "A", "i", "I"} else None
    if name == "dir":
        return value if value in {"ltr", "rtl", "auto"} else None
    return value

"""Markdown → sanitised tree: what an editor may write (`pipeline.sources.markup`), and nothing else.

Python-Markdown converts, nh3 (ammonia) removes what isn't allowed, lxml parses the result. A body is never
treated as a template, so `{{ 7*7 }}` is text.
"""

import re
from typing import Any
from xml.etree.ElementTree import Element

import markdown
import nh3
from lxml import etree, html
from markdown.extensions import Extension
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.inlinepatterns import InlineProcessor

from pipeline.sources.markup import ALLOWED_TAGS, ATTRIBUTE_LIST, REMOVED_WITH_CONTENT, SPAN_LANGUAGE

_EXTENSIONS = ("tables", "footnotes", "def_list", "abbr", "fenced_code", "sane_lists")
_EXTENSION_SETTINGS: dict[str, dict[str, Any]] = {
    # A style attribute does not pass the sanitiser; an align attribute becomes a class later.
    "tables": {"use_align_attribute": True},
    # The notes are moved beside their references afterwards: only the tree's shape matters here.
    "footnotes": {"BACKLINK_TEXT": "", "UNIQUE_IDS": False},
}

_ATTRIBUTES = {
    "*": {"id", "class", "lang", "dir"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title"},
    "ol": {"start", "type", "reversed"},
    "col": {"span"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope", "abbr"},
}
_URL_SCHEMES = {"http", "https", "mailto", "tel"}
_ALLOWED_CLASSES = re.compile(r"language-[\w+#-]+|footnote(?:-ref|-backref)?|decorative")
#: A span of ten million columns makes any layout engine run out of memory.
_WIDEST_SPAN = 100
#: No list begins beyond the numbers of characters.
_CODE_POINT = 0x110000


class _LanguageSpans(InlineProcessor):
    """`[Listening Sessions]{lang=en}`: text in another language, written as Pandoc's bracketed spans are."""

    def handleMatch(  # type: ignore[override] # noqa: N802 - Python-Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        end = _closing_bracket(data, m.end(0))
        attributes = None if end is None else SPAN_LANGUAGE.match(data, end + 1)
        if attributes is None:
            return None, None, None
        span = Element("span", {"lang": attributes["language"]})
        span.text = data[m.end(0) : end]
        return span, m.start(0), attributes.end(0)


def _closing_bracket(data: str, index: int) -> int | None:
    """Return the index of the bracket that closes the one right before `index`, or None."""
    depth = 1
    for at in range(index, len(data)):
        depth += {"[": 1, "]": -1}.get(data[at], 0)
        if depth == 0:
            return at
    return None


class _AttributeLists(AttrListTreeprocessor):
    """Attribute lists by our grammar: Python-Markdown's own would drop any other words in braces."""

    HEADER_RE = re.compile(rf"[ ]+{ATTRIBUTE_LIST}[ ]*$")  # type: ignore[misc] # final in the stubs, but read from here
    BLOCK_RE = re.compile(rf"\n[ ]*{ATTRIBUTE_LIST}[ ]*$")  # type: ignore[misc] # as above
    INLINE_RE = re.compile(rf"^{ATTRIBUTE_LIST}")  # type: ignore[misc] # as above


class _Attributes(Extension):
    """Adds attribute lists, and the language of a run of text, for which Python-Markdown has no syntax."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        md.treeprocessors.register(_AttributeLists(md), "attr_list", 8)
        # Before links (160), whose pattern would give up at the brace; behind code (190) and escapes (180).
        md.inlinePatterns.register(_LanguageSpans(r"\[", md), "language-span", 165)


def convert(body: str) -> etree._Element:
    """Return the sanitised tree of a Markdown body under one `div`."""
    converter = markdown.Markdown(
        extensions=[*_EXTENSIONS, _Attributes()], extension_configs=_EXTENSION_SETTINGS, output_format="html"
    )
    return parse(sanitise(converter.convert(body)))


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
    if name in {"colspan", "rowspan", "span", "start"}:
        largest = _CODE_POINT if name == "start" else _WIDEST_SPAN
        return value if value.isascii() and value.isdigit() and int(value) <= largest else None
    if name == "dir":
        return value if value in {"ltr", "rtl", "auto"} else None
    return value

"""Markdown → sanitised tree: what an editor may write, and nothing else.

Python-Markdown converts, nh3 (ammonia) keeps what the lists below allow, lxml parses the result. A body is never
treated as a template, so `{{ 7*7 }}` is text.
"""

import re
from typing import Any
from xml.etree.ElementTree import Element

import markdown
import nh3
from lxml import etree, html
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

from pipeline.compose.attribute_lists import AttributeLists
from pipeline.sources.markup import ALLOWED_TAGS, REMOVED_WITH_CONTENT, SPAN_LANGUAGE

_EXTENSIONS = ("tables", "footnotes", "def_list", "abbr", "fenced_code", "sane_lists")
_EXTENSION_SETTINGS: dict[str, dict[str, Any]] = {
    # A style attribute does not pass the sanitiser; an align attribute becomes a class of ours.
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
_OWN_CLASSES = re.compile(r"language-[\w+#-]+|footnote(?:-ref|-backref)?|decorative")
#: A span of ten million columns makes any layout engine run out of memory.
_WIDEST_SPAN = 100
_CODE_POINT = 0x110000


class _LanguageSpans(InlineProcessor):
    """`[Listening Sessions]{lang=en}`: a run of text in another language, as Pandoc's bracketed spans have it."""

    def handleMatch(  # type: ignore[override] # noqa: N802 - Python-Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        text, index, handled = self._bracketed(data, m.end(0))
        attributes = SPAN_LANGUAGE.match(data, index) if handled else None
        if attributes is None:
            return None, None, None
        span = Element("span", {"lang": attributes["language"]})
        span.text = text
        return span, m.start(0), attributes.end(0)

    @staticmethod
    def _bracketed(data: str, index: int) -> tuple[str, int, bool]:
        """Return the text up to the bracket that closes the one before `index`, the index behind it, and whether there is one."""
        depth = 1
        for at in range(index, len(data)):
            depth += {"[": 1, "]": -1}.get(data[at], 0)
            if depth == 0:
                return data[index:at], at + 1, True
        return "", index, False


class _Spans(Extension):
    """Python-Markdown has attribute lists for elements, but none for a run of text."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        # Before links (160), whose pattern would give up at the brace; behind code (190) and escapes (180).
        md.inlinePatterns.register(_LanguageSpans(r"\[", md), "language-span", 165)


def convert(body: str) -> etree._Element:
    """Return the sanitised tree of a Markdown body under one `div`."""
    converter = markdown.Markdown(
        extensions=[*_EXTENSIONS, AttributeLists(), _Spans()],
        extension_configs=_EXTENSION_SETTINGS,
        output_format="html",
    )
    return parse(sanitise(converter.convert(body)))


def sanitise(text: str) -> str:
    """Return HTML with nothing in it but what the allow-lists of this module name."""
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
        kept = [word for word in value.split() if _OWN_CLASSES.fullmatch(word)]
        return " ".join(kept) or None
    if name in {"colspan", "rowspan", "span", "start"}:
        return value if value.isascii() and value.isdigit() and int(value) <= _limit(name) else None
    if name == "dir":
        return value if value in {"ltr", "rtl", "auto"} else None
    return value


def _limit(name: str) -> int:
    return _CODE_POINT if name == "start" else _WIDEST_SPAN

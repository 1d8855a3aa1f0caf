"""Which standard structure type an HTML element stands for (ISO 32000-1, 14.8.4)."""

from typing import Any

#: Elements with a type of their own; text in any other belongs to the element around it.
_KINDS = {
    "article": "Art",
    "aside": "Aside",
    "blockquote": "BlockQuote",
    "caption": "Caption",
    "code": "Code",
    "dl": "L",
    "em": "Em",
    "figcaption": "Caption",
    "figure": "Div",
    "h1": "H1",
    "h2": "H2",
    "h3": "H3",
    "h4": "H4",
    "h5": "H5",
    "h6": "H6",
    "img": "Figure",
    "kbd": "Code",
    "ol": "L",
    "p": "P",
    "pre": "Code",
    "q": "Quote",
    "samp": "Code",
    "section": "Sect",
    "strong": "Strong",
    "table": "Table",
    "tbody": "TBody",
    "td": "TD",
    "tfoot": "TFoot",
    "th": "TH",
    "thead": "THead",
    "tr": "TR",
    "ul": "L",
}
#: Types that PDF 1.7 has no name for, and the standard type that says most of it (RoleMap; PDF 2.0 knows the first
#: two by these names).
ROLES = {"Em": "/Span", "Strong": "/Span", "Aside": "/Sect"}

#: Types that hold blocks, not text: text right in one of these gets a paragraph around it.
GROUPING = frozenset({"Document", "Art", "Aside", "Sect", "Div", "BlockQuote"})
#: Types that may hold blocks.
CONTAINERS = GROUPING | {"LBody", "TD", "TH"}
#: Types that run in a line of text.
INLINE = frozenset({"Span", "Em", "Strong", "Code", "Quote", "Link", "Reference"})

_BLOCK_TAGS = frozenset({"div", "header", "footer", "main", "nav"})
_LISTS = frozenset({"ul", "ol"})


def kinds_of(element: Any, parent: Any) -> tuple[str, ...]:
    """Return the types of the nodes an element becomes, outermost first; none where it is nothing by itself.

    `parent` is the HTML element around it, None for the root.
    """
    tag, around = element.tag, parent.tag if parent is not None else None
    if tag == "a":
        return _kinds_of_link(element)
    if tag in {"span", "abbr"}:
        return _kinds_of_span(element)
    if tag == "li":
        return ("LI", "LBody") if around in _LISTS else ("P",)
    if tag == "figcaption" and around != "figure":
        return ("P",)
    return (_KINDS[tag],) if tag in _KINDS and around != "pre" else ()


def _kinds_of_span(element: Any) -> tuple[str, ...]:
    if element.tag == "abbr":
        return ("Span",) if element.get("title") else ()
    if element.get("role") == "doc-footnote":
        return ("Note",)
    parts = {"mark": ("Lbl",), "note-paragraph": ("P",)}
    return parts.get(element.get("class", ""), ())


def _kinds_of_link(element: Any) -> tuple[str, ...]:
    if not element.get("href"):
        return ()
    outer = {"doc-noteref": ("Reference",), "doc-backlink": ("Lbl",)}
    return (*outer.get(element.get("role", ""), ()), "Link")


def kind_of_wrapper(element: Any) -> str:
    """Return the type for an element that is nothing by itself but has something to say, such as its language."""
    return "Div" if element.tag in _BLOCK_TAGS else "Span"


def is_spoken(image: Any) -> bool:
    """Tell whether an image is more than decoration: whether it has a text alternative."""
    return bool((image.get("alt") or "").strip()) and image.get("role") not in {"presentation", "none"}

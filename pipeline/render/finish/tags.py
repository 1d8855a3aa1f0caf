"""The tags of a document: structure elements (ISO 32000-1, 14.7 and 14.8) and what they are made from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

#: Elements with a type of their own; text in any other belongs to the element around it.
_TYPES = {
    "article": "Art", "section": "Sect", "aside": "Aside", "blockquote": "BlockQuote", "figure": "Div",
    "h1": "H1", "h2": "H2", "h3": "H3", "h4": "H4", "h5": "H5", "h6": "H6", "p": "P", "img": "Figure",
    "figcaption": "Caption", "caption": "Caption", "dl": "L", "ol": "L", "ul": "L",
    "table": "Table", "thead": "THead", "tbody": "TBody", "tfoot": "TFoot",
    "tr": "TR", "th": "TH", "td": "TD",
    "code": "Code", "kbd": "Code", "pre": "Code", "samp": "Code",
    "q": "Quote", "em": "Em", "strong": "Strong",
}  # fmt: skip
#: Types that PDF 1.7 lacks (2.0 knows the first two), and the standard type that comes nearest (RoleMap).
ROLES = {"Em": "/Span", "Strong": "/Span", "Aside": "/Sect"}

#: Types that hold blocks, not text: text right in one of these gets a paragraph around it.
GROUPING = frozenset({"Document", "Art", "Aside", "Sect", "Div", "BlockQuote"})
#: Types that may hold blocks.
CONTAINERS = GROUPING | {"LBody", "TD", "TH"}
#: Types that run in a line of text.
INLINE = frozenset({"Span", "Em", "Strong", "Code", "Quote", "Link", "Reference"})

#: Cells without content hold the table's grid; any other empty element is dropped.
_MAY_BE_EMPTY = frozenset({"TD", "TH"})

_BLOCK_TAGS = frozenset({"div", "header", "footer", "main", "nav"})
_LISTS = frozenset({"ul", "ol"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A piece of marked content: its page, counted from 0, and its number (MCID) there."""

    page: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkArea:
    """A link annotation, which belongs to a Link element, and its page, counted from 0."""

    page: int
    annotation: Any


@dataclass(slots=True, eq=False, kw_only=True)
class StructureNode:
    """A structure element: its type, what is in it, its entries, and its attributes by their owner."""

    kind: str
    parent: "StructureNode | None"
    children: "list[StructureNode | Content | LinkArea]" = field(default_factory=list)
    entries: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_anonymous: bool = False

    @property
    def elements(self) -> "list[StructureNode]":
        """Return the elements right in this one, without its content and links."""
        return [child for child in self.children if isinstance(child, StructureNode)]

    @property
    def is_inline(self) -> bool:
        """Say whether this element runs in a line of text."""
        return self.kind in INLINE and self.attributes.get("Layout", {}).get("Placement") != "/Block"

    def append(self, kind: str) -> "StructureNode":
        """Add an element behind all others and return it."""
        element = StructureNode(kind=kind, parent=self)
        self.children.append(element)
        return element

    def set_attribute(self, owner: str, name: str, value: Any) -> None:
        """Set an attribute of the standard attribute owner `owner` (ISO 32000-1, 14.8.5)."""
        self.attributes.setdefault(owner, {})[name] = value

    def walk(self) -> Iterator["StructureNode"]:
        """Yield this element and all below, parents first."""
        yield self
        for child in self.elements:
            yield from child.walk()


def drop_empty(element: StructureNode) -> None:
    """Drop, in place, the elements below that hold nothing to be read out."""
    for child in element.elements:
        drop_empty(child)
        if not child.children and child.kind not in _MAY_BE_EMPTY:
            element.children.remove(child)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """How a document is tagged: its structure tree, what is an artifact, and where words break.

    `artifacts` gives the property list of each artifact, an empty one where it has none; `hyphenated` holds
    the content whose last glyph is a hyphen that only stands there because the line ends; `before_spaces` the
    content that is followed by a space in the source which is not drawn.
    """

    tree: StructureNode
    artifacts: dict[Content, dict[str, Any]] = field(repr=False)
    hyphenated: frozenset[Content] = field(repr=False)
    before_spaces: frozenset[Content] = field(repr=False)


def types_of(element: Any, parent: Any) -> tuple[str, ...]:
    """Return the types that an HTML element in `parent` (or None) becomes, outermost first; often none."""
    tag, around = element.tag, parent.tag if parent is not None else None
    if tag == "a":
        return _types_of_link(element)
    if tag in {"span", "abbr"}:
        return _types_of_span(element)
    if tag == "li":
        return ("LI", "LBody") if around in _LISTS else ("P",)
    if tag == "figcaption" and around != "figure":
        return ("P",)
    return (_TYPES[tag],) if tag in _TYPES and around != "pre" else ()


def _types_of_span(element: Any) -> tuple[str, ...]:
    if element.tag == "abbr":
        return ("Span",) if element.get("title") else ()
    if element.get("role") == "doc-footnote":
        return ("Note",)
    parts = {"mark": ("Lbl",), "note-paragraph": ("P",)}
    return parts.get(element.get("class", ""), ())


def _types_of_link(element: Any) -> tuple[str, ...]:
    if not element.get("href"):
        return ()
    outer = {"doc-noteref": ("Reference",), "doc-backlink": ("Lbl",)}
    return (*outer.get(element.get("role", ""), ()), "Link")


def type_of_wrapper(element: Any) -> str:
    """Return the type for an HTML element without one of its own that has a language of its own."""
    return "Div" if element.tag in _BLOCK_TAGS else "Span"


def is_spoken(image: Any) -> bool:
    """Say whether an image is more than decoration: whether it has a text alternative."""
    return bool((image.get("alt") or "").strip()) and image.get("role") not in {"presentation", "none"}

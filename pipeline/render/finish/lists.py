"""Lists: L, LI, Lbl, LBody (ISO 32000-1, 14.8.4.3.3), and nothing else in them (ISO 14289-1, 7.6)."""

from pipeline.render.finish.tree import Content, LinkArea, Node

#: CSS's names for markers, and those of styles/print.css → ListNumbering (ISO 32000-1, table 347).
_NUMBERINGS = {
    "bullet": "Disc",
    "dash": "Circle",
    "numeral": "Decimal",
    "disc": "Disc",
    "circle": "Circle",
    "square": "Square",
    "decimal": "Decimal",
    "decimal-leading-zero": "Decimal",
    "lower-alpha": "LowerAlpha",
    "lower-latin": "LowerAlpha",
    "upper-alpha": "UpperAlpha",
    "upper-latin": "UpperAlpha",
    "lower-roman": "LowerRoman",
    "upper-roman": "UpperRoman",
}
_LIST_PARTS = frozenset({"LI", "L", "Caption"})


def add_label(item: Node, list_style: object, *, is_ordered: bool) -> Node:
    """Put the label of an item before its body, say on the list how its items are numbered, and return the label.

    A style of markers that has no name in PDF is told as plain numbers or bullets, as `is_ordered` says.
    """
    label = Node(kind="Lbl", parent=item)
    item.children.insert(0, label)
    usual = "Decimal" if is_ordered else "Disc"
    numbering = _NUMBERINGS.get(list_style, usual) if isinstance(list_style, str) else usual
    if item.parent is not None:
        item.parent.set_attribute("List", "ListNumbering", f"/{numbering}")
    return label


def add_definition_part(listing: Node, tag: str) -> Node:
    """Add a term (`dt`) or a description (`dd`) to a definition list and return its node.

    Terms that follow a description begin a new item; outside a list both are paragraphs.
    """
    if listing.kind != "L":
        return listing.append("P")
    item = listing.children[-1] if listing.children else None
    is_new = not isinstance(item, Node) or item.kind != "LI"
    if isinstance(item, Node) and tag == "dt":
        is_new = is_new or any(isinstance(part, Node) and part.kind == "LBody" for part in item.children)
    if is_new or not isinstance(item, Node):
        item = listing.append("LI")
    return item.append("Lbl" if tag == "dt" else "LBody")


def settle_list(listing: Node) -> None:
    """Give what stands right in a list, beside its items, an item of its own, in place."""
    listing.children = [
        child if isinstance(child, Node) and child.kind in _LIST_PARTS else _item_around(child, listing)
        for child in listing.children
    ]


def _item_around(stray: Node | Content | LinkArea, listing: Node) -> Node:
    item = Node(kind="LI", parent=listing)
    body = item.append("LBody")
    body.children.append(stray)
    if isinstance(stray, Node):
        stray.parent = body
    return item

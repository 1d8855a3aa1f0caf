"""How much room a table needs, told by its longest words, since a style sheet can't measure them."""

from collections.abc import Iterator

from lxml import etree

#: Characters of the table type that a line holds in the text's column, and in column and rail together; a gap
#: between two columns counts as two.
_COLUMN = 78
_COLUMN_AND_RAIL = 110
_GAP = 2


def room_of(table: etree._Element) -> str:
    """Return the class that a table's needs call for: none, `wide` (rail and smaller type) or `crowded` (broken words).

    A table is as wide as its columns' longest words; cells that span columns are left out.
    """
    widths: dict[int, int] = {}
    for row in table.iter("tr"):
        for column, cell in enumerate(row.iterchildren("td", "th")):
            if cell.get("colspan", "1") == "1":
                widths[column] = max(widths.get(column, 0), _longest_word(cell))
    needed = sum(widths.values()) + _GAP * max(len(widths) - 1, 0)
    if needed > _COLUMN_AND_RAIL:
        return "crowded"
    return "wide" if needed > _COLUMN else ""


def _longest_word(cell: etree._Element) -> int:
    return max((len(word) for word in "".join(_texts(cell)).split()), default=0)


def _texts(element: etree._Element) -> Iterator[str]:
    """Yield the strings of a cell, but for the notes that stand in it."""
    yield element.text or ""
    for child in element:
        if not child.get("class", "").startswith("note"):
            yield from _texts(child)
        yield child.tail or ""

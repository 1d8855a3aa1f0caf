"""The structure of the source is that of the page, and the structure of the page that of the attachment."""

from collections.abc import Iterator, Sequence

from lxml import etree

from pipeline.checks.evidence import Evidence
from pipeline.checks.text_matching import letters
from pipeline.compose.agreement import Difference
from pipeline.core.model import Edition, Finding, Severity
from pipeline.pdf.model import StructureElement

_NAMES = {
    "p": "this paragraph",
    "ul": "this list",
    "ol": "this numbered list",
    "li": "this item of a list",
    "blockquote": "this quotation",
    "pre": "this code",
    "img": "this image",
    "a": "this link",
    "sup": "this reference to a footnote",
    **dict.fromkeys(("table", "thead", "tbody", "tr", "th", "td"), "this table"),
    **dict.fromkeys(("dl", "dt", "dd"), "this definition"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "this heading"),
}
_REPORT = "report this, with the source of the edition"
_FIRST_WITHOUT_ROMAN = 4000
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
          (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def differing(edition: Edition, differences: Sequence[Difference]) -> Iterator[Finding]:
    """Yield `source.structure` for the first thing that the page does not show as its source says; count the rest."""
    if differences:
        first, *others = differences
        name, more = first.name.split()[0], f" (and {len(others)} more)" if others else ""
        yield edition.finding(
            "source.structure",
            Severity.WARNING,
            f"{_NAMES.get(name, 'a part')}{more} is not on the page as it is written here",
            "look for HTML near it: a tag that is never closed, or a block such as <div> within a paragraph",
            line=edition.body_line + first.line,
        )


def lists(evidence: Evidence) -> Iterator[Finding]:
    """Yield `structure.list` for a list with other items, or other numbers before them, than on the page."""
    found = evidence.structure.elements("L")
    wanted = list(evidence.html().iter("ul", "ol", "dl"))
    if len(found) != len(wanted):
        yield _fault(
            evidence, "structure.list", f"the page has {len(wanted)} lists, the attachment {len(found)}"
        )
        return
    for written, shown in zip(wanted, found, strict=True):
        items = [
            child for child in shown.children if isinstance(child, StructureElement) and child.kind == "LI"
        ]
        names = list(written.iterchildren("li"))
        first = " ".join(evidence.structure.text(shown).split())[:60]
        if written.tag != "dl" and len(items) != len(names):
            what = f"the list “{first}” has {len(names)} items on the page, {len(items)} in the attachment"
            yield _fault(evidence, "structure.list", what, page=shown.page)
        elif written.tag == "ol":
            labels = [_label(evidence, item) for item in items]
            numbers = list_labels(written)
            if labels != numbers:
                what = f"the list “{first}” is numbered {', '.join(labels)}, not {', '.join(numbers)}"
                yield _fault(evidence, "structure.list", what, page=shown.page)


def rows(evidence: Evidence) -> Iterator[Finding]:
    """Yield `structure.table` for a table with other rows or cells than on the page."""
    found = [_cells_of_pdf(table) for table in evidence.structure.elements("Table")]
    wanted = [
        [len(list(row.iterchildren("td", "th"))) for row in table.iter("tr")]
        for table in evidence.html().iter("table")
    ]
    if found != wanted:
        what = f"the cells of the tables, row by row, are {found} in the attachment and {wanted} on the page"
        yield _fault(evidence, "structure.table", what)


def list_labels(written: etree._Element) -> list[str]:
    """Return the numbers of a numbered list's items as they are printed (HTML, 4.4.5 and 4.4.8)."""
    items = list(written.iterchildren("li"))
    step = -1 if written.get("reversed") is not None else 1
    number = _number(written.get("start"), len(items) if step < 0 else 1)
    labels = []
    for item in items:
        number = _number(item.get("value"), number)
        labels.append(_as_label(number, written.get("class", "")))
        number += step
    return labels


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text else otherwise


def _as_label(number: int, kind: str) -> str:
    """Return a number in the style of a list; numbers that a style doesn't have are decimal."""
    text = ""
    if "alpha" in kind and number > 0:
        while number:
            number, digit = divmod(number - 1, 26)
            text = chr(ord("a") + digit) + text
    elif "roman" in kind and 0 < number < _FIRST_WITHOUT_ROMAN:
        for value, digits in _ROMAN:
            text += digits * (number // value)
            number %= value
    else:
        text = str(number)
    return text


def _label(evidence: Evidence, item: StructureElement) -> str:
    """Return the letters and digits of an item's label, small."""
    marks = (child for child in item.children if isinstance(child, StructureElement) and child.kind == "Lbl")
    return letters("".join(evidence.structure.text(mark) for mark in marks))


def _cells_of_pdf(table: StructureElement) -> list[int]:
    return [
        sum(isinstance(cell, StructureElement) and cell.kind in {"TD", "TH"} for cell in row.children)
        for row in table.walk()
        if row.kind == "TR"
    ]


def _fault(evidence: Evidence, check: str, message: str, *, page: int | None = None) -> Finding:
    return evidence.edition.finding(check, Severity.ERROR, message, _REPORT, page=page)

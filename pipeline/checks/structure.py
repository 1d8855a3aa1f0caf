"""The lists and tables of the page are those of the attachment's structure tree."""

from collections.abc import Iterator

from pipeline.checks.evidence import Evidence
from pipeline.checks.list_numbers import list_labels
from pipeline.checks.text_matching import letters
from pipeline.core.model import Finding, Severity
from pipeline.pdf.model import StructureElement

_REPORT = "report this, with the source of the edition"


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
        items = _children(shown, "LI")
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


def _label(evidence: Evidence, item: StructureElement) -> str:
    """Return the letters and digits of an item's label, small."""
    return letters("".join(evidence.structure.text(mark) for mark in _children(item, "Lbl")))


def _cells_of_pdf(table: StructureElement) -> list[int]:
    return [len(_children(row, "TD", "TH")) for row in table.walk() if row.kind == "TR"]


def _children(element: StructureElement, *kinds: str) -> list[StructureElement]:
    return [
        child for child in element.children if isinstance(child, StructureElement) and child.kind in kinds
    ]


def _fault(evidence: Evidence, check: str, message: str, *, page: int | None = None) -> Finding:
    return evidence.edition.finding(check, Severity.ERROR, message, _REPORT, page=page)

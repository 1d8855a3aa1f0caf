"""The structure of the page is that of the attachment."""

from dataclasses import replace

from pipeline.checks import structure
from pipeline.pdf.model import StructureElement
from tests.attachments import Workbench

LISTS = (
    "12. a\n13. b\n\n- x\n  3. y\n  4. z\n\n<ol type='a' start='3'><li>c</li><li value='7'>g</li></ol>\n\n"
    "<ol reversed><li>two</li><li>one</li></ol>\n\n<ol type='I' start='4'><li>four</li></ol>\n\nTerm\n:   Meaning\n"
)


def test_lists_and_tables_arrive_in_the_attachment(bench: Workbench) -> None:
    """Lists that begin anywhere, in letters, backwards, and tables of any shape are tagged as on the page."""
    evidence = bench.evidence(
        f"{LISTS}\n| a | b |\n|---|---|\n| c | d |\n\nWe met:\n- [x] done\n- [ ] open\n"
    )
    assert [*structure.lists(evidence), *structure.rows(evidence)] == []
    assert "12" in evidence.read_back.text


def test_other_numbers_are_found(bench: Workbench) -> None:
    """A list that is numbered otherwise than on the page is an error."""
    evidence = bench.evidence(LISTS, css="ol { counter-reset: list-item 0 !important }")
    checks = {finding.check for finding in structure.lists(evidence)}
    assert checks == {"structure.list"}


def test_a_list_or_row_that_is_missing_is_found(bench: Workbench) -> None:
    """A tree without the page's lists and tables, or with a row less, is an error."""
    evidence = bench.evidence("- a\n- b\n\n| a |\n|---|\n| c |\n")
    empty = replace(evidence, structure=replace(evidence.structure, tree=None))
    assert [one.check for one in (*structure.lists(empty), *structure.rows(empty))] == [
        "structure.list",
        "structure.table",
    ]
    item = StructureElement(kind="LI", children=(), page=1)
    short = StructureElement(kind="L", children=(item,), page=1)
    less = replace(evidence, structure=replace(evidence.structure, tree=short))
    assert [one.check for one in structure.lists(less)] == ["structure.list"]

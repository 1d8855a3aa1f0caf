"""The structure tree has one node an element, however many lines and pages it was laid out in."""

import pytest

from pipeline.pdf.model import LogicalStructure
from tests.finishing import Finishing, dictionaries, elements, outline

LONG = "These are words that fill the page line by line. "


def text_of(structure: LogicalStructure, kind: str) -> list[str]:
    """Return the text of each element of one type."""
    return [structure.text(element) for element in elements(structure, kind)]


def pages_of(structure: LogicalStructure, kind: str) -> list[int]:
    """Return the pages that the content of the first element of a type stands on."""
    first = elements(structure, kind)[0]
    marks = [child for element in first.walk() for child in element.children if isinstance(child, int)]
    return sorted({structure.marks[mark].page for mark in marks})


def test_a_paragraph_over_two_pages_is_one_p(finishing: Finishing) -> None:
    """A paragraph that a page break splits is one P with content on both pages."""
    structure = finishing.structure(f"<p>{LONG * 120}</p>")
    assert len(elements(structure, "P")) == 1
    assert pages_of(structure, "P") == [1, 2]


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        ("<ul>{}</ul>", "L"),
        ("<ol>{}</ol>", "L"),
        ("<ul><li><p>{}</p></li></ul>", "LI"),
        ("<blockquote>{}</blockquote>", "BlockQuote"),
        ("<section>{}</section>", "Sect"),
    ],
)
def test_what_a_page_break_splits_stays_one(finishing: Finishing, markup: str, kind: str) -> None:
    """Lists, items, quotations and sections over two pages are one element each."""
    items = f"<li>{LONG * 3}</li>" * 40 if kind == "L" else f"{LONG * 120}"
    structure = finishing.structure(markup.format(items))
    assert len(elements(structure, kind)) == 1
    assert pages_of(structure, kind)[:2] == [1, 2]


def test_a_table_over_two_pages_is_one_table_whose_head_is_said_once(finishing: Finishing) -> None:
    """The head that is drawn again on the second page is an artifact."""
    rows = "".join(f"<tr><td>row {number}</td><td>{number}</td></tr>" for number in range(80))
    table = f"<table><thead><tr><th>Name</th><th>Value</th></tr></thead><tbody>{rows}</tbody></table>"
    structure = finishing.structure(table)
    assert pages_of(structure, "Table") == [1, 2, 3]
    assert len(elements(structure, "Table")) == len(elements(structure, "TBody")) == 1
    assert text_of(structure, "TH") == ["Name", "Value"]
    assert len(elements(structure, "TR")) == 81
    assert [mark.text for mark in structure.marks if mark.is_artifact].count("Name") == 2


def test_heads_of_tables_have_scope(finishing: Finishing) -> None:
    """A head cell says whether it is the head of a column or of a row, as written or by its place."""
    markup = (
        "<table><thead><tr><th>a<th scope=col>b</thead>"
        "<tbody><tr><th>c<td>1<tr><th scope=col>d<td>2</tbody></table>"
    )
    heads = elements(finishing.structure(markup), "TH")
    assert [head.scope for head in heads] == ["Column", "Column", "Row", "Column"]


def test_holes_in_a_table_are_filled(finishing: Finishing) -> None:
    """Each row has a cell for each column, spans counted, and no span leaves its group of rows."""
    markup = (
        "<table><tbody><tr><td colspan=2>1<td>2<tr><td rowspan=9>3<tr><td>4</tbody>"
        "<tbody><tr><td>5<td>6<td>7</tbody></table>"
    )
    data = finishing.body(markup)
    rows = elements(structure := finishing.structure(markup), "TR")
    assert [len(row.children) for row in rows] == [2, 3, 2, 3]
    assert text_of(structure, "TD") == ["1", "2", "3", "", "", "4", "", "5", "6", "7"]
    spans = [item["/A"]["/RowSpan"] for item in dictionaries(data) if "/RowSpan" in item.get("/A", {})]
    assert spans == [2]


def test_a_caption_comes_first_in_its_table(finishing: Finishing) -> None:
    """A caption is a table's first child, wherever the styles put it."""
    markup = "<table><caption>C</caption><tbody><tr><td>1</tbody></table>"
    structure = finishing.structure(markup, css="caption { caption-side: bottom }")
    assert list(outline(structure))[:4] == ["Document", "  Table", "    Caption", "      'C'"]


def test_nested_lists_stand_in_their_items(finishing: Finishing) -> None:
    """A list in a list belongs to the body of the item it is written in; each item has its label."""
    structure = finishing.structure(
        "<ul><li>one<ol><li>deep</ol><li><p>two</ul>",
        css="ul { list-style: disc } ol { list-style: decimal }",
    )
    assert list(outline(structure)) == [
        "Document",
        "  L",
        "    LI",
        "      Lbl",
        "        '• '",
        "      LBody",
        "        'one'",
        "        L",
        "          LI",
        "            Lbl",
        "              '1. '",
        "            LBody",
        "              'deep'",
        "    LI",
        "      Lbl",
        "        '• '",
        "      LBody",
        "        P",
        "          'two'",
    ]


def test_lists_say_how_they_count(finishing: Finishing) -> None:
    """ListNumbering names the kind of marker."""
    data = finishing.body(
        "<ul><li>a</ul><ol><li>b</ol><ol type=i><li>c</ol><ol type=x><li>d</ol>",
        css="[type=i] { list-style: lower-roman } [type=x] { list-style: '?' }",
    )
    numberings = [item["/A"]["/ListNumbering"] for item in dictionaries(data) if item.get("/S") == "/L"]
    assert numberings == ["/Disc", "/Decimal", "/LowerRoman", "/Decimal"]


def test_terms_and_descriptions_are_labels_and_bodies(finishing: Finishing) -> None:
    """A term after a description begins a new item; several terms or descriptions share one."""
    structure = finishing.structure("<dl><dt>a<dd>1<dd>2<dt>b<dt>c<dd>3</dl>")
    assert [len(item.children) for item in elements(structure, "LI")] == [3, 3]
    assert [part.kind for part in elements(structure, "LI")[1].children if not isinstance(part, int)] == [
        "Lbl",
        "Lbl",
        "LBody",
    ]


def test_what_stands_between_items_gets_an_item(finishing: Finishing) -> None:
    """A list holds nothing but items, whatever was written into it (PDF/UA-1, 7.6)."""
    (listing,) = elements(finishing.structure("<ul><p>stray</p><li>one</ul>"), "L")
    assert [child.kind for child in listing.children if not isinstance(child, int)] == ["LI", "LI"]


def test_runs_and_blocks_in_another_language_say_so(finishing: Finishing) -> None:
    """An element with a language of its own carries it; one that repeats the language around it does not."""
    structure = finishing.structure(
        "<p>a <span lang=fr>b</span> <em lang=de>c</em> <span lang=en>d</span>"
        "<blockquote lang=fr><p>e</p></blockquote><div lang=es><p>f</p></div>"
    )
    assert structure.tree is not None
    found = [(item.kind, item.language) for item in structure.tree.walk() if item.language]
    assert found == [("Span", "fr"), ("Span", "de"), ("BlockQuote", "fr"), ("Div", "es")]


def test_abbreviations_are_spelled_out(finishing: Finishing) -> None:
    """An abbreviation with a title carries its expansion (ISO 32000-1, 14.9.5)."""
    data = finishing.body("<p>The <abbr title='World Wide Web'>WWW</abbr> and <abbr>etc.</abbr>")
    assert [item["/E"] for item in dictionaries(data) if "/E" in item] == ["World Wide Web"]


def test_quotations_code_and_emphasis_are_what_they_are(finishing: Finishing) -> None:
    """BlockQuote, Quote, Code and, by their role, Em and Strong."""
    structure = finishing.structure(
        "<blockquote>a</blockquote><p><q>b</q> <code>c</code> <em>d</em> <strong>e</strong></p>"
        "<pre><code>f</code></pre>"
    )
    kinds = [line for line in outline(structure) if "'" not in line]
    assert kinds == [
        "Document",
        "  BlockQuote",
        "    P",
        "  P",
        "    Quote",
        "    Code",
        "    Span",
        "    Span",
        "  Code",
    ]


def test_text_right_in_a_block_gets_a_paragraph(finishing: Finishing) -> None:
    """Text beside blocks stands in a paragraph of its own, one for each run."""
    structure = finishing.structure("<div>a <em>b</em><p>c</p>d</div>")
    assert text_of(structure, "P") == ["a b", "c", "d"]


def test_nothing_that_says_nothing_is_in_the_tree(finishing: Finishing) -> None:
    """Empty elements leave no trace, but for a table's cells."""
    structure = finishing.structure("<p></p><div><p> </p></div><h1>a</h1><ul></ul>")
    assert [line for line in outline(structure) if "'" not in line] == ["Document", "  H1"]


def test_content_that_no_box_holds_is_an_error() -> None:
    """Text that would be drawn and said nowhere stops the finishing."""
    import weasyprint

    from pipeline.render.finish.structure import read_tags
    from pipeline.render.speedups import patched
    from pipeline.render.speedups.marked_content import PageMarks

    document = weasyprint.HTML(string="<p>a").render()
    with patched(speedups=False) as marks:
        document.write_pdf(pdf_variant="pdf/ua-1", finisher=lambda _document, _pdf: None)
    more = PageMarks(box=marks[0].box, numbers={**marks[0].numbers, "a box of no page": 99})
    with pytest.raises(RuntimeError, match="page 1 draws text or images that stand in none of its boxes"):
        read_tags(document, [more])

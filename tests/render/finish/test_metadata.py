"""What the file says of itself, twice alike, and of its links."""

import datetime as dt
import io
import subprocess
import sys
from typing import Any

import pypdf
from lxml import etree

from tests.attachments import structure_of
from tests.finishing import Finishing, dictionaries, elements

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
CHANGES: dict[str, Any] = {
    "title": "Égalité & <more>",
    "authors": ("Ada Author", "Bo Writer"),
    "description": "What it is about.",
    "keywords": ("one", "two words"),
    "date": dt.date(1999, 12, 31),
    "language": "fr",
}


def packet(data: bytes) -> etree._Element:
    """Return the RDF of a PDF's XMP packet."""
    root: Any = pypdf.PdfReader(io.BytesIO(data)).root_object
    return etree.fromstring(root["/Metadata"].get_data())[0]


def value(rdf: etree._Element, name: str) -> list[str]:
    """Return the texts of the property `prefix:name`."""
    (found,) = rdf.iterfind(f".//{name}", {prefix: uri for prefix, uri in rdf.nsmap.items() if prefix})
    return [str(text).strip() for text in found.itertext() if str(text).strip()]


def test_one_packet_says_both_standards(finishing: Finishing) -> None:
    """PDF/UA-1 and PDF/A-2a stand in the one RDF, with the schema that PDF/A needs to know PDF/UA by."""
    rdf = packet(finishing.composed("A text.\n"))
    assert rdf.tag == f"{RDF}RDF"
    assert value(rdf, "pdfaid:part") == ["2"]
    assert value(rdf, "pdfuaid:part") == ["1"]
    assert value(rdf, "pdfaid:conformance") == ["A"]
    assert value(rdf, "pdfaSchema:prefix") == ["pdfuaid"]


def test_xmp_and_info_say_the_same(finishing: Finishing) -> None:
    """Title, authors, subject, keywords, dates, producer and language are the same in both places."""
    data = finishing.composed("A text.\n", **CHANGES)
    rdf = packet(data)
    info: Any = pypdf.PdfReader(io.BytesIO(data)).metadata
    assert value(rdf, "dc:title") == [info.title] == ["Égalité & <more>"]
    assert value(rdf, "dc:creator") == ["Ada Author", "Bo Writer"]
    assert info.author == "Ada Author, Bo Writer"
    assert value(rdf, "dc:description") == [info.subject] == ["What it is about."]
    assert value(rdf, "dc:subject") == ["one", "two words"]
    assert value(rdf, "pdf:Keywords") == [info["/Keywords"]] == ["one, two words"]
    assert value(rdf, "pdf:Producer") == [info.producer]
    assert value(rdf, "xmp:CreatorTool") == [info.creator]
    assert value(rdf, "xmp:CreateDate") == value(rdf, "xmp:ModifyDate") == ["1999-12-31"]
    assert info["/CreationDate"] == info["/ModDate"] == "D:19991231"
    assert value(rdf, "dc:language") == ["fr"]


def test_the_catalogue_asks_for_the_title_and_numbers_pages(finishing: Finishing) -> None:
    """Readers show the title, count pages from 1, and follow the structure with the tab key."""
    data = finishing.composed("A [link](https://example.org/).\n")
    root: Any = pypdf.PdfReader(io.BytesIO(data)).root_object
    assert root["/ViewerPreferences"] == {"/DisplayDocTitle": True}
    assert root["/PageLabels"]["/Nums"] == [0, {"/S": "/D"}]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"] == {"/Marked": True}
    assert {item["/Tabs"] for item in dictionaries(data) if item.get("/Type") == "/Page"} == {"/S"}


def test_a_language_that_reads_from_the_right_says_so(finishing: Finishing) -> None:
    """A page with dir=rtl asks readers to turn pages the other way."""
    data = finishing.render("<html lang=ar dir=rtl><title>T</title><p>a").data
    assert data is not None
    root: Any = pypdf.PdfReader(io.BytesIO(data)).root_object
    assert root["/ViewerPreferences"]["/Direction"] == "/R2L"


def test_headings_are_bookmarks(finishing: Finishing) -> None:
    """The bookmarks are the title and the headings, in their levels."""
    outline: Any = pypdf.PdfReader(
        io.BytesIO(finishing.composed("A.\n\n## B\n\nC.\n\n### D\n\nE.\n"))
    ).outline
    title, [second, [third]] = outline
    assert [entry.title for entry in (title, second, third)] == ["A Title of Its Own", "B", "D"]


def test_nothing_comes_from_the_clock(finishing: Finishing) -> None:
    """The same page gives the same bytes a second time, and no date in them is today's."""
    first, second = finishing.composed("A text.\n"), finishing.composed("A text.\n")
    assert first == second
    assert dt.datetime.now(dt.UTC).strftime("D:%Y%m%d") not in str(
        pypdf.PdfReader(io.BytesIO(first)).metadata
    )


def test_bytes_do_not_depend_on_the_hash_seed() -> None:
    """The XMP packet is the same in another process with another order of sets."""
    code = (
        "import hashlib;"
        "from pipeline.render.finish.metadata import _rdf;from lxml import etree;"
        "from weasyprint.document import DocumentMetadata;"
        "m=DocumentMetadata(title='T',authors=['A'],keywords=['k'],lang='en',created='2020-07-09');"
        "print(hashlib.sha256(etree.tostring(_rdf(m,'P'))).hexdigest())"
    )
    sums = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(sums) == 1


def test_every_link_is_described_printed_and_owned(finishing: Finishing) -> None:
    """A link annotation has Contents and the Print flag, and is in its element (ISO 14289-1, 7.18.5)."""
    words = "a link that is long enough to be laid out on two lines of the page or even on three of them " * 2
    data = finishing.body(
        f"<p><a href='https://example.org/'>{words}</a> "
        "<a href='https://example.org/a' title='Its title'>b</a>"
    )
    annotations = [item for item in dictionaries(data) if item.get("/Subtype") == "/Link"]
    assert {item["/Contents"] for item in annotations} == {words.strip(), "Its title"}
    assert {item["/F"] for item in annotations} == {4}
    structure = structure_of(data)
    assert [area.is_reached for area in structure.annotations] == [True] * len(annotations)
    assert len(annotations) > 2
    assert len(elements(structure, "Link")) == 2


def test_a_link_that_leads_nowhere_is_text(finishing: Finishing) -> None:
    """An anchor without an address leaves no Link behind."""
    assert not elements(finishing.structure("<p><a>text</a></p>"), "Link")

"""The PDF as a file: readable, open to everybody, with its language, title and fonts."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from pipeline.checks import CHECKS_OF_ANY_FILE, run_checks
from pipeline.checks.evidence import Evidence
from pipeline.checks.pdf import broken, encrypted, fonts, language, pages, title
from pipeline.core.model import Severity
from tests.attachments import Workbench


@pytest.fixture(scope="module")
def evidence(bench: Workbench) -> Evidence:
    """An ordinary attachment."""
    return bench.evidence()


def rewritten(bench: Workbench, evidence: Evidence, change: str) -> Evidence:
    """Return the evidence of the attachment, written anew with a fault."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(evidence.attachment.data)))
    if change == "encrypted":
        writer.encrypt("", "owner")
    elif change == "password":
        writer.encrypt("secret", "owner")
    elif change == "no pages":
        writer = PdfWriter()
    elif change == "fonts":
        for item in writer._objects:
            if isinstance(item, DictionaryObject) and item.get("/Type") == "/FontDescriptor":
                item.pop("/FontFile2", None)
    elif change == "whole fonts":
        for item in writer._objects:
            if isinstance(item, DictionaryObject) and item.get("/Type") == "/Font":
                item[NameObject("/BaseFont")] = NameObject("/" + str(item["/BaseFont"]).partition("+")[2])
    stream = io.BytesIO()
    writer.write(stream)
    return bench.evidence_of(stream.getvalue(), evidence.edition, evidence.page)


def test_an_ordinary_attachment_passes(evidence: Evidence) -> None:
    """What Annexe makes is readable, not encrypted, has pages, language, title, and embedded font subsets."""
    checks = (broken, encrypted, pages, language, title, fonts)
    assert not [finding for check in checks for finding in check(evidence)]
    assert evidence.facts.fonts


@pytest.mark.parametrize("data", [b"", b"no PDF at all", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_pdf_is_told(bench: Workbench, evidence: Evidence, data: bytes) -> None:
    """A file that no reader can read is an error, and of all checks only those of any file run."""
    bad = bench.evidence_of(data, evidence.edition, evidence.page)
    found = run_checks(bad)
    assert found
    assert {finding.check for finding in found if finding.severity is Severity.ERROR} == {"pdf.broken"}
    assert found == run_checks(bad, CHECKS_OF_ANY_FILE)


def test_a_cut_off_pdf_is_told(bench: Workbench, evidence: Evidence) -> None:
    """An attachment of which the end is missing does not pass, whichever reader can make something of it."""
    data = evidence.attachment.data[: len(evidence.attachment.data) // 2]
    found = run_checks(bench.evidence_of(data, evidence.edition, evidence.page))
    assert Severity.ERROR in {finding.severity for finding in found}


@pytest.mark.parametrize("change", ["encrypted", "password"])
def test_an_encrypted_pdf_is_told(bench: Workbench, evidence: Evidence, change: str) -> None:
    """Encryption is an error, even where no password is needed to read."""
    found = run_checks(rewritten(bench, evidence, change))
    assert "pdf.encrypted" in {finding.check for finding in found}


def test_a_pdf_without_pages_is_told(bench: Workbench, evidence: Evidence) -> None:
    """A PDF without a page is an error, whether a reader takes it for broken or for empty."""
    found = {finding.check for finding in run_checks(rewritten(bench, evidence, "no pages"))}
    assert "pdf.broken" in found
    empty = replace(evidence, read_back=replace(evidence.read_back, pages=()))
    (finding,) = pages(empty)
    assert (finding.check, finding.severity) == ("pdf.pages", Severity.ERROR)
    assert {"completeness.words", "notice.missing"} <= {finding.check for finding in run_checks(empty)}


@pytest.mark.parametrize(
    ("change", "what"), [("fonts", "is not embedded"), ("whole fonts", "is embedded whole")]
)
def test_a_font_that_is_not_a_subset_inside_is_told(
    bench: Workbench, evidence: Evidence, change: str, what: str
) -> None:
    """A font that is not embedded, or not a subset, is an error each."""
    found = list(fonts(rewritten(bench, evidence, change)))
    assert {finding.check for finding in found} == {"pdf.font"}
    assert len(found) == len(evidence.facts.fonts)
    assert all(what in finding.message for finding in found)


def test_a_font_whose_glyphs_cant_be_told_fails_closed(bench: Workbench, evidence: Evidence) -> None:
    """Where a font's file is missing, whether it has every character is not known, which is an error."""
    found = run_checks(rewritten(bench, evidence, "fonts"))
    assert any("can't be told: it is not embedded" in finding.message for finding in found)


@pytest.mark.parametrize(
    ("lang", "says"), [("fr", "says that its language is 'fr'"), ("", "names no language")]
)
def test_another_language_is_told(bench: Workbench, lang: str, says: str) -> None:
    """A PDF that names another language than the edition's, or none, is an error."""
    spoilt = bench.evidence(spoil=lambda html: html.replace('<html lang="en"', f'<html lang="{lang}"'))
    (finding,) = language(spoilt)
    assert (finding.check, finding.severity) == ("pdf.language", Severity.ERROR)
    assert says in finding.message


@pytest.mark.parametrize(("text", "says"), [("Another", "is “Another”"), ("", "is missing")])
def test_another_title_is_told(bench: Workbench, text: str, says: str) -> None:
    """A PDF whose metadata has another title than the edition's, or none, is an error at the title's line."""
    spoilt = bench.evidence(
        spoil=lambda html: html.replace("<title>A Title of Its Own</title>", f"<title>{text}</title>")
    )
    (finding,) = title(spoilt)
    assert (finding.check, finding.severity, finding.line) == ("pdf.title", Severity.ERROR, 2)
    assert says in finding.message


def test_only_the_title_itself_passes(evidence: Evidence) -> None:
    """Typography makes no other title, another word does."""
    assert list(title(replace(evidence, facts=replace(evidence.facts, title="A title of its own")))) == []
    assert list(title(replace(evidence, facts=replace(evidence.facts, title="A title of its"))))

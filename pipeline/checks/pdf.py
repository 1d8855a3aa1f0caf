"""The PDF as a file: that it can be read, and what it says of itself."""

from collections.abc import Iterator

from pipeline.checks.evidence import Evidence
from pipeline.checks.text_matching import letters
from pipeline.core.model import Finding, Severity

_BUILD_ANEW = "build it anew; if that does not help, report this with the source of the edition"


def broken(evidence: Evidence) -> Iterator[Finding]:
    """Yield `pdf.broken` where a reader can't read the PDF (to its end)."""
    readers = {"pdfium": evidence.read_back.fault, "pypdf": evidence.facts.fault}
    for reader, fault in readers.items():
        if fault is not None:
            yield evidence.edition.finding(
                "pdf.broken",
                Severity.ERROR,
                f"the attachment can't be read as a PDF ({reader} says: {fault}), "
                "so that nothing in it was checked",
                _BUILD_ANEW,
            )


def encrypted(evidence: Evidence) -> Iterator[Finding]:
    """Yield `pdf.encrypted` for a protected PDF: assistive technology may be shut out (PDF/UA-1, 7.16)."""
    if evidence.facts.is_encrypted:
        yield evidence.edition.finding(
            "pdf.encrypted",
            Severity.ERROR,
            "the attachment is encrypted, so that not everybody can read it and nothing in it was checked",
            _BUILD_ANEW,
        )


def pages(evidence: Evidence) -> Iterator[Finding]:
    """Yield `pdf.pages` where the PDF has no page."""
    if not evidence.read_back.pages:
        yield evidence.edition.finding("pdf.pages", Severity.ERROR, "the attachment has no page", _BUILD_ANEW)


def language(evidence: Evidence) -> Iterator[Finding]:
    """Yield `pdf.language` where the PDF does not name the edition's language (ISO 32000-1, 14.9.2)."""
    named, wanted = evidence.facts.language, evidence.edition.language
    if named is None or named.casefold() != wanted.casefold():
        says = f"says that its language is {named!r}" if named else "names no language"
        yield evidence.edition.finding(
            "pdf.language",
            Severity.ERROR,
            f"the attachment {says}; the edition's is {wanted!r}, "
            "and a screen reader would use the wrong voice",
            "see that the template's <html> carries lang={{ edition.language }}",
        )


def title(evidence: Evidence) -> Iterator[Finding]:
    """Yield `pdf.title` where the title in the PDF's metadata is not that of the edition."""
    found = evidence.facts.title
    if found is None or letters(found) != letters(evidence.edition.title):
        says = f"is “{found}”" if found else "is missing"
        yield evidence.edition.finding(
            "pdf.title",
            Severity.ERROR,
            f"the title in the attachment's metadata {says}; the edition's is “{evidence.edition.title}”",
            "see that the template's <title> is the edition's title",
            line=evidence.edition.line_of("title"),
        )


def fonts(evidence: Evidence) -> Iterator[Finding]:
    """Yield `pdf.font` for each font that is not embedded, or is embedded whole instead of as a subset."""
    for font in evidence.facts.fonts:
        if not font.is_embedded:
            what = "is not embedded, so that every reader shows another one in its place"
        elif not font.is_subset:
            what = "is embedded whole, not cut to the characters that are used"
        else:
            continue
        yield evidence.edition.finding(
            "pdf.font",
            Severity.ERROR,
            f"the font {font.name} {what}",
            "see which style asks for it; use the house's fonts only",
        )

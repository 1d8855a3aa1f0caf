"""What a PDF says of itself: title, language, protection, fonts. Read by pypdf; PDFium reads the text."""

from pypdf.generic import DictionaryObject

from pipeline.pdf.fonts import fonts, missing_glyphs
from pipeline.pdf.model import PdfFacts
from pipeline.pdf.reader import OpenPdf, dictionary


def read_facts(pdf: OpenPdf) -> PdfFacts:
    """Return what a PDF says of itself; one that can't be read comes back with a `fault`. Raises nothing."""
    try:
        return PdfFacts(is_encrypted=True) if pdf.reader.is_encrypted else _facts(pdf)
    except Exception as error:  # noqa: BLE001 - damaged structures make pypdf stumble in more ways than it names
        return PdfFacts(fault=f"{type(error).__name__}: {error}")


def _facts(pdf: OpenPdf) -> PdfFacts:
    root: DictionaryObject = pdf.reader.root_object
    metadata = pdf.reader.metadata
    missing, unreadable = missing_glyphs(pdf)
    return PdfFacts(
        title=_text(metadata.title if metadata else None),
        language=_text(root.get("/Lang")),
        shows_title=bool(dictionary(root, "/ViewerPreferences").get("/DisplayDocTitle", False)),
        fonts=fonts(pdf),
        missing_glyphs=missing,
        unreadable_fonts=unreadable,
    )


def _text(value: object) -> str | None:
    return str(value) if value else None

"""What the checks look at: an attachment, what it was made from, and what two readers found in it."""

from dataclasses import dataclass

from pipeline.core.model import Attachment, Edition, House, HouseLanguage, Page, Thresholds
from pipeline.pdf.facts import PdfFacts
from pipeline.pdf.pdfium import ReadBack
from pipeline.pdf.structure import Structure
from pipeline.sources.outline.model import Outline


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that the checks of one attachment may know; `previous_size` is that of the last recorded build."""

    edition: Edition
    words: HouseLanguage
    house: House
    page: Page
    attachment: Attachment
    read_back: ReadBack
    facts: PdfFacts
    structure: Structure
    outline: Outline
    previous_size: int | None
    thresholds: Thresholds

    @property
    def is_readable(self) -> bool:
        """Say whether both readers got to the end of the PDF."""
        return self.read_back.fault is None and self.facts.fault is None and not self.facts.is_encrypted

    def line_of(self, text: str) -> int | None:
        """Return the line of the source where a text of one line first stands, or None."""
        if not text or text not in self.edition.body:
            return None
        before = self.edition.body.partition(text)[0]
        return self.edition.body_line + before.count("\n")

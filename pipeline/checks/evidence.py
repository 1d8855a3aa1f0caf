"""What the checks look at: an attachment, what it was made from, and what two readers found in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree, html

from pipeline.checks.text_matching import letters
from pipeline.core.model import Attachment, Edition, House, HouseLanguage, Page, Thresholds
from pipeline.pdf.model import LogicalStructure, PdfFacts, ReadBack, Share, TextRun
from pipeline.sources.outline.model import Outline

#: Running heads and feet are this near (points) to the upper or lower edge of the page: 28 mm.
_MARGIN = 80.0


# Ten checks ask for the same page.
@lru_cache(maxsize=1)
def _tree(page: str) -> etree._Element:
    root: etree._Element = html.document_fromstring(page, parser=html.HTMLParser(remove_comments=True))
    return root


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that the checks of one attachment may know.

    `shares` returns what the attachment's bytes are used for. `previous_size` is that of the last recorded
    build.
    """

    edition: Edition
    words: HouseLanguage
    house: House
    page: Page
    attachment: Attachment
    read_back: ReadBack
    facts: PdfFacts
    structure: LogicalStructure
    shares: Callable[[], tuple[Share, ...]]
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

    def html(self) -> etree._Element:
        """Return the composed page as a tree without comments, which nobody changes."""
        return _tree(self.page.html)

    def text_runs(self) -> tuple[TextRun, ...]:
        """Return the attachment's text runs without page furniture: without what is marked as an artifact.

        Where nothing is marked, what reads like a running head or foot and stands in its place is left out.
        """
        every = tuple(self.read_back.runs)
        runs = tuple(run for run in every if not run.is_artifact)
        if len(runs) < len(every):
            return runs
        furniture = set(self._furniture())
        heights = {page.number: page.height for page in self.read_back.pages}

        def is_furniture(run: TextRun) -> bool:
            # The first page has no running head: what stands there is the title block, which is content.
            is_head = run.page > 1 and run.box.bottom > heights[run.page] - _MARGIN
            is_foot = run.box.top < _MARGIN
            return (is_head or is_foot) and (run.page, letters(run.text)) in furniture

        return tuple(run for run in runs if not is_furniture(run))

    def _furniture(self) -> Iterator[tuple[int, str]]:
        """Yield what may be printed at the head or foot of each page, in letters."""
        count = len(self.read_back.pages)
        for number in range(1, count + 1):
            page_of_pages = self.words.labels.page.replace("{page}", str(number)).replace(
                "{pages}", str(count)
            )
            known = (
                self.edition.short_title,
                self.words.institution.text,
                page_of_pages,
                f"{number} {count}",
            )
            yield from ((number, letters(text)) for text in (*known, str(number)) if letters(text))

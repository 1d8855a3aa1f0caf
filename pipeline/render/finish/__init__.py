"""WeasyPrint's laid out document → the finished PDF: accessible (PDF/UA-1), archival (PDF/A-2a), small.

All of it happens while the PDF is still Python objects, through WeasyPrint's public `finisher` hook. The
order of what is done stands in `STEPS`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from pipeline.render.finish.content import mark_content
from pipeline.render.finish.draft import PdfDraft, freeze_objects
from pipeline.render.finish.metadata import describe_links, write_metadata
from pipeline.render.finish.resources import normalise_colours, normalise_fonts
from pipeline.render.finish.structure import read_tags
from pipeline.render.finish.write_tags import write_tags
from pipeline.render.speedups.marked_content import PageMarks

__all__ = ["STEPS", "PdfDraft", "Step", "write_pdf"]

#: What WeasyPrint itself does: PDF/A-2a brings marked content, the file's identifier and PDF 1.7. The colour
#: profile is ours, so the name of the intent is one that WeasyPrint doesn't know.
_OPTIONS = {"pdf_variant": "pdf/a-2a", "output_intent": "annexe", "optimize_images": True}

#: A step changes a PDF in place.
Step = Callable[[PdfDraft], None]

STEPS: tuple[Step, ...] = (
    write_tags,
    mark_content,
    describe_links,
    write_metadata,
    normalise_colours,
    normalise_fonts,
)


def write_pdf(document: Any, marks: Sequence[PageMarks], *, steps: Sequence[Step] = STEPS) -> bytes:
    """Return the finished PDF of a document that WeasyPrint laid out.

    `marks` are those of the block of `patched` in which this is called.     The same document gives the same
    bytes: nothing depends on the clock, the process or the order of anything.
    """

    def finish(document: Any, pdf: Any) -> None:
        draft = PdfDraft(document=document, pdf=pdf, tagging=read_tags(document, marks))
        for step in steps:
            step(draft)
        freeze_objects(pdf)

    return bytes(document.write_pdf(finisher=finish, **_OPTIONS))

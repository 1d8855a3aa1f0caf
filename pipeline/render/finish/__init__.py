"""WeasyPrint's laid out document → the finished PDF: accessible (PDF/UA-1), archival (PDF/A-2a), small.

All of it happens while the PDF is still Python objects, through WeasyPrint's public `finisher` hook. The order of
what is done stands in `STEPS`.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from pipeline.render.finish.artifacts import settle_content
from pipeline.render.finish.colours import settle_colours
from pipeline.render.finish.fonts import settle_fonts
from pipeline.render.finish.links import settle_links
from pipeline.render.finish.metadata import settle_metadata
from pipeline.render.finish.serialise import bytes_kept
from pipeline.render.finish.structure import Structure, read_structure
from pipeline.render.finish.tree import write_tree
from pipeline.render.speedups.marked_content import PageMarks

__all__ = ["STEPS", "Structure", "write_pdf"]

#: What WeasyPrint itself does: PDF/A-2a brings marked content, the file's identifier and PDF 1.7. The colour profile is
#: ours, so the name of the intent is one that WeasyPrint doesn't know.
_OPTIONS = {"pdf_variant": "pdf/a-2a", "output_intent": "annexe", "optimize_images": True}

#: A step changes the document or its PDF in place, knowing the structure.
Step = Callable[[Any, Any, Structure], None]

STEPS: tuple[Step, ...] = (
    lambda _document, pdf, structure: write_tree(structure.tree, pdf),
    lambda document, pdf, structure: settle_content(structure, document, pdf),
    lambda document, _pdf, _structure: settle_links(document),
    lambda document, pdf, _structure: settle_metadata(document, pdf),
    lambda _document, pdf, _structure: settle_colours(pdf),
    lambda _document, pdf, _structure: settle_fonts(pdf),
)


def write_pdf(document: Any, marks: Sequence[PageMarks], *, steps: Sequence[Step] = STEPS) -> bytes:
    """Return the finished PDF of a document that WeasyPrint laid out, inside the block of `patched` that gives `marks`.

    The same document gives the same bytes: nothing depends on the clock, the process or the order of anything.
    """
    with ExitStack() as stack:

        def finish(document: Any, pdf: Any) -> None:
            structure = read_structure(document, marks)
            for step in steps:
                step(document, pdf, structure)
            structure.tree.let_go()
            # Nothing changes any more: what follows is writing.
            stack.enter_context(bytes_kept())

        data = document.write_pdf(finisher=finish, **_OPTIONS)
    return bytes(data)

"""Which marked content belongs to which box: the one thing that only WeasyPrint's private tagging function is told.

WeasyPrint numbers what it draws (a line's text, an image) and hands the numbers to `_build_box_tree`, which makes a
structure tree box by box. Ours is made element by element instead, so that what a page break splits stays one; for
the time of writing, this module puts a function there that takes the numbers and builds nothing.

Beside this and the hot spots that `render_lines` and `render_values` replace, Annexe uses WeasyPrint's public
interface only. This private one is checked by version and by content when the module is imported: another WeasyPrint
may mean something else by the same names.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import weasyprint
from weasyprint.pdf import tags

from pipeline.core.errors import MachineError
from pipeline.render.patching import replaced

WRITTEN_FOR = "70.0"
#: sha256 of weasyprint/pdf/tags.py in that version.
SOURCE = "fae488b773686ea7fb685967c78a5b011854b88b61377f426ffb4e9ec00d76d2"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMarks:
    """One page's box, and the number (MCID) of each piece of marked content by the box that draws it."""

    box: Any
    numbers: dict[Any, int] = field(repr=False)


def check_identity(version: str, source: bytes) -> None:
    """Raise MachineError unless WeasyPrint's tagging is what this package was written for, to the byte."""
    if (version, hashlib.sha256(source).hexdigest()) != (WRITTEN_FOR, SOURCE):
        raise MachineError(
            f"this is WeasyPrint {version}, and tags can be made with an unchanged {WRITTEN_FOR} alone; install "
            f"weasyprint=={WRITTEN_FOR}, or look through pipeline/render/finish/marked_content.py with the new version's "
            "weasyprint/pdf/tags.py beside it and run `make conformance`"
        )


check_identity(weasyprint.__version__, Path(tags.__file__).read_bytes())
_original = tags._build_box_tree  # noqa: SLF001 - see above: the one private name, checked by version and content


@contextmanager
def collected_marks() -> Iterator[list[PageMarks]]:
    """Give a list that is filled with each page's marks, in order, while a document is written inside the block.

    Raises RuntimeError where another document is being written in this process: the hook serves one at a time.
    """
    if tags._build_box_tree is not _original:  # noqa: SLF001 - as above
        raise RuntimeError("two documents are being written in one process at the same time")
    pages: list[PageMarks] = []

    def collect(
        box: Any, _parent: Any, _pdf: Any, _page: int, _nums: Any, _annotations: Any, marks: Any
    ) -> Any:
        pages.append(PageMarks(box=box, numbers={drawn: mark["mcid"] for drawn, mark in marks.items()}))
        marks.clear()
        return ()

    with replaced((tags, "_build_box_tree", collect)):
        yield pages

"""Every part of WeasyPrint that Annexe replaces, one module each; `patched` is where it is done.

Each module says what it replaces, what that gains, and where WeasyPrint's own issue is; its `SOURCES` are the
files that it was written for. `lines`, `text_styles`, `glyphs` and `values` save time and change no byte.
`marked_content` saves none: without it there would be no structure tree, so it is always on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from pipeline.render.speedups import glyphs, guard, lines, marked_content, text_styles, values
from pipeline.render.speedups.marked_content import PageMarks

_SAVE_TIME = (lines, text_styles, glyphs, values)
_RENDERING = Lock()


def check_weasyprint() -> None:
    """Raise MachineError unless WeasyPrint is, file by file, the one that the patches were written for."""
    guard.check_weasyprint(
        {name: sha256 for patch in (*_SAVE_TIME, marked_content) for name, sha256 in patch.SOURCES.items()}
    )


@contextmanager
def patched(*, speedups: bool = True) -> Iterator[list[PageMarks]]:
    """Replace parts of WeasyPrint inside the block, in which one document is laid out and written.

    Gives a list that is filled with the marked content of each page while the document is written. Without
    `speedups` WeasyPrint takes its own, slower ways to the same bytes. Raises RuntimeError where another
    block is open in this process: the replacements serve one document at a time.
    """
    if not _RENDERING.acquire(blocking=False):
        raise RuntimeError("two documents are being rendered in one process at the same time")
    marks: list[PageMarks] = []
    try:
        faster = [change for patch in _SAVE_TIME for change in patch.changes()] if speedups else []
        with guard.replaced(*marked_content.changes(marks), *faster):
            yield marks
    finally:
        _RENDERING.release()

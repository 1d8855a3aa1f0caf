"""A PDF's structures, parsed once for all who look at the same bytes one after the other."""

import io

from pypdf import PdfReader


class _Last:
    """The reader of the PDF that was opened last, with all that was read of it so far."""

    data: bytes | None = None
    reader: PdfReader | None = None


def open_strictly(data: bytes) -> PdfReader:
    """Return a reader of a PDF that needs no mending; raises whatever pypdf raises for others.

    The last one is kept until another is asked for or `let_go` is called.
    """
    if _Last.reader is None or _Last.data != data:
        let_go()
        _Last.reader, _Last.data = PdfReader(io.BytesIO(data), strict=True), data
    return _Last.reader


def let_go() -> None:
    """Forget the PDF that was opened last; nobody may ask its reader for anything more."""
    if _Last.reader is not None:
        # All that was read of a PDF refers to its reader, which keeps it: otherwise it would stay as garbage.
        vars(_Last.reader).clear()
    _Last.reader = _Last.data = None

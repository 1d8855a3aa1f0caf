"""A PDF's structures, parsed once for all who look at the same bytes one after the other."""

import io
from functools import lru_cache

from pypdf import PdfReader


@lru_cache(maxsize=1)
def open_strictly(data: bytes) -> PdfReader:
    """Return a reader of a PDF that needs no mending; raises whatever pypdf raises for others.

    The last one is kept, with all that was read of it so far, until another is asked for or `cache_clear` is called.
    """
    return PdfReader(io.BytesIO(data), strict=True)

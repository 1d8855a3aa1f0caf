"""The bytes of a PDF's objects, made once.

pydyf makes them twice: to write them, and again for the sum that the file's identifier is (ISO 32000-1, 14.4). Each time
every stream is compressed anew.
"""

from contextlib import AbstractContextManager
from typing import Any

import pydyf

from pipeline.render.speedups.guard import replaced

#: Objects that hold others, or much data; the name of the attribute that their bytes are kept in.
_KINDS, _KEPT = (pydyf.Stream, pydyf.Dictionary), "_annexe_bytes"


def bytes_kept() -> AbstractContextManager[None]:
    """Keep the bytes of what is asked for them inside the block, in which nobody may change any object."""
    return replaced(*((kind, "data", property(_keeping(kind.data.fget))) for kind in _KINDS))


def _keeping(make: Any) -> Any:
    def data(item: Any) -> bytes:
        kept: bytes | None = item.__dict__.get(_KEPT)
        if kept is None:
            kept = item.__dict__[_KEPT] = make(item)
        return kept

    return data

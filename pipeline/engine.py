"""Loads WeasyPrint, the quick way; imported before anything that imports WeasyPrint.

WeasyPrint tries several names for each library it needs, and for a name that is none cffi asks a compiler, a linker and
ldconfig one after the other: 22 times, a third of all that loading takes. While WeasyPrint is loaded, the names it tries
first are answered at once with the file that it would find in the end.
"""

import ctypes
import ctypes.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: What each library is called on Linux, by the names that weasyprint/text/ffi.py tries before that one.
_FILES = {
    "libgobject-2.0-0": "libgobject-2.0.so.0",
    "libpango-1.0-0": "libpango-1.0.so.0",
    "libharfbuzz-0": "libharfbuzz.so.0",
    "libharfbuzz-subset-0": "libharfbuzz-subset.so.0",
    "libfontconfig-1": "libfontconfig.so.1",
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
}
#: What WeasyPrint does without, and loads by the file's name where it is there.
_NEEDLESS = frozenset(
    {"libharfbuzz-vector-0", "harfbuzz-vector", "harfbuzz-vector-0.0", "libharfbuzz-vector.so.0"}
    | {"libharfbuzz-vector.0.dylib", "libharfbuzz-vector-0.dll"}
)


@contextmanager
def quick_look_ups() -> Iterator[None]:
    """Answer the look-ups of WeasyPrint's libraries from a table inside the block, where the system is Linux.

    A library that can't be loaded by the table's name, and any other, is looked up as ever.
    """
    original = ctypes.util.find_library

    def find(name: str) -> str | None:
        if name in _NEEDLESS:
            return None
        file = _FILES.get(name)
        return file if file is not None and _loads(file) else original(name)

    if sys.platform == "linux":
        ctypes.util.find_library = find
    try:
        yield
    finally:
        ctypes.util.find_library = original


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


with quick_look_ups():
    import weasyprint  # noqa: F401 - what this module is for

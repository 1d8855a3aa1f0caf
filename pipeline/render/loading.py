"""Loads WeasyPrint, the quick way; imported before anything that imports WeasyPrint.

WeasyPrint tries several names for each library it needs, and for a name that is none cffi asks a compiler, a linker and
ldconfig one after the other: 22 times, a third of all that loading takes. While WeasyPrint is loaded, the names it tries
first are answered at once with the file that it would find in the end. And what it imports for fonts that attachments
have not, variable ones or such as HarfBuzz can't cut, is imported when it is asked for.
"""

import ctypes
import ctypes.util
import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from pipeline.render.patching import replaced

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
#: Parts of fontTools for fonts that attachments have not; with all that they bring, an eighth of what loading takes.
_SELDOM_USED = ("fontTools.subset", "fontTools.varLib.instancer")


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

    with replaced(*[(ctypes.util, "find_library", find)] * (sys.platform == "linux")):
        yield


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


class _Later(ModuleType):
    """Stands for a module of functions and classes that is imported when one of them is called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*arguments: Any, **keywords: Any) -> Any:
            return getattr(importlib.import_module(self.__name__), name)(*arguments, **keywords)

        return call


@contextmanager
def seldom_used_later() -> Iterator[None]:
    """Let what is imported inside the block import the seldom used parts of fontTools only when it calls them."""
    later = {name: _Later(name) for name in _SELDOM_USED if name not in sys.modules}
    sys.modules.update(later)
    try:
        yield
    finally:
        for name, module in later.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


with quick_look_ups(), seldom_used_later():
    import weasyprint  # noqa: F401 - what this module is for

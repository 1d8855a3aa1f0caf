"""WeasyPrint is loaded without asking compilers for its libraries."""

import ctypes.util
import subprocess
import sys

import pytest

from pipeline.render.loading import quick_look_ups
from tests.repository import ROOT

_COUNT = """
import ctypes.util
asked = []
find = ctypes.util.find_library
ctypes.util.find_library = lambda name: asked.append(name) or find(name)
import pipeline.build.worker
assert ctypes.util.find_library is not find
print(*asked)
"""


def test_no_library_is_searched_for() -> None:
    """All that WeasyPrint needs on Linux is found by its file's name: nothing is left for the slow way."""
    done = subprocess.run(
        [sys.executable, "-c", _COUNT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not [name for name in done.stdout.split() if "harfbuzz" in name or "pango" in name], done.stdout


_LATER = """
import sys
import pipeline.build.worker
from weasyprint.pdf import fonts
seldom = ("fontTools.subset", "fontTools.varLib.instancer")
assert not [name for name in seldom if name in sys.modules]
options = fonts.subset.Options(hinting=False)
assert type(options).__module__ == "fontTools.subset", type(options)
assert callable(fonts.subset.Subsetter(options).subset)
try:
    fonts.instantiateVariableFont({}, {}, static=True)
except ValueError as error:
    print(error)
import fontTools.subset
from fontTools.varLib.instancer import instantiateVariableFont
assert instantiateVariableFont.__module__ == "fontTools.varLib.instancer"
"""


def test_what_is_seldom_used_is_imported_when_it_is_called() -> None:
    """Parts of fontTools for other fonts than ours cost nothing until then, and do what they do; others get the real ones."""
    done = subprocess.run(
        [sys.executable, "-c", _LATER], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout


def test_a_library_under_another_name_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file of the table can't be loaded, the system's own look-up answers; it is back in its place afterwards."""
    monkeypatch.setattr("pipeline.render.loading._FILES", {"libpango-1.0-0": "libnone-such.so.9"})

    def find(name: str) -> str:
        return f"looked up: {name}"

    monkeypatch.setattr(ctypes.util, "find_library", find)
    with quick_look_ups():
        answers = [ctypes.util.find_library(name) for name in ("libpango-1.0-0", "m", "harfbuzz-vector")]
    assert answers == ["looked up: libpango-1.0-0", "looked up: m", None]
    assert ctypes.util.find_library is find

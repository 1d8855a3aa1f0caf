"""The tools that an attachment's bytes depend on, and their versions: for reports and the fingerprint."""

import ctypes
import hashlib
import platform
import zlib
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

from pipeline import __version__
from pipeline.core.paths import PACKAGE

_PACKAGES = (
    "weasyprint", "pydyf", "fonttools", "lxml", "pillow", "tinyhtml5", "cssselect2", "tinycss2", "pyphen",
)  # fmt: skip
#: The packages whose code decides the bytes of an attachment, whole: a list of files would miss the next one.
_MAKING = ("compose", "render")
_PANGO = "libpango-1.0.so.0"
_HARFBUZZ = "libharfbuzz.so.0"


def tool_versions() -> tuple[tuple[str, str], ...]:
    """Return (name, version) of all that shapes an attachment; "missing" where a library can't be loaded."""
    return (
        ("annexe", __version__),
        ("python", platform.python_version()),
        *((name, version(name)) for name in _PACKAGES),
        ("pango", _library_version(_PANGO, "pango_version_string")),
        ("harfbuzz", _library_version(_HARFBUZZ, "hb_version_string")),
        ("zlib", zlib.ZLIB_RUNTIME_VERSION),
    )


def _library_version(library: str, function: str) -> str:
    try:
        call = getattr(ctypes.CDLL(library), function)
    except (OSError, AttributeError):
        return "missing"
    call.restype = ctypes.c_char_p
    return str(call().decode("ascii"))


def machinery_fingerprint() -> str:
    """Return the sha256 of the packages that turn an edition into bytes: any other changes no attachment."""
    return _sum_of(file for package in _MAKING for file in _files(PACKAGE / package))


def code_fingerprint() -> str:
    """Return the sha256 of all of Annexe's code: machines that pass jobs to each other must have the same."""
    return _sum_of(_files(PACKAGE))


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a package, code and data, but no hidden ones: an editor may leave some there."""
    for path in folder.rglob("*"):
        if path.is_file() and path.parent.name != "__pycache__" and not path.name.startswith("."):
            yield path


def _sum_of(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(str(file.relative_to(PACKAGE)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()

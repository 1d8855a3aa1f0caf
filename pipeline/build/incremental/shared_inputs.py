"""Everything that all posts share, as a fingerprint: house words, styles, fonts, settings, tools, Annexe's own code.

Here it is looked at by stat alone. What it says of itself (its content) is made in `pipeline.build.incremental.shared_content`, which
reads it all, and only where the stats are others than before.
"""

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path

from pipeline.build.request import Request
from pipeline.core.files import stat_numbers
from pipeline.core.paths import DESCRIPTIONS, PACKAGE
from pipeline.core.settings import Settings

_STYLES = (".jinja", ".css")
#: Settings that change neither an attachment nor what is said of it.
_NOT_SHARED = frozenset({"workers", "history_nights", "targets", "approved"})
#: What else decides which libraries a process gets.
_LOADER = ("LD_LIBRARY_PATH", "LD_PRELOAD")
_LOADER_CACHE = "/etc/ld.so.cache"


def place_of(request: Request) -> str:
    """Return what tells runs apart whose results name files differently: where it runs, from where to where."""
    settings = request.settings
    parts = (Path.cwd(), settings.sources, settings.output, settings.project, request.house_file)
    return "\0".join(os.fsencode(part).decode("utf-8", "backslashreplace") for part in parts)


def looked_at(request: Request, watched: Sequence[str]) -> tuple[str, int]:
    """Return a digest of the stats of all that is shared, and its newest time stamp (ns); raises OSError.

    `watched` are the paths of files that were found to matter when the content was read: fonts, libraries.
    """
    newest = 0
    digest = hashlib.sha256(repr(_facts(request.settings)).encode())
    for path in _files(request, watched):
        stat = os.stat(path)  # noqa: PTH116 - two hundred of them: os.stat takes half the time
        newest = max(newest, stat.st_mtime_ns, stat.st_ctime_ns)
        digest.update(repr((path, *stat_numbers(stat))).encode())
    return digest.hexdigest(), newest


def settings_told(settings: Settings) -> str:
    """Return all settings that matter, as text."""
    return repr(
        [(one.name, getattr(settings, one.name)) for one in fields(settings) if one.name not in _NOT_SHARED]
    )


def packages() -> tuple[str, ...]:
    """Return the installed packages with their versions, as the names of their records say."""
    found: list[str] = []
    for folder in sys.path:
        if folder.endswith("-packages"):
            found += sorted(name for name in _names(folder) if name.endswith((".dist-info", ".egg-info")))
    return tuple(found)


def code_files() -> tuple[str, ...]:
    """Return the paths of Annexe's own code, and of what it says of findings."""
    found = _below(str(PACKAGE), (".py",))
    return (*sorted(found), *([str(DESCRIPTIONS)] if DESCRIPTIONS.is_file() else []))


def style_files(settings: Settings) -> tuple[str, ...]:
    """Return the paths of templates and style sheets."""
    folder = str(settings.styles)
    return tuple(f"{folder}/{name}" for name in sorted(_names(folder)) if name.endswith(_STYLES))


def who() -> tuple[object, ...]:
    """Return on whose behalf this process reads: what one may read, another may not."""
    return (os.geteuid(), os.getegid(), tuple(sorted(os.getgroups())))


def _facts(settings: Settings) -> list[object]:
    return [
        settings_told(settings),
        sys.version,
        sys.path,
        packages(),
        who(),
        [os.environ.get(name) for name in _LOADER],
    ]


def _files(request: Request, watched: Sequence[str]) -> Iterable[str]:
    loader = [_LOADER_CACHE] if os.path.exists(_LOADER_CACHE) else []  # noqa: PTH110 - as above
    return (
        str(request.house_file),
        *style_files(request.settings),
        *code_files(),
        *loader,
        *watched,
    )


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names alone are wanted
    except FileNotFoundError:
        return []


def _below(folder: str, endings: tuple[str, ...]) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _below(entry.path, endings)
            elif entry.name.endswith(endings):
                yield entry.path

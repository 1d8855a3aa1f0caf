"""Everything that all posts share: standard wording, styles, fonts, settings, tools, Annexe's own code.

Only where the stats of its files are others than before is it read, for a fingerprint by content.
"""

import hashlib
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

from pipeline.build.request import Request
from pipeline.core.files import machine_folder, read_if_there, stat_numbers
from pipeline.core.paths import DESCRIPTIONS, PACKAGE
from pipeline.core.settings import Settings
from pipeline.ledger.rows import BuildPlace

_STYLES = (".jinja", ".css")
#: Settings that change neither an attachment nor what is said of it.
_NOT_SHARED = frozenset({"workers", "history_nights", "targets", "approved"})
#: What else decides which libraries a process gets.
_LOADER = ("LD_LIBRARY_PATH", "LD_PRELOAD")
_LOADER_CACHE = "/etc/ld.so.cache"
_MAPPED = re.compile(r" (/\S+\.so[^\s/]*)$", re.MULTILINE)


def place_name(request: Request) -> str:
    """Return what tells apart runs that name files differently in results: the folders they work in."""
    settings = request.settings
    parts = (Path.cwd(), settings.sources, settings.output, settings.project, request.house_file)
    return "\0".join(os.fsencode(part).decode("utf-8", "backslashreplace") for part in parts)


def shared_stats(request: Request, watched: Sequence[str]) -> tuple[str, int]:
    """Return a digest of the stats of all that is shared, and its newest time stamp (ns); raises OSError.

    `watched` are the paths of files that were found to matter when the content was read: fonts, libraries.
    """
    newest = 0
    loader = [os.environ.get(name) for name in _LOADER]
    facts = [_settings_text(request.settings), sys.version, sys.path, _packages(), _user(), loader]
    digest = hashlib.sha256(repr(facts).encode())
    for path in _files(request, watched):
        stat = os.stat(path)  # noqa: PTH116 - two hundred of them: os.stat takes half the time
        newest = max(newest, stat.st_mtime_ns, stat.st_ctime_ns)
        digest.update(repr((path, *stat_numbers(stat))).encode())
    return digest.hexdigest(), newest


def shared_place(request: Request, name: str, known: BuildPlace | None, since: int) -> BuildPlace:
    """Return the state of what posts share now; raises OSError, AnnexeError.

    `known` is its state in the last run: where every stat is what it was and can be relied on, nothing is
    read. Stats from `since` (ns) on can't be relied on.
    """
    if known is not None and not known.is_racy:
        # A file that is gone is a change like any other.
        with suppress(OSError):
            if shared_stats(request, known.watched)[0] == known.shared_stats:
                return known
    from pipeline.core.toolchain import tool_versions  # noqa: PLC0415 - loads Pango

    # First: these load the libraries that are to be watched.
    tools = tool_versions()
    watched = _watched_files(request)
    stats, newest = shared_stats(request, watched)
    content = _content(request, tools)
    # What was written while it was read shows here: nobody relies on such stats.
    is_racy = newest >= since or shared_stats(request, watched)[0] != stats
    return BuildPlace(
        name=name, shared_stats=stats, shared=content, is_racy=is_racy, watched=watched, tools=tools
    )


def _content(request: Request, tools: tuple[tuple[str, str], ...]) -> str:
    """Return the fingerprint of all that is shared, by content; makes the fonts where they are missing."""
    from pipeline.render.fonts.faces import prepare_fonts  # noqa: PLC0415 - loads what makes fonts

    settings = request.settings
    digest = hashlib.sha256()
    for path in (str(request.house_file), *_style_files(settings), *_code_files()):
        digest.update(repr((path, hashlib.sha256(read_if_there(Path(path)) or b"").hexdigest())).encode())
    fonts = prepare_fonts(machine_folder(settings.output))
    facts = (_settings_text(settings), sys.version, _packages(), _user(), tools, fonts.fingerprint)
    digest.update(repr(facts).encode())
    return digest.hexdigest()


def _watched_files(request: Request) -> tuple[str, ...]:
    """Return the files that fonts and tools come from; makes the fonts where they are missing."""
    from pipeline.render.fonts import faces  # noqa: PLC0415 - loads what makes fonts

    fonts = faces.prepare_fonts(machine_folder(request.settings.output))
    found = {
        *(str(faces.source_file(recipe)) for recipe in faces.RECIPES),
        *(str(face.path) for face in fonts.faces),
        str(fonts.fontconfig_file),
        str(faces.package_folder("uharfbuzz") / "_version.py"),
        str(faces.package_folder("fontTools") / "__init__.py"),
        *_libraries(),
    }
    return tuple(sorted(found))


def _libraries() -> set[str]:
    """Return the shared libraries of this process (proc(5): maps), Pango and all that it needs included."""
    maps = read_if_there(Path("/proc/self/maps")) or b""
    found = set(_MAPPED.findall(maps.decode("utf-8", "replace")))
    return {path for path in found if Path(path).is_file()}


def _settings_text(settings: Settings) -> str:
    """Return all settings that matter, as text."""
    return repr(
        [(one.name, getattr(settings, one.name)) for one in fields(settings) if one.name not in _NOT_SHARED]
    )


def _packages() -> tuple[str, ...]:
    """Return the installed packages with their versions, as the names of their records say."""
    found: list[str] = []
    for folder in sys.path:
        if folder.endswith("-packages"):
            found += sorted(name for name in _names(folder) if name.endswith((".dist-info", ".egg-info")))
    return tuple(found)


def _code_files() -> tuple[str, ...]:
    """Return the paths of Annexe's own files, and of its descriptions of findings."""
    return (*sorted(_below(str(PACKAGE))), *([str(DESCRIPTIONS)] if DESCRIPTIONS.is_file() else []))


def _style_files(settings: Settings) -> tuple[str, ...]:
    """Return the paths of templates and style sheets."""
    folder = str(settings.styles)
    return tuple(f"{folder}/{name}" for name in sorted(_names(folder)) if name.endswith(_STYLES))


def _user() -> tuple[object, ...]:
    """Return on whose behalf this process reads: what one may read, another may not."""
    return (os.geteuid(), os.getegid(), tuple(sorted(os.getgroups())))


def _files(request: Request, watched: Sequence[str]) -> Iterable[str]:
    loader = [_LOADER_CACHE] if os.path.exists(_LOADER_CACHE) else []  # noqa: PTH110 - as above
    return (str(request.house_file), *_style_files(request.settings), *_code_files(), *loader, *watched)


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names alone are wanted
    except FileNotFoundError:
        return []


def _below(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _below(entry.path)
            else:
                yield entry.path

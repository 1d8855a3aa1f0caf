"""What all posts share, read: its fingerprint by content, and the files whose stats stand for it from then on."""

import hashlib
import re
import sys
from pathlib import Path

from pipeline.build.incremental.shared_inputs import code_files, packages, settings_told, style_files, who
from pipeline.build.request import Request
from pipeline.core.files import machine_folder, read_if_there
from pipeline.core.toolchain import tool_versions
from pipeline.render.fonts.faces import RECIPES, package_folder, prepare_fonts, source_file

_MAPPED = re.compile(r" (/\S+\.so[^\s/]*)$", re.MULTILINE)


def read_shared(request: Request) -> str:
    """Return the fingerprint of all that is shared, by content; makes the fonts where they are missing."""
    settings = request.settings
    digest = hashlib.sha256()
    for path in (str(request.house_file), *style_files(settings), *code_files()):
        digest.update(repr((path, hashlib.sha256(read_if_there(Path(path)) or b"").hexdigest())).encode())
    fonts = prepare_fonts(machine_folder(settings.output))
    told = (settings_told(settings), sys.version, packages(), who(), tool_versions(), fonts.fingerprint)
    digest.update(repr(told).encode())
    return digest.hexdigest()


def watched_files(request: Request) -> tuple[str, ...]:
    """Return the files that fonts and tools come from, once `read_shared` has read them."""
    fonts = prepare_fonts(machine_folder(request.settings.output))
    found = {
        *(str(source_file(recipe)) for recipe in RECIPES),
        *(str(face.path) for face in fonts.faces),
        str(fonts.fontconfig_file),
        str(package_folder("uharfbuzz") / "_version.py"),
        str(package_folder("fontTools") / "__init__.py"),
        *_libraries(),
    }
    return tuple(sorted(found))


def _libraries() -> set[str]:
    """Return the shared libraries that this process holds (proc(5): maps), those of Pango with all they need among them."""
    maps = read_if_there(Path("/proc/self/maps")) or b""
    found = set(_MAPPED.findall(maps.decode("utf-8", "replace")))
    return {path for path in found if Path(path).is_file()}

"""results.json: what was measured, section by section, each with where and when; its shape is results.schema.json.

A section is replaced whole when it is measured anew; the others stay.
"""

import datetime as dt
import json
import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.way_chromium import program as chromium
from bench.way_typst import pandoc
from pipeline import __version__
from pipeline.core.files import write_if_changed

FILE = Path(__file__).with_name("results.json")
_PACKAGES = ("weasyprint", "pydyf", "markdown", "typst", "pypandoc-binary", "playwright")


def read(file: Path = FILE) -> dict[str, Any]:
    """Return what is recorded; nothing where there is no file."""
    if not file.is_file():
        return {}
    recorded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return recorded


def record(section: str, measured: dict[str, Any], file: Path = FILE) -> None:
    """Write a section, with the machine, the versions and the time it is."""
    told = {"taken": dt.datetime.now(dt.UTC).isoformat(timespec="minutes"), **surroundings(), **measured}
    text = json.dumps({**read(file), section: told}, indent=1, ensure_ascii=False)
    write_if_changed(file, f"{text}\n".encode())


def surroundings() -> dict[str, Any]:
    """Return the machine and the versions of all that measures and is measured."""
    return {
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "memory": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
            "system": _system(),
        },
        "load": round(os.getloadavg()[0], 2),
        "versions": {
            "annexe": __version__,
            "python": platform.python_version(),
            **{name: _version(name) for name in _PACKAGES},
            "pandoc": _told_by(pandoc()),
            "chromium": _told_by(chromium()),
        },
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _told_by(program: str | None) -> str | None:
    """Return the version that a program tells, or None where there is no such program."""
    if program is None:
        return None
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"\d+(\.\d+)+", done.stdout)
    return match[0] if match else None


def _processor() -> str:
    match = re.search(
        r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE
    )
    return match[1] if match else platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()

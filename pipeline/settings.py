"""`[tool.annexe]` of the nearest pyproject.toml → frozen `Settings`; all faults told at once, with their lines.

A new setting is one field of `Settings`, one line of `_settings` and one section of docs/settings.md.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.errors import CommandError
from pipeline.places import shown_path
from pipeline.size_labels import SizeLabels

_FILE = "pyproject.toml"
_HEADER = "[tool.annexe]"
#: The project that this package lies in: its styles and house words serve where no project of one's own is found.
_HOME = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What may be set; docs/settings.md describes each.

    `project`, `sources`, `output`, `styles` and `approved` are absolute. `workers` 0 means one per core; `time_limit` is in
    seconds and `memory_limit` in MiB, each for one edition; `size_over` and `size_under` are ratios to the ends of the
    published size, `size_drift` to the last recorded build.
    """

    project: Path
    sources: Path
    output: Path
    styles: Path
    approved: Path
    workers: int
    time_limit: int
    memory_limit: int
    image_bytes_limit: int
    image_pixels_limit: int
    image_resolution: int
    size_over: float
    size_under: float
    size_drift: float
    size_labels: SizeLabels
    base_url: str | None


def load_settings(start: Path, *, sources: Path | None = None, output: Path | None = None) -> Settings:
    """Return the settings that hold in the folder `start`; `sources` and `output` come before those of the file.

    They stand in the nearest pyproject.toml with a table `[tool.annexe]`, in `start` or above it. Where there is none,
    all are the defaults. Raises CommandError that lists every fault with its file and line.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        table = _read(folder / _FILE)
        if table is not None:
            return _settings(table, folder, folder, sources=sources, output=output)
    nothing = _Table(Path(_FILE), {}, {})
    return _settings(nothing, start, _HOME, sources=sources, output=output)


class _Table:
    """The table `[tool.annexe]`: gives out checked values and gathers what is wrong with the others."""

    def __init__(self, file: Path, values: Mapping[str, Any], lines: Mapping[str, int]) -> None:
        self._file = file
        self._values = values
        self._lines = lines
        self._known: list[str] = []
        self._faults: list[tuple[int, str]] = []

    def path(self, key: str, folder: Path, default: Path) -> Path:
        """Return a path, taken from `folder` where it is relative."""
        value = self._value(key, str(default))
        if isinstance(value, str) and value.strip() and "\0" not in value:
            return Path(os.path.normpath(folder / value))
        self._refuse(key, "is no path", 'write it in quotation marks, such as "sources"')
        return default

    def whole(self, key: str, default: int, *, least: int) -> int:
        """Return a whole number of at least `least`."""
        value = self._value(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self._refuse(key, f"is no whole number from {least} up", f"write one, such as {default}")
        return default

    def ratio(self, key: str, default: float) -> float:
        """Return a finite number from 0 up."""
        value = self._value(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf"):
            return float(value)
        self._refuse(key, "is no ratio from 0 up", f"write a number, such as {default}")
        return default

    def size_labels(self, key: str) -> SizeLabels:
        """Return whose size labels the site prints."""
        value = self._value(key, "drupal")
        if value == "wordpress":
            return "wordpress"
        if value != "drupal":
            self._refuse(key, "is no way of printing sizes", 'write "drupal" or "wordpress"')
        return "drupal"

    def https_address(self, key: str) -> str | None:
        """Return an https address without a slash at its end, or None where the key isn't written."""
        value = self._value(key, None)
        if value is None:
            return None
        if isinstance(value, str) and _is_https(value):
            return value.rstrip("/")
        self._refuse(key, "is no https address", 'write one, such as "https://www.example.org/posts"')
        return None

    def raise_faults(self) -> None:
        """Raise CommandError that lists all faults in the order of their lines, if there are any."""
        for key in self._values:
            if key not in self._known:
                near = difflib.get_close_matches(key, self._known, n=1)
                remedy = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(self._known)}"
                self._faults.append((self._line(key), f"there is no setting {key}; {remedy}"))
        if self._faults:
            name = shown_path(self._file)
            raise CommandError("\n".join(f"{name}:{line}: {fault}" for line, fault in sorted(self._faults)))

    def _value(self, key: str, default: object) -> Any:
        self._known.append(key)
        return self._values.get(key, default)

    def _refuse(self, key: str, what: str, remedy: str) -> None:
        self._faults.append((self._line(key), f"{key} = {_as_toml(self._values[key])} {what}; {remedy}"))

    def _line(self, key: str) -> int:
        return self._lines.get(key, self._lines.get(_HEADER, 1))


def _settings(
    table: _Table, folder: Path, project: Path, *, sources: Path | None, output: Path | None
) -> Settings:
    """Return the settings of a table, its paths taken from `folder`."""
    written_sources = table.path("sources", folder, folder / "sources")
    written_output = table.path("output", folder, folder / "build")
    settings = Settings(
        project=project,
        sources=sources.resolve() if sources else written_sources,
        output=output.resolve() if output else written_output,
        styles=table.path("styles", folder, _HOME / "styles"),
        approved=table.path("approved", folder, folder / "approved"),
        workers=table.whole("workers", 0, least=0),
        time_limit=table.whole("time_limit", 60, least=1),
        memory_limit=table.whole("memory_limit", 1024, least=256),
        image_bytes_limit=table.whole("image_bytes_limit", 8_000_000, least=1),
        image_pixels_limit=table.whole("image_pixels_limit", 40_000_000, least=1),
        image_resolution=table.whole("image_resolution", 220, least=72),
        size_over=table.ratio("size_over", 1.0),
        size_under=table.ratio("size_under", 0.05),
        size_drift=table.ratio("size_drift", 0.10),
        size_labels=table.size_labels("size_labels"),
        base_url=table.https_address("base_url"),
    )
    table.raise_faults()
    return settings


def _read(file: Path) -> _Table | None:
    """Return the table of a file, or None where there is no such file or table in it."""
    if not file.is_file():
        return None
    name = shown_path(file)
    try:
        text = file.read_bytes().decode("utf-8")
        tool = tomllib.loads(text).get("tool")
    except OSError as error:
        raise CommandError(
            f"{name}: can't be read ({error.strerror}); give yourself the right to read it"
        ) from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{name}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        what, line = _where(str(error))
        raise CommandError(f"{name}:{line}: this is not TOML ({what}); mend the line") from error
    if not isinstance(tool, dict) or "annexe" not in tool:
        return None
    lines = _lines_of_keys(text)
    values = tool["annexe"]
    if not isinstance(values, dict):
        raise CommandError(
            f"{name}:{lines.get(_HEADER, 1)}: annexe is no table; write {_HEADER} on a line of its own"
        )
    return _Table(file, values, lines)


def _where(complaint: str) -> tuple[str, int]:
    """Return tomllib's complaint without its place, and the line in it."""
    match = re.fullmatch(r"(?P<what>.*) \(at line (?P<line>\d+), column \d+\)", complaint, re.DOTALL)
    if match is None:
        return complaint.removesuffix(" (at end of document)"), 1
    return match["what"], int(match["line"])


def _lines_of_keys(text: str) -> dict[str, int]:
    """Return the line of each key of the table, however it is written, and of its header; tomllib keeps no lines."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), start=1):
        match = re.match(r"\s*(?P<header>\[*)(?P<path>[\w\s.\"'-]+)[=\]]", line)
        if match is None:
            continue
        path = re.sub(r"[\s\"']", "", match["path"])
        if match["header"]:
            table = path
        whole = path if match["header"] or not table else f"{table}.{path}"
        if whole == "tool.annexe":
            lines[_HEADER] = number
        elif whole.startswith("tool.annexe."):
            lines.setdefault(whole.split(".")[2], number)
    return lines


def _is_https(address: str) -> bool:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - the port is checked when it is asked for
    except ValueError:
        return False
    is_bare = not (parts.query or parts.fragment or parts.username or re.search(r"[\s\"'<>]", address))
    return parts.scheme == "https" and bool(parts.hostname) and is_bare


def _as_toml(value: object) -> str:
    """Return a value as the file writes it, near enough to be found."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)

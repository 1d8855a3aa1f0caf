"""pyproject.toml as the settings need it: the table `[tool.annexe]`, and the line of each of its keys."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.core.errors import CommandError
from pipeline.core.paths import shown_path

HEADER = "[tool.annexe]"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What stands in the table `[tool.annexe]` of a file.

    `lines` gives the line of each key and table by its dotted path below `[tool.annexe]`, and that of the
    table itself by the empty path.
    """

    name: str
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    lines: Mapping[str, int] = field(default_factory=dict)


def read_file(file: Path) -> File | None:
    """Return the table of a file, or None where there is no such file or table in it.

    Raises CommandError where the file can't be read, is not UTF-8 or no TOML.
    """
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
            f"{name}:{lines.get('', 1)}: annexe is no table; write {HEADER} on a line of its own"
        )
    return File(name=name, values=values, lines=lines)


def _where(complaint: str) -> tuple[str, int]:
    """Return tomllib's complaint without its place, and the line in it."""
    match = re.fullmatch(r"(?P<what>.*) \(at line (?P<line>\d+), column \d+\)", complaint, re.DOTALL)
    if match is None:
        return complaint.removesuffix(" (at end of document)"), 1
    return match["what"], int(match["line"])


def _lines_of_keys(text: str) -> dict[str, int]:
    """Return the line of each key and table below `[tool.annexe]`; tomllib doesn't keep them."""
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
            lines[""] = number
        elif whole.startswith("tool.annexe."):
            names = whole.split(".")[2:]
            for end in range(1, len(names) + 1):
                lines.setdefault(".".join(names[:end]), number)
    return lines

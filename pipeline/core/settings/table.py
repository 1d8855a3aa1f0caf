"""pyproject.toml as the settings need it: its tables give out checked values, and note what is wrong."""

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pipeline.core.errors import CommandError
from pipeline.core.paths import shown_name, shown_path
from pipeline.core.settings.addresses import is_https, is_safe
from pipeline.core.size_labels import SizeLabels

_T = TypeVar("_T", bound=str)
#: Names of keys that ask for a secret; none is a setting, and what stands behind one is never shown.
_SECRET = re.compile(
    r"pass(?!ive|age|port)|pwd|secret|token|api[_-]?key|credential|auth(?!ors?\b)|bearer", re.IGNORECASE
)
_USER_IN_ADDRESS = re.compile(r"//.*@", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsFile:
    """What stands in the table `[tool.annexe]` of a file.

    `lines` gives the line of each key and table by its dotted path below `[tool.annexe]`, and that of the
    table itself by the empty path.
    """

    name: str
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    lines: Mapping[str, int] = field(default_factory=dict)


def read_file(file: Path) -> SettingsFile | None:
    """Return a file's table, or None without one; raises CommandError for what can't be read as TOML."""
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
            f"{name}:{lines.get('', 1)}: annexe is no table; write [tool.annexe] on a line of its own"
        )
    return SettingsFile(name=name, values=values, lines=lines)


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


class Table:
    """The table `[tool.annexe]`, or one inside it. Every getter makes its key a known one."""

    def __init__(
        self,
        file: SettingsFile,
        *,
        values: Mapping[str, Any] | None = None,
        path: str = "",
        faults: list[tuple[int, str]] | None = None,
    ) -> None:
        #: The file as the editor would type it, the table's path below `[tool.annexe]`, where it begins.
        self.file, self.name = file.name, path
        self._file = file
        self.line = self._line(None)
        self._values = dict(file.values if values is None else values)
        self._known: list[str] = []
        self._elsewhere: list[str] = []
        self._faults: list[tuple[int, str]] = [] if faults is None else faults

    def holds(self, key: str) -> bool:
        """Say whether a key is written."""
        return key in self._values

    def tables(self, key: str) -> Iterator[tuple[str, "Table"]]:
        """Yield the name and the table of each table inside the one named `key`."""
        value = self._value(key, {})
        if not isinstance(value, dict):
            self.fault(
                key,
                f"{self._named(key)} is no table; write [tool.annexe.{self._named(key)}.NAME] on a line of "
                "its own",
            )
            return
        for name, inner in value.items():
            path = f"{self._named(key)}.{name}"
            if isinstance(inner, dict):
                yield name, Table(self._file, values=inner, path=path, faults=self._faults)
            elif not self._is_secret(name, f"{key}.{name}"):
                self.fault(
                    f"{key}.{name}", f"{path} is no table; write [tool.annexe.{path}] on a line of its own"
                )

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

    def size_labels(self, key: str, default: SizeLabels) -> SizeLabels:
        """Return whose size labels the site prints."""
        return self.choice(key, default, ("drupal", "wordpress"), "is no way of printing sizes")

    def https_address(self, key: str) -> str | None:
        """Return an https address without a slash at its end, or None where the key isn't written."""
        remedy = 'write one, such as "https://www.example.org/posts"'
        return self._address(key, is_https, "is no https address", remedy)

    def site_address(self, key: str) -> str | None:
        """Return an https address, or an http one on this machine, without a slash at its end, or None."""
        what = "is no https address (http is for this very machine alone; no user, query or fragment)"
        return self._address(key, is_safe, what, 'write one, such as "https://www.example.org"')

    def _address(self, key: str, is_right: Callable[[str], bool], what: str, remedy: str) -> str | None:
        value = self._value(key, None)
        if value is None:
            return None
        if isinstance(value, str) and is_right(value):
            return value.rstrip("/")
        self._refuse(key, what, remedy)
        return None

    def choice(self, key: str, default: _T, options: Sequence[_T], what: str) -> _T:
        """Return one of some words; `what` says that the value is none of them."""
        value = self._value(key, default)
        for option in options:
            if value == option:
                return option
        words = [f'"{option}"' for option in options]
        self._refuse(key, what, f"write {', '.join(words[:-1])} or {words[-1]}")
        return default

    def text(
        self, key: str, default: str | None, pattern: re.Pattern[str], what: str, remedy: str
    ) -> str | None:
        """Return a text of a certain shape; any other is not shown, since it might be a secret."""
        value = self._value(key, default)
        if value is None or (isinstance(value, str) and pattern.fullmatch(value)):
            return value
        self.fault(key, f"{self._named(key)} {what}; {remedy}")
        return default

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._value(key, default)
        if isinstance(value, bool):
            return value
        remedy = f"write {_as_toml(default)} or {_as_toml(not default)}"
        self._refuse(key, "is neither true nor false", remedy)
        return default

    def drop(self, key: str, what: str) -> None:
        """Note that a key has no place here, where it is written, and read it no further."""
        self._elsewhere.append(key)
        if key in self._values:
            self.fault(key, f"{self._named(key)} {what}")
            del self._values[key]

    def fault(self, key: str | None, what: str) -> None:
        """Note a fault at the line of a key, or of the table itself."""
        self._faults.append((self._line(key), shown_name(what)))

    def refuse_unknown(self, variable: str = "ANNEXE_NAME_PASSWORD") -> None:
        """Note every key that nobody asked for; a secret belongs into the environment variable."""
        known = [key for key in self._known if key not in self._elsewhere]
        for key in self._values:
            if key in known or self._is_secret(key, key, variable):
                continue
            near = difflib.get_close_matches(key, known, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(known)}"
            self.fault(key, f"there is no setting {self._named(key)}; {remedy}")

    def raise_faults(self) -> None:
        """Raise CommandError that lists all faults in the order of their lines, if there are any."""
        if self._faults:
            faults = sorted(self._faults, key=lambda fault: fault[0])
            raise CommandError("\n".join(f"{self.file}:{line}: {fault}" for line, fault in faults))

    def _is_secret(self, key: str, line_key: str, variable: str = "ANNEXE_NAME_PASSWORD") -> bool:
        """Say whether a key asks for a secret, and note that; its value is not shown."""
        if not _SECRET.search(key):
            return False
        self.fault(
            line_key,
            f"{self._named(line_key)}: a secret never stands in this file; take it out (and change it, it "
            f"may be in the history), set the environment variable {variable}",
        )
        return True

    def _value(self, key: str, default: object) -> Any:
        self._known.append(key)
        return self._values.get(key, default)

    def _refuse(self, key: str, what: str, remedy: str) -> None:
        self.fault(key, f"{self._named(key)} = {_as_toml(self._values[key])} {what}; {remedy}")

    def _named(self, key: str) -> str:
        """Return a key by its path below `[tool.annexe]`."""
        return f"{self.name}.{key}" if self.name else key

    def _line(self, key: str | None) -> int:
        names = self.name.split(".") if self.name else []
        names += [] if key is None else key.split(".")
        whole = (".".join(names[:end]) for end in range(len(names), -1, -1))
        return next((self._file.lines[name] for name in whole if name in self._file.lines), 1)


def _as_toml(value: object) -> str:
    """Return a value nearly as the file writes it; a password inside an address is not shown."""
    if isinstance(value, bool):
        return str(value).lower()
    shown = _USER_IN_ADDRESS.sub("//***@", str(value))
    return f'"{shown}"' if isinstance(value, str) else shown

"""Lines that are no YAML: said in an editor's words, and taken out of the way so that the rest can be read."""

import re
from dataclasses import dataclass

from pipeline.sources.faults import Faults

#: Stands for a value that couldn't be read, so that its key is known to be there.
REPAIRED = "\ue000"

_ENTRY = re.compile(r"(?P<indent>\s*(?:-\s+)?)(?P<key>[\w.-]+)(?P<colon>\s*:)(?P<space>\s*)(?P<value>.*)")
_QUOTES = "\"'"
_INDICATORS = "@`%&*!|>[]{},?-"
_LONGEST_SHOWN = 80
#: Keys of the front matter behind which another key and its colon are meant as such.
_TABLES = frozenset({"publish"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What the YAML parser complains about: its words, and the index of the line and the column in the text."""

    problem: str
    index: int
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A text whose line `index` was taken out of the way; a stray line is blank now, any other has no value."""

    text: str
    index: int
    is_stray: bool


def repair(text: str, first_line: int, trouble: Trouble, faults: Faults, stray: str) -> Repair:
    """Tell what is wrong with the line of the trouble and take it out of the way.

    `stray` is what to do about a line that is no `key: value` at all.
    """
    lines = text.split("\n")
    index = min(trouble.index, len(lines) - 1)
    while index and not lines[index].strip():
        index -= 1
    entry = _ENTRY.fullmatch(lines[index])
    number = first_line + index
    if entry is not None and entry["indent"] and trouble.column < entry.end("colon"):
        what = "this line goes on with the value above it, but its colon begins another key to YAML"
        faults.tell("yaml", number, what, "begin the line with the key, or put the whole value in quotes")
        lines[index] = ""
        return Repair(text="\n".join(lines), index=index, is_stray=True)
    if entry is None or REPAIRED in entry["value"]:
        _tell_no_entry(lines[index], number, trouble, faults, stray)
        lines[index] = ""
        return Repair(text="\n".join(lines), index=index, is_stray=True)
    name, what, remedy = _explain(entry, trouble)
    faults.tell(name, number, what, remedy)
    lines[index] = f'{entry["indent"]}{entry["key"]}: "{REPAIRED}"'
    return Repair(text="\n".join(lines), index=index, is_stray=False)


def quoted(value: str) -> str:
    """Return a value in quotes, so that YAML takes it as it is."""
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def _tell_no_entry(line: str, number: int, trouble: Trouble, faults: Faults, stray: str) -> None:
    if line.startswith((" ", "-")) or line.strip().startswith(("]", "}")) or REPAIRED in line:
        what = f"YAML can't read this line ({trouble.problem})"
        faults.tell("yaml", number, what, "mend or take out the line, and look at the one before it")
        return
    faults.tell("yaml", number, "this line is no key: value", stray)


def _explain(entry: re.Match[str], trouble: Trouble) -> tuple[str, str, str]:
    """Return (name, what is wrong, what to do) for a line with a key."""
    key, value = entry["key"], entry["value"].rstrip()
    if value and (not entry["space"] or "\t" in entry["space"]):
        return _explain_space(entry)
    whole = f"{key}: {quoted(value)}" if len(value) <= _LONGEST_SHOWN else 'the whole value between two "'
    mend = f"put it in quotes: {whole}"
    if value[:1] in _QUOTES and value:
        return _explain_quotes(key, value, mend)
    what = f'YAML can\'t read the value of "{key}" ({trouble.problem})'
    if value[:1] in {"[", "{"} and value[-1] in {"]", "}"}:
        return (
            "yaml",
            what,
            f"write what stands between {value[0]} and {value[-1]} below it, each on its own line",
        )
    if value[:1] in _INDICATORS and value:
        what = f'the value of "{key}" begins with {value[0]}, which means something else to YAML'
    elif re.search(r":(?:\s|$)", value):
        what = f'the value of "{key}" holds a colon, which YAML takes for the end of another key'
        braces = f"put it between {{ and }}: {key}: {{{value}}}"
        return "unquoted_colon", what, braces if key in _TABLES else mend
    return "yaml", what, mend


def _explain_space(entry: re.Match[str]) -> tuple[str, str, str]:
    if entry["space"]:
        return "yaml", f'a tab stands behind the colon of "{entry["key"]}"', "write a space instead"
    what = f'no space stands behind the colon of "{entry["key"]}"'
    return "yaml", what, f"write {entry['key']}: {entry['value'].rstrip()[:_LONGEST_SHOWN]}"


def _explain_quotes(key: str, value: str, mend: str) -> tuple[str, str, str]:
    mark = value[0]
    if value.count(mark) == 1:
        return (
            "yaml",
            f'the value of "{key}" opens a {mark} that is never closed',
            f"put another {mark} at its end",
        )
    if value.endswith(mark) and "\\" in value:
        what = f'the value of "{key}" holds a \\ that means something else between " and "'
        return "yaml", what, "write \\\\ for a backslash, or put the value between ' and '"
    return "yaml", f'the value of "{key}" begins with a {mark} that ends before the value does', mend

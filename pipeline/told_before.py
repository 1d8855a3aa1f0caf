"""What the last run told, as digests, so that a run that has the same to tell need not write it once more."""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from pipeline.sealed import read_sealed, write_sealed

_FILE = "told.json"


def read_told(machine: Path, output: Path, names: Iterable[str]) -> str | None:
    """Return the digest of what the last run told, or None where it isn't known or a report is not as it wrote it."""
    try:
        told = read_sealed(machine / _FILE)
        if not isinstance(told, dict) or set(told["files"]) != set(names):
            return None
        is_there = all(_sum_of(output / name) == told["files"][name] for name in names)
    except OSError:
        return None
    return str(told["said"]) if is_there else None


def write_told(machine: Path, said: str | None, texts: Mapping[str, str]) -> None:
    """Keep the digest of what a run told, and those of the reports that it wrote."""
    files = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    # Where this can't be kept, the next run writes its reports once more.
    with suppress(OSError):
        write_sealed(machine / _FILE, {"said": said, "files": files})


def _sum_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

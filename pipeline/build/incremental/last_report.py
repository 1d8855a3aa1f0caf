"""What the last run told, so that a run that has the same to tell, or almost, need not tell it all once more."""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.files import read_sealed, write_sealed
from pipeline.ledger import Place

_FILE = "told.json"
#: What a run tells, in the build folder.
REPORTS = ("report.json", "junit.xml", "annexe.sarif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the reports of the last run are, each of which is as that run left it.

    `said` is a digest of what it had to tell, `subject` one of the posts that it told of and of what they share.
    """

    said: str | None
    subject: str | None


def subject_of(place: Place, slugs: Iterable[str]) -> str:
    """Return a digest of the posts of a run, in their order, and of what they share."""
    facts = "\0".join((place.name, place.shared, *slugs))
    return hashlib.sha256(facts.encode("utf-8", "backslashreplace")).hexdigest()


def read_told(machine: Path, output: Path) -> Told | None:
    """Return what the last run told, or None where that isn't known or one of its reports is not as it wrote it."""
    try:
        value = read_sealed(machine / _FILE)
        if not isinstance(value, dict) or value["reports"] != _stats(output):
            return None
        return Told(said=value["said"], subject=value["subject"])
    except (OSError, KeyError):
        return None


def write_told(machine: Path, output: Path, told: Told) -> None:
    """Keep what a run told, once its reports are written."""
    # Where this can't be kept, the next run writes its reports once more.
    with suppress(OSError):
        value = {"said": told.said, "subject": told.subject, "reports": _stats(output)}
        write_sealed(machine / _FILE, value)


def forget_told(machine: Path) -> None:
    """Have the next run write its reports anew; raises OSError."""
    (machine / _FILE).unlink(missing_ok=True)


def _stats(output: Path) -> list[list[int]]:
    stats = [os.lstat(output / name) for name in REPORTS]
    return [[one.st_dev, one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns] for one in stats]

"""The attachments as they were on the night before, kept until a night has reported what changed."""

import shutil
from pathlib import Path

from pipeline.core.files import machine_folder, write_atomically

_FOLDER, _REPORTED = "before", "before-last-night"


def keep_previous(output: Path, name: str, data: bytes) -> None:
    """Keep the bytes of an attachment that is about to be replaced; raises OSError where the disk refuses.

    Of several builds between two nights the first one counts: what it replaced is what the last night left.
    """
    path = _folder(output) / name
    if not path.exists():
        write_atomically(path, data)


def previous_attachment(output: Path, name: str) -> Path | None:
    """Return where an attachment of the night before lies, or None where it wasn't replaced since."""
    path = _folder(output) / name
    return path if path.is_file() else None


def set_aside_previous(output: Path) -> Path:
    """Set the previous attachments aside after a night's report and return their folder; raises OSError.

    They stay there, for the readers of that report, until the next night has reported.
    """
    folder, reported = _folder(output), machine_folder(output) / _REPORTED
    if folder.exists():
        shutil.rmtree(reported, ignore_errors=True)
        folder.replace(reported)
    return reported


def _folder(output: Path) -> Path:
    return machine_folder(output) / _FOLDER

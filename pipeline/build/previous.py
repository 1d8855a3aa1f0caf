"""The attachments as they were on the night before, kept until a night has told what changed."""

import shutil
from pathlib import Path

from pipeline.core.files import machine_folder, write_atomically

_FOLDER, _TOLD = "before", "before-last-night"


def keep_before(output: Path, name: str, data: bytes) -> None:
    """Keep the bytes of an attachment that is about to be replaced; raises OSError where the disk refuses.

    Of several builds between two nights the first one counts: what it replaced is what the last night left.
    """
    path = _folder(output) / name
    if not path.exists():
        write_atomically(path, data)


def kept_before(output: Path, name: str) -> Path | None:
    """Return where an attachment lies as it was on the night before, or None where it wasn't replaced since."""
    path = _folder(output) / name
    return path if path.is_file() else None


def set_aside_before(output: Path) -> Path:
    """Put aside how attachments were, once a night has told of it, and return the folder; raises OSError.

    They stay there, for whoever reads of them, until the next night has told.
    """
    folder, told = _folder(output), machine_folder(output) / _TOLD
    if folder.exists():
        shutil.rmtree(told, ignore_errors=True)
        folder.replace(told)
    return told


def _folder(output: Path) -> Path:
    return machine_folder(output) / _FOLDER

"""Paths as the editor would type them."""

import os
from pathlib import Path


def shown_path(path: Path, start: Path | None = None) -> str:
    """Return a path relative to the folder `start` (the current one) when it lies inside, else absolute.

    Bytes of a file's name that are no UTF-8 are shown by their numbers, so that every path can be printed.
    """
    folder = Path.cwd() if start is None else start
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would follow the links that the editor typed
    shown = whole.relative_to(folder) if whole.is_relative_to(folder) else whole
    return os.fsencode(shown).decode("utf-8", "backslashreplace")

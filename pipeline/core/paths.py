"""Where Annexe's own files lie, and paths as the editor would type them."""

import os
import re
from pathlib import Path

#: The package itself. No other module derives a place from its own, so that any of them can move.
PACKAGE = Path(__file__).resolve().parents[1]
#: The folder that the package, the styles and the documentation lie in.
HOME = PACKAGE.parent
#: The styles that Annexe brings.
STYLES = HOME / "styles"
#: What each finding means, for people; reports take the text of a rule from it.
DESCRIPTIONS = HOME / "docs" / "findings.md"


def shown_path(path: Path, start: Path | None = None) -> str:
    """Return a path relative to the folder `start` (the current one) when it lies inside, else absolute.

    Bytes of a file's name that are no UTF-8 are shown by their numbers, so that every path can be printed.
    """
    folder = Path.cwd() if start is None else start
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would follow the links that the editor typed
    shown = whole.relative_to(folder) if whole.is_relative_to(folder) else whole
    return shown_name(str(shown))


def shown_name(name: str) -> str:
    """Return a file's name with the bytes that are no UTF-8, and the controls, by their numbers."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]", lambda match: f"\\x{ord(match[0]):02x}", text)

"""Makes a process kill itself at one of its file operations.

Python runs this first, where PYTHONPATH leads here.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

_folder, _number, _when = (os.environ.get(f"FAULT_{name}", "") for name in ("FOLDER", "NUMBER", "WHEN"))
_count = 0


def _dangerous(operation: Callable[..., Any], place: int) -> Callable[..., Any]:
    """Return a file operation that counts where it changes the folder.

    It kills the process at its number.
    """

    def changed(*arguments: Any, **options: Any) -> Any:
        global _count  # noqa: PLW0603 - a count of the whole process
        path = os.fspath(arguments[place])
        if not path.startswith(_folder) or path.endswith(".part"):
            return operation(*arguments, **options)
        _count += 1
        is_now = str(_count) == _number
        if is_now and _when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = operation(*arguments, **options)
        if is_now:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return changed


if _folder and sys.argv[0] != "-c":
    # What pathlib calls in the end: a file comes to its name, a file goes.
    os.replace = _dangerous(os.replace, 1)
    os.unlink = _dangerous(os.unlink, 0)

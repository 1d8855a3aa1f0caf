"""Source files at the edge: what may be read, and what keeps a file from being read."""

import errno
import stat
from pathlib import Path

from pipeline.sources.faults import Faults

_LARGEST = 5 * 1024 * 1024


def read_source(path: Path, home: Path, faults: Faults) -> bytes | None:
    """Return the bytes of a source file, or None where it can't or may not be read (told).

    `home` is the folder that the file must lie in when all links are followed.
    """
    try:
        real = path.resolve()
        status = real.stat()
        if not real.is_relative_to(home.resolve()):
            what = "the file is a link that leads out of the post's folder"
            faults.tell("outside", None, what, "put the file itself into the folder")
            return None
        if stat.S_ISDIR(status.st_mode):
            what = "this is a folder, not a file"
            faults.tell("unreadable", None, what, "rename the folder, or write the edition as a file")
            return None
        if not stat.S_ISREG(status.st_mode):
            faults.tell("unreadable", None, "this is no ordinary file", "write the edition as a text file")
            return None
        if status.st_size > _LARGEST:
            what = f"the file has {status.st_size:,} bytes, more than {_LARGEST:,}"
            faults.tell("too_large", None, what, "cut it into several posts")
            return None
        return real.read_bytes()
    except FileNotFoundError:
        faults.tell(
            "unreadable", None, "the file is a link that leads nowhere", "put the file itself into the folder"
        )
    except (OSError, RuntimeError) as error:
        # A circle of links is a RuntimeError before Python 3.13.
        is_known = isinstance(error, OSError) and error.errno != errno.ELOOP
        reason = str(error.strerror) if isinstance(error, OSError) and is_known else "its links form a circle"
        what = f"the file can't be read ({reason})"
        faults.tell(
            "unreadable", None, what, "give yourself the right to read it, or put the file itself there"
        )
    return None

"""The most memory that a process held during one piece of work, and when it collects garbage."""

import gc
import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_KIBIBYTES = re.compile(r"^VmHWM:\s*(\d+) kB$", re.MULTILINE)


def forget_peak() -> None:
    """Have the kernel measure this process's peak anew, from what it holds now (proc(5): clear_refs, 5).

    Where the kernel can't, the peak stays that of the whole process: a number too high, never one too low.
    """
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_memory() -> int:
    """Return the MiB that this process held at most since it began or last forgot (proc(5): VmHWM)."""
    with suppress(OSError):
        match = _KIBIBYTES.search(Path("/proc/self/status").read_text(encoding="utf-8", errors="replace"))
        if match is not None:
            return -(-int(match[1]) // 1024)
    return -(-resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


@contextmanager
def without_collecting() -> Iterator[None]:
    """Collect no garbage meanwhile: with 100,000 objects in use, that takes longer than making them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


#: So many new objects are left after some eight attachments of ordinary length.
_MANY = 100_000


def collect_seldom() -> None:
    """Have this process collect garbage seldom, and never again among all objects that it holds now.

    For a worker that is ready for its jobs; a long one is still interrupted for it now and then, since what a
    document leaves behind grows with its length.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(2 * _MANY, 5, 5)


def collect_if_much() -> None:
    """Collect garbage now, between two jobs, if there may be much: few other objects are in the way then."""
    new, *interrupted = gc.get_count()
    if new > _MANY or any(interrupted):
        gc.collect()

"""Which posts' files have other stats than before: tens of thousands of calls of the kernel, on several cores."""

import os
from collections.abc import Sequence

from pipeline.seen import UnusualError, stats_of

#: Below this many posts a process takes longer to begin than it saves.
_FEWEST = 1_000
_MOST_PROCESSES = 4
#: The process that begins has other work besides: it takes this much of an equal share.
_OWN_SHARE = 0.6

Known = Sequence[tuple[str, bytes]]


def changed_posts(sources: str, output: str, known: Known) -> frozenset[str]:
    """Return the slugs of those posts whose record is another now, or can't be made."""
    return Comparison(sources, output, known).finish()


class Comparison:
    """A comparison that other processes have begun, so that this one can do something else before it takes its share."""

    def __init__(self, sources: str, output: str, known: Known) -> None:
        self._sources, self._output = sources, output
        processes = min(_MOST_PROCESSES, _cores(), 1 + len(known) // _FEWEST)
        own = len(known) if processes == 1 else round(len(known) * _OWN_SHARE / processes)
        self._own, others = known[:own], known[own:]
        share = max(1, -(-len(others) // max(1, processes - 1)))
        self._children = [
            _begin(sources, output, others[start : start + share]) for start in range(0, len(others), share)
        ]

    def finish(self) -> frozenset[str]:
        """Return the slugs of those posts whose record is another now, or can't be made."""
        changed = _changed(self._sources, self._output, self._own)
        for process, reading, part in self._children:
            changed += _end(process, reading, part)
        return frozenset(changed)


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _changed(sources: str, output: str, known: Known) -> list[str]:
    changed = []
    for slug, stats in known:
        try:
            if stats_of(sources, output, slug) == stats:
                continue
        except (OSError, UnusualError):
            pass
        changed.append(slug)
    return changed


def _begin(sources: str, output: str, known: Known) -> tuple[int, int, Known]:
    """Have a child look at a part; return its process, the pipe that it answers through, and the part."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading, known
    # The child ends here whatever happens, without a word: it shares the parent's streams and database.
    code = 1
    try:
        with os.fdopen(writing, "wb") as stream:
            stream.write("\0".join(_changed(sources, output, known)).encode())
        code = 0
    finally:
        os._exit(code)


def _end(process: int, reading: int, known: Known) -> list[str]:
    """Return what a child found; where it did not come to its end, all of its part."""
    with os.fdopen(reading, "rb") as stream:
        told = stream.read().decode()
    _, status = os.waitpid(process, 0)
    if status:
        return [slug for slug, _ in known]
    return told.split("\0") if told else []

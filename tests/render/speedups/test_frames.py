"""Frames find room: no depth of calls at which each call has memory mapped anew."""

import pickle
import resource
from collections.abc import Callable

from pipeline.build import job
from pipeline.render.speedups.frames import with_room

_CALLS, _DEPTHS = 200, 200


def _leaf(number: int) -> int:
    """Return a number; a call that does next to nothing."""
    return number


# Its frame is larger than one of those below, so that it is too large for a chunk's rest at one of their depths.
_leaf.__code__ = _leaf.__code__.replace(co_stacksize=100)


def _faults_at(depth: int) -> int:
    """Return how many pages were touched for the first time during many calls, so deep down."""
    if depth:
        return _faults_at(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for number in range(_CALLS):
        _leaf(number)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def _most(faults_at: Callable[[int], int]) -> int:
    return max(faults_at(depth) for depth in range(_DEPTHS))


def test_no_depth_of_calls_maps_memory_at_each_of_them() -> None:
    """With room, calls touch no new memory, whatever their depth; without, there may be depths at which each does."""
    assert with_room(_most)(_faults_at) < _CALLS / 4


@with_room
def _told(one: int, *, more: str) -> str:
    """Tell what was given."""
    return f"{one} {more}"


def test_a_function_with_room_is_what_it_was() -> None:
    """Arguments, result, name and words stay; it can be sent to another process."""
    assert _told(1, more="2") == "1 2"
    assert (_told.__name__, _told.__doc__) == ("_told", "Tell what was given.")
    assert pickle.loads(pickle.dumps(_told)) is _told  # noqa: S301 - what was pickled here
    assert pickle.loads(pickle.dumps(job.make)) is job.make  # noqa: S301 - as above

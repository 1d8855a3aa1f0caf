"""Room for the frames of calls, taken in one piece.

CPython keeps the frames of Python functions in chunks of 16 KiB. A call that does not fit into the last one has another
mapped, and its return unmaps that again: where a loop deep in a layout happens to lie at the end of a chunk, this is done
at every call, and costs more than all that the loop does (https://github.com/python/cpython/issues/142183).
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

#: What a frame is said to need, in words of 8 bytes. CPython takes a chunk that is a power of two, and twice as large as
#: this: what is left holds a thousand frames and more. Only what is used of it is ever touched.
_WORDS = 66_000

ParametersT = ParamSpec("ParametersT")
ResultT = TypeVar("ResultT")


def with_room(function: Callable[ParametersT, ResultT]) -> Callable[ParametersT, ResultT]:
    """Return a function that does the same, with room for the frames of all that it calls.

    A chunk of CPython's data stack (`push_chunk` in Python/pystate.c) is as large as the frame asks that it is made for.
    """

    def call(*arguments: ParametersT.args, **keywords: ParametersT.kwargs) -> ResultT:
        return function(*arguments, **keywords)

    call.__code__ = call.__code__.replace(co_stacksize=_WORDS)
    return wraps(function)(call)

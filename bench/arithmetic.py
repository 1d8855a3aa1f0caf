"""Medians and ratios of what was measured."""

import statistics
from collections.abc import Sequence


def median(values: Sequence[float]) -> float:
    """Return the median; raises ValueError for no values."""
    return statistics.median(values) if values else _nothing()


def spread(values: Sequence[float]) -> float:
    """Return how far the values lie apart: the widest from the median, as a share of it."""
    middle = median(values)
    return max(abs(value - middle) for value in values) / middle if middle else 0.0


def paired_ratio(values: Sequence[float], others: Sequence[float]) -> float:
    """Return the median of the rounds' own ratios: what slows a round down slows both down.

    Raises ValueError where there are not as many of both.
    """
    return median([value / other for value, other in zip(values, others, strict=True)])


def evenly(count: int, wanted: int, turn: int) -> list[int]:
    """Return `wanted` of `count` places (all where there are no more), evenly spread; another `turn` begins elsewhere."""
    if wanted >= count:
        return list(range(count))
    step = count / wanted
    return sorted(int(turn + number * step) % count for number in range(wanted))


def _nothing() -> float:
    raise ValueError("nothing was measured")

"""Bars, lines and marks as numbers for inline SVG; what they show stands beside them in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: The drawing's own units: the styles give it its size on the page.
WIDTH, HEIGHT = 240, 48
_EDGE = 4
#: The height of a drawing stands for this share of the most at least.
_SPAN = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A size against a published one, in percent of the bar's length: up to where each goes."""

    filled: float
    published: float

    @property
    def is_over(self) -> bool:
        """Say whether the size goes beyond the published one."""
        return self.filled > self.published


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A trend: SVG path data, the last point, and the least, most and last value."""

    path: str
    x: float
    y: float
    least: float
    most: float
    last: float


def bar(size: int | None, published: int | None) -> Bar | None:
    """Return the bar of a size against the largest one that is published, or None where one of them is missing."""
    if size is None or not published:
        return None
    whole = max(size, published) * (1.0 if size <= published else 1.05)
    return Bar(filled=round(100 * size / whole, 1), published=round(100 * published / whole, 1))


def line(values: Sequence[float | None]) -> Line | None:
    """Return the line of some nights, the oldest first; nights without a value are gaps. None for less than two values."""
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    least, most = min(known), max(known)
    points = list(_points(values, least, most))
    x, y = next(point for point in reversed(points) if point is not None)
    return Line(path=_path(points), x=x, y=y, least=least, most=most, last=known[-1])


def _points(
    values: Sequence[float | None], least: float, most: float
) -> Iterator[tuple[float, float] | None]:
    # What hardly changes is drawn as what hardly changes: beside the same words, a slope would be a lie.
    span = max(most - least, _SPAN * most) or 1.0
    middle = (least + most) / 2
    step = (WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    for place, value in enumerate(values):
        if value is None:
            yield None
            continue
        height = 0.5 + (value - middle) / span
        yield round(_EDGE + place * step, 1), round(HEIGHT - _EDGE - height * (HEIGHT - 2 * _EDGE), 1)


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    parts, is_on = [], False
    for point in points:
        if point is not None:
            parts.append(f"{'L' if is_on else 'M'}{point[0]:g} {point[1]:g}")
        is_on = point is not None
    return "".join(parts)

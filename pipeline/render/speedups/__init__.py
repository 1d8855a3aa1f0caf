"""All that is replaced in WeasyPrint while one document is laid out and written."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.render.speedups.cascade import lazy_styles
from pipeline.render.speedups.floats import lines_below_floats
from pipeline.render.speedups.lines import lines_kept
from pipeline.render.speedups.values import quick_values


@contextmanager
def quickly() -> Iterator[None]:
    """Have WeasyPrint do what it does by shorter ways inside the block, to the same bytes; raises as `lines_kept` does."""
    with lines_kept(), quick_values(), lazy_styles(), lines_below_floats():
        yield

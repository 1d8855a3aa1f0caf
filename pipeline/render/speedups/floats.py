"""Lines that lie below everything that floats are not measured for room beside it.

Once anything has floated on a page, WeasyPrint works out for every line after it how narrow that line could be: all of its
words are shaped one by one. Only a line beside a float needs that. Upstream: https://github.com/Kozea/WeasyPrint/issues/578.
"""

from contextlib import AbstractContextManager
from typing import Any

from weasyprint.layout import float as floating
from weasyprint.layout import inline

from pipeline.render.patching import replaced
from pipeline.render.speedups.lines import check_installed

#: sha256 of what the answer is used for, in the version of WeasyPrint that `render_lines` is written for; it pins `inline` itself.
SOURCES = {floating: "4e6cc308ad2a7d2a1aecb24b8517790fd4e154d839396ebb38dd3674e111c7c3"}
check_installed(SOURCES)

_least_width = inline.inline_min_content_width


def least_width(context: Any, line: Any, **more: Any) -> Any:
    """Do what `inline_min_content_width` does for a line that may lie beside a float; any other line is told to be 0 wide.

    The width counts in `avoid_collisions` alone, and there for lines that collide; from right to left it is used once more.
    """
    if line.style["direction"] == "ltr" and all(
        shape.position_y + shape.margin_height() <= line.position_y for shape in context.excluded_shapes
    ):
        return 0
    return _least_width(context, line, **more)


def lines_below_floats() -> AbstractContextManager[None]:
    """Measure lines beside floats alone, inside the block."""
    return replaced((inline, "inline_min_content_width", least_width))

"""Lines of text shaped once, for breaking them, for other settings of the page, and for painting.

WeasyPrint shapes a line each time it is asked for: when it looks how wide a paragraph could be, when it
breaks it, when another setting of the page is tried (see `fitting`), and once more when it paints it. Here
the answers of `split_first_line` are remembered while a document is rendered, and the Pango layout of a line
that `glyphs` can paint as it is stays instead of being made anew.

- replaces: `text.line_break.split_first_line` (by the names its callers have for it), `Layout.deactivate`,
  `Layout.reactivate`
- written for: WeasyPrint 70.0, the files in `SOURCES`
- gains: with `text_styles` and `glyphs`, 28.5 % of the time of laying out and writing the first post (nine
  paired rounds)
- upstream: https://github.com/Kozea/WeasyPrint/issues/578 (open), and pull request 1840, which shapes a
  paragraph once
"""

from collections.abc import Callable
from typing import Any

from weasyprint.layout import inline, preferred
from weasyprint.text.line_break import Layout

from pipeline.render.speedups.guard import Change
from pipeline.render.speedups.text_styles import breaking_of, settings_of

SOURCES = {
    "layout/inline.py": "0e7c1569330f54734ed61b568789c4f279ba103c0385115efa6444f3c43b96b4",
    "layout/page.py": "d99c5aceb36d458619a9cecb466a09df8827b9160fafacab7b4972a0d354dcca",
    "layout/preferred.py": "a7973703cd8ac5fada246b35e7fea6e728a364002adc5dbb248ee08f084c0a6e",
    "text/line_break.py": "1f5a855ad992e0bebaf5512d2b806fd991090e0e91bf79d3d5a3a0176b22af97",
}


class _Lines:
    """The lines of one document, by all that decides how they are broken."""

    def __init__(self) -> None:
        self._lines: dict[tuple[object, ...], Any] = {}
        self._split: Callable[..., Any] = inline.split_first_line
        #: Whether a layout that is deactivated now belongs to a line that is remembered.
        self.is_splitting = False

    def split(
        self,
        text: str,
        style: Any,
        context: Any,
        max_width: float | None,
        justification_spacing: float,
        is_line_start: bool = True,  # noqa: FBT001, FBT002 - WeasyPrint's signature
        minimum: bool = False,  # noqa: FBT001, FBT002 - as above
    ) -> Any:
        """Do what `split_first_line` does."""
        spaces = max_width, justification_spacing, is_line_start, minimum
        key = (text, settings_of(style), breaking_of(style), *spaces)
        line = self._lines.get(key)
        if line is None:
            self.is_splitting = True
            try:
                line = self._split(text, style, context, *spaces)
            finally:
                self.is_splitting = False
            self._lines[key] = line
        return line


def changes() -> tuple[Change, ...]:
    """Return what makes WeasyPrint shape each line of one document once."""
    lines, deactivate, reactivate = _Lines(), Layout.deactivate, Layout.reactivate

    def deactivate_others(layout: Any) -> None:
        """Leave the Pango layout of a single line that is not to be justified: it can be painted as it is."""
        if not lines.is_splitting or layout.justification_spacing or not is_one_line(layout):
            deactivate(layout)

    def reactivate_others(layout: Any, style: Any) -> None:
        if not hasattr(layout, "layout"):
            reactivate(layout, style)

    return (
        (inline, "split_first_line", lines.split),
        (preferred, "split_first_line", lines.split),
        (Layout, "deactivate", deactivate_others),
        (Layout, "reactivate", reactivate_others),
    )


def is_one_line(layout: Any) -> bool:
    """Say whether a Pango layout has no second line."""
    return layout.get_first_line()[1] is None

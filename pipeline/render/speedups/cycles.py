"""What WeasyPrint leaves behind of a document is let go with it, not found by looking for garbage later.

Things that refer to each other in a ring stay until Python looks for garbage, which took a tenth of the time of
short attachments; and of a long one, the pages of a layout that was discarded stayed while the next was made. Nearly all of
a layout hangs on these: its context, which refers to itself by the function that gets images; each style of a box that no
element stands for, which names itself as its own origin, and its parent, which names it; and the area of a page's notes,
which names the page.
"""

import weakref
from collections.abc import Callable
from math import inf
from typing import Any

from weasyprint import css, document, layout
from weasyprint.document import Document
from weasyprint.formatting_structure.boxes import FootnoteAreaBox
from weasyprint.layout import page as paging

from pipeline.render.patching import replaced
from pipeline.render.speedups.lines import check_installed

#: sha256 of what is replaced or relied on, in the version of WeasyPrint that `render_lines` is written for.
SOURCES = {
    document: "f08f91af64563f5fb27596828891fb326262511a56e4ace714e5a960898024c8",
    layout: "f226ba97ad21e44772b571aa64bfd446ecf3080d236c4861dcab25407a04d66a",
}
check_installed(SOURCES)

_Context, _remake = document.LayoutContext, paging.remake_page


class _TooLongError(Exception):
    """A document needs more pages than it may have."""


def laid_out(render: Callable[[], Document], *, most: float = inf) -> Document | None:
    """Return what `render` lays out, or None as soon as it needs more than `most` pages.

    All of it goes as soon as nobody holds the document any more.
    """
    contexts: list[Any] = []
    areas: list[Any] = []

    def note(*arguments: Any) -> Any:
        contexts.append(_Context(*arguments))
        return contexts[-1]

    def remake(index: int, *arguments: Any) -> Any:
        if index >= most:
            raise _TooLongError
        page, resume_at = _remake(index, *arguments)
        areas.extend(box for box in page.children if isinstance(box, FootnoteAreaBox))
        return page, resume_at

    try:
        with replaced((document, "LayoutContext", note), (paging, "remake_page", remake)):
            made = render()
    except _TooLongError:
        _open_rings(contexts, areas)
        return None
    # Until then the context is in use: an SVG image may get others by it while it is painted.
    weakref.finalize(made, _open_rings, contexts, areas).atexit = False
    return made


def _open_rings(contexts: list[Any], areas: list[Any]) -> None:
    for area in areas:
        del area.page
    for context in contexts:
        del context.get_image_from_uri
        for style in context.style_for._computed_styles.values():  # noqa: SLF001 - WeasyPrint has no name for all styles
            inner = style
            while inner is not None:
                inner = vars(inner).pop("anonymous_style", None)


# The attribute that each sets to itself is told without a reference that is kept.
css.AnonymousStyle.specified = property(lambda style: style, lambda _style, _value: None)

"""Lines of text shaped once: what WeasyPrint has Pango do again is kept while a document is laid out and painted.

WeasyPrint shapes a line each time it is asked for: when it looks how wide a paragraph could be, when it breaks it,
when another setting of the page is tried (see fitting), and once more when it paints it. Each time it makes a new
Pango context for it. Upstream: https://github.com/Kozea/WeasyPrint/issues/578, where both are asked for.

Inside `lines_kept`, three private parts of WeasyPrint are replaced: the answers of `split_first_line` are kept for as
long as the block lasts, a line that was shaped alone is painted as it is, and what Pango needs to know of a style is
made once. Nothing else changes: the same lines, the same glyphs at the same places.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import weasyprint
from weasyprint.draw import text as painting
from weasyprint.layout import inline, page, preferred
from weasyprint.text import fonts, line_break

from pipeline.core.errors import MachineError
from pipeline.render.patching import replaced
from pipeline.render.speedups.glyphs import Painter
from pipeline.render.speedups.pango_settings import breaking_of, set_up, settings_of

WRITTEN_FOR = "70.0"
#: sha256 of what is replaced, here or in a module beside this one, and of what that relies on, in that version.
SOURCES = {
    painting: "c9a450aa209277e760227e1fed2da492647bd28e5a5ebc4c9d8aaedecc400d77",
    inline: "0e7c1569330f54734ed61b568789c4f279ba103c0385115efa6444f3c43b96b4",
    preferred: "a7973703cd8ac5fada246b35e7fea6e728a364002adc5dbb248ee08f084c0a6e",
    page: "d99c5aceb36d458619a9cecb466a09df8827b9160fafacab7b4972a0d354dcca",
    fonts: "59d74d0c161349b8416f1d13466e16dd47c1161f0a397ff1e4ca70814eb36091",
    line_break: "1f5a855ad992e0bebaf5512d2b806fd991090e0e91bf79d3d5a3a0176b22af97",
}


def check_sources(version: str, sources: dict[str, tuple[bytes, str]]) -> None:
    """Raise MachineError unless WeasyPrint is the version, and each file by its name has the sha256, that is expected."""
    changed = [
        name for name, (data, expected) in sources.items() if hashlib.sha256(data).hexdigest() != expected
    ]
    if version != WRITTEN_FOR or changed:
        raise MachineError(
            f"this is WeasyPrint {version}{' with another ' if changed else ''}{', '.join(changed)}, and lines can be "
            f"kept with an unchanged {WRITTEN_FOR} alone; install weasyprint=={WRITTEN_FOR}, or look through "
            "pipeline/render/speedups/lines.py with the new version beside it and run `make test`"
        )


def check_installed(modules: dict[Any, str]) -> None:
    """Raise MachineError unless the installed WeasyPrint's modules have these sha256 sums."""
    check_sources(
        weasyprint.__version__,
        {
            module.__name__.partition(".")[2]: (Path(str(module.__file__)).read_bytes(), expected)
            for module, expected in modules.items()
        },
    )


check_installed(SOURCES)

_split = line_break.split_first_line
_set_up, _deactivate = line_break.Layout.setup, line_break.Layout.deactivate
_reactivate = line_break.Layout.reactivate
_draw = painting.draw_first_line


@dataclass(slots=True)
class _Kept:
    """What is kept while one document is made."""

    lines: dict[tuple[object, ...], Any] = field(default_factory=dict)
    is_splitting: bool = False


@contextmanager
def lines_kept() -> Iterator[None]:
    """Keep lines inside the block, in which one document may be laid out (more than once) and written.

    Raises RuntimeError where another block is open in this process: the replacements serve one document at a time.
    """
    if line_break.Layout.setup is not _set_up:
        raise RuntimeError("two documents are being rendered in one process at the same time")
    with replaced(*_replacements(_Kept())):
        yield


def _split_once(kept: _Kept) -> Any:
    """Return what stands for `split_first_line`, and keeps its answers."""

    def split(
        text: str,
        style: Any,
        context: Any,
        max_width: float | None,
        justification_spacing: float,
        is_line_start: bool = True,  # noqa: FBT001, FBT002 - WeasyPrint's signature
        minimum: bool = False,  # noqa: FBT001, FBT002 - as above
    ) -> Any:
        key = (
            *(text, settings_of(style), breaking_of(style)),
            *(max_width, justification_spacing, is_line_start, minimum),
        )
        line = kept.lines.get(key)
        if line is None:
            kept.is_splitting = True
            try:
                line = _split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
            finally:
                kept.is_splitting = False
            kept.lines[key] = line
        return line

    return split


def _replacements(kept: _Kept) -> tuple[tuple[Any, str, Any], ...]:
    painter, split = Painter(_draw, _reactivate), _split_once(kept)

    def deactivate(layout: Any) -> None:
        """Leave a line's Pango layout as it is where it is all that painting needs: one line, not to be justified."""
        if not kept.is_splitting or layout.justification_spacing or not is_one_line(layout):
            _deactivate(layout)

    def reactivate(layout: Any, style: Any) -> None:
        if not hasattr(layout, "layout"):
            _reactivate(layout, style)

    return (
        (inline, "split_first_line", split),
        (preferred, "split_first_line", split),
        (line_break.Layout, "setup", set_up),
        (line_break.Layout, "deactivate", deactivate),
        (line_break.Layout, "reactivate", reactivate),
        (painting, "draw_first_line", painter.draw),
    )


def is_one_line(layout: Any) -> bool:
    """Say whether a Pango layout has no second line."""
    return layout.get_first_line()[1] is None

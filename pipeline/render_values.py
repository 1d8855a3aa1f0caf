"""Values that WeasyPrint works out again and again, by a shorter way to the same ones.

Three hot spots are replaced while a document is made: the value of a property that no declaration gives, which is the
parent's or the initial one (https://github.com/Kozea/WeasyPrint/issues/578, and pull request 2808); the height of a line,
which is asked for by box and is the same for all of one style; and the C types of the arrays of glyphs that fonts are cut
by, for each of whose lengths cffi parses a declaration (told nowhere upstream, as far as is known).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint import css
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES
from weasyprint.layout import inline
from weasyprint.pdf import fonts
from weasyprint.text.ffi import ffi

from pipeline.render_lines import check_installed

#: sha256 of what is replaced or relied on, in the version of WeasyPrint that `render_lines` is written for.
SOURCES = {
    css: "77ad7287f90d7cfaf85eb00ebe7af47d2bedfb856d7dc68717152f2d8a7605fd",
    fonts: "9ad9a202a416b84585e59d758e6b5e1b35604807dc3fa4472b6829bc5c4cdcb7",
}
check_installed(SOURCES)

#: Properties whose value takes more than what `_plainly` knows, even where no declaration gives it.
_INVOLVED = frozenset({"float", "display", "position", "page"})


def _plainly(name: str) -> tuple[bool, Any, tuple[str, ...]] | None:
    """Return whether a property is inherited, its initial value, and the names of which any may declare it.

    None for one whose value has to be worked out even where nothing declares it.
    """
    if name in _INVOLVED or name.startswith("text_decoration_"):
        return None
    if name not in INHERITED and name in INITIAL_NOT_COMPUTED:
        return None
    logical = PHYSICAL_FUNCTIONS.get(name)
    others = [logical(block="ttb", inline=direction) for direction in ("ltr", "rtl")] if logical else []
    return name in INHERITED, INITIAL_VALUES[name], (name, *dict.fromkeys(others))


_PLAIN = {name: _plainly(name) for name in INITIAL_VALUES}
_compute = css.ComputedStyle.__missing__
_strut = inline.strut


def compute(style: Any, name: str) -> Any:
    """Do what `ComputedStyle.__missing__` does: give a property's value, and keep it in the style."""
    plain = _PLAIN.get(name)
    if plain is not None:
        is_inherited, value, names = plain
        parent = style.parent_style
        if style.cascaded.keys().isdisjoint(names) and not (is_inherited and parent is None):
            style[name] = value = parent[name] if is_inherited else value
            return value
    return _compute(style, name)


def strut(style: Any) -> Any:
    """Do what `strut` does: give a style's height of line and baseline; they are kept on the style."""
    heights = style.__dict__.get("_annexe_strut")
    if heights is None:
        heights = style._annexe_strut = _strut(style)  # noqa: SLF001 - an attribute of ours
    return heights


class _Arrays:
    """cffi's declarations, but that an array of glyphs is made by the type that serves all lengths."""

    def __getattr__(self, name: str) -> Any:
        return getattr(ffi, name)

    def new(self, kind: str, initial: Any = None) -> Any:
        """Return new memory of a C type."""
        if kind.startswith("hb_codepoint_t[") and isinstance(initial, list | tuple):
            kind = "hb_codepoint_t[]"
        return ffi.new(kind, initial)


@contextmanager
def quick_values() -> Iterator[None]:
    """Work values out by the shorter way inside the block."""
    css.ComputedStyle.__missing__, inline.strut, fonts.ffi = compute, strut, _Arrays()
    try:
        yield
    finally:
        css.ComputedStyle.__missing__, inline.strut, fonts.ffi = _compute, _strut, ffi

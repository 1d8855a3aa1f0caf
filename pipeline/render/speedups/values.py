"""Values that WeasyPrint works out again and again, by a shorter way to the same ones.

- replaces: `ComputedStyle.__missing__` and `AnonymousStyle.__missing__` (a property that nothing declares has
  its parent's or its initial value); `layout.inline.strut` (the height of a line, once a style);
  `layout.percent.resolve_percentages` (the lengths of a box, once a style where none is a percentage);
  `Box.is_in_normal_flow` (true for nearly all boxes); `pdf.fonts.ffi` (cffi parses a declaration for every
  length of an array of glyphs: one type serves all)
- written for: WeasyPrint 70.0, the files in `SOURCES`
- gains: 16.3 % of the time of laying out and writing the first post (nine paired rounds)
- upstream: https://github.com/Kozea/WeasyPrint/issues/578 (open), and pull request 2808 (closed) for the
  first of these; none open for the others
"""

from collections.abc import Callable
from typing import Any

from weasyprint import css
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES, Dimension
from weasyprint.formatting_structure import boxes
from weasyprint.layout import absolute, block, column, grid, inline, page, percent, table
from weasyprint.layout import float as floating
from weasyprint.pdf import fonts
from weasyprint.text.ffi import ffi

from pipeline.render.speedups.guard import Change

SOURCES = {
    "css/__init__.py": "77ad7287f90d7cfaf85eb00ebe7af47d2bedfb856d7dc68717152f2d8a7605fd",
    "formatting_structure/boxes.py": "8ffd28ab74a149f0097208fcba6a80df0c8bb01e8fd4f9ced95d11b7e9807e23",
    "layout/percent.py": "bac190e240dce17b4342feb99423e8232433d3727c0833897f50fed88cb163a2",
    "pdf/fonts.py": "9ad9a202a416b84585e59d758e6b5e1b35604807dc3fa4472b6829bc5c4cdcb7",
}

#: Properties whose value depends on others, even where no declaration gives it.
_INVOLVED = frozenset({"float", "display", "position", "page"})


def _plainly(name: str) -> tuple[bool, Any, str, str] | None:
    """Return whether a property is inherited, its initial value, and its two logical names.

    Those are logical ones, for text from the left and from the right: `margin_inline_start` for
    `margin_left`. None for a property whose value has to be worked out even where nothing declares it.
    """
    if name in _INVOLVED or name.startswith("text_decoration_"):
        return None
    if name not in INHERITED and name in INITIAL_NOT_COMPUTED:
        return None
    logical = PHYSICAL_FUNCTIONS.get(name)
    left, right = (
        logical(block="ttb", inline=direction) if logical else name for direction in ("ltr", "rtl")
    )
    return name in INHERITED, INITIAL_VALUES[name], left, right


_PLAIN = {name: _plainly(name) for name in INITIAL_VALUES}
_compute = css.ComputedStyle.__missing__
_compute_anonymous = css.AnonymousStyle.__missing__
_strut = inline.strut
_is_in_flow = boxes.Box.is_in_normal_flow
_resolve_all = percent.resolve_percentages
#: The modules that imported it by its name.
_CALLERS = (absolute, block, column, floating, grid, inline, page, table)
#: The lengths that it resolves, apart from borders, whose widths are never percentages.
_LENGTHS = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in ("left", "right", "top", "bottom")),
    *(f"{least}{axis}" for least in ("", "min_", "max_") for axis in ("width", "height")),
)
_BORDERS = tuple(f"border_{side}_width" for side in ("top", "right", "bottom", "left"))


def compute(style: Any, name: str) -> Any:
    """Do what `ComputedStyle.__missing__` does: give a property's value, and store it in the style."""
    plain, cascaded = _PLAIN.get(name), style.cascaded
    if plain is None or name in cascaded or plain[2] in cascaded or plain[3] in cascaded:
        return _compute(style, name)
    value = plain[1]
    if plain[0]:
        if style.parent_style is None:
            return _compute(style, name)
        value = style.parent_style[name]
    style[name] = value
    return value


def compute_anonymous(style: Any, name: str) -> Any:
    """Do what `AnonymousStyle.__missing__` does, for a box without an element: no declaration is about it."""
    plain = _PLAIN.get(name)
    if plain is None:
        return _compute_anonymous(style, name)
    value = style[name] = style.parent_style[name] if plain[0] else plain[1]
    return value


def resolve_all(box: Any, containing_block: Any) -> None:
    """Set a box's lengths as `resolve_percentages` does; once a style where they depend on nothing else."""
    style = box.style
    lengths = style.__dict__.get("_annexe_lengths")
    if lengths is None:
        lengths = style._annexe_lengths = _lengths_of(style)  # noqa: SLF001 - an attribute of ours
    if lengths:
        box.__dict__.update(lengths)
    else:
        _resolve_all(box, containing_block)


def _lengths_of(style: Any) -> dict[str, Any]:
    """Return the lengths that every box of a style has; none where any of them depends on something else."""
    if style["border_collapse"] == "collapse":
        return {}
    if style.__class__ is css.AnonymousStyle and _INITIAL_KEYS.isdisjoint(style):
        return _INITIAL
    if style["box_sizing"] != "content-box":
        return {}
    lengths = _plain_lengths(style.__getitem__)
    return lengths and lengths | {name: style[name] for name in _BORDERS}


def _plain_lengths(value_of: Callable[[str], Any]) -> dict[str, Any]:
    """Return all lengths but borders in CSS pixels, or "auto"; none where one is no plain length."""
    lengths: dict[str, Any] = {}
    for name in _LENGTHS:
        value = value_of(name)
        if value == "auto":
            lengths[name] = 0 if name in ("min_width", "min_height") else value
        elif value.__class__ is Dimension and value.unit == "px":
            lengths[name] = value.value
        else:
            return {}
    return lengths


#: Those of a box that no element stands for, unless its style was given others.
_INITIAL = _plain_lengths(INITIAL_VALUES.__getitem__) | dict.fromkeys(_BORDERS, 0)
_INITIAL_KEYS = frozenset({*_LENGTHS, "box_sizing"})


def is_in_flow(box: Any) -> bool:
    """Do what `is_in_normal_flow` does, for most boxes by two values of their style."""
    style = box.style
    return (style["position"] == "static" and style["float"] == "none") or bool(_is_in_flow(box))


def strut(style: Any) -> Any:
    """Do what `strut` does: give a style's height of line and baseline, stored on the style."""
    heights = style.__dict__.get("_annexe_strut")
    if heights is None:
        heights = style._annexe_strut = _strut(style)  # noqa: SLF001 - an attribute of ours
    return heights


class _Arrays:
    """WeasyPrint's `ffi`, but arrays of glyphs are made by one type that serves all lengths."""

    def __getattr__(self, name: str) -> Any:
        return getattr(ffi, name)

    def new(self, kind: str, initial: Any = None) -> Any:
        """Return new memory of a C type."""
        if kind.startswith("hb_codepoint_t[") and isinstance(initial, list | tuple):
            kind = "hb_codepoint_t[]"
        return ffi.new(kind, initial)


def changes() -> tuple[Change, ...]:
    """Return what works values out by the shorter way."""
    return (
        (css.ComputedStyle, "__missing__", compute),
        (css.AnonymousStyle, "__missing__", compute_anonymous),
        (inline, "strut", strut),
        (fonts, "ffi", _Arrays()),
        (boxes.Box, "is_in_normal_flow", is_in_flow),
        *((module, "resolve_percentages", resolve_all) for module in _CALLERS),
    )

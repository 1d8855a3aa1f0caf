"""What Pango has to know of a style, made once a style instead of once a line.

WeasyPrint makes a new Pango context for each line, and gives it fonts, features and language anew. Here the
first line of a style is set up by WeasyPrint, and every other one gets a copy of that.

- replaces: `text.line_break.Layout.setup`
- written for: WeasyPrint 70.0, the files in `SOURCES`
- gains: see `lines`, with which it was measured
- upstream: https://github.com/Kozea/WeasyPrint/issues/578 (open), which asks for this, too
"""

from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from weasyprint.text.ffi import ffi, gobject, pango
from weasyprint.text.line_break import Layout

from pipeline.render.speedups.guard import Change

SOURCES = {
    "text/fonts.py": "59d74d0c161349b8416f1d13466e16dd47c1161f0a397ff1e4ca70814eb36091",
    "text/line_break.py": "1f5a855ad992e0bebaf5512d2b806fd991090e0e91bf79d3d5a3a0176b22af97",
}

#: All properties that `Layout.setup`, and what it calls, ask a style for.
_SETTINGS = tuple(
    """direction lang font_family font_size font_stretch font_style font_weight font_variation_settings
    font_kerning font_feature_settings font_language_override font_variant_alternates font_variant_caps
    font_variant_east_asian font_variant_ligatures font_variant_numeric font_variant_position
    text_decoration_line""".split()
)
#: All that besides these decides how a text is broken: what `split_first_line` and `Layout.set_text` ask for.
_BREAKING = tuple(
    """white_space hyphens hyphenate_character hyphenate_limit_chars hyphenate_limit_zone letter_spacing
    overflow_wrap tab_size word_break word_spacing""".split()
)
#: How many styles are remembered (a sheet has some tens): with more, a document is slower, not different.
_MOST = 1000

#: For each FontConfiguration, by a style's settings: a Pango layout without text, and the attributes that
#: `setup` sets besides it. It outlives a document: the next one has the same styles.
_ready: "WeakKeyDictionary[Any, dict[object, tuple[Any, dict[str, Any]]]]" = WeakKeyDictionary()


def settings_of(style: Any) -> object:
    """Return a key that two styles share if Pango is given the same settings for both."""
    return _key(style, "_annexe_settings", _SETTINGS)


def breaking_of(style: Any) -> object:
    """Return a key that two styles with the same settings share if they break a text at the same places."""
    return _key(style, "_annexe_breaking", _BREAKING)


def _key(style: Any, attribute: str, properties: tuple[str, ...]) -> object:
    """Return some properties' values, stored in the style: nobody changes it once lines are made."""
    key: object = style.__dict__.get(attribute)
    if key is None:
        key = tuple(style[name] for name in properties)
        try:
            hash(key)
        except TypeError:
            key = repr(key)
        setattr(style, attribute, key)
    return key


def changes() -> tuple[Change, ...]:
    """Return what sets up a line's Pango layout by a copy of the one that the first line of its style got."""
    original = Layout.setup

    def setup(layout: Any, style: Any) -> None:
        ready, key = _ready.setdefault(style.font_config, {}), settings_of(style)
        made = ready.get(key)
        if made is None:
            original(layout, style)
            if len(ready) >= _MOST:
                ready.clear()
            of_line = {"layout", "style", "justification_spacing", "text", "max_width"}
            of_style = {name: value for name, value in vars(layout).items() if name not in of_line}
            ready[key] = (_copy(layout.layout), of_style)
        else:
            layout.layout, layout.style = _copy(made[0]), style
            vars(layout).update(made[1])

    return ((Layout, "setup", setup),)


def _copy(layout: Any) -> Any:
    return ffi.gc(_declared().pango_layout_copy(layout), gobject.g_object_unref)


@cache
def _declared() -> Any:
    """Return Pango with a function that WeasyPrint doesn't declare."""
    ffi.cdef("PangoLayout * pango_layout_copy (PangoLayout *layout);")
    return pango

"""What Pango needs to know of a style, made once a style and worker instead of once a line."""

from typing import Any
from weakref import WeakKeyDictionary

from weasyprint.text.ffi import ffi, gobject, pango
from weasyprint.text.line_break import Layout

ffi.cdef("PangoLayout * pango_layout_copy (PangoLayout *layout);")

#: All properties that Pango's settings for a line depend on: those that `Layout.setup` and what it calls ask for.
_SETTINGS = (
    *(
        "direction",
        "font_language_override",
        "lang",
        "font_family",
        "font_style",
        "font_stretch",
        "font_weight",
    ),
    *(
        "font_size",
        "font_variation_settings",
        "text_decoration_line",
        "font_kerning",
        "font_variant_ligatures",
    ),
    *("font_variant_position", "font_variant_caps", "font_variant_numeric", "font_variant_alternates"),
    *("font_variant_east_asian", "font_feature_settings"),
)
#: All that besides these decides how a text is broken: what `split_first_line` and `Layout.set_text` ask for.
_BREAKING = (
    *("white_space", "hyphens", "hyphenate_limit_chars", "hyphenate_limit_zone", "hyphenate_character"),
    *("overflow_wrap", "word_break", "letter_spacing", "word_spacing", "tab_size"),
)
#: How many styles are remembered: a style sheet has some tens, and whoever has more loses nothing but time.
_MOST = 1000

_set_up = Layout.setup
#: For each FontConfiguration, by a style's settings: a Pango layout without text, and what `setup` leaves besides it.
_ready: "WeakKeyDictionary[Any, dict[object, tuple[Any, dict[str, Any]]]]" = WeakKeyDictionary()


def settings_of(style: Any) -> object:
    """Return a key that two styles share if Pango is told the same of them."""
    return _key(style, "_annexe_settings", _SETTINGS)


def breaking_of(style: Any) -> object:
    """Return a key that two styles share if, with the same settings, they break the same text at the same places."""
    return _key(style, "_annexe_breaking", _BREAKING)


def _key(style: Any, kept_as: str, properties: tuple[str, ...]) -> object:
    """Return the values of some properties; they are kept on the style, which nobody changes once lines are made."""
    key: object = style.__dict__.get(kept_as)
    if key is None:
        key = tuple(style[name] for name in properties)
        try:
            hash(key)
        except TypeError:
            key = repr(key)
        setattr(style, kept_as, key)
    return key


def set_up(layout: Any, style: Any) -> None:
    """Do what `Layout.setup` does, by a copy of what it made for the first line of this style."""
    ready = _ready.setdefault(style.font_config, {})
    key = settings_of(style)
    made = ready.get(key)
    if made is None:
        _set_up(layout, style)
        if len(ready) >= _MOST:
            ready.clear()
        left = {name: value for name, value in vars(layout).items() if name not in ("layout", "style")}
        for name in ("justification_spacing", "text", "max_width"):
            left.pop(name, None)
        ready[key] = (_copy(layout.layout), left)
    else:
        layout.layout, layout.style = _copy(made[0]), style
        vars(layout).update(made[1])


def _copy(layout: Any) -> Any:
    return ffi.gc(pango.pango_layout_copy(layout), gobject.g_object_unref)

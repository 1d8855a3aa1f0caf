"""Painting a line: its glyphs are read from Pango in one piece, and the content of each is remembered.

WeasyPrint asks Pango for each glyph of each line by some ten calls through cffi. Here the operators for a
glyph of a certain width are made once a document. Lines with something unusual (glyphs that are moved, bitmap
or colour fonts, an ellipsis) are left to WeasyPrint.

- replaces: `draw.text.draw_first_line`
- written for: WeasyPrint 70.0, the files in `SOURCES`
- gains: see `lines`, with which it was measured, and without which it paints nothing faster
- upstream: none open
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from weasyprint.draw import text as painting
from weasyprint.text.ffi import FROM_UNITS, ffi, pango
from weasyprint.text.line_break import Layout

from pipeline.render.speedups.guard import Change

SOURCES = {"draw/text.py": "c9a450aa209277e760227e1fed2da492647bd28e5a5ebc4c9d8aaedecc400d77"}

#: The int fields of Pango's PangoGlyphInfo: glyph, width, x offset, y offset, flags.
_FIELDS = 5
if ffi.sizeof("PangoGlyphInfo") != _FIELDS * ffi.sizeof("int"):
    raise ImportError("Pango's PangoGlyphInfo is not five ints long here")
#: Before this version, a font's size comes from the style: https://gitlab.gnome.org/GNOME/pango/-/issues/530.
_IS_SIZED = pango.pango_version() >= 14802  # noqa: PLR2004 - as WeasyPrint writes it

#: Two ints that stand for a glyph: its number and the width that it takes in this place.
_Glyph = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Face:
    """A font at one size: WeasyPrint's object, operators by glyph and width; `holder` keeps it alive."""

    font: Any
    size: float
    holder: Any
    pieces: dict[_Glyph, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Glyphs of one font."""

    item: Any
    glyphs: list[int]
    widths: list[int]


class _Painter:
    """Paints the lines of one document."""

    def __init__(self) -> None:
        self._draw: Callable[..., Any] = painting.draw_first_line
        self._reactivate: Callable[[Any, Any], None] = Layout.reactivate
        self._faces: dict[tuple[int, int], _Face] = {}

    def draw(self, stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any, matrix: Any) -> Any:
        """Do what `draw_first_line` does: write a line's glyphs, return its coloured glyphs."""
        layout = textbox.pango_layout
        if text_overflow != "ellipsis" and block_ellipsis == "none" and "\n" not in layout.text:
            if not textbox.text.strip():
                return []
            runs = _runs(layout)
            faces = [self._face(stream, run, textbox) for run in runs or ()]
            if runs is not None and all(_is_plain(face.font) for face in faces):
                _write(stream, list(zip(runs, faces, strict=True)), layout.text, matrix)
                return []
        # WeasyPrint's way begins with a layout that is made anew.
        self._reactivate(layout, textbox.style)
        return self._draw(stream, textbox, text_overflow, block_ellipsis, matrix)

    def _face(self, stream: Any, run: _Run, textbox: Any) -> _Face:
        address = run.item.item.analysis.font
        # Another PDF has other fonts: WeasyPrint's objects gather what one document uses of them.
        fonts = stream._fonts  # noqa: SLF001 - a subset is a PDF's own
        key = (id(fonts), int(ffi.cast("uintptr_t", address)))
        face = self._faces.get(key)
        if face is None:
            font, size = stream.add_font(address)
            size = size if _IS_SIZED else textbox.style["font_size"]
            face = _Face(font=font, size=size, holder=(textbox.pango_layout.layout, fonts))
            self._faces[key] = face
        return face


def changes() -> tuple[Change, ...]:
    """Return what paints the lines of one document."""
    return ((painting, "draw_first_line", _Painter().draw),)


def _runs(layout: Any) -> list[_Run] | None:
    """Return a line's glyphs by font, or None where a glyph is moved, or missing in the font."""
    first, _ = layout.get_first_line()
    runs, run = [], first.runs[0]
    while run != ffi.NULL:
        item, run = run.data, run.next
        string = item.glyphs
        size = string.num_glyphs * _FIELDS * 4
        numbers = memoryview(ffi.buffer(string.glyphs, size)).cast("B").cast("i").tolist()
        glyphs = numbers[::_FIELDS]
        if (
            any(numbers[2::_FIELDS])
            or any(numbers[3::_FIELDS])
            or max(glyphs, default=0) >= pango.PANGO_GLYPH_EMPTY
        ):
            return None
        runs.append(_Run(item=item, glyphs=glyphs, widths=numbers[1::_FIELDS]))
    return runs


def _is_plain(font: Any) -> bool:
    return not (font.bitmap or font.svg or font.png or font.colr)


def _write(stream: Any, runs: list[tuple[_Run, _Face]], text: str, matrix: Any) -> None:
    stream.set_text_matrix(*matrix.values)
    string, before = "", None
    for run, face in runs:
        if face is not before:
            if string:
                stream.show_text(string)
            string, before = "", face
            stream.set_font_size(face.font.hash, face.size)
        pieces, pairs = face.pieces, list(zip(run.glyphs, run.widths, strict=True))
        try:
            shown = "".join([pieces[pair] for pair in pairs])
        except KeyError:
            pieces.update(list(_new_pieces(stream, run, face, text)))
            shown = "".join([pieces[pair] for pair in pairs])
        # Nothing moves between the runs of one font, so that they can stand in one string.
        string += f"<{shown}>"
    stream.show_text(string.replace("<>", ""))


def _new_pieces(stream: Any, run: _Run, face: _Face, text: str) -> Iterator[tuple[_Glyph, str]]:
    """Yield the operators for each new glyph; a correction of its width stands between two strings."""
    font, item = face.font, run.item.item
    encoded, clusters, last = text.encode(), run.item.glyphs.log_clusters, len(run.glyphs) - 1
    for index, (glyph, width) in enumerate(zip(run.glyphs, run.widths, strict=True)):
        if (glyph, width) in face.pieces:
            continue
        if glyph not in font.to_unicode:
            if item.analysis.level % 2:
                end = item.length if index == 0 else clusters[index - 1]
            else:
                end = item.length if index == last else clusters[index + 1]
            start = item.offset + clusters[index]
            font.to_unicode[glyph] = encoded[start : item.offset + end].decode()
        if glyph not in font.widths:
            font_address = item.analysis.font
            pango.pango_font_get_glyph_extents(font_address, glyph, stream.ink_rect, stream.logical_rect)
            font.widths[glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / face.size)
        kerning = font.widths[glyph] - width * 1000 * FROM_UNITS / face.size
        yield (glyph, width), f"{glyph:04x}>{int(kerning)}<" if kerning else f"{glyph:04x}"

"""Makes the static fonts: HarfBuzz fixes the axes and cuts, fontTools names, brotli packs for the browser.

Imported only where fonts are not there yet. Nothing here depends on time, place or process: the same packages
and tools give the same bytes.
"""

import base64
import hashlib
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import uharfbuzz
from fontTools.ttLib import TTFont

from pipeline.core.files import write_atomically, write_sealed
from pipeline.render.fonts.faces import EXTRA_FEATURES, FACES_FOLDER, RECIPES, Recipe, source_file
from pipeline.render.fonts.web import WEB_FEATURES

#: Name records that stay (OpenType `name`): copyright, licence, and where the licence is found.
_NAMES_THAT_STAY = (0, 13, 14)
#: Tables that a static font without hints does not need.
_DROPPED_TABLES = ("BASE", "STAT", "gasp", "DSIG", "MVAR")
#: Features of HarfBuzz's set that pages in a browser do not use: fractions.
_NOT_IN_BROWSER = ("frac", "numr", "dnom")
_STYLE_NAMES = {400: "Regular", 600: "SemiBold", 700: "Bold"}
_BOLD = 700
_HYPHEN, _NO_BREAK_HYPHEN = 0x2010, 0x2011


def make_faces(record_path: Path) -> None:
    """Make every face beside `record_path`, written last, with each file's sha256; raises OSError."""
    faces = []
    for recipe in RECIPES:
        data = _instance(recipe)
        digest = hashlib.sha256(data).hexdigest()
        name = f"{FACES_FOLDER}/{recipe.stem}-{digest[:12]}.ttf"
        write_atomically(record_path.parent / name, data)
        ranges = ranges_of(uharfbuzz.Face(data).unicodes)
        faces.append({**_identity(recipe), "file": name, "sha256": digest, "ranges": ranges})
    write_sealed(record_path, {"harfbuzz": uharfbuzz.version_string(), "faces": faces})


def make_web_cuts(path: Path, script: Iterable[tuple[int, int]]) -> list[dict[str, Any]]:
    """Write the cuts of all faces to a script's [first, last] code points, as WOFF2, and return them.

    Each has family, weight, style, ranges and base64 data; raises OSError.
    """
    wanted = frozenset(point for first, last in script for point in range(first, last + 1))
    cuts: list[dict[str, Any]] = []
    for recipe in RECIPES:
        face = uharfbuzz.Face(_instance(recipe))
        points = wanted & frozenset(face.unicodes)
        if points:
            data = _rewrite(_cut(face, points, WEB_FEATURES, without=_NOT_IN_BROWSER), _pack)
            packed = base64.b64encode(data).decode("ascii")
            cuts.append({**_identity(recipe), "ranges": ranges_of(points), "data": packed})
    write_sealed(path, cuts)
    return cuts


def _instance(recipe: Recipe) -> bytes:
    face = uharfbuzz.Face(source_file(recipe).read_bytes())
    cut = _cut(face, frozenset(face.unicodes), EXTRA_FEATURES, axes=recipe.axes)
    return _rewrite(cut, lambda font: _name(font, recipe))


def _cut(
    face: uharfbuzz.Face,
    codepoints: frozenset[int],
    features: Iterable[str],
    *,
    without: Iterable[str] = (),
    axes: tuple[tuple[str, float], ...] = (),
) -> bytes:
    """Return a face cut to code points, its axes pinned, with HarfBuzz's layout features and these.

    Features are added to HarfBuzz's set: clearing or inverting that set would drop kerning.
    """
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(codepoints)
    wanted.layout_feature_tag_set.update({_tag(feature) for feature in features})
    for feature in without:
        wanted.layout_feature_tag_set.discard(_tag(feature))
    wanted.drop_table_tag_set.update({_tag(table) for table in _DROPPED_TABLES})
    wanted.name_id_set.update(set(_NAMES_THAT_STAY))
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    for axis, place in axes:
        if not wanted.pin_axis_location(face, axis, place):
            raise ValueError(f"the font has no axis {axis!r}")
    data: bytes = uharfbuzz.subset(face, wanted).blob.data
    return data


def _name(font: TTFont, recipe: Recipe) -> None:
    """Give a font our names, its CSS weight and slope, and a glyph for U+2011: else another font draws it."""
    style = _STYLE_NAMES[recipe.weight] + ("" if recipe.style == "normal" else f" {recipe.style.title()}")
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in _NAMES_THAT_STAY]
    postscript = f"{recipe.family.replace(' ', '')}-{style.replace(' ', '')}"
    for number, text in ((1, recipe.family), (2, style), (4, f"{recipe.family} {style}"), (6, postscript)):
        names.setName(text, number, 3, 1, 0x409)
    is_bold, is_italic = recipe.weight >= _BOLD, recipe.style == "italic"
    is_regular = not is_bold and not is_italic
    font["OS/2"].usWeightClass = recipe.weight
    font["OS/2"].fsSelection = 0x80 | is_italic | is_bold << 5 | is_regular << 6
    font["head"].macStyle = is_bold | is_italic << 1
    for table in font["cmap"].tables:
        if table.isUnicode() and _HYPHEN in table.cmap:
            table.cmap.setdefault(_NO_BREAK_HYPHEN, table.cmap[_HYPHEN])


def _rewrite(data: bytes, change: Callable[[TTFont], object]) -> bytes:
    """Return a font's bytes after a change; the time stamp inside stays that of the original."""
    with TTFont(io.BytesIO(data), recalcTimestamp=False, recalcBBoxes=False) as font:
        change(font)
        out = io.BytesIO()
        font.save(out, reorderTables=True)
        return out.getvalue()


def _pack(font: TTFont) -> None:
    font.flavor = "woff2"


def _identity(recipe: Recipe) -> dict[str, Any]:
    return {"family": recipe.family, "weight": recipe.weight, "style": recipe.style}


def ranges_of(codepoints: Iterable[int]) -> list[list[int]]:
    """Return code points as [first, last] pairs, both ends included, in order."""
    ranges: list[list[int]] = []
    for point in sorted(codepoints):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return ranges


def _tag(name: str) -> int:
    """Return an OpenType tag as the number that HarfBuzz knows it by."""
    return int.from_bytes(name.encode("ascii").ljust(4), "big")

"""The fonts as files: static instances of the font packages' variable fonts, made once for each machine.

WeasyPrint makes an instance of a variable font anew in every document (some 300 ms each); a static instance
costs nothing. The instances have names of our own: the fonts' licence (OFL 1.1, section 3) reserves the name
"Source" for the originals, and a name of our own can't be taken for a font of the machine. They are never
shipped. One file holds all scripts: cutting to Latin alone saves 0.2 % of a PDF and no measurable time.
"""

import hashlib
import unicodedata
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from pipeline.core.errors import MachineError
from pipeline.core.files import read_if_there, read_sealed, write_if_changed
from pipeline.core.model import Asset
from pipeline.core.paths import PACKAGE
from pipeline.render.fonts.web import WebFont, font_face, screen_css, web_fonts

SERIF, DISPLAY, SANS, MONO = "Annexe Serif", "Annexe Display", "Annexe Sans", "Annexe Mono"

#: Layout features beside HarfBuzz's own (kerning, ligatures, marks, local forms, fractions): tabular and
#: other figures, true superiors and inferiors. Small capitals go: no style uses them.
EXTRA_FEATURES = ("tnum", "pnum", "lnum", "onum", "sups", "subs")

_RECORD = "faces.json"
#: The folder of the font files, beside the record and fontconfig's configuration.
FACES_FOLDER = "faces"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a face is made, from a package's file at values of its axes; `weight` is that of CSS."""

    family: str
    weight: int
    style: str
    package: str
    file: str
    axes: tuple[tuple[str, float], ...]

    @property
    def stem(self) -> str:
        """Return the beginning of the file's name: `annexe-serif-400-italic`."""
        slope = "" if self.style == "normal" else f"-{self.style}"
        return f"{self.family.lower().replace(' ', '-')}-{self.weight}{slope}"


def _recipe(family: str, weight: int, style: str, file: str, **axes: float) -> Recipe:
    package, _, name = file.partition("/")
    pinned = tuple(sorted(axes.items()))
    return Recipe(family=family, weight=weight, style=style, package=package, file=name, axes=pinned)


_ROMAN = "fontpkg_source_serif_4/SourceSerif4[opsz,wght].ttf"
_ITALIC = "fontpkg_source_serif_4/SourceSerif4-Italic[opsz,wght].ttf"
_SANS_ROMAN = "fontpkg_source_sans_3/SourceSans3[wght].ttf"
_SANS_ITALIC = "fontpkg_source_sans_3/SourceSans3-Italic[wght].ttf"
_CODE = "fontpkg_source_code_pro/SourceCodePro[wght].ttf"

#: An optical size is a size in CSS pixels: 14 for text of 10.75 pt, 32 for the title of 24 pt. Bold is 650:
#: it stands out in a text without shouting.
RECIPES = (
    _recipe(SERIF, 400, "normal", _ROMAN, opsz=14, wght=400),
    _recipe(SERIF, 400, "italic", _ITALIC, opsz=14, wght=400),
    _recipe(SERIF, 700, "normal", _ROMAN, opsz=14, wght=650),
    _recipe(SERIF, 700, "italic", _ITALIC, opsz=14, wght=650),
    _recipe(DISPLAY, 600, "normal", _ROMAN, opsz=32, wght=600),
    _recipe(SANS, 400, "normal", _SANS_ROMAN, wght=400),
    _recipe(SANS, 400, "italic", _SANS_ITALIC, wght=400),
    _recipe(SANS, 600, "normal", _SANS_ROMAN, wght=600),
    _recipe(MONO, 400, "normal", _CODE, wght=400),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One font file: its names in CSS, its path, its sha256, and the code points it has glyphs for."""

    family: str
    weight: int
    style: str
    path: Path
    sha256: str
    codepoints: frozenset[int] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FontSet:
    """All faces, and the fontconfig file by which WeasyPrint finds these faces and none of the machine's.

    `fontconfig_file` goes into the environment variable FONTCONFIG_FILE before WeasyPrint is imported.
    `fingerprint` is the sha256 of all that the fonts bring to a page or an attachment.
    """

    faces: tuple[Face, ...]
    fontconfig_file: Path
    fingerprint: str

    def missing(self, text: str) -> tuple[str, ...]:
        """Return the characters of a text that no face has a glyph for, each once, in order of code point.

        A character that only another family has is not missing: it is set in that family. Controls, line
        breaks and default ignorables (soft hyphen, joiners, variation selectors) have no glyph to miss.
        """
        missing = {ord(character) for character in text}
        for face in self.faces:
            # Not in place: that would go through all of a face's thousands, this through the few left.
            missing = missing - face.codepoints
        return tuple(chr(point) for point in sorted(missing) if not _is_invisible(chr(point)))

    def print_css(self) -> str:
        """Return the `@font-face` rules for WeasyPrint, with the addresses that `assets` serves."""
        return "".join(
            font_face(face.family, face.weight, face.style, f"url(annexe:fonts/{face.path.name})")
            for face in self.faces
        )

    def assets(self) -> tuple[Asset, ...]:
        """Read the faces' files and return them as the assets that `print_css` asks for."""
        return tuple(
            Asset(name=f"fonts/{face.path.name}", media_type="font/ttf", data=face.path.read_bytes())
            for face in self.faces
        )

    def screen_css(self, page: str) -> str:
        """Return the `@font-face` rules of a page (HTML) in a browser: see `screen_css` in `fonts.web`."""
        return screen_css(page, self.fontconfig_file.parent, code_family=MONO)

    def web_fonts(self) -> tuple[WebFont, ...]:
        """Return the cuts of all scripts as files, for pages that share them."""
        return web_fonts(self.fontconfig_file.parent)


#: Default ignorables that are neither controls nor format characters (Unicode, DerivedCoreProperties).
_IGNORABLE = frozenset([0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0]) | frozenset(
    [*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0000, 0xE1000)]
)


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"} or ord(character) in _IGNORABLE


def prepare_fonts(cache: Path) -> FontSet:
    """Return the fonts; where any is missing or damaged, all are made under `cache`/fonts.

    The folder's name is a digest of the font packages' bytes, the recipes and the tools' versions, so a
    change of any makes new files beside the old. Several processes may do this at once: files appear whole,
    with the same bytes whoever made them. Raises MachineError where one can't be read or written.
    """
    key = set_key()
    folder = cache.absolute() / "fonts" / key
    try:
        record = _whole_record(folder)
        if record is None:
            from pipeline.render.fonts.making import make_faces  # noqa: PLC0415 - loads HarfBuzz, fontTools

            make_faces(folder / _RECORD)
            record = _whole_record(folder)
        configuration = _write_fontconfig(folder)
    except OSError as error:
        raise MachineError(
            f"{folder}: the fonts can't be kept here ({error.strerror or error}); "
            "give the right to write there"
        ) from error
    if record is None:
        what = "the fonts change while they are being made; see what else writes there"
        raise MachineError(f"{folder}: {what}")
    return _font_set(record, folder, configuration, key)


def unpack_fonts(fonts: tuple[Asset, ...], folder: Path) -> Path:
    """Write a kit's fonts into a folder of another machine, each whole; return fontconfig's file."""
    for font in fonts:
        write_if_changed(folder / FACES_FOLDER / Path(font.name).name, font.data)
    return _write_fontconfig(folder)


def _write_fontconfig(folder: Path) -> Path:
    """Write a configuration that knows one folder of fonts and no others, with a cache of its own."""
    configuration = folder / "fonts.conf"
    text = (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        f"  <dir>{escape(str(folder / FACES_FOLDER))}</dir>\n"
        f"  <cachedir>{escape(str(folder / 'fontconfig'))}</cachedir>\n</fontconfig>\n"
    )
    write_if_changed(configuration, text.encode())
    return configuration


def set_key() -> str:
    """Return a digest of all that decides the instances' bytes: font packages, recipes, features, tools.

    The tools' versions are read from the files that hold them, since importing the tools takes longer.
    """
    digest = hashlib.sha256(repr((RECIPES, EXTRA_FEATURES)).encode())
    versions = (package_folder("uharfbuzz") / "_version.py", package_folder("fontTools") / "__init__.py")
    makers = (PACKAGE / "render" / "fonts" / name for name in ("making.py", "web.py"))
    for path in (*sorted({source_file(recipe) for recipe in RECIPES}), *versions, *makers):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def source_file(recipe: Recipe) -> Path:
    """Return the variable font that a face is made from; raises MachineError where its package is missing."""
    path = package_folder(recipe.package) / "files" / recipe.file
    if not path.is_file():
        raise MachineError(f"{path}: this font is missing from its package; run `make set-up`")
    return path


def package_folder(package: str) -> Path:
    """Return the folder of a package without importing it; raises MachineError where it is not installed."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise MachineError(f"the package {package} is not installed; run `make set-up`")
    return Path(found.origin).parent


def _whole_record(folder: Path) -> dict[str, Any] | None:
    """Return the record of the faces, or None where it or a file is missing or not as it was made."""
    record = read_sealed(folder / _RECORD)
    if not isinstance(record, dict):
        return None
    for face in record["faces"]:
        data = read_if_there(folder / face["file"])
        if data is None or hashlib.sha256(data).hexdigest() != face["sha256"]:
            return None
    return record


def _font_set(record: dict[str, Any], folder: Path, configuration: Path, key: str) -> FontSet:
    faces = tuple(
        Face(
            family=face["family"],
            weight=face["weight"],
            style=face["style"],
            path=folder / face["file"],
            sha256=face["sha256"],
            codepoints=frozenset(point for first, last in face["ranges"] for point in range(first, last + 1)),
        )
        for face in record["faces"]
    )
    content = repr((key, record["harfbuzz"], [face.sha256 for face in faces]))
    fingerprint = hashlib.sha256(content.encode()).hexdigest()
    return FontSet(faces=faces, fontconfig_file=configuration, fingerprint=fingerprint)

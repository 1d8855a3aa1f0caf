"""The fonts for the browser: small cuts by script, packed as WOFF2 inside the page, made once each."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.core.files import read_sealed

#: The scripts that cuts are made for, as [first, last] code points. A page takes those its characters belong
#: to; for what stands in none (box drawing, rare symbols) the browser has fonts of its own.
SCRIPTS: dict[str, tuple[tuple[int, int], ...]] = {
    "latin": (
        (0x20, 0x7E), (0xA0, 0xFF), (0x152, 0x153), (0x178, 0x178), (0x2010, 0x2014),
        (0x2018, 0x2022), (0x2026, 0x2026), (0x202F, 0x202F), (0x2039, 0x203A), (0x20AC, 0x20AC),
        (0x2122, 0x2122), (0x2190, 0x2193), (0x2212, 0x2212), (0x2248, 0x2248), (0x2264, 0x2265),
    ),
    "latin-extended": ((0x100, 0x151), (0x154, 0x177), (0x179, 0x24F), (0x2B0, 0x36F), (0x1E00, 0x1EFF)),
    "greek": ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    "cyrillic": ((0x400, 0x52F),),
}  # fmt: skip

#: What a browser's page uses of the layout features besides kerning, ligatures and marks.
WEB_FEATURES = ("tnum",)

_CODE_MARKUP = ("<code", "<pre", "<kbd", "<samp")


def screen_css(page: str, folder: Path, *, code_family: str) -> str:
    """Return the `@font-face` rules that a page (HTML) needs in a browser, the fonts inside as WOFF2.

    Only the scripts that the page's characters belong to come along, and `code_family` only with code. A
    script's cuts are made under `folder` when first asked for; raises OSError.
    """
    points = {ord(character) for character in set(page)}
    has_code = any(markup in page for markup in _CODE_MARKUP)
    scripts = [
        name
        for name, ranges in SCRIPTS.items()
        if any(a <= point <= b for point in points for a, b in ranges)
    ]
    return "".join(
        rule for name in scripts for family, rule in _rules(folder, name) if has_code or family != code_family
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebFont:
    """A cut of a face as a file of its own: what CSS calls it, and its WOFF2 bytes."""

    family: str
    weight: int
    style: str
    script: str
    ranges: tuple[tuple[int, int], ...]
    data: bytes = field(repr=False)

    @property
    def stem(self) -> str:
        """Return the beginning of the file's name: `annexe-serif-400-italic-latin`."""
        slope = "" if self.style == "normal" else f"-{self.style}"
        return f"{self.family.lower().replace(' ', '-')}-{self.weight}{slope}-{self.script}"

    def face(self, address: str) -> str:
        """Return the `@font-face` rule of this cut, lying at an address."""
        source = f'url("{address}")format("woff2");font-display:swap'
        return font_face(self.family, self.weight, self.style, source, _unicode_range(self.ranges))


def web_fonts(folder: Path) -> tuple[WebFont, ...]:
    """Return every cut of every script, for pages that share them; raises OSError where making one fails."""
    return tuple(
        WebFont(
            family=cut["family"],
            weight=cut["weight"],
            style=cut["style"],
            script=script,
            ranges=tuple((first, last) for first, last in cut["ranges"]),
            data=base64.b64decode(cut["data"]),
        )
        for script in SCRIPTS
        for cut in _cuts(folder, script)
    )


def font_face(family: str, weight: int, style: str, source: str, more: str = "") -> str:
    """Return one `@font-face` rule."""
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};src:{source}{more}}}\n'
    )


@lru_cache(maxsize=16)
def _rules(folder: Path, script: str) -> tuple[tuple[str, str], ...]:
    """Return (family, rule) of each cut of a script, read once: a folder never changes what it holds."""
    return tuple((cut["family"], _rule(cut)) for cut in _cuts(folder, script))


def _cuts(folder: Path, script: str) -> list[dict[str, Any]]:
    path = folder / f"web-{script}.json"
    cuts = read_sealed(path)
    if not isinstance(cuts, list):
        from pipeline.render.fonts.making import make_web_cuts  # noqa: PLC0415 - loads HarfBuzz, fontTools

        cuts = make_web_cuts(path, SCRIPTS[script])
    return cuts


def _rule(cut: dict[str, Any]) -> str:
    source = f'url(data:font/woff2;base64,{cut["data"]})format("woff2");font-display:swap'
    return font_face(cut["family"], cut["weight"], cut["style"], source, _unicode_range(cut["ranges"]))


def _unicode_range(ranges: Iterable[Sequence[int]]) -> str:
    covered = ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in ranges)
    return f";unicode-range:{covered}"

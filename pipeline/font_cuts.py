"""The fonts for the browser: small cuts by script, packed as WOFF2 inside the page, made once each."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.sealed import read_sealed

#: The scripts that cuts are made for, as [first, last] code points. A page takes those its characters belong to;
#: for what stands in none (box drawing, rare symbols) the browser has fonts of its own.
SCRIPTS: dict[str, tuple[tuple[int, int], ...]] = {
    "latin": (
        (0x20, 0x7E),
        (0xA0, 0xFF),
        (0x152, 0x153),
        (0x178, 0x178),
        (0x2010, 0x2014),
        (0x2018, 0x2022),
        (0x2026, 0x2026),
        (0x202F, 0x202F),
        (0x2039, 0x203A),
        (0x20AC, 0x20AC),
        (0x2122, 0x2122),
        (0x2190, 0x2193),
        (0x2212, 0x2212),
        (0x2248, 0x2248),
        (0x2264, 0x2265),
    ),
    "latin-extended": ((0x100, 0x151), (0x154, 0x177), (0x179, 0x24F), (0x2B0, 0x36F), (0x1E00, 0x1EFF)),
    "greek": ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    "cyrillic": ((0x400, 0x52F),),
}

#: What a browser's page uses of the layout features besides kerning, ligatures and marks.
WEB_FEATURES = ("tnum",)

_CODE_MARKUP = ("<code", "<pre", "<kbd", "<samp")


def screen_css(page: str, folder: Path, *, code_family: str) -> str:
    """Return the `@font-face` rules that a page (HTML) needs in a browser, the fonts inside as WOFF2.

    Only the scripts that the page's characters belong to come along, and `code_family` only with code. A script's
    cuts are made under `folder` when they are first asked for; raises OSError where that can't be done.
    """
    points = {ord(character) for character in set(page)}
    has_code = any(markup in page for markup in _CODE_MARKUP)
    scripts = [
        name
        for name, ranges in SCRIPTS.items()
        if any(a <= point <= b for point in points for a, b in ranges)
    ]
    return "".join(
        rule.css
        for name in scripts
        for rule in _rules(folder, name)
        if has_code or rule.family != code_family
    )


def font_face(family: str, weight: int, style: str, source: str, more: str = "") -> str:
    """Return one `@font-face` rule."""
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};src:{source}{more}}}\n'
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    family: str
    css: str


@lru_cache(maxsize=16)
def _rules(folder: Path, script: str) -> tuple[_Rule, ...]:
    """Return the rules of a script; the folder's name stands for its content, so reading it once will do."""
    path = folder / f"web-{script}.json"
    cuts = read_sealed(path)
    if not isinstance(cuts, list):
        from pipeline.font_making import make_web_cuts  # noqa: PLC0415 - brings HarfBuzz and fontTools

        cuts = make_web_cuts(path, SCRIPTS[script])
    return tuple(_Rule(family=cut["family"], css=_rule(cut)) for cut in cuts)


def _rule(cut: dict[str, Any]) -> str:
    source = f'url(data:font/woff2;base64,{cut["data"]})format("woff2");font-display:swap'
    covered = ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in cut["ranges"])
    return font_face(cut["family"], cut["weight"], cut["style"], source, f";unicode-range:{covered}")

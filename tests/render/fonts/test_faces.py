"""Static fonts: made once, the same bytes everywhere, and the only fonts that WeasyPrint sees."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, cast

import pytest
import uharfbuzz

from pipeline.core.errors import MachineError
from pipeline.render.fonts import faces as fonts
from pipeline.render.fonts.faces import FontSet, prepare_fonts
from tests.lent_fonts import lend_fonts

_REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="module", name="cache")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module", name="font_set")
def _font_set(cache: Path) -> FontSet:
    return prepare_fonts(cache)


_LETTERS = "éœçÀŸ ệữ șț αβγώ абвёЖ «»“”’–—…·•†‡§ → − ≤ ≥ × € №"  # noqa: RUF001 - these marks are meant


def _start(code: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    """Start Python with the package at hand; what it prints is JSON."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *(str(argument) for argument in arguments)],
        env={**os.environ, "PYTHONPATH": str(_REPOSITORY), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _answer(process: subprocess.Popen[str]) -> object:
    out, complaint = process.communicate(timeout=120)
    assert process.returncode == 0, complaint
    return json.loads(out)


def _font(font_set: FontSet, family: str, weight: int = 400, style: str = "normal") -> uharfbuzz.Font:
    face = next(f for f in font_set.faces if (f.family, f.weight, f.style) == (family, weight, style))
    return uharfbuzz.Font(uharfbuzz.Face(face.path.read_bytes()))


def _advances(font: uharfbuzz.Font, text: str, **features: bool) -> list[int]:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer, features)
    return [position.x_advance for position in buffer.glyph_positions]


_MAKE = """
import hashlib, json, sys
from pathlib import Path
from pipeline.render.fonts.faces import prepare_fonts
made = prepare_fonts(Path(sys.argv[1]))
css = made.screen_css("A")
files = [(face.path.name, face.sha256) for face in made.faces]
print(json.dumps([made.fingerprint, files, hashlib.sha256(css.encode()).hexdigest()]))
"""


def test_bytes_are_the_same_in_every_process(tmp_path: Path) -> None:
    """Another process with another hash seed, time zone, locale and cache makes the same bytes."""
    one = _start(_MAKE, tmp_path / "one", PYTHONHASHSEED="1", TZ="Asia/Tokyo", LC_ALL="C")
    two = _start(_MAKE, tmp_path / "two", PYTHONHASHSEED="2", TZ="America/Lima", LC_ALL="C.UTF-8")
    assert _answer(one) == _answer(two)


def test_two_processes_may_make_the_same_fonts_at_once(tmp_path: Path) -> None:
    """Two processes that find the same empty cache both end with the same whole set and no half-made file."""
    processes = [_start(_MAKE, tmp_path) for _ in range(2)]
    assert _answer(processes[0]) == _answer(processes[1])
    assert not list(tmp_path.rglob("*.part"))


def test_a_second_call_imports_no_font_tools(cache: Path, font_set: FontSet) -> None:
    """Fonts that are there are checked without importing HarfBuzz, fontTools or WeasyPrint."""
    code = (
        "import json, sys\nfrom pathlib import Path\nfrom pipeline.render.fonts.faces import prepare_fonts\n"
        "made = prepare_fonts(Path(sys.argv[1]))\n"
        "heavy = sorted({'uharfbuzz', 'fontTools', 'weasyprint'} & set(sys.modules))\n"
        "print(json.dumps([made.fingerprint, heavy]))"
    )
    assert _answer(_start(code, cache)) == [font_set.fingerprint, []]


def test_a_second_call_is_quick(cache: Path, font_set: FontSet) -> None:
    """Checking fonts that are there takes under 50 ms (7 ms on the machine this was written on)."""
    times = []
    for _ in range(5):
        start = time.process_time()
        assert prepare_fonts(cache) == font_set
        times.append(time.process_time() - start)
    assert min(times) < 0.05


@pytest.mark.parametrize("damage", [b"", b"\x00", None], ids=["emptied", "spoiled", "removed"])
def test_a_damaged_font_is_made_anew(tmp_path: Path, damage: bytes | None) -> None:
    """A font file that was cut short, changed or removed is noticed by its digest and made again."""
    lend_fonts(tmp_path)
    made = prepare_fonts(tmp_path)
    path = made.faces[0].path
    whole = path.read_bytes()
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage and whole[:1000] + damage + whole[1001:])
    assert prepare_fonts(tmp_path) == made
    assert path.read_bytes() == whole


@pytest.mark.parametrize("damage", ["", "[]", '{"sha256":"0","content":"{}"}', "\x00"])
def test_a_damaged_record_is_made_anew(tmp_path: Path, damage: str) -> None:
    """A record of the set that is empty, foreign or doesn't match its own digest is written again."""
    lend_fonts(tmp_path)
    made = prepare_fonts(tmp_path)
    (made.fontconfig_file.parent / "faces.json").write_text(damage)
    assert prepare_fonts(tmp_path) == made


def test_the_names_are_ours(font_set: FontSet) -> None:
    """Only copyright and licence hold the reserved name Source, and no face has the name of a CSS alias."""
    for face in font_set.faces:
        opened = uharfbuzz.Face(face.path.read_bytes())
        assert opened.get_name(uharfbuzz.OTNameIdPredefined.FONT_FAMILY) == face.family
        assert "Adobe" in opened.get_name(uharfbuzz.OTNameIdPredefined.COPYRIGHT)
        for entry in opened.list_names():
            if int(entry.name_id) not in {0, 13, 14}:
                assert "Source" not in opened.get_name(entry.name_id)
    assert {face.family for face in font_set.faces} == {
        "Annexe Serif",
        "Annexe Display",
        "Annexe Sans",
        "Annexe Mono",
    }


def test_the_instances_are_static(font_set: FontSet) -> None:
    """No face has variation axes or hints left."""
    for face in font_set.faces:
        tables = set(uharfbuzz.Face(face.path.read_bytes()).table_tags)
        assert not tables & {"fvar", "gvar", "avar", "STAT", "HVAR", "fpgm", "prep", "cvt "}


@pytest.mark.parametrize("family", ["Annexe Serif", "Annexe Sans"])
def test_kerning_stays(font_set: FontSet, family: str) -> None:
    """A pair of letters that wants kerning is kerned."""
    font = _font(font_set, family)
    assert _advances(font, "AVA", kern=True) < _advances(font, "AVA", kern=False)


def test_display_titles_are_kerned(font_set: FontSet) -> None:
    """The face of titles is kerned too."""
    font = _font(font_set, "Annexe Display", 600)
    assert _advances(font, "AVA", kern=True) < _advances(font, "AVA", kern=False)


@pytest.mark.parametrize("family", ["Annexe Serif", "Annexe Sans", "Annexe Mono"])
def test_tabular_figures_are_equally_wide(font_set: FontSet, family: str) -> None:
    """With tnum all ten figures have one width."""
    assert len(set(_advances(_font(font_set, family), "0123456789", tnum=True))) == 1


def test_superior_figures_are_true_ones(font_set: FontSet) -> None:
    """The feature sups gives the text face glyphs of its own for the figures of note references."""
    font = _font(font_set, "Annexe Serif")
    assert _advances(font, "17", sups=True) < _advances(font, "17", sups=False)


def test_the_no_break_hyphen_is_the_hyphen(font_set: FontSet) -> None:
    """U+2011 looks like U+2010 in every face, instead of coming from another family."""
    for face in font_set.faces:
        font = uharfbuzz.Font(uharfbuzz.Face(face.path.read_bytes()))
        assert font.get_nominal_glyph(0x2011) == font.get_nominal_glyph(0x2010) is not None


def test_latin_greek_and_cyrillic_are_there(font_set: FontSet) -> None:
    """Every family has the letters of French, Vietnamese, Romanian, Greek and Russian."""
    letters = {ord(letter) for letter in _LETTERS.replace(" ", "")}
    for face in font_set.faces:
        assert letters <= face.codepoints, face.path.name


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Réflexions\u00a0: «\u202fœuvre\u202f»\n\t→ 5\u00a0%", ()),
        ("un\u00adbreak\u200bable\u200d\u2060\ufeff\u202a\u2028\ufe0f", ()),
        ("漢字と漢字", ("と", "字", "漢")),
        ("\U0001f600 ☃", ("☃", "\U0001f600")),
        ("\ue000", ("\ue000",)),
        ("ἀρχή ┌─┐", ()),
        ("", ()),
    ],
)
def test_missing_names_each_character_once(font_set: FontSet, text: str, missing: tuple[str, ...]) -> None:
    """Characters without any glyph are reported once each; invisible ones need none; any family will do."""
    assert font_set.missing(text) == missing


def test_every_font_of_the_print_css_is_an_asset(font_set: FontSet) -> None:
    """What the rules for WeasyPrint ask for is exactly what assets() holds."""
    wanted = re.findall(r"url\(annexe:([^)]+)\)", font_set.print_css())
    assert wanted == [asset.name for asset in font_set.assets()]
    assert all(asset.data[:4] == b"\0\1\0\0" for asset in font_set.assets())


_RENDER = """
import json, logging, os, sys
from pathlib import Path
from pipeline.render.fonts.faces import prepare_fonts
made = prepare_fonts(Path(sys.argv[1]))
os.environ["FONTCONFIG_FILE"] = str(made.fontconfig_file)
import warnings
warnings.simplefilter("error")
import weasyprint
from weasyprint.text.fonts import FontConfiguration
class Fetcher(weasyprint.urls.URLFetcher):
    def fetch(self, url, headers=None):
        data = {f"annexe:{a.name}": a.data for a in made.assets()}[url]
        return weasyprint.urls.URLFetcherResponse(url, data, {"Content-Type": "font/ttf"})
configuration = FontConfiguration()
faces = made.print_css() if sys.argv[2] == "faces" else ""
style = (
    "h1{font:600 24pt Annexe Display} body{font-family:'Annexe Serif'} i{font-style:italic} "
    "code{font-family:'Annexe Mono'} u{font-family:DejaVu Sans, Helvetica, sans-serif} s{font-family:Sans} "
    "q{font-family:serif}"
)
sheet = weasyprint.CSS(string=faces + style, font_config=configuration, url_fetcher=Fetcher())
page = (
    "<h1>T</h1><p>Text <i>i</i> <b>b</b> <code>c</code> <u>machine</u> <s>sans</s> <q>serif</q> "
    "\u6f22 \u2603 \u0623 \u1f00 \U0001f600</p>"
)
pdf = weasyprint.HTML(string=page).write_pdf(font_config=configuration, stylesheets=[sheet])
Path(sys.argv[3]).write_bytes(pdf)
print(json.dumps(None))
"""


@pytest.mark.parametrize("way", ["faces", "fontconfig"])
def test_only_our_fonts_are_embedded(cache: Path, font_set: FontSet, tmp_path: Path, way: str) -> None:
    """Fonts of the machine are never used: not by name, by alias, or for a character that ours lack."""
    from pypdf import PdfReader

    assert font_set.missing("漢☃أ\U0001f600")
    pdf = tmp_path / "page.pdf"
    _answer(_start(_RENDER, cache, way, pdf))
    resources = cast("Any", PdfReader(pdf).pages[0]["/Resources"])["/Font"]
    names = {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in resources.values()}
    assert names >= {
        "Annexe-Display-Semi-Bold",
        "Annexe-Serif",
        "Annexe-Serif-Italic",
        "Annexe-Serif-Bold",
        "Annexe-Mono",
    }
    assert all(name.startswith("Annexe-") for name in names), names


def test_a_missing_font_package_is_told_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a font package the message names the package and the command that mends it."""
    recipe = fonts.Recipe(
        family="A", weight=400, style="normal", package="fontpkg_none", file="x.ttf", axes=()
    )
    monkeypatch.setattr(fonts, "RECIPES", (recipe,))
    with pytest.raises(MachineError, match=r"fontpkg_none is not installed; run `make set-up`"):
        prepare_fonts(tmp_path)


def test_a_cache_that_cannot_be_written_is_told_with_its_remedy(tmp_path: Path) -> None:
    """Where a file stands in the place of the cache, the message names the folder."""
    (tmp_path / "fonts").write_text("in the way")
    with pytest.raises(MachineError, match=r"fonts/\w+: the fonts can't be kept here"):
        prepare_fonts(tmp_path)

"""The fonts inside a web page: what it needs, packed small, made once."""

import base64
import re
from pathlib import Path

import pytest

from pipeline.render.fonts.faces import MONO, FontSet
from pipeline.render.fonts.web import SCRIPTS, screen_css


@pytest.mark.parametrize(
    ("text", "script"), [("Ελλάδα", "greek"), ("Миграция", "cyrillic"), ("Việt Nam, Łódź", "latin-extended")]
)
def test_a_page_carries_the_scripts_it_uses(fonts: FontSet, text: str, script: str) -> None:
    """A script's letters come along with a page that holds one of them, and with no other page."""
    assert _covers(fonts.screen_css(f"<p>{text}</p>"), script)
    assert not _covers(fonts.screen_css("<p>Réflexions</p>"), script)


def _covers(css: str, script: str) -> bool:
    """Say whether some rule is for code points of a script."""
    firsts = {
        int(first, 16)
        for rule in re.findall("unicode-range:([^}]+)", css)
        for first in re.findall(r"U\+(\w+)", rule)
    }
    return any(low <= first <= high for first in firsts for low, high in SCRIPTS[script])


def test_a_page_without_code_carries_no_fixed_width_face(fonts: FontSet) -> None:
    """The fixed-width face comes along only where the page has code."""
    assert MONO not in fonts.screen_css("<p>Text</p>")
    assert MONO in fonts.screen_css("<p><code>text</code></p>")


def test_a_page_carries_few_bytes_of_fonts(fonts: FontSet) -> None:
    """Eight faces for a page in English or French are under 180 kB, fonts and encoding together."""
    assert len(fonts.screen_css("<p>Réflexions</p>")) < 180_000


def test_the_cuts_are_woff2_and_closed(fonts: FontSet) -> None:
    """Every rule carries its font inside; no rule asks for a file or a host."""
    rules = fonts.screen_css("<p>Text</p>").splitlines()
    assert all("url(data:font/woff2;base64,d09GMg" in rule for rule in rules)
    assert all(rule.count("url(") == 1 for rule in rules)


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"sha256":"0","content":"[]"}'])
def test_damaged_cuts_are_made_anew(fonts: FontSet, tmp_path: Path, damage: bytes) -> None:
    """Cuts on the disk that are empty, foreign or changed are not believed but made again."""
    path = tmp_path / "web-latin.json"
    path.write_bytes(damage)
    assert screen_css("<p>Text</p>", tmp_path, code_family=MONO) == fonts.screen_css("<p>Text</p>")
    assert path.read_bytes() == (fonts.fontconfig_file.parent / "web-latin.json").read_bytes()


def test_the_cuts_as_files_are_those_of_the_pages(fonts: FontSet) -> None:
    """A site's shared fonts are the same cuts under names of their own, with other addresses in the rules."""
    cuts = fonts.web_fonts()
    assert len({cut.stem for cut in cuts}) == len(cuts)
    assert {cut.script for cut in cuts} == set(SCRIPTS)
    inside = fonts.screen_css("Text <code> āαя")
    for cut in cuts:
        packed = base64.b64encode(cut.data).decode()
        assert cut.face("x").replace('"x"', f"data:font/woff2;base64,{packed}") in inside

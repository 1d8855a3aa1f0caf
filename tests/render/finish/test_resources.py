"""Fonts, colours and images inside a finished PDF: all that is needed and nothing else."""

import hashlib
import io
import zlib

import flit_core.common
import pytest
from fontTools.ttLib import TTFont
from PIL import ImageCms

from pipeline.core.paths import PACKAGE
from pipeline.pdf.reader import text_by_code
from tests.finishing import Finishing, dictionaries
from tests.repository import ROOT


def test_fonts_hold_what_draws_glyphs_and_nothing_else(finishing: Finishing) -> None:
    """Of an embedded font no table is left that a reader of PDF does not look at; Length1 is its size."""
    from pipeline.render.finish.resources import FONT_TABLES

    fonts = [
        item for item in dictionaries(finishing.composed("Some *words* and `code`.\n")) if "/Length1" in item
    ]
    assert len(fonts) > 3
    for font in fonts:
        data = font.get_data()
        assert font["/Length1"] == len(data)
        assert set(TTFont(io.BytesIO(data)).reader.keys()) <= FONT_TABLES


def test_a_space_is_a_space(finishing: Finishing) -> None:
    """The glyph that space and no-break space share says space, and that of all hyphens says hyphen."""
    data = finishing.body("<p>a\u00a0b c\u2011d-e</p>")
    texts = {
        text
        for item in dictionaries(data)
        if "/ToUnicode" in item
        for text in text_by_code(item["/ToUnicode"].get_object().get_data()).values()
    }
    assert {" ", "-"} <= texts
    assert not texts & {"\u00a0", "\u2011", "\u2010"}


PROFILE = PACKAGE / "render" / "finish" / "srgb.icc"


def test_the_colour_profile_is_the_one_that_its_licence_names() -> None:
    """The file beside it states its sha256 and that it is in the public domain; the wheel ships both."""
    note = PROFILE.with_name("srgb.icc.license").read_text(encoding="utf-8")
    assert f"sha256 {hashlib.sha256(PROFILE.read_bytes()).hexdigest()}\n" in note
    assert "SPDX-License-Identifier: CC0-1.0\n" in note
    shipped = set(flit_core.common.Module("pipeline", ROOT).iter_files())
    assert {str(PROFILE), f"{PROFILE}.license"} <= shipped


def test_the_colour_profile_may_be_an_output_intent() -> None:
    """It is a display profile for RGB, of version 4 (ISO 19005-2, 6.2.3; ICC.1:2004, 7.2)."""
    data = PROFILE.read_bytes()
    assert (data[8], data[12:16], data[16:20], data[20:24]) == (4, b"mntr", b"RGB ", b"XYZ ")
    assert data[36:40] == b"acsp"


def test_the_colour_profile_is_srgb() -> None:
    """Little CMS reads the profile as sRGB: it converts between this and its own without a difference."""
    from pipeline.render.finish.resources import PROFILE_NAME

    data = PROFILE.read_bytes()
    ours = ImageCms.ImageCmsProfile(io.BytesIO(data))
    theirs = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    assert ours.profile.profile_description == PROFILE_NAME
    for name in (
        "red_colorant",
        "green_colorant",
        "blue_colorant",
        "media_white_point",
        "chromatic_adaptation",
    ):
        assert _flat(getattr(ours.profile, name)) == pytest.approx(
            _flat(getattr(theirs.profile, name)), abs=1e-4
        )
    assert len(data) == int.from_bytes(data[:4])
    assert len(zlib.compress(data)) < 400


def _flat(values: object) -> list[float]:
    if isinstance(values, float):
        return [values]
    return [number for value in values for number in _flat(value)] if isinstance(values, tuple) else []


def test_one_intent_says_what_colours_mean(finishing: Finishing) -> None:
    """The output intent has the profile; unused colour spaces go, used ones stay (ISO 19005-2, 6.2.4)."""
    plain = finishing.body("<p>a", css="p { color: red }")
    intents = [item for item in dictionaries(plain) if "/OutputIntents" in item]
    assert intents[0]["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert not [item for item in dictionaries(plain) if "/lab-d50" in item or "/lab-d65" in item]
    vivid = finishing.body("<p>a", css="p { color: oklch(0.4 0.1 250) }")
    assert [item for item in dictionaries(vivid) if "/lab-d65" in item]


def test_no_image_asks_to_be_smoothed(finishing: Finishing) -> None:
    """Interpolate is not set, neither on an image nor on its mask (ISO 19005-2, 6.2.8)."""
    from PIL import Image as Picture

    from pipeline.core.model import Image

    target = io.BytesIO()
    Picture.new("RGBA", (4, 4)).save(target, "PNG")
    image = Image(path="a.png", data=target.getvalue(), media_type="image/png", width=4, height=4)
    images = [
        item
        for item in dictionaries(finishing.composed("![A.](a.png)\n", images=(image,)))
        if item.get("/Subtype") == "/Image"
    ]
    assert images
    assert not [item for item in images if "/Interpolate" in item]

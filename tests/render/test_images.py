"""Images as they go into an attachment."""

import io
from typing import Any

import pytest
from PIL import Image, ImageCms

from pipeline.core.model import Asset
from pipeline.render.images import for_print

BOX = {"resolution": 100, "width": 127.0, "height": 254.0}  # 500 × 1000 points
PHOTOGRAPH = Image.radial_gradient("L").resize((300, 200))


def asset(picture: Image.Image, kind: str, **options: Any) -> Asset:
    """Return a picture saved in a format, as an asset."""
    stream = io.BytesIO()
    picture.save(stream, format=kind, **options)
    return Asset(name="images/a", media_type=f"image/{kind.lower()}", data=stream.getvalue())


def printed(given: Asset) -> tuple[str, Image.Image]:
    """Return the media type and the picture that goes into the attachment."""
    result = for_print(given, **BOX)  # type: ignore[arg-type] # mypy can't see through the mapping
    opened = Image.open(io.BytesIO(result.data))
    opened.load()
    assert f"image/{(opened.format or '').lower()}" == result.media_type
    return result.media_type, opened


def noisy(size: tuple[int, int] = (300, 200)) -> Image.Image:
    """Return a picture with as many colours as a photograph."""
    red, green = Image.linear_gradient("L").resize(size), Image.radial_gradient("L").resize(size)
    return Image.merge("RGB", (red, green, Image.effect_noise(size, 40)))


def test_a_good_jpeg_keeps_its_pixels_and_loses_its_metadata() -> None:
    """A JPEG that is right already is not compressed again; metadata such as the place goes."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    given = asset(noisy(), "JPEG", quality=90, exif=exif, comment=b"secret comment")
    kind, picture = printed(given)
    assert kind == "image/jpeg"
    assert picture.tobytes() == Image.open(io.BytesIO(given.data)).tobytes()
    data = for_print(given, **BOX).data  # type: ignore[arg-type] # mypy can't see through the mapping
    assert b"Camera" in given.data
    assert b"Camera" not in data
    assert b"secret" not in data


@pytest.mark.parametrize("marker", [0xE1, 0xE2, 0xED, 0xFE], ids=["Exif", "profile", "Photoshop", "comment"])
def test_no_segment_of_metadata_stays(marker: int) -> None:
    """Each kind of segment that holds metadata is taken out of a JPEG that is not compressed again."""
    given = asset(noisy(), "JPEG", quality=90)
    segment = bytes([0xFF, marker]) + (2 + len(b"a secret")).to_bytes(2, "big") + b"a secret"
    spoilt = Asset(name="images/a", media_type="image/jpeg", data=given.data[:2] + segment + given.data[2:])
    kind, picture = printed(spoilt)
    assert kind == "image/jpeg"
    assert picture.tobytes() == Image.open(io.BytesIO(given.data)).tobytes()
    data = for_print(spoilt, **BOX).data  # type: ignore[arg-type] # mypy can't see through the mapping
    assert b"a secret" not in data


def test_orientation_is_applied() -> None:
    """A picture that its camera marked as turned stands upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    _, picture = printed(asset(noisy((300, 200)), "JPEG", exif=exif))
    assert picture.size == (200, 300)


def test_a_picture_is_never_sharper_than_print_shows() -> None:
    """A large picture is brought down to the box, keeping its proportions; a small one stays."""
    _, large = printed(asset(noisy((2000, 1000)), "JPEG"))
    _, small = printed(asset(noisy((40, 20)), "JPEG"))
    assert large.size == (500, 250)
    assert small.size == (40, 20)


@pytest.mark.parametrize(
    ("picture", "kind"), [(noisy(), "image/jpeg"), (Image.new("RGB", (9, 9), "red"), "image/png")]
)
def test_webp_becomes_what_it_is(picture: Image.Image, kind: str) -> None:
    """WebP becomes JPEG where it is a photograph, PNG where it is a drawing."""
    assert printed(asset(picture, "WEBP", quality=90))[0] == kind


def test_transparency_stays() -> None:
    """A transparent picture stays transparent."""
    kind, picture = printed(asset(Image.new("RGBA", (9, 9), (255, 0, 0, 128)), "PNG"))
    assert kind == "image/png"
    assert picture.getpixel((0, 0)) == (255, 0, 0, 128)


def test_palette_and_first_picture_of_an_animation() -> None:
    """A GIF gives its first picture."""
    frames = [Image.new("P", (9, 9), 0), Image.new("P", (9, 9), 1)]
    frames[0].putpalette([10, 20, 30, 200, 0, 0])
    kind, picture = printed(asset(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert kind == "image/png"
    assert picture.convert("RGB").getpixel((0, 0)) == (10, 20, 30)


def test_cmyk_becomes_rgb() -> None:
    """No CMYK reaches the PDF, whose output intent is sRGB."""
    assert printed(asset(Image.new("CMYK", (9, 9), (0, 255, 255, 0)), "JPEG"))[1].mode == "RGB"


def test_another_colour_profile_is_converted() -> None:
    """Pixels in another colour profile are converted to sRGB, and the profile goes."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"....").replace(b"bXYZ", b"rXYZ").replace(b"....", b"bXYZ")
    profile = swapped.replace("sRGB".encode("utf-16-be"), "BGRx".encode("utf-16-be")).replace(
        b"sRGB", b"BGRx"
    )
    given = asset(Image.new("RGB", (9, 9), (120, 130, 140)), "PNG", icc_profile=profile)
    _, picture = printed(given)
    red, _, blue = picture.getpixel((0, 0))  # type: ignore[misc] # an RGB picture gives three
    assert (round(red, -1), round(blue, -1)) == (140, 120)
    assert "icc_profile" not in picture.info


def test_sixteen_bits_become_eight() -> None:
    """A picture of sixteen bits keeps its tones."""
    _, picture = printed(asset(Image.new("I;16", (9, 9), 128 * 256), "PNG"))
    assert (picture.mode, picture.getpixel((0, 0))) == ("L", 128)


def test_the_same_image_gives_the_same_bytes() -> None:
    """Preparing an image twice gives the same bytes."""
    given = asset(noisy((2000, 1000)), "WEBP")
    first, second = (for_print(given, **BOX).data for _ in range(2))  # type: ignore[arg-type] # see above
    assert first == second

"""Images are taken from the post's folder, whole, and measured before they are decoded."""

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image as Pillow
from PIL import ImageFile

from pipeline.core.model import Image
from pipeline.sources.images import RefusedImageError, read_image
from tests.sources.reading import picture


def take(folder: Path, path: str) -> Image:
    """Read an image with small limits."""
    return read_image(folder, path, bytes_limit=50_000, pixels_limit=10_000)


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_says(width: int, height: int) -> bytes:
    """Return a PNG whose head speaks of far more pixels than it holds."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_four_types_are_taken(tmp_path: Path, kind: str) -> None:
    """PNG, JPEG, WebP and GIF are known by their bytes, whatever their name."""
    (tmp_path / "image").write_bytes(picture(kind))
    image = take(tmp_path, "image")
    assert (image.media_type, image.width, image.height) == (f"image/{kind.lower()}", 20, 10)
    assert image.data == picture(kind)


@pytest.mark.parametrize(
    ("orientation", "size"),
    [*((number, (20, 10)) for number in (1, 2, 3, 4)), *((number, (10, 20)) for number in (5, 6, 7, 8))],
)
def test_an_image_on_its_side_is_measured_upright(
    tmp_path: Path, orientation: int, size: tuple[int, int]
) -> None:
    """Exif orientations 5 to 8 swap width and height."""
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    (tmp_path / "side.jpg").write_bytes(picture("JPEG", exif=exif.tobytes()))
    image = take(tmp_path, "side.jpg")
    assert (image.width, image.height) == size


@pytest.mark.parametrize("size", [(60_000, 60_000), (2**31 - 1, 2**31 - 1), (101, 100)])
def test_a_bomb_is_measured_not_decoded(tmp_path: Path, size: tuple[int, int]) -> None:
    """An image with more pixels than allowed is refused by its header alone, however many they are."""
    (tmp_path / "bomb.png").write_bytes(png_that_says(*size))
    with pytest.raises(RefusedImageError, match="pixels, more than 10,000 in all") as caught:
        take(tmp_path, "bomb.png")
    assert caught.value.name == "image_pixels"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_cut_image_is_broken(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An image whose last bytes are lost is refused, even after WeasyPrint has set Pillow to show them."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    (tmp_path / "cut").write_bytes(picture(kind, size=(90, 90))[:-9])
    with pytest.raises(RefusedImageError, match="is broken"):
        take(tmp_path, "cut")
    assert ImageFile.LOAD_TRUNCATED_IMAGES is True


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    """Links and folders inside the post's folder are its own."""
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "a.png").write_bytes(picture())
    (tmp_path / "b.png").symlink_to("maps/a.png")
    assert take(tmp_path, "b.png").data == take(tmp_path, "maps/../maps/a.png").data == picture()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a%00b.png", "image_unreadable"),
        ("x" * 300 + ".png", "image_unreadable"),
        ("circle.png", "image_unreadable"),
        (".", "image_unreadable"),
        ("%2e%2e", "image_outside"),
        ("%2Fetc/hosts", "image_outside"),
        ("C:\\a.png", "image_outside"),
        ("FILE:a.png", "image_outside"),
        ("javascript:a", "image_outside"),
        ("HTTP://a/b", "image_remote"),
        ("%252e%252e/a", "image_missing"),
        ("", "image_missing"),
        ("%", "image_missing"),
    ],
)
def test_paths_that_are_none_are_refused(tmp_path: Path, path: str, name: str) -> None:
    """No way of writing a path leads out of the folder or to a failure of another kind."""
    (tmp_path / "post").mkdir()
    (tmp_path / "a").write_bytes(picture())
    (tmp_path / "post" / "circle.png").symlink_to("circle.png")
    with pytest.raises(RefusedImageError) as caught:
        take(tmp_path / "post", path)
    assert caught.value.name == name

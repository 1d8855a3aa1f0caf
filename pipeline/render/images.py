"""Images as they go into an attachment: upright, in sRGB, no sharper than print shows, without metadata.

A photograph stays JPEG, everything else becomes PNG. An image that is right already keeps its own pixels: a
JPEG is never compressed a second time for nothing. The original file is never touched.
"""

import io
from dataclasses import replace

from PIL import Image, ImageCms, ImageOps

from pipeline.core.model import Asset

#: Millimetres that an image can take at most: the text's measure, and the height of a page's text.
COLUMN_WIDTH, COLUMN_HEIGHT = 128.0, 243.0

#: The quality of a JPEG that had to be made anew (changed pixels, WebP), on Pillow's scale to 95.
_QUALITY = 88
#: A picture with more colours than this, and without transparency, is a photograph.
_FEW_COLOURS = 4096
_MILLIMETRES_PER_INCH = 25.4
#: JPEG segments that hold metadata: APP1 (Exif, XMP), APP2 (colour profile), APP13 (Photoshop), COM.
_METADATA_SEGMENTS = frozenset({0xE1, 0xE2, 0xED, 0xFE})
_START_OF_SCAN, _MARKER = 0xDA, 0xFF


def for_print(asset: Asset, *, resolution: int, width: float, height: float) -> Asset:
    """Return an image for print: at most `resolution` dots per inch in a box of `width` × `height` mm.

    Orientation (Exif) is applied; pixels with a colour profile, or in CMYK, are converted to sRGB, which is
    the output intent of the PDF; an animation gives its first picture. Raises OSError for what is no image.
    """
    with Image.open(io.BytesIO(asset.data)) as opened:
        opened.load()
        picture = _in_srgb(ImageOps.exif_transpose(opened))
        box = (_points(width, resolution), _points(height, resolution))
        if picture.width > box[0] or picture.height > box[1]:
            picture.thumbnail(box, Image.Resampling.LANCZOS)
        is_same = picture.size == opened.size and picture.mode == opened.mode and not _is_turned(opened)
        if opened.format == "JPEG" and is_same and not _has_other_profile(opened):
            return replace(asset, media_type="image/jpeg", data=_without_metadata(asset.data))
        if opened.format == "JPEG" or _is_photograph(picture):
            return replace(asset, media_type="image/jpeg", data=_jpeg(picture))
        return replace(asset, media_type="image/png", data=_png(picture))


def _points(millimetres: float, resolution: int) -> int:
    return max(1, round(millimetres / _MILLIMETRES_PER_INCH * resolution))


def _is_turned(image: Image.Image) -> bool:
    orientation = image.getexif().get(0x0112, 1)
    return orientation not in (0, 1)


def _has_other_profile(image: Image.Image) -> bool:
    """Say whether an image carries a colour profile that is not sRGB's."""
    profile = image.info.get("icc_profile")
    if not profile:
        return False
    try:
        description = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError):
        return False  # a profile that can't be read counts as none
    return "srgb" not in description.casefold()


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return the picture in grey or RGB, with transparency where it has any, in the colours of sRGB."""
    has_alpha = image.has_transparency_data
    profile = image.info.get("icc_profile")
    if _has_other_profile(image) and image.mode in {"RGB", "RGBA", "CMYK", "L"}:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile or b""))
        alpha = image.getchannel("A") if image.mode == "RGBA" else None
        flat = image.convert("RGB") if image.mode == "RGBA" else image
        try:
            srgb = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(flat, source, srgb, outputMode="RGB")
        except ImageCms.PyCMSError:
            converted = None  # a profile for another kind of pixels: they are taken as they are
        if converted is not None:
            if alpha is not None:
                converted.putalpha(alpha)
            return converted
    if image.mode in {"L", "1", "I", "I;16", "F"} and not has_alpha:
        return _eight_bits(image)
    if image.mode == "LA":
        return image
    return image.convert("RGBA" if has_alpha else "RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    return image.convert("L")


def _is_photograph(picture: Image.Image) -> bool:
    return picture.mode == "RGB" and picture.getcolors(_FEW_COLOURS) is None


def _jpeg(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    flat = picture if picture.mode in {"RGB", "L"} else picture.convert("RGB")
    flat.save(
        stream, format="JPEG", quality=_QUALITY, optimize=True, progressive=False, exif=b"", icc_profile=b""
    )
    return stream.getvalue()


def _png(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, format="PNG", optimize=True, icc_profile=b"")
    return stream.getvalue()


def _without_metadata(data: bytes) -> bytes:
    """Return a JPEG without the segments that say where and with what it was taken; its pixels stay."""
    parts = [data[:2]]
    at = 2
    while at + 4 <= len(data) and data[at] == _MARKER:
        kind = data[at + 1]
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if kind == _START_OF_SCAN:
            break
        if kind not in _METADATA_SEGMENTS:
            parts.append(data[at:end])
        at = end
    return b"".join((*parts, data[at:]))

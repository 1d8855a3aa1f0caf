"""Small drawings for made-up posts, in every format and mode that a source may bring."""

import io
import random

from PIL import Image, ImageDraw

_MODES = {
    "png": ("RGB", "RGBA", "L", "P", "LA", "1"),
    "jpg": ("RGB", "L"),
    "webp": ("RGB", "RGBA"),
}
_PILLOW_NAMES = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}
FORMATS = tuple(_MODES)


def picture(dice: random.Random, suffix: str, size: tuple[int, int]) -> bytes:
    """Return a small drawing as a file of a format, in one of the modes that the format has."""
    drawing = Image.new("RGB", size, tuple(dice.randrange(256) for _ in range(3)))
    pen = ImageDraw.Draw(drawing)
    for _ in range(6):
        corner = (dice.randrange(size[0]), dice.randrange(size[1]))
        other = (dice.randrange(corner[0], size[0]), dice.randrange(corner[1], size[1]))
        pen.ellipse((corner, other), fill=tuple(dice.randrange(256) for _ in range(3)))
    target = io.BytesIO()
    drawing.convert(dice.choice(_MODES[suffix])).save(target, _PILLOW_NAMES[suffix])
    return target.getvalue()

"""The pages of a PDF as pictures, and what differs between two of them. PDFium draws, which made none of the pages."""

from collections.abc import Iterator

import pypdfium2
from PIL import Image, ImageChops

#: A point whose grey differs by no more than this is the edge of a letter, not another letter.
_BLUR = 64
_REMOVED, _ADDED = (200, 30, 30), (20, 120, 60)
_POINTS_PER_INCH = 72


class UnreadablePdfError(ValueError):
    """A file is no PDF that can be read; the message says why."""


def draw_pages(data: bytes, *, resolution: float) -> Iterator[Image.Image]:
    """Yield each page as a grey picture of `resolution` dots per inch; raises UnreadablePdfError."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnreadablePdfError(str(error)) from error
    try:
        for index in range(len(document)):
            page = document[index]
            bitmap = page.render(scale=resolution / _POINTS_PER_INCH, grayscale=True)
            picture = bitmap.to_pil().convert("L")
            bitmap.close()
            page.close()
            yield picture
    finally:
        document.close()


def count_differing(old: Image.Image, new: Image.Image, *, beyond: int = 0) -> int:
    """Return how many points of two grey pictures of one size differ by more than `beyond` (0 to 255)."""
    return sum(ImageChops.difference(old, new).histogram()[beyond + 1 :])


def mark_difference(old: Image.Image, new: Image.Image) -> Image.Image:
    """Return one picture of two: what both have in grey, what only the old one has in red, the new one in green."""
    went = ImageChops.subtract(new, old).point(_ink_where_clear)
    came = ImageChops.subtract(old, new).point(_ink_where_clear)
    base = ImageChops.lighter(old, new).point(lambda value: 128 + value // 2)
    picture = Image.merge("RGB", (base, base, base))
    picture.paste(_REMOVED, mask=went)
    picture.paste(_ADDED, mask=came)
    return picture


def _ink_where_clear(value: int) -> int:
    return 255 if value > _BLUR else 0

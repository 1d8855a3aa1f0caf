"""The pages of a PDF as pictures, and what differs between two of them. PDFium draws, which made none of the pages."""

from collections.abc import Iterator, Sequence

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

#: A point whose grey differs by no more than this is the edge of a letter, not another letter.
_BLUR = 64
_REMOVED, _ADDED = (200, 30, 30), (20, 120, 60)
_POINTS_PER_INCH = 72
#: What differs closer together than this (rows, columns of points) is one place: the words of a line, not its lines.
_NEAR_ROWS, _NEAR_COLUMNS = 6, 28
#: A frame keeps this distance from what it frames, and is drawn this thick.
_FRAME_ROOM, _FRAME_WIDTH = 5, 2

#: A box of a picture: left, top, right, bottom, the last two outside of it.
Box = tuple[int, int, int, int]


class UnreadablePdfError(ValueError):
    """A file is no PDF that can be read; the message says why."""


def draw_pages(data: bytes, *, resolution: float, is_grey: bool = True) -> Iterator[Image.Image]:
    """Yield each page as a picture of `resolution` dots per inch, grey or in colour; raises UnreadablePdfError."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnreadablePdfError(str(error)) from error
    try:
        for index in range(len(document)):
            page = document[index]
            bitmap = page.render(scale=resolution / _POINTS_PER_INCH, grayscale=is_grey)
            picture = bitmap.to_pil().convert("L" if is_grey else "RGB")
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


def differing_places(old: Image.Image, new: Image.Image) -> tuple[Box, ...]:
    """Return a box around each place where two grey pictures of one size clearly differ, from top to bottom."""
    difference = ImageChops.difference(old, new).point(_ink_where_clear)
    places: list[Box] = []
    rows = difference.getprojection()[1] if difference.getbbox() else []
    for top, bottom in _runs(rows, _NEAR_ROWS):
        band = difference.crop((0, top, difference.width, bottom))
        for left, right in _runs(band.getprojection()[0], _NEAR_COLUMNS):
            box = band.crop((left, 0, right, band.height)).getbbox()
            if box is not None:
                places.append((left, top + box[1], right, top + box[3]))
    return tuple(places)


def frame_difference(
    old: Image.Image, new: Image.Image, places: Sequence[Box]
) -> tuple[Image.Image, Image.Image]:
    """Return both pictures with the places framed: in the old one what went in red, in the new one what came in green."""
    went = ImageChops.subtract(new, old).point(_ink_where_clear)
    came = ImageChops.subtract(old, new).point(_ink_where_clear)
    return _framed(old, went, places, _REMOVED), _framed(new, came, places, _ADDED)


def _framed(
    picture: Image.Image, ink: Image.Image, places: Sequence[Box], colour: tuple[int, int, int]
) -> Image.Image:
    framed = picture.convert("RGB")
    framed.paste(colour, mask=ink)
    draw = ImageDraw.Draw(framed)
    for left, top, right, bottom in places:
        box = (
            max(0, left - _FRAME_ROOM),
            max(0, top - _FRAME_ROOM),
            min(picture.width, right + _FRAME_ROOM) - 1,
            min(picture.height, bottom + _FRAME_ROOM) - 1,
        )
        draw.rectangle(box, outline=colour, width=_FRAME_WIDTH)
    return framed


def _runs(marks: Sequence[int], near: int) -> Iterator[tuple[int, int]]:
    """Yield (first, behind the last) of each run of marks; a gap of fewer than `near` belongs to the run."""
    first = last = -1
    for place, mark in enumerate(marks):
        if not mark:
            continue
        if first >= 0 and place - last > near:
            yield first, last + 1
            first = place
        first = place if first < 0 else first
        last = place
    if first >= 0:
        yield first, last + 1


def _ink_where_clear(value: int) -> int:
    return 255 if value > _BLUR else 0

"""The pages of a PDF as pictures, what differs between two of them, and the pictures that somebody accepted.

PDFium draws, which made none of the pages. The accepted pictures of an edition are in a folder of its name,
`page-1.png` and so on: few greys and few pixels, so that they are small and can be kept with the sources.
`annexe accept`, the nightly run, `make approve` and the tests of this repository all use them.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

from pipeline.core.files import write_atomically

#: A point whose grey differs by no more than this is the edge of a letter, not another letter.
_BLUR = 64
_REMOVED, _ADDED = (200, 30, 30), (20, 120, 60)
_POINTS_PER_INCH = 72
#: What differs closer together (rows, columns of points) is one place: a line's words, not lines.
_NEAR_ROWS, _NEAR_COLUMNS = 6, 28
#: A frame keeps this distance from what it frames, and is drawn this thick.
_FRAME_ROOM, _FRAME_WIDTH = 5, 2

#: Dots per inch: A4 is 496 × 702 points, where a line of text is nine points high and every word is legible.
RESOLUTION = 60
#: PDFium sets letters on whole points of the picture. It draws six times as large, and the picture is made
#: smaller: so a letter that moves a little changes its edges a little, and never jumps.
OVERSAMPLING = 6
#: Greys of an accepted picture, white and black among them.
GREYS = 4
#: What is tolerated. The same PDF gives the same picture everywhere, since PDFium is locked; but another
#: Pango or HarfBuzz may place a letter by some hundredths of a point, which changes its edge by a shade. A
#: point counts where its grey differs by more than 72 of 255: half a step of the accepted greys, and an
#: eighth of the scale. Eight such points may be on a page: an s that became an r makes 37, any other word
#: more than 100, a line that moved by a quarter of a point hundreds. A comma for a full stop can pass: words
#: are for the checks and tests that read them.
SHADE = 72
FEW = 8
#: All that decides what a comparison with accepted pictures gives.
TOLERANCES = (RESOLUTION, OVERSAMPLING, GREYS, SHADE, FEW)

_BEGINNING = "page-"

#: A box of a picture: left, top, right, bottom, the last two outside of it.
PixelBox = tuple[int, int, int, int]


class UnreadablePdfError(ValueError):
    """A file is no PDF that can be read; the message says why."""


def draw_pages(data: bytes, *, resolution: float, is_grey: bool = True) -> Iterator[Image.Image]:
    """Yield each page as a picture of `resolution` dots per inch; raises UnreadablePdfError."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnreadablePdfError(str(error)) from error
    with closing(document):
        for index in range(len(document)):
            page = document[index]
            bitmap = page.render(scale=resolution / _POINTS_PER_INCH, grayscale=is_grey)
            picture = bitmap.to_pil().convert("L" if is_grey else "RGB")
            bitmap.close()
            page.close()
            yield picture


def count_differing(old: Image.Image, new: Image.Image, *, beyond: int = 0) -> int:
    """Return how many points of two grey pictures of one size differ by more than `beyond` (0 to 255)."""
    return sum(ImageChops.difference(old, new).histogram()[beyond + 1 :])


def mark_difference(old: Image.Image, new: Image.Image) -> Image.Image:
    """Return one picture of two: grey where they agree, red for what went, green for what came."""
    went = ImageChops.subtract(new, old).point(_ink_where_clear)
    came = ImageChops.subtract(old, new).point(_ink_where_clear)
    base = ImageChops.lighter(old, new).point(lambda value: 128 + value // 2)
    picture = Image.merge("RGB", (base, base, base))
    picture.paste(_REMOVED, mask=went)
    picture.paste(_ADDED, mask=came)
    return picture


def differing_places(old: Image.Image, new: Image.Image) -> tuple[PixelBox, ...]:
    """Return a box around each place where two grey pictures of one size clearly differ, top to bottom."""
    difference = ImageChops.difference(old, new).point(_ink_where_clear)
    places: list[PixelBox] = []
    rows = difference.getprojection()[1] if difference.getbbox() else []
    for top, bottom in _runs(rows, _NEAR_ROWS):
        band = difference.crop((0, top, difference.width, bottom))
        for left, right in _runs(band.getprojection()[0], _NEAR_COLUMNS):
            box = band.crop((left, 0, right, band.height)).getbbox()
            if box is not None:
                places.append((left, top + box[1], right, top + box[3]))
    return tuple(places)


def frame_difference(
    old: Image.Image, new: Image.Image, places: Sequence[PixelBox]
) -> tuple[Image.Image, Image.Image]:
    """Return both pictures with the places framed: what went in red, what came in green."""
    went = ImageChops.subtract(new, old).point(_ink_where_clear)
    came = ImageChops.subtract(old, new).point(_ink_where_clear)
    return _framed(old, went, places, _REMOVED), _framed(new, came, places, _ADDED)


def _framed(
    picture: Image.Image, ink: Image.Image, places: Sequence[PixelBox], colour: tuple[int, int, int]
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


class UnreadablePictureError(ValueError):
    """An accepted picture can't be read; the message names its file."""


def pictures_of(data: bytes) -> tuple[Image.Image, ...]:
    """Return each page of a PDF as a picture; raises UnreadablePdfError."""
    return tuple(page.reduce(OVERSAMPLING) for page in draw_pages(data, resolution=RESOLUTION * OVERSAMPLING))


def accepted_files(accepted: Path) -> dict[int, Path]:
    """Return the accepted pictures' files in an edition's folder, by page; none where there is no folder."""
    numbered = ((path.stem.removeprefix(_BEGINNING), path) for path in accepted.glob(f"{_BEGINNING}*.png"))
    return dict(sorted((int(number), path) for number, path in numbered if number.isdecimal()))


def accepted_pictures(accepted: Path) -> dict[int, Image.Image]:
    """Return an edition's accepted pictures by page; raises UnreadablePictureError."""
    pictures = {}
    for number, path in accepted_files(accepted).items():
        try:
            with Image.open(path) as picture:
                pictures[number] = picture.convert("L")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise UnreadablePictureError(f"{path.name}: {error}") from error
    return pictures


def faults(before: Mapping[int, Image.Image], now: Sequence[Image.Image]) -> dict[int, str]:
    """Return, by page, how an edition's pages differ from the accepted ones, `before`."""
    after = dict(enumerate(now, start=1))
    said = {}
    for number in sorted(before.keys() | after.keys()):
        fault = _fault(before.get(number), after.get(number))
        if fault:
            said[number] = f"page {number} {fault}"
    return said


def _fault(old: Image.Image | None, new: Image.Image | None) -> str | None:
    if old is None or new is None:
        return "is new" if old is None else "is gone"
    if old.size != new.size:
        return f"has {new.width} × {new.height} points, not {old.width} × {old.height}"
    points = count_differing(old, new, beyond=SHADE)
    return f"looks different ({points} points)" if points > FEW else None


def approve(accepted: Path, now: Sequence[Image.Image], pages: Iterable[int]) -> None:
    """Accept these pages, as they are `now`, for the edition with the folder `accepted`; raises OSError."""
    for number in pages:
        path = accepted / f"{_BEGINNING}{number}.png"
        if number <= len(now):
            write_atomically(path, _in_few_greys(now[number - 1]))
        else:
            path.unlink()


def _in_few_greys(picture: Image.Image) -> bytes:
    """Return a picture as PNG of few greys."""
    steps = GREYS - 1
    levels = picture.point(lambda value: (value * steps + 127) // 255)
    indexed = Image.frombytes("P", levels.size, levels.tobytes())
    indexed.putpalette([round(level * 255 / steps) for level in range(GREYS) for _ in range(3)])
    data = io.BytesIO()
    indexed.save(data, "PNG", optimize=True, bits=2)
    return data.getvalue()

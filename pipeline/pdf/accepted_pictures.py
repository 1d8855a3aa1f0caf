"""How pages look, and how somebody accepted that they look: small pictures, what may differ, taking new ones.

The accepted pictures of an edition lie in a folder of its name, `page-1.png` and so on, in few greys and few points, so
that they weigh little and can be kept with the sources. `annexe accept`, the nightly run, `make approve` and the tests
of this repository all go this way.
"""

import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from PIL import Image

from pipeline.core.files import write_atomically
from pipeline.pdf.pictures import count_differing, draw_pages, mark_difference

#: Dots per inch: A4 is 496 × 702 points, where a line of text is nine points high and every word is legible.
RESOLUTION = 60
#: PDFium sets letters on whole points of the picture. It draws six times as large, and the picture is made smaller:
#: so a letter that moves a little changes its edges a little, and never jumps.
OVERSAMPLING = 6
#: Greys of an accepted picture, white and black among them.
GREYS = 4
#: What is tolerated. The same PDF gives the same picture everywhere, since PDFium is locked; but another Pango or
#: HarfBuzz may place a letter by some hundredths of a point, which changes its edge by a shade. A point counts where
#: its grey differs by more than 72 of 255: half a step of the accepted greys, and an eighth of the scale. Eight such
#: points may be on a page: an s that became an r makes 37, any other word more than 100, a line that moved by a
#: quarter of a point hundreds. A comma for a full stop can pass: words are for the checks and tests that read them.
SHADE = 72
FEW = 8

_BEGINNING = "page-"


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
    """Return, by page, what is to be said of an edition's pages: nothing where they are the accepted ones, `before`."""
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


def write_differences(
    folder: Path, before: Mapping[int, Image.Image], now: Sequence[Image.Image], pages: Iterable[int]
) -> None:
    """Write before, after and the marked difference of some pages to a folder; what lay there before is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    after = dict(enumerate(now, start=1))
    for number in pages:
        folder.mkdir(parents=True, exist_ok=True)
        old, new = before.get(number), after.get(number)
        if old is not None:
            old.save(folder / f"page-{number}-before.png")
        if new is not None:
            new.save(folder / f"page-{number}-after.png")
        if old is not None and new is not None and old.size == new.size:
            mark_difference(old, new).save(folder / f"page-{number}-difference.png")


def approve(accepted: Path, now: Sequence[Image.Image], pages: Iterable[int]) -> None:
    """Make these pages, as they are `now`, the accepted ones of the edition whose folder is `accepted`; raises OSError."""
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

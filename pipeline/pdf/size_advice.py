"""What would bring an attachment under its published size, computed from the file itself, tags untouched."""

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from pipeline.core.model import Asset
from pipeline.pdf.byte_shares import bytes_by_part
from pipeline.pdf.model import Cause, Part
from pipeline.pdf.reader import OpenPdf, open_pdf
from pipeline.render.images import for_print

#: A face is proposed to go where it shows no more than this share of the characters.
_FEW = 0.05
#: Dots per inch, finest first; print shows those below the middle one, a screen those below the last.
_RESOLUTIONS = (200, 180, 165, 150, 135, 120, 96)
_FINE = 150
_MILLIMETRES_PER_INCH = 25.4
_POINTS_PER_INCH = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Something to do, how many bytes it saves at most, and whether that is enough by itself."""

    action: str
    saves: int
    is_enough: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Why an attachment has its size: its parts, the most bytes it may have (None: any), and ways to them."""

    parts: tuple[Part, ...]
    most: int | None
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """An image as a file, its name among the parts, its dots per inch, its page and drawn size (mm)."""

    name: str
    file: Asset
    dots: float
    page: int
    width: float
    height: float


def reasons_for(data: bytes, most: int | None) -> Reasons:
    """Return why a PDF has the bytes it has, and where it has more than `most`, what would help."""
    with open_pdf(data, strict=False) as pdf:
        parts = bytes_by_part(pdf)
        ways = () if most is None or len(data) <= most else _ways(pdf, parts, len(data) - most)
    return Reasons(parts=parts, most=most, ways=ways)


def _ways(pdf: OpenPdf, parts: Sequence[Part], excess: int) -> tuple[Way, ...]:
    """Return what would take `excess` bytes off a PDF.

    What costs the reader least comes first among what is enough by itself; then what saves most. Structure,
    metadata and colour profile are never proposed: they make it accessible and archival.
    """
    ranked = [*_faces(pdf, parts, excess), *_resolutions(pdf.data, parts, excess)]
    ranked.sort(key=lambda way: (not way[1].is_enough, way[0] if way[1].is_enough else -way[1].saves))
    return tuple(way for _, way in ranked)


def _faces(pdf: OpenPdf, parts: Sequence[Part], excess: int) -> Iterator[tuple[float, Way]]:
    """Yield, with the number of characters that would change, each face that shows few of them."""
    pages = _characters(pdf)
    counts = {name: sum(on_page.values()) for name, on_page in pages.items()}
    sizes = {part.name: part.size for part in parts if part.cause is Cause.FONTS}
    most = _FEW * sum(counts.values())
    for name, number in counts.items():
        if number > most or name not in sizes:
            continue
        count = "the one character" if number == 1 else f"the {number:,} characters"
        yield (
            number,
            Way(
                action=f"set {count} of {name} ({_on_pages(pages[name])}) in a face that is there anyway",
                saves=sizes[name],
                is_enough=sizes[name] >= excess,
            ),
        )


def _characters(pdf: OpenPdf) -> dict[str, dict[int, int]]:
    """Return how many characters each page shows of each part that is a font; a ligature counts as one."""
    counts: dict[str, dict[int, int]] = {}
    for number, page in enumerate(pdf.pages, start=1):
        for shown in page.shown:
            name = str(shown.font.get("/BaseFont"))[1:].rpartition("+")[2]
            width = 2 if shown.font.get("/Subtype") == "/Type0" else 1
            pages = counts.setdefault(name, {})
            pages[number] = pages.get(number, 0) + len(shown.codes) // width
    return counts


def _resolutions(data: bytes, parts: Sequence[Part], excess: int) -> Iterator[tuple[float, Way]]:
    """Yield the finest resolution that is enough, or else the one that saves most, by trying them."""
    sizes = {part.name: part.size for part in parts if part.cause is Cause.IMAGES}
    images = [image for image in _images(data) if image.name in sizes and image.dots > _RESOLUTIONS[-1]]
    sharpest = max(images, key=lambda image: image.dots, default=None)
    if sharpest is None:
        return
    tried: dict[int, int] = {}
    for resolution in _RESOLUTIONS:
        if resolution < sharpest.dots:
            tried[resolution] = sum(_saved(image, sizes[image.name], resolution) for image in images)
            if tried[resolution] >= excess:
                break
    resolution = max(tried, key=lambda dots: tried[dots], default=0)
    if not resolution or tried[resolution] <= 0:
        return
    yield (
        # Nobody misses dots that print doesn't show; below that each one counts like many characters.
        0 if resolution >= _FINE else 1000 * (_FINE - resolution),
        Way(
            action=f"set image_resolution = {resolution} under [tool.annexe]; the sharpest image "
            f"({sharpest.name}, page {sharpest.page}) has {sharpest.dots:.0f} dots per inch now",
            saves=tried[resolution],
            is_enough=tried[resolution] >= excess,
        ),
    )


def _saved(image: _Drawn, size: int, resolution: int) -> int:
    """Return how many of an image's `size` bytes this resolution saves; negative where it would grow."""
    if resolution >= image.dots:
        return 0
    made = for_print(image.file, resolution=resolution, width=image.width, height=image.height)
    return size - round(size * len(made.data) / len(image.file.data))


def _images(data: bytes) -> Iterator[_Drawn]:
    """Yield the images that a PDF draws, one of each size in pixels."""
    seen = set()
    with closing(pypdfium2.PdfDocument(data)) as document:
        for number, page in enumerate(document, start=1):
            for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
                drawn = _drawn(item, number)
                if drawn.name not in seen:
                    seen.add(drawn.name)
                    yield drawn


def _drawn(item: Any, page: int) -> _Drawn:
    width, height = item.get_px_size()
    left, bottom, right, top = item.get_bounds()
    if "DCTDecode" in item.get_filters():
        file = Asset(name="", media_type="image/jpeg", data=bytes(item.get_data(decode_simple=False)))
    else:
        stream = io.BytesIO()
        item.get_bitmap().to_pil().save(stream, "PNG", optimize=True)
        file = Asset(name="", media_type="image/png", data=stream.getvalue())
    return _Drawn(
        name=f"{width} × {height} pixels",
        file=file,
        dots=width * _POINTS_PER_INCH / max(right - left, 1),
        page=page,
        width=(right - left) / _POINTS_PER_INCH * _MILLIMETRES_PER_INCH,
        height=(top - bottom) / _POINTS_PER_INCH * _MILLIMETRES_PER_INCH,
    )


def _on_pages(pages: Iterable[int]) -> str:
    numbers = sorted(set(pages))
    if len(numbers) == 1:
        return f"page {numbers[0]}"
    if numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"pages {numbers[0]}–{numbers[-1]}"
    return f"pages {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"

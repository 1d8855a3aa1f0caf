"""Make the picture at the head of the README: the first pages of two attachments side by side.

Usage: python tools/picture.py OUT.png FIRST.pdf SECOND.pdf
"""

import sys
from pathlib import Path

import pypdfium2
from PIL import Image

_PAGE_WIDTH = 620
_GAP = 36
_BACKGROUND = (231, 235, 239)
_EDGE = (198, 207, 215)


def first_page(path: Path) -> Image.Image:
    """Return the first page of a PDF as a picture of the page width."""
    document = pypdfium2.PdfDocument(path)
    try:
        page = document[0]
        # Twice the size and halved again: small type stays legible.
        bitmap = page.render(scale=2 * _PAGE_WIDTH / page.get_width())
        picture = bitmap.to_pil().convert("RGB")
        return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)
    finally:
        document.close()


def side_by_side(pages: list[Image.Image]) -> Image.Image:
    """Return pictures of pages on one background, each with a thin edge."""
    height = max(page.height for page in pages)
    size = (sum(page.width for page in pages) + _GAP * (len(pages) + 1), height + 2 * _GAP)
    board = Image.new("RGB", size, _BACKGROUND)
    left = _GAP
    for page in pages:
        board.paste(_EDGE, (left - 1, _GAP - 1, left + page.width + 1, _GAP + page.height + 1))
        board.paste(page, (left, _GAP))
        left += page.width + _GAP
    return board


def main() -> None:
    """Write the picture that the command line asks for."""
    target, *sources = (Path(argument) for argument in sys.argv[1:])
    board = side_by_side([first_page(source) for source in sources])
    # The median cut would take the blue of the rule for one of the greys of the letters.
    board.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        target, optimize=True
    )


if __name__ == "__main__":
    main()

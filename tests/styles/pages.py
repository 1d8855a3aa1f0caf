"""What stands where on the pages of an attachment, by a reader that knows nothing of the style."""

from collections.abc import Iterator
from typing import Any, cast

import pypdfium2

from pipeline.core.model import Edition


def pdf_of(render: Any, source: Edition) -> bytes:
    """Return the PDF of an edition."""
    return cast("bytes", render(source)[1].data)


def page_texts(data: bytes) -> list[str]:
    """Return each page's text."""
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)]


def visible_characters(data: bytes) -> Iterator[tuple[int, str, tuple[float, float, float, float]]]:
    """Yield page number, character and box (left, bottom, right, top, in points) of all that is visible."""
    for number, page in enumerate(pypdfium2.PdfDocument(data)):
        text = page.get_textpage()
        for index in range(text.count_chars()):
            character = text.get_text_range(index, 1)
            if character.strip():
                yield number, character, text.get_charbox(index)


def page_lines(data: bytes, page: int) -> list[str]:
    """Return the lines of a page's text between head and foot."""
    return [line.strip() for line in page_texts(data)[page].splitlines() if line.strip()]


def left_of(data: bytes, word: str) -> float:
    """Return where the first such word begins, in points from the left of the sheet."""
    found = list(visible_characters(data))
    text = "".join(character for _, character, _ in found)
    return found[text.index(word)][2][0]

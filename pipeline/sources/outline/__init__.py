"""What stands where in a Markdown body, as a second parser sees it that knows nothing of the converter.

Python-Markdown makes the pages; markdown-it reads the same source here, so that what the one loses the other misses.
Lines are lines of the file.
"""

from pipeline.sources.outline.reader import read_outline
from pipeline.sources.outline.shapes import (
    Abbreviation,
    BrokenLink,
    Heading,
    HtmlTag,
    ImageUse,
    Link,
    NoteMark,
    NoteText,
    Outline,
    OverfullRow,
    Piece,
    Table,
)

__all__ = [
    "Abbreviation",
    "BrokenLink",
    "Heading",
    "HtmlTag",
    "ImageUse",
    "Link",
    "NoteMark",
    "NoteText",
    "Outline",
    "OverfullRow",
    "Piece",
    "Table",
    "read_outline",
]

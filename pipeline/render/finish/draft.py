"""A PDF while it is made: pydyf's objects by number, references as bytes such as `12 0 R`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pydyf
from weasyprint.pdf.stream import Stream

from pipeline.render.finish.tags import Tagging


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfDraft:
    """What a step of finishing changes in place: WeasyPrint's document, pydyf's PDF, and its tags."""

    document: Any
    pdf: Any
    tagging: Tagging

    def resolve(self, reference: Any) -> Any:
        """Return the object that a reference stands for (ISO 32000-1, 7.3.10)."""
        return self.pdf.objects[int(bytes(reference).split(maxsplit=1)[0])]

    def add(self, entries: dict[str, Any]) -> Any:
        """Add a dictionary as an object of its own and return it."""
        dictionary = pydyf.Dictionary(entries)
        self.pdf.add_object(dictionary)
        return dictionary

    def pages(self) -> Iterator[Any]:
        """Yield the dictionary of each page."""
        for reference in self.pdf.page_references:
            yield self.resolve(reference)

    def page_streams(self) -> list[Any]:
        """Return the content stream of each page; its `stream` is a list of operators."""
        return [self.resolve(page["Contents"]) for page in self.pages()]

    def drawn_streams(self) -> Iterator[Any]:
        """Yield every stream of drawing operators: of pages, groups and patterns."""
        return (item for item in self.pdf.objects if isinstance(item, Stream))


class _FinalObject(pydyf.Object):  # type: ignore[misc] # pydyf ships no types
    """An object whose bytes are made already."""

    data = b""
    compressible = False

    def __init__(self, item: Any) -> None:
        super().__init__()
        self.number, self.generation = item.number, item.generation
        self.data, self.compressible = item.data, item.compressible


def freeze_objects(pdf: Any) -> None:
    """Make the bytes of every object now, when nothing changes any more.

    pydyf makes them twice, to write them and for the sum that is the file's identifier (ISO 32000-1, 14.4),
    and compresses every stream each time.
    """
    pdf.objects[:] = [item if item.free == "f" else _FinalObject(item) for item in pdf.objects]

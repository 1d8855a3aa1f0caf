"""How pydyf holds a PDF while it is made: objects by number, references as bytes such as `12 0 R`."""

from collections.abc import Iterator
from typing import Any

import pydyf
from weasyprint.pdf.stream import Stream


def number_of(reference: Any) -> int:
    """Return the object number of a reference (ISO 32000-1, 7.3.10)."""
    return int(bytes(reference).split(maxsplit=1)[0])


def resolve(pdf: Any, reference: Any) -> Any:
    """Return the object that a reference stands for."""
    return pdf.objects[number_of(reference)]


def add(pdf: Any, entries: dict[str, Any]) -> Any:
    """Add a dictionary as an object of its own and return it."""
    dictionary = pydyf.Dictionary(entries)
    pdf.add_object(dictionary)
    return dictionary


def page_dictionaries(pdf: Any) -> Iterator[Any]:
    """Yield the dictionary of each page."""
    for reference in pdf.page_references:
        yield resolve(pdf, reference)


def page_stream(pdf: Any, page: int) -> Any:
    """Return the content stream of a page, which is counted from 0; its `stream` is a list of operators."""
    return resolve(pdf, resolve(pdf, pdf.page_references[page])["Contents"])


def drawn_streams(pdf: Any) -> Iterator[Any]:
    """Yield every stream of drawing operators: of pages, groups and patterns."""
    return (item for item in pdf.objects if isinstance(item, Stream))

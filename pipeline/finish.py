"""WeasyPrint's document and PDF objects → the finished PDF, while everything is still Python objects."""

from typing import Any


def finish(document: Any, pdf: Any) -> None:
    """Finish a PDF in place: WeasyPrint's public `finisher` hook calls this before the bytes are written."""
    for page in document.pages:
        for _kind, target, _rectangle, box in page.links:
            annotation = box.link_annotation
            if annotation:
                annotation["Contents"] = _contents(box.element, target)
    pdf.catalog["PageLayout"] = "/SinglePage"


def _contents(element: Any, target: str) -> Any:
    """Return what a screen reader says of a link: its title, else its text, else its target (PDF/UA-1 7.18.5)."""
    import pydyf  # noqa: PLC0415

    text = element.get("title") or " ".join("".join(element.itertext()).split()) or target
    return pydyf.String(text)

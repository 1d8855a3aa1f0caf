"""What is drawn but not said becomes an artifact (ISO 32000-1, 14.8.2.2); line-end hyphens become soft ones."""

import logging
import re
from typing import Any

import pydyf

from pipeline.finish.pdf_objects import drawn_streams, page_stream
from pipeline.finish.structure import Structure
from pipeline.finish.tree import Content

_LOGGER = logging.getLogger("weasyprint")
#: Text shown by one operator: what comes before, the last glyph's code, what moves the pen behind it.
_SHOWN = re.compile(rb"(\[.*<[0-9a-f]*)([0-9a-f]{4})>([^<>]*\] TJ)", re.DOTALL)
_SOFT_HYPHEN = pydyf.Dictionary({"ActualText": "<FEFF00AD>"})


def settle_content(structure: Structure, pdf: Any) -> None:
    """Rewrite, in place, the marked content of every page as its structure says.

    What can't be tagged — content in a group, which `opacity` makes — is logged as an error of rendering.
    """
    pages = len(pdf.page_references)
    streams = [page_stream(pdf, page) for page in range(pages)]
    for page, stream in enumerate(streams):
        stream.stream = _settled(stream.stream, page, structure)
    for stream in drawn_streams(pdf):
        if stream not in streams and any(_number(operator) is not None for operator in stream.stream):
            _LOGGER.error(
                "text or an image stands in a group, where it can't be tagged: take `opacity`, `mask` and blending out of the style"
            )


def _settled(operators: list[Any], page: int, structure: Structure) -> list[Any]:
    """Return a page's operators; each marked content is its tag, its properties, BDC, what is drawn, EMC."""
    settled: list[Any] = []
    is_hyphenated = False
    for operator in operators:
        number = _number(operator)
        if number is not None:
            content = Content(page=page, number=number)
            is_hyphenated = content in structure.hyphenated
            if content in structure.unspoken:
                settled[-1] = "/Artifact"
                operator = pydyf.Dictionary(structure.unspoken[content])  # noqa: PLW2901 - the one that goes on
        elif isinstance(operator, bytes) and operator.endswith(b"] TJ"):
            operator = _without_idle_moves(operator)  # noqa: PLW2901 - as above
            if is_hyphenated and (shown := _SHOWN.fullmatch(operator)):
                settled += _with_soft_hyphen(*shown.groups())
                is_hyphenated = False
                continue
        settled.append(operator)
    return settled


def _without_idle_moves(operator: bytes) -> bytes:
    """Return an operator that shows text without its moves by nothing, which WeasyPrint writes behind each glyph."""
    for idle in (b">0<", b">0.0<"):
        operator = operator.replace(idle, b"")
    return operator.replace(b">0]", b">]")


def _number(operator: Any) -> int | None:
    number = operator.get("MCID") if isinstance(operator, dict) else None
    return number if isinstance(number, int) else None


def _with_soft_hyphen(before: bytes, glyph: bytes, behind: bytes) -> list[Any]:
    """Return the operators that show a line's text and say its last glyph to be a soft hyphen (14.8.2.2.3)."""
    return [
        before + b">] TJ",
        "/Span",
        _SOFT_HYPHEN,
        b"BDC",
        b"[<" + glyph + b">" + behind,
        b"EMC",
    ]

"""What the PDF files of a way are, told from the files: pages, bytes, tags, the standards that they claim."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pypdf import PdfReader

#: As XMP writes them: ISO 14289-1 (pdfuaid:part) and ISO 19005 (pdfaid:part, pdfaid:conformance), in either shape.
_UA = re.compile(r"pdfuaid:part(?:>|=\")(\d)")
_A = re.compile(r"pdfaid:part(?:>|=\")(\d)")
_LEVEL = re.compile(r"pdfaid:conformance(?:>|=\")(\w)")


def facts_of(files: Sequence[Path]) -> dict[str, Any]:
    """Return pages in all, and what is true of every file: whether it is tagged, which standards it claims."""
    pages, tagged, claims = 0, True, None
    for path in files:
        reader = PdfReader(path)
        root: Any = reader.trailer["/Root"]
        pages += len(reader.pages)
        tagged = tagged and "/StructTreeRoot" in root
        own = _claims(root)
        claims = own if claims is None else [claim for claim in claims if claim in own]
    return {"pages": pages, "tagged": tagged, "claims": claims or []}


def _claims(root: Any) -> list[str]:
    if "/Metadata" not in root:
        return []
    text = root["/Metadata"].get_object().get_data().decode("utf-8", "replace")
    claims = [f"PDF/UA-{match[1]}"] if (match := _UA.search(text)) else []
    if match := _A.search(text):
        level = _LEVEL.search(text)
        claims.append(f"PDF/A-{match[1]}{level[1].lower() if level else ''}")
    return claims

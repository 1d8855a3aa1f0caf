"""All ways that are measured, in the order of the table."""

from bench import way_annexe, way_chromium, way_typst, way_weasyprint
from bench.job import Way

#: What all ratios are taken to.
MEASURE = "annexe-1"
WAYS: tuple[Way, ...] = (*way_annexe.WAYS, *way_weasyprint.WAYS, *way_typst.WAYS, *way_chromium.WAYS)


def way(name: str) -> Way:
    """Return the way of a name; raises KeyError."""
    return {way.name: way for way in WAYS}[name]

"""The rule of sizes: whether an attachment is as heavy as what the live post publishes."""

from enum import StrEnum

from pipeline.core.model import PublishedSize


class SizeVerdict(StrEnum):
    """What is to be said of an attachment's size."""

    FITS = "fits"
    OVER = "over"
    UNDER = "under"
    UNPUBLISHED = "not published yet"
    MISSING = "not built"
    UNREAD = "source can't be read"


def size_verdict(
    size: int | None, published: PublishedSize | None, *, over: float, under: float
) -> SizeVerdict:
    """Return the verdict on a size in bytes (None: not built) beside what is published.

    `over` is the largest share of the upper end of the published size that is allowed, `under` the least of
    its lower end.
    """
    if size is None:
        return SizeVerdict.MISSING
    if published is None:
        return SizeVerdict.UNPUBLISHED
    if size > published.largest * over:
        return SizeVerdict.OVER
    if size < published.smallest * under:
        return SizeVerdict.UNDER
    return SizeVerdict.FITS

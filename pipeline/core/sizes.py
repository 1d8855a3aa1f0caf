"""The rule of sizes: whether an attachment is as heavy as what the live post publishes."""

from dataclasses import dataclass
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

    `over` is the largest allowed share of its upper end, `under` the least of its lower end.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRow:
    """One attachment: path, bytes and label (None: not built), published size, ratio, verdict."""

    name: str
    path: str
    size: int | None
    label: str | None
    published: PublishedSize | None
    verdict: SizeVerdict

    @property
    def ratio(self) -> float | None:
        """Return the size as a share of the published size's upper end, or None where one is missing."""
        if self.size is None or self.published is None or not self.published.largest:
            return None
        return self.size / self.published.largest

    @property
    def is_bad(self) -> bool:
        """Say whether somebody has to do something."""
        return self.verdict not in (SizeVerdict.FITS, SizeVerdict.UNPUBLISHED)

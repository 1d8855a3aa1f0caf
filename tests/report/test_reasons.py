"""Every reason for a build has English words, the same in each report."""

import pytest

from pipeline.core.reasons import COMPOSING, MACHINERY, Reason, ReasonKind
from pipeline.report.reasons import reason_text
from tests.reasons import changed, other


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason(kind=ReasonKind.NEW), "not built before"),
        (Reason(kind=ReasonKind.MISSING), "the attachment is missing"),
        (Reason(kind=ReasonKind.BY_HAND), "the attachment was changed by hand"),
        (Reason(kind=ReasonKind.INTERRUPTED), "the run that made the attachment was interrupted"),
        (Reason(kind=ReasonKind.VERIFIED), "verified"),
        (Reason(kind=ReasonKind.SINCE_LAST_NIGHT), "changed since the night before"),
        (Reason(kind=ReasonKind.NEW, is_from_cache=True), "not built before; taken from the cache"),
        (changed("source", "brotli (none → 2.0)"), "changed: source, brotli (none → 2.0)"),
        (changed(COMPOSING, MACHINERY), "changed: the way pages are composed, the way attachments are made"),
        (other("in words of long ago"), "in words of long ago"),
    ],
)
def test_reasons_in_english(reason: Reason, text: str) -> None:
    """A reason says what changed by the names that people know."""
    assert reason_text(reason) == text


def test_every_kind_has_words() -> None:
    """No kind of reason is worded as nothing."""
    assert all(reason_text(Reason(kind=kind, changed=("source",))) for kind in ReasonKind)

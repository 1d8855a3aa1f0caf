"""What is stored of a reason comes back.

What an older Annexe stored in English comes back in the same words.
"""

import pytest

from pipeline.core.reasons import COMPOSING, MACHINERY, Reason, ReasonKind
from pipeline.ledger.columns import REASON
from pipeline.report.reasons import reason_text
from tests.reasons import changed, other


@pytest.mark.parametrize("kind", list(ReasonKind))
@pytest.mark.parametrize("is_from_cache", [False, True])
def test_reasons_come_back(*, kind: ReasonKind, is_from_cache: bool) -> None:
    """Every kind of reason, with names of any text, is read as it was stored."""
    reason = Reason(kind=kind, changed=("base_url (none → a, b; c)", '"x"'), is_from_cache=is_from_cache)
    assert REASON.load(REASON.store(reason)) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("not built before", Reason(kind=ReasonKind.NEW)),
        ("the attachment is missing", Reason(kind=ReasonKind.MISSING)),
        ("the attachment was changed by hand", Reason(kind=ReasonKind.BY_HAND)),
        ("the run that made the attachment was interrupted", Reason(kind=ReasonKind.INTERRUPTED)),
        ("changed: source, fonts", changed("source", "fonts")),
        ("changed: dates (a, b → c)", changed("dates (a", "b → c)")),
        (
            "changed: the way pages are composed, the way attachments are made",
            changed(COMPOSING, MACHINERY),
        ),
        (
            "changed: source; taken from the cache",
            Reason(kind=ReasonKind.CHANGED, changed=("source",), is_from_cache=True),
        ),
        ("rebuilt", other("rebuilt")),
    ],
)
def test_reasons_in_old_words_keep_them(text: str, reason: Reason) -> None:
    """A reason that is stored in English is read as data, and its words are the same as before."""
    assert REASON.load(text) == reason
    assert reason_text(reason) == text


@pytest.mark.parametrize("text", ["{}", "{", '{"kind": "odd", "changed": [], "is_from_cache": false}'])
def test_nonsense_is_no_reason(text: str) -> None:
    """Data that no Annexe stored raises, and is never taken for words."""
    with pytest.raises((ValueError, KeyError)):
        REASON.load(text)

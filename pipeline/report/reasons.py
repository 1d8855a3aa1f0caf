"""Why an attachment was built, in words: the same for reports, messages and the history."""

from pipeline.core.reasons import COMPOSING, MACHINERY, Reason, ReasonKind

_TEXTS = {
    ReasonKind.NEW: "not built before",
    ReasonKind.MISSING: "the attachment is missing",
    ReasonKind.BY_HAND: "the attachment was changed by hand",
    ReasonKind.INTERRUPTED: "the run that made the attachment was interrupted",
    ReasonKind.VERIFIED: "verified",
    ReasonKind.SINCE_LAST_NIGHT: "changed since the night before",
}
_CHANGED = {COMPOSING: "the way pages are composed", MACHINERY: "the way attachments are made"}
FROM_CACHE = "; taken from the cache"


def reason_text(reason: Reason) -> str:
    """Return a reason in English, such as `changed: source, weasyprint (70.0 → 71.0)`."""
    names = ", ".join(_CHANGED.get(name, name) for name in reason.changed)
    changed = f"changed: {names}" if reason.kind is ReasonKind.CHANGED else names
    return _TEXTS.get(reason.kind, changed) + (FROM_CACHE if reason.is_from_cache else "")

"""Reasons for a build, for tests."""

from pipeline.core.reasons import Reason, ReasonKind

NEW = Reason(kind=ReasonKind.NEW)


def changed(*names: str) -> Reason:
    """Return the reason that what is called by these names changed."""
    return Reason(kind=ReasonKind.CHANGED, changed=names)


def other(text: str) -> Reason:
    """Return a reason in the words of an older Annexe."""
    return Reason(kind=ReasonKind.OTHER, changed=(text,))

"""Why an attachment is built, as data: the ledger decides and records it, `report.reasons` words it."""

from dataclasses import dataclass
from enum import StrEnum


class ReasonKind(StrEnum):
    """What led to a build.

    `new`: it was not built before; `missing`: its file is gone; `by_hand`: somebody changed its file;
    `changed`: what it is made from changed; `interrupted`: the run that made it was stopped before that was
    recorded; `verified`: made once more to compare the bytes; `since_last_night`: a night found another file
    and no record of why; `other`: in the words of an older Annexe.
    """

    NEW = "new"
    MISSING = "missing"
    BY_HAND = "by_hand"
    CHANGED = "changed"
    INTERRUPTED = "interrupted"
    VERIFIED = "verified"
    SINCE_LAST_NIGHT = "since_last_night"
    OTHER = "other"


#: What `Reason.changed` says of a page and of an attachment where nothing but Annexe changed.
COMPOSING, MACHINERY = "composing", "machinery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an attachment is built.

    `changed` names what changed, the page's own parts first: an input or what it is made from ("source",
    "styles", COMPOSING, MACHINERY), or a setting or tool with its values ("weasyprint (70.0 → 71.0)"). Of
    `other`, it is the one text. `is_from_cache` says that the attachment came from the cache.
    """

    kind: ReasonKind
    changed: tuple[str, ...] = ()
    is_from_cache: bool = False

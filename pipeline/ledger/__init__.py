"""What was built, from what, when and why: one SQLite file, the decisions made from it, and the history of the runs.

Decisions go by content: a fingerprint of everything that an attachment's bytes depend on, part by part, so that a
rebuild can say what changed. A time stamp decides nothing.
"""

from pipeline.ledger.fingerprints import (
    SETTING,
    SETTING_OF_PAGE,
    TOOL,
    Entry,
    Fingerprints,
    fingerprint,
    reason_to_build,
)
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.opening import open_ledger, read_ledger
from pipeline.ledger.rows import (
    EditionRow,
    Ending,
    KeptRow,
    Place,
    Point,
    Run,
    SiteCheck,
    UnrecordedError,
)

__all__ = [
    "SETTING",
    "SETTING_OF_PAGE",
    "TOOL",
    "EditionRow",
    "Ending",
    "Entry",
    "Fingerprints",
    "KeptRow",
    "Ledger",
    "Place",
    "Point",
    "Run",
    "SiteCheck",
    "UnrecordedError",
    "fingerprint",
    "open_ledger",
    "read_ledger",
    "reason_to_build",
]

"""The ledger decides by content, and survives damage."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.core.errors import MachineError
from pipeline.core.reasons import COMPOSING, Reason, ReasonKind
from pipeline.ledger.fingerprints import Entry, Fingerprints, fingerprint, reason_to_build
from pipeline.ledger.opening import open_ledger
from tests.reasons import NEW, changed

PRINTS = Fingerprints(inputs={"page": "1", "fonts": "1"}, origins={"source": "1", "template": "1"})
ENTRY = Entry(
    slug="a", language="fr", inputs=PRINTS.inputs, origins=PRINTS.origins,
    sha256=hashlib.sha256(b"pdf").hexdigest(), size=3, pages=1,
    built="2026-11-24T03:00:00+00:00", seconds=0.5, reason=NEW,
)  # fmt: skip
ANNOUNCED = replace(ENTRY, announced=hashlib.sha256(b"new").hexdigest())


@pytest.mark.parametrize(
    ("entry", "now", "data", "reason"),
    [
        (ENTRY, PRINTS, b"pdf", None),
        (None, PRINTS, b"pdf", NEW),
        (ENTRY, PRINTS, None, Reason(kind=ReasonKind.MISSING)),
        (ENTRY, PRINTS, b"other", Reason(kind=ReasonKind.BY_HAND)),
        (ENTRY, replace(PRINTS, inputs={"page": "1", "fonts": "2"}), b"pdf", changed("fonts")),
        (ENTRY, replace(PRINTS, inputs={"page": "1"}), b"pdf", changed("fonts")),
        (
            ENTRY,
            Fingerprints(inputs={"page": "2", "fonts": "2"}, origins={"source": "2", "template": "1"}),
            b"pdf",
            changed("source", "fonts"),
        ),
        (
            ENTRY,
            replace(PRINTS, inputs={"page": "2", "fonts": "1"}),
            b"pdf",
            changed(COMPOSING),
        ),
        (ENTRY, replace(PRINTS, origins={"source": "2", "template": "2"}), b"pdf", None),
        (ANNOUNCED, PRINTS, b"pdf", None),
        (ANNOUNCED, PRINTS, b"new", Reason(kind=ReasonKind.INTERRUPTED)),
        (ANNOUNCED, PRINTS, b"other", Reason(kind=ReasonKind.BY_HAND)),
        (ANNOUNCED, replace(PRINTS, inputs={"page": "1", "fonts": "2"}), b"new", changed("fonts")),
    ],
)
def test_reason(entry: Entry | None, now: Fingerprints, data: bytes | None, reason: Reason | None) -> None:
    """An attachment is built exactly when an input of its bytes changed, and the reason names the input."""
    assert reason_to_build(entry, now, data) == reason


def test_entries_come_back(tmp_path: Path) -> None:
    """What was recorded is read back by a later run, the later record in the place of the earlier."""
    with open_ledger(tmp_path) as ledger:
        assert ledger.entry("a", "fr") is None
        ledger.record(ENTRY)
        ledger.record(replace(ENTRY, size=4))
    with open_ledger(tmp_path) as ledger:
        assert ledger.entry("a", "fr") == replace(ENTRY, size=4)
        assert ledger.set_aside is None


def test_what_is_announced_is_known_until_it_is_recorded(tmp_path: Path) -> None:
    """A run that is killed between placing and recording has left word; the record takes its place."""
    with open_ledger(tmp_path) as ledger:
        ledger.announce("a", "fr", "0" * 64)
        assert ledger.entry("a", "fr") is None
        ledger.record(ENTRY)
        ledger.announce("a", "fr", "0" * 64)
    with open_ledger(tmp_path) as ledger:
        assert ledger.entry("a", "fr") == replace(ENTRY, announced="0" * 64)
        ledger.record(replace(ENTRY, sha256="0" * 64))
        assert ledger.entry("a", "fr") == replace(ENTRY, sha256="0" * 64)


@pytest.mark.parametrize(
    "damage", [b"not a database at all, but a text of some length", b"SQLite format 3\0" + b"\xff" * 900]
)
def test_damaged_ledger_is_set_aside(tmp_path: Path, damage: bytes) -> None:
    """A damaged ledger is kept beside the new one and told; work goes on."""
    (tmp_path / "ledger.sqlite").write_bytes(damage)
    with open_ledger(tmp_path) as ledger:
        assert ledger.set_aside == tmp_path / "ledger.sqlite.damaged"
        assert ledger.set_aside.read_bytes() == damage
        ledger.record(ENTRY)
        assert ledger.entry("a", "fr") == ENTRY


def test_ledger_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """A ledger whose place is taken by a folder is an error that names it."""
    (tmp_path / "ledger.sqlite").mkdir()
    with (
        pytest.raises(MachineError, match=r"ledger\.sqlite: the ledger can't be opened"),
        open_ledger(tmp_path),
    ):
        pytest.fail("a folder was opened as a ledger")


def test_fingerprint_keeps_contents_apart() -> None:
    """Two contents are never taken for two others that read the same when joined."""
    assert fingerprint("ab", "c") != fingerprint("a", "bc")

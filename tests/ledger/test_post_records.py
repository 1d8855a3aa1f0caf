"""What was found good is kept by place, of one state of what posts share, and goes with any doubt."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.ledger import opening
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.opening import open_ledger
from pipeline.ledger.rows import BuildPlace, PostRecord
from tests.ledger.nights import night, row
from tests.ledger.test_attachments import ENTRY

PLACE = BuildPlace(
    name="here", shared_stats="1", shared="2", is_racy=False, watched=("/a", "/b"), tools=(("pango", "1.50"),)
)
KEPT = PostRecord(
    slug="a",
    is_racy=False,
    languages=("en", "fr"),
    notes=b"[]",
    orphans=("a-de.pdf",),
    stats=b"\0\1",
    told=b"{}",
)


def keep(ledger: Ledger, place: BuildPlace = PLACE, *rows: PostRecord) -> None:
    """Keep rows in a run of their own."""
    number = night(ledger, 0)
    ledger.record_posts(number, place, [(one, b"sums") for one in rows or (KEPT,)])


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    """A place and its rows come back as they were written, whole or by name.

    Another place has none of them.
    """
    with open_ledger(tmp_path) as ledger:
        keep(ledger, PLACE, KEPT, replace(KEPT, slug="b"))
    with open_ledger(tmp_path) as ledger:
        assert ledger.place("here") == PLACE
        assert ledger.post_records("here") == [KEPT, replace(KEPT, slug="b")]
        assert ledger.post_records("here", ("b", "c")) == [replace(KEPT, slug="b")]
        assert ledger.post_sums("here", "a") == b"sums"
        assert (ledger.place("there"), ledger.post_records("there"), ledger.post_sums("there", "a")) == (
            None,
            [],
            b"",
        )


def test_another_state_of_what_posts_share_keeps_nothing_of_before(tmp_path: Path) -> None:
    """When house words, styles or code have changed, all rows go; when only their stats have, they stay."""
    with open_ledger(tmp_path) as ledger:
        keep(ledger, PLACE, KEPT)
        keep(ledger, replace(PLACE, shared_stats="other"), replace(KEPT, slug="b"))
        assert [one.slug for one in ledger.post_records("here")] == ["a", "b"]
        keep(ledger, replace(PLACE, shared="other"), replace(KEPT, slug="c"))
        assert [one.slug for one in ledger.post_records("here")] == ["c"]


@pytest.mark.parametrize("event", ["built", "failed", "gone"])
def test_news_of_a_post_end_what_was_kept_of_it(tmp_path: Path, event: str) -> None:
    """A new attachment, a failure or a post that is gone take its row away, and no other."""
    with open_ledger(tmp_path) as ledger:
        keep(ledger, PLACE, KEPT, replace(KEPT, slug="b"))
        if event == "built":
            ledger.record(ENTRY)
        elif event == "failed":
            night(ledger, 1, row("failed"))
        else:
            ledger.record_posts(1, PLACE, [], ("a",))
        assert [one.slug for one in ledger.post_records("here")] == ["b"]


def test_a_row_that_was_damaged_is_none(tmp_path: Path) -> None:
    """SQLite keeps no check sums; each row has one."""
    with open_ledger(tmp_path) as ledger:
        keep(ledger, PLACE, KEPT, replace(KEPT, slug="b"))
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection, connection:
        connection.execute("update kept set languages = 'en' where slug = 'a'")
    with open_ledger(tmp_path) as ledger:
        assert [one.slug for one in ledger.post_records("here")] == ["b"]


def test_places_that_nobody_builds_from_are_forgotten(tmp_path: Path) -> None:
    """Of many places, the last four that were written from stay."""
    with open_ledger(tmp_path) as ledger:
        for number in range(6):
            keep(ledger, replace(PLACE, name=f"place {number}"))
        there = [number for number in range(6) if ledger.place(f"place {number}") is not None]
        assert there == [2, 3, 4, 5]
        assert not ledger.post_records("place 0")


def test_a_ledger_is_looked_through_unless_it_is_as_it_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger that nobody touched since it was closed isn't looked through.

    A touched one or a young one is.
    """
    looked: list[int] = []
    monkeypatch.setattr(opening, "_look_through", lambda _: looked.append(1))
    with open_ledger(tmp_path) as ledger:
        ledger.record(ENTRY)
    with open_ledger(tmp_path):
        assert len(looked) == 2, "it was closed a moment ago"
    monkeypatch.setattr(opening, "_WHILE", -1_000_000_000)
    with open_ledger(tmp_path):
        assert len(looked) == 2
    os.utime(tmp_path / "ledger.sqlite")
    with open_ledger(tmp_path):
        assert len(looked) == 3

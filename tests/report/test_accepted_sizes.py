"""`annexe sizes --accept`: what changed as a table, what was left as lines on standard error."""

import io
import json
from dataclasses import replace

from pipeline.core.results import Acceptance, AcceptanceOutcome
from pipeline.report.accepted_sizes import accepted_json, print_accepted
from tests.report.test_console import Terminal

UPDATED = Acceptance(
    name="a-post-en",
    source="sources/a-post/en.md",
    size=35_315,
    before=None,
    after="34.49 KB",
    outcome=AcceptanceOutcome.UPDATED,
)
LEFT = Acceptance(
    name="b\x1bpost-fr",
    source=None,
    size=None,
    before="1 KB",
    after="1 KB",
    outcome=AcceptanceOutcome.LEFT,
    note="it is\x1b gone",
)
STAYS = replace(UPDATED, name="c-post-en", before="34.49 KB", outcome=AcceptanceOutcome.UNCHANGED)


def test_what_changed_and_what_was_left_stand_in_the_table() -> None:
    """Rows that stay are no news; what was left has its reason on standard error, safe to show."""
    out, err = io.StringIO(), io.StringIO()
    print_accepted((UPDATED, LEFT, STAYS), out=out, err=err, quiet=False)
    assert out.getvalue().splitlines() == [
        "attachment     bytes  published before       now  outcome",
        "a-post-en     35,315                 -  34.49 KB  updated",
        "b\\x1bpost-fr       -              1 KB      1 KB  left as it is",
    ]
    assert err.getvalue() == "b\\x1bpost-fr: it is\\x1b gone\n"


def test_a_table_on_a_terminal() -> None:
    """On a terminal the same cells stand in a table."""
    out = Terminal()
    print_accepted((UPDATED,), out=out, err=io.StringIO(), quiet=False)
    assert "34.49 KB" in out.getvalue()


def test_quiet_says_only_what_was_left() -> None:
    """Quiet, standard output stays empty."""
    out, err = io.StringIO(), io.StringIO()
    print_accepted((UPDATED, LEFT), out=out, err=err, quiet=True)
    assert out.getvalue() == ""
    assert err.getvalue() != ""


def test_json_tells_every_row() -> None:
    """As JSON those that stay are told too."""
    first, second, third = json.loads(accepted_json((UPDATED, LEFT, STAYS)))
    assert (first["before"], first["after"], first["outcome"]) == (None, "34.49 KB", "updated")
    assert (second["outcome"], second["note"]) == ("left as it is", "it is\x1b gone")
    assert third["outcome"] == "stays"

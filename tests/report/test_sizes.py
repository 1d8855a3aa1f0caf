"""`annexe sizes`: a table for people, lines for scripts; its reasons, and what `--accept` changed."""

import io
import json
from dataclasses import replace

from pipeline.core.results import Acceptance, AcceptanceOutcome
from pipeline.core.sizes import SizeRow, SizeVerdict
from pipeline.pdf.model import Cause, Part
from pipeline.pdf.size_advice import Reasons, Way
from pipeline.report.sizes import accepted_json, print_accepted, print_reasons, print_sizes, sizes_json
from tests.report.results import PUBLISHED
from tests.report.test_console import Terminal

ROWS = (
    SizeRow(
        name="a-post-en",
        path="a-post-en.pdf",
        size=35_315,
        label="34.49 KB",
        published=PUBLISHED,
        verdict=SizeVerdict.FITS,
    ),
    SizeRow(
        name="b\x1bpost-fr",
        path="b-post-fr.pdf",
        size=None,
        label=None,
        published=None,
        verdict=SizeVerdict.MISSING,
    ),
)
PARTS = (
    Part(cause=Cause.FONTS, name="Annexe-Serif", size=1_500),
    Part(cause=Cause.REST, name="overhead", size=500),
)
FACE = Way(action="set the one character of Annexe-Mono", saves=823, is_enough=True)
NAME = ROWS[0].name
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


def test_plain_columns_for_scripts() -> None:
    """Into a file go aligned columns under their names, without colour."""
    out = io.StringIO()
    print_sizes(ROWS, out=out)
    head, first, second = out.getvalue().splitlines()
    assert head.split() == ["attachment", "bytes", "label", "published", "ratio", "verdict"]
    assert first.split() == ["a-post-en", "35,315", "34.49", "KB", "192.08", "KB", "18.0%", "fits"]
    assert second.split() == ["b\\x1bpost-fr", "-", "-", "-", "-", "not", "built"]
    assert head.index("verdict") == first.index("fits")


def test_a_table_on_a_terminal() -> None:
    """On a terminal the same cells stand in a table."""
    out = Terminal()
    print_sizes(ROWS, out=out)
    assert "a-post-en" in out.getvalue()
    assert "192.08 KB" in out.getvalue()
    assert "\x1b[2J" not in out.getvalue()


def test_json_for_scripts() -> None:
    """As JSON each row says the same, with numbers as numbers."""
    first, second = json.loads(sizes_json(ROWS))
    assert first == {
        "attachment": "a-post-en",
        "bytes": 35_315,
        "label": "34.49 KB",
        "published": "192.08 KB",
        "ratio": 0.1795,
        "verdict": "fits",
    }
    assert second["bytes"] is None


def said(reasons: Reasons) -> list[str]:
    """Return the lines that are printed."""
    out = io.StringIO()
    print_reasons(ROWS, {NAME: reasons}, out=out)
    return out.getvalue().splitlines()


def test_parts_stand_in_columns_with_their_sum() -> None:
    """Each part has a line with its share, and the last line is the whole.

    An attachment without reasons has none.
    """
    assert said(Reasons(parts=PARTS, most=2_500, ways=())) == [
        "",
        "a-post-en",
        "  fonts   Annexe-Serif  1,500   75.0%",
        "  rest    overhead        500   25.0%",
        "  in all                2,000  100.0%",
        "  500 bytes below the most that its published size stands for",
    ]


def test_without_a_published_size_there_is_no_verdict() -> None:
    """Where nothing is published yet, the parts are all that is said."""
    assert said(Reasons(parts=PARTS, most=None, ways=()))[-1] == "  in all                2,000  100.0%"


def test_ways_are_listed_with_what_they_save() -> None:
    """Each way says what it saves, and whether that is enough."""
    other = Way(action="set image_resolution = 150", saves=100, is_enough=False)
    assert said(Reasons(parts=PARTS, most=1_500, ways=(FACE, other)))[-3:] == [
        "  500 bytes above the most that its published size stands for; what would save some:",
        "    - set the one character of Annexe-Mono: 823 bytes at most, enough",
        "    - set image_resolution = 150: 100 bytes at most",
    ]


def test_the_sum_is_given_where_no_way_is_enough_alone() -> None:
    """Where it takes several ways, or all are too few, that is said, with what else there is to do."""
    face = replace(FACE, is_enough=False)
    assert said(Reasons(parts=PARTS, most=500, ways=(face, face)))[-1] == (
        "    all of these together save 1,646 bytes at most, enough"
    )
    assert said(Reasons(parts=PARTS, most=500, ways=(face,)))[-1] == (
        "    all of these together save 823 bytes at most, 677 too few: shorten the text, or publish the "
        "attachment with its own label"
    )


def test_json_holds_the_reasons() -> None:
    """As JSON, a row carries parts, the most bytes it may have, and ways.

    A row without reasons carries no `why`.
    """
    first, second = json.loads(sizes_json(ROWS, {NAME: Reasons(parts=PARTS, most=1_500, ways=(FACE,))}))
    assert first["why"] == {
        "parts": [
            {"cause": "fonts", "name": "Annexe-Serif", "bytes": 1_500},
            {"cause": "rest", "name": "overhead", "bytes": 500},
        ],
        "most": 1_500,
        "ways": [{"action": "set the one character of Annexe-Mono", "saves": 823, "is_enough": True}],
    }
    assert "why" not in second


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


def test_what_was_accepted_on_a_terminal() -> None:
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


def test_json_has_every_accepted_row() -> None:
    """As JSON, those that stay are there too."""
    first, second, third = json.loads(accepted_json((UPDATED, LEFT, STAYS)))
    assert (first["before"], first["after"], first["outcome"]) == (None, "34.49 KB", "updated")
    assert (second["outcome"], second["note"]) == ("left as it is", "it is\x1b gone")
    assert third["outcome"] == "stays"

"""`annexe sizes --why`: each attachment's bytes by cause, and the ways under its published size."""

import io
import json
from dataclasses import replace

from pipeline.pdf.byte_shares import Cause, Part
from pipeline.pdf.size_advice import Reasons, Way
from pipeline.report.size_reasons import print_reasons
from pipeline.report.sizes import sizes_json
from tests.report.test_sizes import ROWS

PARTS = (
    Part(cause=Cause.FONTS, name="Annexe-Serif", size=1_500),
    Part(cause=Cause.REST, name="overhead", size=500),
)
FACE = Way(action="set the one character of Annexe-Mono", saves=823, is_enough=True)
NAME = ROWS[0].name


def said(reasons: Reasons) -> list[str]:
    """Return the lines that are printed."""
    out = io.StringIO()
    print_reasons(ROWS, {NAME: reasons}, out=out)
    return out.getvalue().splitlines()


def test_parts_stand_in_columns_with_their_sum() -> None:
    """Each part has a line with its share, and the last line is the whole; an attachment without reasons has none."""
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


def test_the_sum_is_told_where_no_way_is_enough_alone() -> None:
    """Where it takes several ways, or all are too few, that is said, with what else there is to do."""
    face = replace(FACE, is_enough=False)
    assert said(Reasons(parts=PARTS, most=500, ways=(face, face)))[-1] == (
        "    all of these together save 1,646 bytes at most, enough"
    )
    assert said(Reasons(parts=PARTS, most=500, ways=(face,)))[-1] == (
        "    all of these together save 823 bytes at most, 677 too few: shorten the text, or publish the attachment "
        "with its own label"
    )


def test_json_holds_the_same() -> None:
    """As JSON, a row carries parts, the most bytes it may have, and ways; a row without reasons carries no `why`."""
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

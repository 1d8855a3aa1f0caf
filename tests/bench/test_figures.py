"""The arithmetic, the tables, the picture and the record of what was measured."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from bench import results
from bench.__main__ import earlier
from bench.arithmetic import evenly, median, paired_ratio, spread
from bench.picture import picture
from bench.report import MissingMarkerError, put, rewrite
from bench.results import record, surroundings
from bench.start import imports
from bench.tables import (
    figure,
    imports_table,
    levers_table,
    long_table,
    rows,
    runs_table,
    stages_table,
    start_table,
    unchanged_table,
    ways_table,
)

SCHEMA = json.loads((Path(results.__file__).with_name("results.schema.json")).read_text(encoding="utf-8"))
FACTS = {"pages": 2.5, "tagged": True, "claims": ["PDF/UA-1"]}


def a_way(*seconds: float, documents: int = 10, **changes: Any) -> dict[str, Any]:
    """Return a way that took so many seconds in its rounds."""
    taken = [
        {"seconds": value, "cpu": value / 2, "documents": documents, "bytes": documents * 40_000}
        for value in seconds
    ]
    fields = {
        "title": "A way", "lacks": "no checks", "sampled": False, "missing": None, "rounds": taken, "memory": 100.0,
        "facts": FACTS,
    }  # fmt: skip
    return {**fields, **changes}


def a_section(**ways: dict[str, Any]) -> dict[str, Any]:
    """Return a section of ways, Annexe's own among them: 5, 4 and 8 seconds for ten documents."""
    return {
        "posts": 5, "timed_rounds": 3, "sample": 2, "seed": 1, "load_before": 0.1,
        "ways": {"annexe-1": a_way(5.0, 4.0, 8.0, lacks=""), **ways},
    }  # fmt: skip


LEVERS = {
    "rounds": 1, "posts": 5, "load_before": 0.1,
    "levers": {
        "a change": {
            "taken": "2026-01-02T03:04+00:00", "before": [{"cpu": 2.0, "seconds": 3.0}],
            "after": [{"cpu": 1.0, "seconds": 2.0}],
        }
    },
}  # fmt: skip
LONG = {
    "rounds": 3, "load_before": 0.1,
    "documents": [
        {"words": 500, "pages": 2, "seconds": [0.3, 0.2, 0.4], "whole": [1.0, 1.2, 1.1], "memory": [90, 91, 92],
         "memory_before": 85},
        {"words": 5000, "pages": 20, "seconds": [2.0, 1.8, 2.2], "whole": [3.0, 3.2, 3.1], "memory": [105, 105, 106],
         "memory_before": 85},
        {"words": 25000, "pages": 90, "seconds": [9.9, 9.9, 9.9], "whole": [12.0, 11.0, 13.0],
         "memory": [265, 265, 265], "memory_before": 85},
    ],
}  # fmt: skip
UNCHANGED = {
    "rounds": 3, "load_before": 0.1,
    "projects": [
        {"posts": 10_000, "commands": [
            {"command": "`annexe build`, nothing to do",
             "rounds": [{"seconds": wall, "cpu": 0.7, "memory": 110} for wall in (0.4, 0.5, 0.6)]},
        ]},
    ],
}  # fmt: skip
STAGES = {
    "rounds": 3, "load_before": 0.1,
    "editions": [
        {"name": "post-en", "stages": [
            {"stage": "compose", "milliseconds": [9.0, 8.0, 10.0]},
            {"stage": "– words", "milliseconds": [0.5, 0.4, 0.6]},
            {"stage": "– links", "milliseconds": [0.05, 0.05, 0.05]},
            {"stage": "– notes", "milliseconds": [0.06, 0.06, 0.06]},
        ]},
    ],
}  # fmt: skip
START = {
    "rounds": 2, "load_before": 0.1, "commands": [{"command": "`annexe --help`", "seconds": [0.1, 0.2, 0.12]}],
    "imports": [{"module": "click", "own": 500, "cumulative": 12_300}],
}  # fmt: skip


def test_a_median_is_the_middle() -> None:
    """One slow round changes nothing; nothing measured is refused."""
    assert median([3.0, 1.0, 90.0]) == 3.0
    assert median([1.0, 2.0]) == 1.5
    with pytest.raises(ValueError, match="nothing was measured"):
        median([])


def test_a_spread_is_the_widest_from_the_median() -> None:
    """Rounds of 8, 10 and 11 seconds are 20 % apart."""
    assert spread([8.0, 10.0, 11.0]) == pytest.approx(0.2)


def test_ratios_are_taken_round_by_round() -> None:
    """A round that the machine slowed down slows both down, and changes no ratio."""
    assert paired_ratio([10.0, 40.0, 10.0], [5.0, 20.0, 5.0]) == 2.0
    with pytest.raises(ValueError, match="shorter"):
        paired_ratio([1.0, 2.0], [1.0])


def test_a_sample_is_spread_evenly_and_moves_on() -> None:
    """A sample has places from all parts, each once, others in another turn; a small whole is its own sample."""
    assert evenly(3, 8, 1) == [0, 1, 2]
    for turn in range(12):
        places = evenly(10, 4, turn)
        assert len(set(places)) == 4
        assert max(b - a for a, b in pairwise(places)) <= 3
    assert evenly(10, 4, 0) != evenly(10, 4, 1)


def test_rows_compare_a_document_with_a_document() -> None:
    """A way that takes some of the documents is compared by the document: 0.25 s here, 0.5 s at Annexe's."""
    section = a_section(fast=a_way(0.5, 0.4, 0.8, documents=2))
    annexe, fast = rows(section)
    assert (annexe["speed"], annexe["ratio"]) == (pytest.approx(2.0), 1.0)
    assert (fast["speed"], fast["ratio"]) == (pytest.approx(4.0), pytest.approx(2.0))
    assert (fast["cpu"], fast["bytes"]) == (pytest.approx(0.125), 40_000)


def test_the_table_says_what_is_missing_and_what_is_less() -> None:
    """A way that could not be measured has its line and the reason; one that does less says so; a sample is told."""
    section = a_section(
        gone=a_way(title="Gone", missing="gone is not installed"), slow=a_way(1.0, 1.0, 1.0, sampled=True)
    )
    table = ways_table(section)
    (gone,) = [line for line in table.splitlines() if line.startswith("| Gone")]
    assert gone.endswith("| not measured: gone is not installed |")
    assert "| no checks; 2 documents a round |" in table
    assert len({line.count("|") for line in table.splitlines()}) == 1


def test_a_way_that_broke_on_the_way_keeps_its_rounds_but_no_ratio() -> None:
    """Ratios need all rounds; the line says why there is none."""
    section = a_section(broke=a_way(1.0, 1.0, missing="broken: it ended early"))
    line = ways_table(section).splitlines()[-1]
    assert "| – |" in line
    assert "broken: it ended early; no checks" in line


def test_runs_of_the_same_are_told_beside_each_other() -> None:
    """The last two runs before this one stand in the table, if they measured as much of the same on the same machine."""
    first = {**a_section(fast=a_way(2.5, 2.0, 4.0)), **surroundings(), "taken": "2026-01-01T00:00+00:00"}
    assert earlier(None, first) == []
    assert earlier(first, {**first, "posts": 6}) == []
    assert earlier({**first, "versions": {"annexe": "0"}}, first) == []
    second = {**first, "taken": "2026-01-02T00:00+00:00", "earlier": earlier(first, first)}
    third = {
        **a_section(), **surroundings(), "taken": "2026-01-03T00:00+00:00", "earlier": earlier(second, first),
    }  # fmt: skip
    jsonschema.validate({"ways": third}, SCHEMA)
    head, _, annexe = runs_table({**third, "ways": first["ways"]}).splitlines()[:3]
    assert head == "| way | run of 2026-01-01 00:00 | run of 2026-01-02 00:00 | run of 2026-01-03 00:00 |"
    assert annexe == "| A way | 2.00 (1.00×) | 2.00 (1.00×) | 2.00 (1.00×) |"
    assert runs_table(first) == ""
    fourth = {**third, "earlier": earlier(third, third)}
    assert [run["taken"][:10] for run in fourth["earlier"]] == ["2026-01-02", "2026-01-03"]
    assert runs_table({**fourth, "ways": first["ways"]}).splitlines()[-1].split(" | ")[2] == "not measured"


def test_figures_have_three_digits() -> None:
    """A way that makes a hundred documents a second is told in plain digits, as is one that makes one in five seconds."""
    assert [figure(value) for value in (0.2, 8.68, 22.14, 183.2, 2500.0)] == [
        "0.20",
        "8.68",
        "22.1",
        "183",
        "2500",
    ]


def test_long_documents_are_compared_by_the_page() -> None:
    """90 pages at 110 ms are 1.10 of 20 pages at 100 ms; memory counts what a page adds."""
    lines = long_table(LONG).splitlines()
    assert lines[-1] == "| 90 | 12.00 | 9.90 | 110 | 1.10× | 265 | 2.00 | 2.00× |"
    assert lines[-2] == "| 20 | 3.10 | 2.00 | 100 | 1.00× | 105 | 1.00 | 1.00× |"


def test_runs_without_work_are_told_by_the_number_of_posts() -> None:
    """A command among ten thousand posts has its median, and the most memory that it ever took."""
    line = "| 10,000 | `annexe build`, nothing to do | 0.500 | 20% | 0.70 | 110 |"
    assert unchanged_table(UNCHANGED).splitlines()[-1] == line


def test_stages_have_their_medians_and_short_checks_share_a_line() -> None:
    """A stage has its median; checks too short to tell apart are told together."""
    lines = stages_table(STAGES).splitlines()
    assert lines[-3:] == [
        "| compose | 9.0 |",
        "| – words | 0.5 |",
        "| – each other check less than 0.1 ms, together | 0.1 |",
    ]


def test_short_commands_and_imports_have_their_tables() -> None:
    """A command has its median, an import its milliseconds; Python's own lines are read, the longest first."""
    assert "| `annexe --help` | 0.120 | 67% |" in start_table(START)
    assert "| `click` | 12.3 | 0.5 |" in imports_table(START)
    told = (
        "import time: self [us] | cumulative | imported package\nimport time:       10 |         20 |   a.b\n"
    )
    more = "import time:        1 |        300 | c\nsomething else\n"
    assert [entry["module"] for entry in imports(told + more)] == ["c", "a.b"]


def test_the_picture_has_a_bar_for_each_way_that_makes_every_document() -> None:
    """Bars are as long as ways are fast; one that was not measured has a word; what only answers has none."""
    section = a_section(
        **{"fast": a_way(2.5, 2.0, 4.0), "annexe-edit": a_way(1.0), "gone": a_way(missing="x")}
    )
    root = ET.fromstring(picture(section))  # noqa: S314 - made two lines above
    bars = root.findall("{http://www.w3.org/2000/svg}rect")
    assert [bar.get("class") for bar in bars] == ["peer", "annexe"]
    assert float(bars[0].get("width", "0")) == pytest.approx(2 * float(bars[1].get("width", "0")))
    assert "not measured" in "".join(root.itertext())


def test_what_is_recorded_keeps_to_its_schema(tmp_path: Path) -> None:
    """Each section is written with machine, versions and time; a section written anew leaves the others alone."""
    file = tmp_path / "results.json"
    for section, measured in (
        ("ways", a_section(gone=a_way(missing="x"))),
        ("long", LONG),
        ("start", START),
        ("levers", LEVERS),
        ("unchanged", UNCHANGED),
        ("stages", STAGES),
    ):
        record(section, measured, file)
    recorded = results.read(file)
    jsonschema.validate(recorded, SCHEMA)
    record("start", {**START, "rounds": 7}, file)
    again = results.read(file)
    assert again["start"]["rounds"] == 7
    assert again["ways"] == recorded["ways"]


def test_the_schema_refuses_what_is_no_measurement() -> None:
    """A round without documents is refused."""
    section = {**a_section(), **surroundings(), "taken": "2026-01-01T00:00+00:00"}
    section["ways"]["annexe-1"]["rounds"][0]["documents"] = 0
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"ways": section}, SCHEMA)


def test_the_repository_s_record_and_document_agree(tmp_path: Path) -> None:
    """docs/performance.md and its picture are what bench/results.json gives; whoever measures commits all of them."""
    from bench.report import PAGE, PICTURE

    jsonschema.validate(results.read(), SCHEMA)
    page, image = tmp_path / "page.md", tmp_path / "image.svg"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    rewrite(page, image)
    assert page.read_text(encoding="utf-8") == PAGE.read_text(encoding="utf-8")
    assert image.exists() == PICTURE.exists()
    if image.exists():
        assert image.read_text(encoding="utf-8") == PICTURE.read_text(encoding="utf-8")


def test_content_goes_between_its_markers() -> None:
    """What stands around the markers stays; a page without them is refused."""
    text = "before\n<!-- ways -->\nold\n<!-- /ways -->\nafter\n"
    assert put(text, "ways", "new\n") == "before\n<!-- ways -->\nnew\n<!-- /ways -->\nafter\n"
    with pytest.raises(MissingMarkerError, match="no lines <!-- long -->"):
        put(text, "long", "new\n")


def test_a_change_is_told_in_percent_of_before() -> None:
    """The median of the rounds' own ratios, and the smallest and largest of them."""
    before = [{"cpu": 10.0, "seconds": 10.0}, {"cpu": 20.0, "seconds": 10.0}, {"cpu": 10.0, "seconds": 10.0}]
    after = [{"cpu": 9.0, "seconds": 10.0}, {"cpu": 16.0, "seconds": 5.0}, {"cpu": 5.0, "seconds": 20.0}]
    lever = {"taken": "2026-01-02T03:04+00:00", "before": before, "after": after}
    line = levers_table({"levers": {"faster glyphs": lever}}).splitlines()[-1]
    assert line == (
        "| faster glyphs | -20.0% (-50.0% to -10.0%) | +0.0% (-50.0% to +100.0%) | 3 | 2026-01-02 |"
    )

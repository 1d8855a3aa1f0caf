"""Write what results.json records into docs/performance.md, between its markers, and into docs/performance.svg.

python -m bench.report
"""

import re
from pathlib import Path
from typing import Any

from bench.picture import picture
from bench.results import read
from bench.tables import (
    imports_table,
    levers_table,
    long_table,
    runs_table,
    stages_table,
    start_table,
    unchanged_table,
    ways_table,
)

_DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE, PICTURE = _DOCS / "performance.md", _DOCS / "performance.svg"


class MissingMarkerError(Exception):
    """A document lacks the pair of lines between which a table belongs."""


def rewrite(page: Path = PAGE, image: Path = PICTURE) -> None:
    """Write the tables and the picture; raises MissingMarkerError where the page has no place for them."""
    recorded = read()
    text = page.read_text(encoding="utf-8")
    for section, made in _SECTIONS.items():
        if section in recorded:
            text = put(text, section, f"{made(recorded[section])}\n{_told(recorded[section])}\n")
    page.write_text(text, encoding="utf-8")
    if "ways" in recorded:
        image.write_text(picture(recorded["ways"]), encoding="utf-8")


def put(text: str, section: str, content: str) -> str:
    """Return a text with other content between `<!-- section -->` and `<!-- /section -->`."""
    place = re.compile(f"(<!-- {section} -->\n).*?(<!-- /{section} -->)", re.DOTALL)
    if not place.search(text):
        raise MissingMarkerError(
            f"docs/performance.md has no lines <!-- {section} --> and <!-- /{section} -->; add them"
        )
    return place.sub(lambda found: f"{found[1]}{content}{found[2]}", text)


def table(section: dict[str, Any]) -> str:
    """Return the table of all ways."""
    return ways_table(section)


def _ways(section: dict[str, Any]) -> str:
    runs = runs_table(section)
    return f"{ways_table(section)}\n{runs}" if runs else ways_table(section)


def _start(section: dict[str, Any]) -> str:
    return f"{start_table(section)}\n{imports_table(section)}"


def _told(section: dict[str, Any]) -> str:
    """Return a sentence about where and when, and with which versions."""
    machine = section["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in section["versions"].items() if number)
    amount = (
        f" {section['posts']} posts of two editions; medians of {section['timed_rounds']} rounds."
        if "timed_rounds" in section
        else f" Medians of {section['rounds']} rounds."
    )
    return (
        f"Taken {section['taken']} on {machine['cores']} cores ({machine['processor']}), {machine['memory']} GiB, "
        f"{machine['system']}, load {section['load_before']} before the run.{amount} Versions: {versions}.\n"
    )


_SECTIONS = {
    "ways": _ways,
    "long": long_table,
    "unchanged": unchanged_table,
    "start": _start,
    "levers": levers_table,
    "stages": stages_table,
}


if __name__ == "__main__":
    rewrite()

"""The picture of the table: a bar a way, its length the documents a second. SVG, written by hand; light and dark."""

from html import escape
from typing import Any

from bench.tables import figure, rows

_WIDTH, _NAMES, _FIGURES, _LINE, _BAR = 830, 400, 80, 26, 14
_STYLE = """<style>
text { font: 13px "Source Sans 3", "Helvetica Neue", Arial, sans-serif; fill: #14202b; }
.peer { fill: #9fb2c2; } .annexe { fill: #0b529c; } .none { fill: #6b7a87; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .peer { fill: #55687a; } .annexe { fill: #6aaef2; } }
</style>"""


def picture(section: dict[str, Any]) -> str:
    """Return an SVG of all ways that make every document; what only answers for kept ones has no bar here."""
    shown = [row for row in rows(section) if row["name"] not in {"annexe-unchanged", "annexe-edit"}]
    shown.sort(key=lambda row: row["speed"] or 0.0, reverse=True)
    longest = max((row["speed"] or 0.0 for row in shown), default=0.0) or 1.0
    height = _LINE * len(shown) + 8
    title = "Documents a second, from Markdown files to PDF files"
    lines = [_bar(row, place, longest) for place, row in enumerate(shown)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
        f' role="img"><title>{title}</title>\n{_STYLE}\n' + "\n".join(lines) + "\n</svg>\n"
    )


def _bar(row: dict[str, Any], place: int, longest: float) -> str:
    """Return a name, a bar and a figure; a way that was not measured has a word in the figure's place."""
    top = place * _LINE + 4
    base = top + _BAR
    name = f'<text x="{_NAMES - 10}" y="{base - 2}" text-anchor="end">{escape(row["way"]["title"].replace("`", ""))}</text>'
    if row["speed"] is None:
        return f'{name}<text class="none" x="{_NAMES}" y="{base - 2}">not measured</text>'
    length = max(1.0, row["speed"] / longest * (_WIDTH - _NAMES - _FIGURES))
    kind = "annexe" if row["name"].startswith("annexe") else "peer"
    bar = f'<rect class="{kind}" x="{_NAMES}" y="{top + 1}" width="{length:.1f}" height="{_BAR}"/>'
    return f'{name}{bar}<text x="{_NAMES + length + 8:.1f}" y="{base - 2}">{figure(row["speed"])}</text>'

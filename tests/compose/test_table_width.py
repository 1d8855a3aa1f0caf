"""Tables that need more room than the text's column are known by their words."""

import pytest

from pipeline.compose.markdown_body import parse
from pipeline.compose.table_width import room_of


def room(*rows: str) -> str:
    """Return the class of a table of these rows; cells are parted by a bar."""
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row.split('|'))}</tr>" for row in rows)
    return room_of(parse(f"<table>{cells}</table>")[0])


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("a|b", ""),
        ("a long cell of many short words " * 9 + "|b", ""),
        ("|".join(["Recommendation"] * 4), ""),
        ("|".join(["Recommendation"] * 6), "wide"),
        ("|".join(["Recommendation"] * 8), "crowded"),
        ("x" * 90, "wide"),
        ("x" * 200, "crowded"),
        (f"a<span class='note'>{'x' * 200}</span> b", ""),
        ("", ""),
    ],
)
def test_the_longest_words_decide(row: str, expected: str) -> None:
    """What counts is the sum of each column's longest word; words of notes don't count."""
    assert room("a|a", row) == expected


def test_each_column_counts_its_own_longest_word() -> None:
    """Long words in one column of different rows count once."""
    assert room("x" * 60 + "|a", "y" * 60 + "|b") == ""
    assert room("x" * 60 + "|a", "a|" + "y" * 60) == "crowded"


def test_cells_that_span_columns_do_not_count() -> None:
    """A title over all columns is as wide as the table, not as one column."""
    table = parse(f"<table><tr><td colspan='2'>{'x' * 90}</td></tr><tr><td>a</td><td>b</td></tr></table>")[0]
    assert room_of(table) == ""

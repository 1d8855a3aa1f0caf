"""The numbers before the items of a list are those that HTML gives them."""

import pytest

from pipeline.checks.list_numbers import list_labels
from pipeline.compose.markdown_body import parse


@pytest.mark.parametrize(
    ("html", "labels"),
    [
        ("<ol><li><li></ol>", ["1", "2"]),
        ('<ol start="9"><li><li></ol>', ["9", "10"]),
        ('<ol reversed=""><li><li><li></ol>', ["3", "2", "1"]),
        ('<ol start="26" class="lower-alpha"><li><li></ol>', ["z", "aa"]),
        ('<ol class="upper-roman"><li><li value="1994"><li></ol>', ["i", "mcmxciv", "mcmxcv"]),
        ('<ol start="0" class="lower-alpha"><li></ol>', ["0"]),
    ],
)
def test_the_numbers_of_a_list(html: str, labels: list[str]) -> None:
    """Numbers follow start, value, type and reversed, as HTML says."""
    assert list_labels(parse(html)[0]) == labels

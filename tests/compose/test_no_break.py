"""Words that a browser must not part."""

import pytest

from pipeline.compose.no_break import hold_together


def held(word: str) -> str:
    """Return a word as it stands when it is held."""
    return f'<span class="together">{word}</span>'


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("On COVID-19 and more", f"On {held('COVID-19')} and more"),
        (
            "<p>COVID-19, A-2, <b>x</b> COVID-19</p>",
            f"<p>{held('COVID-19')}, {held('A-2')}, <b>x</b> {held('COVID-19')}</p>",
        ),
        ("<p>a <em>COVID-19</em> b</p>", f"<p>a <em>{held('COVID-19')}</em> b</p>"),
        ("(COVID-19)<br>COVID-19", f"({held('COVID-19')})<br>{held('COVID-19')}"),
    ],
)
def test_words_with_a_number_are_held(fragment: str, expected: str) -> None:
    """A word with a hyphen and a number stands in a span of its own; no character changes."""
    assert hold_together(fragment) == expected


@pytest.mark.parametrize(
    "fragment",
    [
        "2018-2020",
        "<p>well-known</p>",
        "https://a.org/covid-19",
        "<p><code>COVID-19</code></p>",
        "<pre>a <b>COVID-19</b> b</pre>",
        '<a title="COVID-19">a</a>',
        "COVID-19-related",
    ],
)
def test_all_else_stays(fragment: str) -> None:
    """Ranges, words without a number, addresses, code and attributes are left alone."""
    assert hold_together(fragment) == fragment

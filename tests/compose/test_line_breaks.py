"""Lines end where a designer would end them: between the words of a title, never within "COVID-19"."""

import pytest

from pipeline.compose.line_breaks import balance_title, keep_words_whole


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
        ("<pre>A-1 <b>A-2</b></pre> A-3", f"<pre>A-1 <b>A-2</b></pre> {held('A-3')}"),
        ("(COVID-19)<br>COVID-19", f"({held('COVID-19')})<br>{held('COVID-19')}"),
    ],
)
def test_words_with_a_number_are_held(fragment: str, expected: str) -> None:
    """A word with a hyphen and a number stands in a span of its own; no character changes."""
    assert keep_words_whole(fragment) == expected


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
    assert keep_words_whole(fragment) == fragment


@pytest.mark.parametrize(
    "lines",
    [
        ["On testing"],
        [
            "Reflections on the UN Network",
            "on Migration’s Listening Sessions",
            "on COVID-19 and Trafficking in Persons",
        ],
        [
            "Réflexions sur les Listening Sessions",
            "du Réseau des Nations Unies",
            "sur les migrations au sujet du COVID-19",
            "et de la traite des personnes",
        ],
        ["The house style, set in its own type:", "a specimen of everything a post may hold"],
    ],
)
def test_lines_end_before_little_words_and_names_stay_whole(lines: list[str]) -> None:
    """No line ends in an article or a preposition, nor within a name, where another division is as even."""
    assert balance_title(" ".join(lines)) == " <br>".join(lines)


def test_a_long_word_has_a_line_of_its_own() -> None:
    """A word that no line holds takes one, and what follows goes on below."""
    word = "Elektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    assert balance_title(f"{word} und mehr") == f"{word} <br>und mehr"


def test_elements_are_left_as_they_are() -> None:
    """Neither a tag's own spaces nor a no-break space ends a line; an element in a word stays in the word."""
    note = '<a class="noteref" href="#note-kosovo">*</a>'
    title = f"Women in Kosovo{note} and elsewhere in\u00a0the\u00a0region since the war"
    assert (
        balance_title(title)
        == f"Women in Kosovo{note} and elsewhere <br>in\u00a0the\u00a0region since the war"
    )


def test_a_title_of_many_words_takes_no_time() -> None:
    """A title as long as a chapter is divided all the same."""
    assert balance_title("word and " * 400).count("<br>") > 80

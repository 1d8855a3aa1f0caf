"""The lines of a title in the PDF end where a designer would end them."""

import pytest

from pipeline.compose.title_lines import end_lines


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
    assert end_lines(" ".join(lines)) == " <br>".join(lines)


def test_a_long_word_has_a_line_of_its_own() -> None:
    """A word that no line holds takes one, and what follows goes on below."""
    word = "Elektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    assert end_lines(f"{word} und mehr") == f"{word} <br>und mehr"


def test_elements_are_left_as_they_are() -> None:
    """Neither a tag's own spaces nor a no-break space ends a line; an element in a word stays in the word."""
    note = '<a class="noteref" href="#note-kosovo">*</a>'
    title = f"Women in Kosovo{note} and elsewhere in\u00a0the\u00a0region since the war"
    assert (
        end_lines(title) == f"Women in Kosovo{note} and elsewhere <br>in\u00a0the\u00a0region since the war"
    )


def test_a_title_of_many_words_takes_no_time() -> None:
    """A title as long as a chapter is divided all the same."""
    assert end_lines("word and " * 400).count("<br>") > 80

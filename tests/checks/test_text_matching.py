"""Texts are compared by letters and digits, and what is lost is told in whole words."""

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checks.text_matching import Runs, Span, letters, lost_stretches, words

WORDS = st.sampled_from(
    "of the and on to migrants network session listening we us it 19 covid ibid see".split()
)
TEXTS = st.lists(WORDS, min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("l'une", "l\u2019une"),
        ("COVID-19", "covid\u201019"),
        ("\ufb01nal \ufb02ow", "FINAL FLOW"),
        ("Straße", "STRASSE"),
        ("1\u202f244 (1999)", "1 244 (1999)"),
        ("per\u2010\nsonnes", "personnes"),
        ("per\u00adsonnes", "personnes"),
        ("x²", "x2"),
        ("e\u0301te\u0301", "été"),
        ("snake_case", "snake case"),
        ("\u00b5", "\u03bc"),
    ],
)
def test_typography_makes_no_difference(one: str, other: str) -> None:
    """Apostrophes, hyphens, spaces, ligatures, case and compositions are not what a text says."""
    assert letters(one) == letters(other)


@pytest.mark.parametrize(("one", "other"), [("été", "ete"), ("lune", "l une d"), ("ça", "ca"), ("й", "и")])
def test_letters_make_a_difference(one: str, other: str) -> None:
    """An accent is part of its letter."""
    assert letters(one) != letters(other)


def test_words_are_runs_of_letters() -> None:
    """Words end where letters end."""
    assert words("L'été 2020, COVID-19 & Co.") == ["l", "été", "2020", "covid", "19", "co"]


def test_a_text_is_found_from_word_to_word() -> None:
    """A text is found across runs, but not in the midst of words."""
    runs = Runs(["Say: these opin\u00ad", "ions are ours", "theseopinionsareours", "*"])
    assert runs.find(letters("These opinions are ours"), whole_runs=False) == (
        Span(first=0, end=2),
        Span(first=2, end=3),
    )
    assert runs.find("pinions", whole_runs=False) == ()
    assert runs.find("", whole_runs=False) == ()


def test_whole_runs_are_found_as_such() -> None:
    """A text that begins in the midst of a run is not whole runs."""
    runs = Runs(["1", "The note", "says more.", "Say: The note", "says more."])
    assert runs.find("thenotesaysmore", whole_runs=True) == (Span(first=1, end=3),)


def test_a_text_is_followed_past_what_interrupts_it() -> None:
    """Notes and feet in between are passed over; a piece that stands twice is the later one."""
    runs = Runs(["of", "the", "end of", "1", "the", "market"])
    followed = runs.follow("ofthemarket", range(len(runs)))
    assert (followed.runs, followed.reached) == ((0, 4, 5), 11)


def test_a_text_is_followed_as_far_as_it_goes() -> None:
    """Where a text breaks off, it is told how far it was there."""
    runs = Runs(["of the", "market"])
    assert runs.follow("ofthebigmarket", range(len(runs))).reached == len("ofthe")


def test_a_piece_within_a_run_is_no_piece_of_the_text() -> None:
    """A word is not put together from the letters of other words."""
    runs = Runs(["we go", "migration", "home"])
    assert runs.follow("wegoonhome", range(len(runs))).reached == len("wego")


@settings(deadline=None)
@given(text=TEXTS, extras=st.lists(st.tuples(st.integers(0, 60), TEXTS), max_size=8), data=st.data())
def test_whatever_interrupts_a_text_it_is_found(
    text: list[str], extras: list[tuple[int, list[str]]], data: st.DataObject
) -> None:
    """However a text is cut into runs, and whatever runs stand in between, it is followed to its end."""
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)))
    runs = ["".join(text[a:b]) for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    for place, extra in extras:
        runs.insert(min(place, len(runs)), " ".join(extra))
    wanted = "".join(text)
    assert Runs(runs).follow(wanted, range(len(runs))).reached == len(wanted)


@settings(deadline=None)
@given(text=TEXTS, gone=st.integers(0, 59), data=st.data())
def test_a_word_that_is_gone_is_missed(text: list[str], gone: int, data: st.DataObject) -> None:
    """A text that lost a word is not found, wherever its lines end and whatever else stands on the page."""
    gone %= len(text)
    left = text[:gone] + text[gone + 1 :]
    cuts = sorted(data.draw(st.sets(st.integers(0, len(left)), max_size=12)))
    runs = ["".join(left[a:b]) for a, b in zip([0, *cuts], [*cuts, len(left)], strict=True)]
    wanted = "".join(text)
    assert Runs([*runs, "page 1 of 3"]).follow(wanted, range(len(runs) + 1)).reached < len(wanted)


@settings(deadline=None)
@given(text=TEXTS, first=st.integers(0, 59), count=st.integers(1, 20))
def test_something_is_told_of_every_loss(text: list[str], first: int, count: int) -> None:
    """What is told to be lost is at least as long as what is gone, and never more than the text."""
    first %= len(text)
    left = text[:first] + text[first + count :]
    starts = list(accumulate((len(word) for word in text), initial=0))[:-1]
    lost = lost_stretches("".join(text), "".join(left), starts)
    told = sum(end - start for start, end in lost)
    assert len("".join(text)) - len("".join(left)) <= told <= len("".join(text))


def test_a_loss_is_told_where_it_is() -> None:
    """Words that are gone are told as they are, past interruptions before and behind them."""
    text = "we held our most recent sessions with our partners last week on the impact of all this"
    shown = (
        "we held our 1 most recent sessions the note says more last week on 2 the impact of all this page 1"
    )
    found = shown.replace(" ", "")
    starts = list(accumulate((len(word) for word in text.split()), initial=0))[:-1]
    wanted = text.replace(" ", "")
    assert [wanted[a:b] for a, b in lost_stretches(wanted, found, starts)] == ["withourpartners"]


def test_a_whole_text_has_lost_nothing() -> None:
    """Nothing is told of a text that is there."""
    assert lost_stretches("wegohome", "we1gohome2", [0, 2, 4]) == ()

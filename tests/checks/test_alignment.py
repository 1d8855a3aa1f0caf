"""Each run of an attachment belongs to one place of the source."""

from collections.abc import Sequence

from pipeline.checks.alignment import Lost, align
from pipeline.pdf.model import Box, TextRun
from pipeline.sources.outline.model import Piece

BOX = Box(left=100, bottom=400, right=200, top=412)


def runs(*texts: str) -> tuple[TextRun, ...]:
    """Return runs with these texts."""
    return tuple(
        TextRun(text=text, page=1, box=BOX, clip=None, is_artifact=False, is_hidden=False, characters=())
        for text in texts
    )


def pieces(*texts: str) -> tuple[Piece, ...]:
    """Return pieces, one a line."""
    return tuple(Piece(text=text, line=line) for line, text in enumerate(texts, start=1))


def lost_words(runs: Sequence[TextRun], wanted: Sequence[Piece]) -> tuple[Lost, ...]:
    """Return what of a text is not where it belongs in the runs."""
    aligned = align(runs, main=wanted)
    return (*aligned.lost, *aligned.moved, *aligned.broken)


def test_a_note_like_a_paragraph_is_told_from_it() -> None:
    """A paragraph and a note of the same words need two places; the note is the one behind its mark."""
    shown = runs("Ibid, page three.", "More text.", "1", "Ibid, page three.")
    whole = align(shown, main=pieces("Ibid, page three.", "More text."), notes=(pieces("Ibid, page three."),))
    assert (whole.lost, whole.moved, whole.broken, whole.rest) == ((), (), (), ("1",))
    short = align(
        shown[:2], main=pieces("Ibid, page three.", "More text."), notes=(pieces("Ibid, page three."),)
    )
    assert [(lost.text, lost.line) for lost in (*short.lost, *short.moved)] == [("Ibid, page three.", 1)]


def test_a_note_over_two_pages_is_found() -> None:
    """A note that a page's end divides is found, and so is the text around it."""
    shown = runs("The text goes", "1", "The note is", "on and on.", "long enough for two.")
    whole = align(
        shown, main=pieces("The text goes on and on."), notes=(pieces("The note is long enough for two."),)
    )
    assert (whole.lost, whole.rest) == ((), ("1",))


def test_notices_are_no_part_of_the_text() -> None:
    """A run of a notice can't stand in for words that are lost."""
    shown = runs("The text ends with these", "opinions are ours.")
    found = align(
        shown, main=pieces("The text ends with these", "opinions are ours."), notices=("Opinions are ours.",)
    )
    assert [lost.text for lost in found.lost] == ["opinions are ours."]


def test_what_is_neither_text_nor_note_is_left() -> None:
    """Title, labels and marks are left for who looks for them."""
    assert align(runs("A title", "The text."), main=pieces("The text.")).rest == ("A title",)


def test_a_loss_over_pieces_is_told_piece_by_piece() -> None:
    """Each lost passage has its line."""
    lost = lost_words(
        runs("One thing.", "Four things."),
        pieces("One thing.", "Two things here.", "Three of them.", "Four things."),
    )
    assert [(part.text, part.line) for part in lost] == [("Two things here.", 2), ("Three of them.", 3)]


def test_a_repeated_paragraph_does_not_stand_in_for_another() -> None:
    """Of a paragraph that the source has twice and the attachment once, one is lost, not moved."""
    text = "The same paragraph, word for word."
    found = align(runs("One.", text, "Two."), main=pieces("One.", text, "Two.", text))
    assert [(lost.text, lost.line) for lost in found.lost] == [(text, 4)]
    assert (found.moved, found.broken) == ((), ())


def test_what_stands_elsewhere_has_moved() -> None:
    """A paragraph that stands before the one that it follows has moved."""
    found = align(
        runs("The second paragraph.", "The first paragraph."),
        main=pieces("The first paragraph.", "The second paragraph."),
    )
    assert found.lost == ()
    assert [lost.text for lost in found.moved] in (["The first paragraph."], ["The second paragraph."])


def test_losses_far_apart_are_told_exactly() -> None:
    """Each loss of a long text is reported exactly, without what is between, notes and numbers."""
    source = [
        f"Paragraph {number} says what paragraph {number} says, and goes on to its end."
        for number in range(200)
    ]
    shown = []
    for number, text in enumerate(source):
        if number in {20, 150}:
            continue
        shown += [text[:30], str(number % 7), text[30:]] if number != 77 else [text.replace("goes on ", "")]
    found = align(runs(*shown), main=pieces(*source))
    assert [(lost.text, lost.line) for lost in found.lost] == [
        (source[20], 21),
        ("goes on", 78),
        (source[150], 151),
    ]
    assert (found.moved, found.broken) == ((), ())


def test_nothing_is_lost_of_nothing() -> None:
    """A text without words needs none."""
    assert lost_words(runs("A title"), pieces("—", "* * *")) == ()
    assert lost_words((), ()) == ()


def test_all_is_lost_without_runs() -> None:
    """An attachment without text has lost all of it."""
    assert [lost.text for lost in lost_words((), pieces("All of it."))] == ["All of it."]

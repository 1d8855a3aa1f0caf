"""Headings below the title."""

import pytest

from pipeline.compose.headings import anchor_name, settle_headings
from pipeline.compose.markdown_body import convert
from pipeline.compose.notes import settle_footnotes


@pytest.mark.parametrize(
    ("written", "levels"),
    [
        ("## a\n\n### b\n\n## c", ["h2", "h3", "h2"]),
        ("# a\n\n## b\n\n# c", ["h2", "h3", "h2"]),
        ("## a\n\n#### b\n\n##### c", ["h2", "h3", "h4"]),
        ("### a\n\n## b", ["h2", "h2"]),
        ("# a\n\n###### b", ["h2", "h3"]),
    ],
)
def test_levels(written: str, levels: list[str]) -> None:
    """The title is the only first level, and no level is skipped."""
    root = convert(written)
    settle_headings(root)
    assert [str(element.tag) for element in root] == levels


def test_ids_are_unique_and_read_like_the_heading() -> None:
    """Every heading gets an id from its words, a second one of the same words another."""
    root = convert("## L'été à Genève\n\n## L'été à Genève\n\n## Own {: #mine }\n\n## !?")
    settle_headings(root)
    assert [element.get("id") for element in root] == [
        "l-été-à-genève",
        "l-été-à-genève-2",
        "mine",
        "section",
    ]


def test_anchor_name_keeps_letters() -> None:
    """An id keeps letters of any script."""
    assert anchor_name("Дом 中文 x") == "дом-中文-x"


def test_marks_of_notes_are_no_part_of_a_headings_words() -> None:
    """Bookmark and id are made of the heading's words, without the number of its note."""
    root = convert("## A heading[^1] here\n\nText.\n\n[^1]: Note.\n")
    settle_footnotes(root, note_name="Note", back_to_text="Back")
    settle_headings(root)
    assert (root[0].get("data-text"), root[0].get("id")) == ("A heading here", "a-heading-here")

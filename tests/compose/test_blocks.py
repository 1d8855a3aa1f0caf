"""Headings, figures, tables, links, lead."""

import pytest

from pipeline.compose import blocks
from pipeline.compose.markdown_body import convert, parse, serialise
from pipeline.compose.notes import move_footnotes

URLS, SIZES = {"a.png": "annexe:images/1.png"}, {"a.png": (40, 30)}


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
    root = convert(written).root
    blocks.normalise_headings(root)
    assert [str(element.tag) for element in root] == levels


def test_ids_are_unique_and_read_like_the_heading() -> None:
    """Every heading gets an id from its words, a second one of the same words another."""
    root = convert("## L'été à Genève\n\n## L'été à Genève\n\n## Own {: #mine }\n\n## !?").root
    blocks.normalise_headings(root)
    assert [element.get("id") for element in root] == [
        "l-été-à-genève",
        "l-été-à-genève-2",
        "mine",
        "section",
    ]


def test_anchor_name_keeps_letters() -> None:
    """An id keeps letters of any script."""
    assert blocks.anchor_name("Дом 中文 x") == "дом-中文-x"


def test_marks_of_notes_are_no_part_of_a_headings_words() -> None:
    """Bookmark and id are made of the heading's words, without the number of its note."""
    root = convert("## A heading[^1] here\n\nText.\n\n[^1]: Note.\n").root
    move_footnotes(root, note_name="Note", back_to_text="Back")
    blocks.normalise_headings(root)
    assert (root[0].get("data-text"), root[0].get("id")) == ("A heading here", "a-heading-here")


def test_image_alone_becomes_a_figure_with_its_title_as_caption() -> None:
    """An image that stands alone is a figure; its title is the caption and nothing else."""
    root = convert('![Alt](a.png "The caption")').root
    blocks.embed_images(root, URLS, SIZES)
    assert serialise(root).strip() == (
        '<figure class="railed"><img alt="Alt" src="annexe:images/1.png" width="40" height="30">'
        "<figcaption>The caption</figcaption></figure>"
    )


def test_image_in_a_line_stays_there() -> None:
    """An image between words stays between them."""
    root = convert("one ![Alt](a.png) two").root
    blocks.embed_images(root, URLS, SIZES)
    assert root[0].tag == "p"
    assert root[0][0].tail == " two"


def test_image_without_a_file_leaves_the_words_around_it() -> None:
    """An image that was not read is taken out, the words around it stay."""
    root = convert("one ![Alt](b.png) two").root
    blocks.embed_images(root, URLS, SIZES)
    assert serialise(root).strip() == "<p>one  two</p>"


def test_decorative_image_says_nothing() -> None:
    """A decorative image has an empty text alternative and no role."""
    root = convert("![x](a.png){: .decorative }").root
    blocks.embed_images(root, URLS, SIZES)
    image = next(root.iter("img"))
    assert (image.get("alt"), image.get("role")) == ("", "presentation")


def test_tables_have_scope_and_a_named_region() -> None:
    """Head cells say what they are the head of, and the region that scrolls has the name of what it shows."""
    root = convert("## Figures\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n").root
    blocks.tag_tables(root, "Title")
    region = root[1]
    assert (region.get("role"), region.get("tabindex"), region.get("aria-label")) == (
        "region",
        "0",
        "Figures",
    )
    assert [cell.get("scope") for cell in root.iter("th")] == ["col", "col"]
    assert [cell.get("class") for cell in root.iter("td")] == [None, "align-right"]


def room(*rows: str) -> str:
    """Return the class of a table of these rows; cells are parted by a bar."""
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row.split('|'))}</tr>" for row in rows)
    return blocks.width_class(parse(f"<table>{cells}</table>")[0])


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("a|b", ""),
        ("a long cell of many short words " * 9 + "|b", ""),
        ("|".join(["Recommendation"] * 4), ""),
        ("|".join(["Recommendation"] * 6), "wide"),
        ("|".join(["Recommendation"] * 8), "crowded"),
        ("|".join("a" * 26), ""),
        ("|".join("a" * 27), "wide"),
        ("x" * 90, "wide"),
        ("x" * 200, "crowded"),
        (f"a<span role='doc-footnote'>{'x' * 200}</span> b", ""),
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
    assert blocks.width_class(table) == ""


def test_a_caption_names_its_table() -> None:
    """A table's caption names its region, rather than the heading before it."""
    root = convert("## Figures\n\n<table><caption>Cases by year</caption><tr><td>a</td></tr></table>\n").root
    blocks.tag_tables(root, "Title")
    assert [region.get("aria-label") for region in root.iter("div") if region.get("role")] == [
        "Cases by year"
    ]


def test_links_that_lead_nowhere_become_text() -> None:
    """A relative link is text, a whole address stays a link."""
    root = convert("[a](other.html) [b](https://a.example) [c](#d) [e](mailto:a@b.example)").root
    blocks.drop_local_links(root)
    assert [link.text for link in root.iter("a")] == ["b", "c", "e"]
    assert root[0][0].tag == "span"


def test_lead_is_a_short_first_paragraph() -> None:
    """Only a first paragraph, and only a short one, is the lead."""
    short, long = convert("a b\n\nc").root, convert("a b c d\n\ne").root
    for root in (short, long):
        blocks.mark_lead(root, longest=3)
    assert [element.get("class") for element in short] == ["lead", None]
    assert [element.get("class") for element in long] == [None, None]

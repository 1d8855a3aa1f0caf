"""Figures, tables, links, lead."""

from pipeline.compose import blocks
from pipeline.compose.markdown_body import convert, serialise

URLS, SIZES = {"a.png": "annexe:images/1.png"}, {"a.png": (40, 30)}


def test_image_alone_becomes_a_figure_with_its_title_as_caption() -> None:
    """An image that stands alone is a figure; its title is the caption and nothing else."""
    root = convert('![Alt](a.png "The caption")')
    blocks.settle_images(root, URLS, SIZES)
    assert serialise(root).strip() == (
        '<figure><img alt="Alt" src="annexe:images/1.png" width="40" height="30">'
        "<figcaption>The caption</figcaption></figure>"
    )


def test_image_in_a_line_stays_there() -> None:
    """An image between words stays between them."""
    root = convert("one ![Alt](a.png) two")
    blocks.settle_images(root, URLS, SIZES)
    assert root[0].tag == "p"
    assert root[0][0].tail == " two"


def test_image_without_a_file_leaves_the_words_around_it() -> None:
    """An image that was not read is taken out, the words around it stay."""
    root = convert("one ![Alt](b.png) two")
    blocks.settle_images(root, URLS, SIZES)
    assert serialise(root).strip() == "<p>one  two</p>"


def test_decorative_image_says_nothing() -> None:
    """A decorative image has an empty text alternative and no role."""
    root = convert("![x](a.png){: .decorative }")
    blocks.settle_images(root, URLS, SIZES)
    image = next(root.iter("img"))
    assert (image.get("alt"), image.get("role")) == ("", "presentation")


def test_tables_have_scope_and_a_named_region() -> None:
    """Head cells say what they are the head of, and the region that scrolls has the name of what it shows."""
    root = convert("## Figures\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n")
    blocks.settle_tables(root, "Title")
    region = root[1]
    assert (region.get("role"), region.get("tabindex"), region.get("aria-label")) == (
        "region",
        "0",
        "Figures",
    )
    assert [cell.get("scope") for cell in root.iter("th")] == ["col", "col"]
    assert [cell.get("class") for cell in root.iter("td")] == [None, "align-right"]


def test_links_that_lead_nowhere_become_text() -> None:
    """A relative link is text, a whole address stays a link."""
    root = convert("[a](other.html) [b](https://a.example) [c](#d) [e](mailto:a@b.example)")
    blocks.settle_links(root)
    assert [link.text for link in root.iter("a")] == ["b", "c", "e"]
    assert root[0][0].tag == "span"


def test_lead_is_a_short_first_paragraph() -> None:
    """Only a first paragraph, and only a short one, is the lead."""
    short, long = convert("a b\n\nc"), convert("a b c d\n\ne")
    for root in (short, long):
        blocks.mark_lead(root, longest=3)
    assert [element.get("class") for element in short] == ["lead", None]
    assert [element.get("class") for element in long] == [None, None]

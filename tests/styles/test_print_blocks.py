"""Notes, lists, tables and pictures on the pages of an attachment."""

import io
import re
from typing import Any

import pypdfium2
import pytest
from PIL import Image as Pillow

from pipeline.core.model import Image
from tests.makers import edition
from tests.styles.pages import page_lines, page_texts, pdf_of, visible_characters

LINE = "A line of text that is about as long as the column is wide, give or take a word.\n\n"


def picture(width: int, height: int) -> Image:
    """Return a dark picture of so many pixels."""
    data = io.BytesIO()
    Pillow.new("L", (width, height), 30).save(data, "PNG")
    return Image(path="a.png", data=data.getvalue(), media_type="image/png", width=width, height=height)


@pytest.mark.parametrize("before", [13, 14, 15, 31, 32, 33])
def test_a_note_is_never_on_a_later_page_than_its_reference(render: Any, before: int) -> None:
    """Wherever on the page a reference falls, its note stands at the foot of that page."""
    body = f"{LINE * before}- An item with a note.[^1]\n\n{LINE * 12}[^1]: What the item left out.\n"
    pages = page_texts(pdf_of(render, edition(body)))
    (page,) = (number for number, text in enumerate(pages) if "item with a note" in text)
    assert "What the item left out" in pages[page]


def test_a_marker_keeps_its_distance(render: Any) -> None:
    """Between a marker and its item is a quarter of the type size or more."""
    data = pdf_of(render, edition("Text.\n\n- Xanthippe\n    - Yggdrasil\n\n1. Zoroaster\n"))
    boxes = {character: box for _, character, box in visible_characters(data) if character in "•–XYZ"}
    assert boxes["X"][0] - boxes["•"][2] >= 10.75 / 4
    assert boxes["Y"][0] - boxes["–"][2] >= 10.75 / 4
    (dot,) = (
        box
        for _, character, box in visible_characters(data)
        if character == "." and box[0] < boxes["Z"][0] and box[3] < boxes["Y"][1]
    )
    assert boxes["Z"][0] - dot[2] >= 10.75 / 4


@pytest.mark.parametrize("before", [24, 28, 32])
def test_a_short_table_stays_whole(render: Any, before: int) -> None:
    """A table of ten rows in all is on one page, with its head and what announces it."""
    rows = "".join(f"| row{number} | Place |\n" for number in range(9))
    data = pdf_of(render, edition(f"{LINE * before}## Places\n\n| Number | Where |\n|--|--|\n{rows}"))
    ((text),) = (text for text in page_texts(data) if "row" in text)
    assert text.count("row") == 9
    assert re.search(r"Places\s+Number Where\s+row0", text)


@pytest.mark.parametrize("before", range(30, 37))
def test_rows_with_a_common_head_stay_together(render: Any, before: int) -> None:
    """A cell that heads two rows is not divided between pages, however long the table."""
    pair = "<tr><th rowspan=2>head{0}</th><td>one{0}</td></tr><tr><td>two{0}</td></tr>"
    table = "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody>{}</tbody></table>\n".format(
        "".join(pair.format(number) for number in range(20))
    )
    for text in page_texts(pdf_of(render, edition(LINE * before + table))):
        assert re.findall(r"one(\d+)", text) == re.findall(r"two(\d+)", text)


def test_a_picture_in_a_line_leaves_the_line_as_high_as_it_was(render: Any) -> None:
    """A picture of 48 pixels in a line is set at the height of the type, and moves no line."""
    words = "words that fill a line of this column and then some more of the next one, to be sure "
    body = "{} in a line, {}{}\n"
    with_picture = pdf_of(
        render, edition(body.format("![A dot](a.png)", words, words), images=(picture(48, 48),))
    )
    without = pdf_of(render, edition(body.format("xx", words, words)))
    assert _baselines(with_picture) == pytest.approx(_baselines(without), abs=0.1)
    (image,) = (
        item
        for item in pypdfium2.PdfDocument(with_picture)[0].get_objects()
        if item.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
    )
    _, bottom, _, top = image.get_bounds()
    assert top - bottom < 15.5


def _baselines(data: bytes) -> list[float]:
    return sorted({round(box[1], 1) for _, character, box in visible_characters(data) if character == "w"})


def test_quotation_marks_of_a_q_are_the_language_s(render: Any) -> None:
    """What `<q>` draws are the marks that typography sets: with spaces in French, without any in English."""
    french = pdf_of(render, edition("On dit <q>oui</q> souvent.\n", language="fr"))
    english = pdf_of(render, edition("They say <q>yes</q> often.\n"))
    assert any(re.search(r"dit «\s+oui\s+» souvent", line) for line in page_lines(french, 0))
    assert any("say “yes” often" in line for line in page_lines(english, 0))

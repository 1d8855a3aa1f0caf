"""What is drawn and not said is an artifact; what is drawn otherwise than said says what it means."""

import logging
import re

import pypdfium2
import pytest

from tests.attachments import structure_of
from tests.finishing import Finishing, dictionaries, elements


def content_of(data: bytes) -> bytes:
    """Return the content of all pages."""
    return b"".join(
        item["/Contents"].get_object().get_data()
        for item in dictionaries(data)
        if item.get("/Type") == "/Page"
    )


def test_page_furniture_is_pagination(finishing: Finishing) -> None:
    """Running heads and feet are artifacts that say where they stand (ISO 14289-1, 7.8)."""
    data = finishing.composed("Words of a line. " * 900)
    marks = re.findall(rb"/Artifact\s+<</Type /Pagination([^>]*)>>", content_of(data))
    assert set(marks) == {b"/Subtype /Header", b"/Subtype /Footer"}
    structure = structure_of(data)
    spoken = structure.text(structure.tree) if structure.tree else ""
    assert "page 1 of" not in spoken
    assert any(mark.is_artifact and "page" in mark.text for mark in structure.marks)
    assert not structure.silent


def test_every_number_leads_to_an_element_or_nowhere(finishing: Finishing) -> None:
    """The parent tree names the element of each piece of content, and nothing for an artifact."""
    data = finishing.composed("A text.\n\n- one\n- two\n")
    (root,) = [item for item in dictionaries(data) if item.get("/Type") == "/StructTreeRoot"]
    numbers = root["/ParentTree"]["/Nums"]
    owners = numbers[1].get_object()
    assert len(owners) == max(int(number) for number in re.findall(rb"/MCID (\d+)", content_of(data))) + 1
    assert root["/ParentTreeNextKey"] == len(numbers) // 2


def test_a_hyphen_at_the_end_of_a_line_is_soft(finishing: Finishing) -> None:
    """A word that is broken at the end of a line is whole to a reader; its hyphen is drawn all the same."""
    data = finishing.body(
        "<p>incomprehensi&shy;bilities</p>", css="p { width: 40mm; font-size: 14pt } body { hyphens: manual }"
    )
    assert content_of(data).count(b"/ActualText <FEFF00AD>") == 1
    text = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range()
    assert "-" not in text
    assert "\u2010" not in text


def test_a_hyphen_that_is_written_stays(finishing: Finishing) -> None:
    """Where the source itself has the character that hyphenation uses, no hyphen is taken for a soft one."""
    data = finishing.body("<p>well\u2010known</p>", css="p { width: 14mm; font-size: 14pt }")
    assert b"ActualText" not in content_of(data)


def spoken(finishing: Finishing, body: str, css: str) -> str:
    """Return what the structure tree of a page says, word for word."""
    structure = finishing.structure(body, css=css)
    assert structure.tree is not None
    return structure.text(structure.tree)


def test_lines_end_with_the_spaces_that_part_their_words(finishing: Finishing) -> None:
    """What the tree says reads on from line to line, with one space where the source has one (14.8.2.5)."""
    words = (
        "several words of a text that <em>goes on</em> and on <b>over <i>some</i></b> lines, and <q>ends</q>"
    )
    said = spoken(finishing, f"<p>{words}.</p>", "p { width: 24mm }")
    assert said == "several words of a text that goes on and on over some lines, and “ends”."


def test_lines_that_break_inside_a_word_get_no_space(finishing: Finishing) -> None:
    """Behind a hyphen, a soft one or a slash, and in a word that is too long, there is none."""
    words = "well-known incomprehensi&shy;bilities https://example.org/aaaaaaaaaaaaaaaaaaaaaaaa/bbbbbb"
    said = spoken(finishing, f"<p>{words}</p>", "p { width: 30mm } body { hyphens: manual }")
    assert said.replace("-", "") == words.replace("&shy;", "").replace("-", "")


def test_a_note_takes_no_space_from_the_text_around_it(finishing: Finishing) -> None:
    """The text goes on behind a reference as it does in the source, whatever the note says."""
    data = finishing.composed("Some words[^1], and more.\n\n[^1]: Words of a note.\n")
    structure = structure_of(data)
    assert structure.tree is not None
    assert "Some words1, and more." in structure.text(structure.tree, without=frozenset({"Note"}))


def test_content_in_a_group_is_an_error(finishing: Finishing) -> None:
    """Text in a group can't be tagged: that is logged as an error of rendering, and not passed over."""
    rendering = finishing.render("<html lang=en><title>T</title><p style='opacity: .5'>a")
    assert [level for level, _ in rendering.log] == [logging.ERROR]
    assert "stands in a group, where it can't be tagged" in rendering.log[0][1]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_a_figure_has_its_alternative_and_its_place(finishing: Finishing, mode: str) -> None:
    """An image is a Figure with Alt and a box in points; its caption stands beside it, where it is read."""
    data = finishing.composed('![A square.](a.png "Why it is here.")\n', images=(_image("a.png", mode),))
    structure = structure_of(data)
    (figure,) = elements(structure, "Figure")
    assert figure.alternative == "A square."
    assert [structure.text(caption) for caption in elements(structure, "Caption")] == ["Why it is here."]
    (entries,) = [item for item in dictionaries(data) if item.get("/S") == "/Figure"]
    left, bottom, right, top = (float(edge) for edge in entries["/A"]["/BBox"])
    assert 0 < left < right < 596
    assert 0 < bottom < top < 842
    assert right - left == pytest.approx(top - bottom, abs=0.1)


def test_an_image_that_only_decorates_is_an_artifact(finishing: Finishing) -> None:
    """It is in no element, and nothing of it is said."""
    data = finishing.composed("Text.\n\n![](a.png){.decorative}\n", images=(_image("a.png", "RGB"),))
    structure = structure_of(data)
    assert not elements(structure, "Figure")
    assert [mark.has_image for mark in structure.marks if mark.is_artifact].count(True) == 1


def _image(name: str, mode: str) -> object:
    import io

    from PIL import Image as Picture

    from pipeline.core.model import Image

    target = io.BytesIO()
    Picture.new(mode, (40, 40)).save(target, "PNG")
    return Image(path=name, data=target.getvalue(), media_type="image/png", width=40, height=40)

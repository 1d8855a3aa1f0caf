"""The print style, read from the finished PDF by a reader that knows nothing of the style."""

import io
import re
from collections.abc import Iterator
from typing import Any, cast

import pypdf
import pytest

from pipeline.compose.composer import Composer
from pipeline.core.model import Edition, Image
from tests.makers import edition
from tests.published_text import SLUG
from tests.styles.conftest import SOURCES
from tests.styles.pages import left_of, page_lines, page_texts, pdf_of, visible_characters

POINTS_PER_MM = 72 / 25.4
#: The text's column and the rail's edge, in points from the left of the sheet.
RAIL, COLUMN_START, COLUMN_END = (millimetres * POINTS_PER_MM for millimetres in (23, 54, 182))
LONG = (
    "Civil society organizations and other stakeholders called in our listening sessions from all "
    "around the globe, "
    "many of them in the midst of their ongoing work to assist migrants and trafficking victims."
)


def _first_post(language: str) -> Edition:
    _, front_matter, body = (SOURCES / SLUG / f"{language}.md").read_text(encoding="utf-8").split("---\n", 2)
    title = re.search(r"^title: (.*)$", front_matter, re.MULTILINE)
    assert title is not None
    return edition(body.lstrip(), language=language, title=title[1], authors=("Amy Emel Muedin",))


@pytest.mark.parametrize(("language", "pages"), [("en", 2), ("fr", 3)])
def test_first_post(render: Any, language: str, pages: int) -> None:
    """The first post has two pages in English, three in French, in five faces of ours and no other."""
    data = pdf_of(render, _first_post(language))
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert len(reader.pages) == pages
    faces = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in reader.pages
        for font in cast("Any", page["/Resources"])["/Font"].values()
    }
    assert faces == {
        "Annexe-Serif",
        "Annexe-Serif-Italic",
        "Annexe-Display-Semi-Bold",
        "Annexe-Sans",
        "Annexe-Sans-Semi-Bold",
    }


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_last_page_of_notices_alone(render: Any, language: str) -> None:
    """The last page of the first post holds ten lines of its text or more beside the notices."""
    lines = page_lines(pdf_of(render, _first_post(language)), -1)
    assert len([line for line in lines if len(line) > 40]) >= 10 + 5


@pytest.mark.parametrize(("language", "foot"), [("en", "page 2 of 2"), ("fr", "page 2 sur 3")])
def test_foot(render: Any, language: str, foot: str) -> None:
    """The foot counts the pages in the edition's language."""
    assert foot in page_texts(pdf_of(render, _first_post(language)))[1]


def test_the_first_page_has_no_running_head(render: Any) -> None:
    """The institution's name stands once on the first page, as the wordmark, and heads the others."""
    data = pdf_of(render, edition(f"{LONG}\n\n" * 30))
    pages = page_texts(data)
    assert [page.count("UN Network on Migration") for page in pages[:2]] == [1, 1]
    heads = [
        box[3] for number, character, box in visible_characters(data) if number == 1 and character == "U"
    ]
    assert max(heads) > 780


def test_the_title_is_free_of_the_asterisk_where_it_is_not_read(render: Any) -> None:
    """A title that mentions Kosovo carries its asterisk on the page, never in metadata or bookmarks."""
    page, rendering = render(
        edition(title="Women in Kosovo", body="## Schools in Kosovo[^1]\n\nText.\n\n[^1]: N.\n")
    )
    reader = pypdf.PdfReader(io.BytesIO(rendering.data))
    assert "<title>Women in Kosovo</title>" in page.html
    assert reader.metadata is not None
    assert reader.metadata.title == "Women in Kosovo"
    titles = [entry.title for entry in _flat(reader.outline)]
    assert titles == ["Women in Kosovo", "Schools in Kosovo"]
    assert "Women in Kosovo*" in page_texts(rendering.data)[0]


def _flat(outline: Any) -> Iterator[Any]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _flat(entry)
        else:
            yield entry


def test_notes_stand_at_the_foot_of_their_page(render: Any) -> None:
    """A footnote is on the page of its reference, below the text, in the order of the references."""
    data = pdf_of(
        render,
        edition(f"{LONG}\n\n" * 20 + "Here[^1] and there[^2].\n\n[^1]: First note.\n[^2]: Second note.\n"),
    )
    pages = page_texts(data)
    page = next(number for number, text in enumerate(pages) if "Here1" in text)
    assert pages[page].index("Here1") < pages[page].index("First note.") < pages[page].index("Second note.")


def test_a_table_repeats_its_head(render: Any) -> None:
    """On every page that a table reaches its head stands again."""
    rows = "".join(f"| {number} | Place |\n" for number in range(120))
    pages = page_texts(pdf_of(render, edition(f"Text.\n\n| Number | Where |\n|--:|--|\n{rows}")))
    assert len(pages) >= 3
    assert all("Number Where" in text.replace("\r\n", " ") for text in pages[:3])


@pytest.mark.parametrize("columns", [2, 4, 6, 8, 12])
def test_tables_stay_on_the_page(render: Any, columns: int) -> None:
    """However many columns a table has, it ends with the text's column; a wide one begins at the rail."""
    rows = (
        "| Recommendation " * columns
        + "|\n"
        + "|--" * columns
        + "|\n"
        + "| Implementation " * columns
        + "|\n"
    )
    data = pdf_of(render, edition(f"{LONG}\n\n" * 4 + rows))
    boxes = [box for _, _, box in visible_characters(data)]
    assert min(box[0] for box in boxes) > RAIL - 1
    assert max(box[2] for box in boxes) < COLUMN_END + 1
    assert left_of(data, "Rec") == pytest.approx(RAIL if columns > 4 else COLUMN_START, abs=1.5)


def test_nothing_leaves_the_type_area(render: Any) -> None:
    """Long words, addresses and code stay between the rail's edge and the column's end."""
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
    address = "https://www.example.org/" + "reports-2020/" * 20
    table = (
        "| "
        + " | ".join(["Recommendations"] * 7)
        + " |\n"
        + "|--" * 7
        + "|\n"
        + f"| {word} |"
        + " a |" * 6
        + "\n"
    )
    body = (
        f"Lead.\n\n{word} {address} [{address}]({address})\n\n```\n{word * 2}\n```\n\n> {word}\n\n- "
        f"{word}\n\n{table}"
    )
    boxes = [box for _, _, box in visible_characters(pdf_of(render, edition(body, title=word)))]
    assert min(box[0] for box in boxes) > RAIL - 1
    assert max(box[2] for box in boxes) < COLUMN_END + 1


@pytest.mark.parametrize("sentences", range(1, 9))
def test_no_heading_is_stranded(render: Any, sentences: int) -> None:
    """However long the text before it, a heading never ends a page: three lines at least follow it there."""
    section = f"## A heading of its own\n\n{LONG * 2}\n\n"
    data = pdf_of(render, edition(f"{LONG}\n\n" + "Short. " * 14 * sentences + "\n\n" + section * 12))
    for page in range(len(page_texts(data))):
        lines = page_lines(data, page)
        for at, line in enumerate(lines):
            if line == "A heading of its own":
                assert all(len(below) > 40 for below in lines[at + 1 : at + 4]), (page, line)


@pytest.mark.parametrize("lines", range(2, 10))
def test_no_singlelines(render: Any, lines: int) -> None:
    """A paragraph that a page divides leaves three lines or more on either side."""
    filler = "A line of text that is as long as the column, give or take a word or two, no more. " * lines
    paragraph = " ".join(f"w{number}" for number in range(160))
    data = pdf_of(render, edition(f"{filler}\n\n" + f"{paragraph}\n\n" * 12))
    for page in range(len(page_texts(data))):
        numbers = [re.findall(r"\bw(\d+)\b", line) for line in page_lines(data, page)]
        of_text = [line for line in numbers if line]
        if of_text and of_text[0][0] != "0":
            assert all(line[0] != "0" for line in of_text[:3])
        starts = [at for at, line in enumerate(of_text) if line[0] == "0"]
        if starts and of_text[-1][-1] != "159":
            assert len(of_text) - starts[-1] >= 3


def test_a_caption_stands_in_the_rail(render: Any) -> None:
    """A figure in the text has its caption beside it; one at the very beginning has it below."""
    picture = io.BytesIO()
    from PIL import Image as Pillow

    Pillow.new("RGB", (800, 400), "#0b529c").save(picture, "PNG")
    images = (Image(path="a.png", data=picture.getvalue(), media_type="image/png", width=800, height=400),)
    figure = '![A field of blue](a.png "Caption")\n\n'
    late = pdf_of(render, edition(f"{LONG}\n\n" * 5 + figure, images=images))
    early = pdf_of(render, edition(figure + LONG, images=images))
    assert left_of(late, "Caption") == pytest.approx(RAIL, abs=1)
    assert left_of(early, "Caption") == pytest.approx(COLUMN_START, abs=1)


def test_the_other_editions_are_links_only_where_they_lead_somewhere(render: Any, composer: Composer) -> None:
    """Without an address to give, the line that names the other editions is plain text."""
    page, rendering = render(edition())
    assert 'lang="fr">Français</span>' in page.html
    assert 'href="fr.html"' in composer.compose(edition(), ["en", "fr"])[1].html
    assert not [
        note
        for sheet in pypdf.PdfReader(io.BytesIO(rendering.data)).pages
        for note in sheet.get("/Annots", [])
    ]

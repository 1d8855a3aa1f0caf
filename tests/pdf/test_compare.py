"""What differs between two PDFs is said by subject."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli.diff import command
from pipeline.compose.composer import Composer
from pipeline.core.model import Kit
from pipeline.pdf.compare import compare, page_differences
from pipeline.pdf.pictures import UnreadablePdfError
from tests.makers import edition

Pair = tuple[bytes, bytes]


@pytest.fixture(scope="module")
def pair(kit: Kit, composer: Composer) -> Pair:
    """Two attachments that differ in a word and in the title."""
    from pipeline.render.renderer import Renderer

    renderer = Renderer(kit)
    pages = [
        composer.compose(edition("Text one two three.\n"), ["en"])[0],
        composer.compose(edition("Text one five three.\n", title="Another"), ["en"])[0],
    ]
    first, second = (renderer.render(page).data for page in pages)
    assert first is not None
    assert second is not None
    return first, second


def test_same_bytes_differ_in_nothing(pair: Pair) -> None:
    """The same bytes give no difference."""
    assert compare(pair[0], pair[0]) == ()


def test_words_are_named(pair: Pair) -> None:
    """A changed word is named with the words before it."""
    said = [difference.what for difference in compare(*pair) if difference.subject == "text"]
    assert "behind “Its Own Text one”: “two” became “five”" in said or any(
        "“two” became “five”" in what for what in said
    )


@pytest.mark.parametrize("subject", ["text", "pages", "fonts", "metadata", "objects"])
def test_every_subject_is_told(pair: Pair, subject: str) -> None:
    """A change of words and title shows in text, pages, fonts, metadata and objects."""
    assert subject in {difference.subject for difference in compare(*pair)}


def test_the_same_objects_written_differently_are_told(pair: Pair) -> None:
    """Where only the writing differs, the first other byte is named."""
    padded = pair[0] + b"\n"
    ((subject, what),) = [(difference.subject, difference.what) for difference in compare(pair[0], padded)]
    assert subject == "objects"
    assert what.startswith("the same objects, written differently")


def test_changed_page_is_pictured_in_two_colours(pair: Pair) -> None:
    """The picture of a changed page marks what went and what came."""
    (difference,) = page_differences(*pair)
    colours = {colour for _, colour in difference.picture.getcolors(1 << 24) or ()}
    assert difference.page == 1
    assert {(200, 30, 30), (20, 120, 60)} <= colours


def test_a_file_that_is_no_pdf_is_refused() -> None:
    """A file that can't be read is an error of its own."""
    with pytest.raises(UnreadablePdfError):
        compare(b"%PDF-1.7 and nothing more", b"text")


def test_the_command_says_so_and_writes_pictures(pair: Pair, tmp_path: Path) -> None:
    """`annexe diff` ends with 1 and writes a picture of each changed page."""
    before, after = tmp_path / "a.pdf", tmp_path / "b.pdf"
    before.write_bytes(pair[0])
    after.write_bytes(pair[1])
    result = CliRunner().invoke(
        command, [str(before), str(after), "--pictures", str(tmp_path / "out")], standalone_mode=False
    )
    assert result.return_value == 1
    assert (tmp_path / "out" / "page-1.png").is_file()
    assert "“two” became “five”" in result.output

"""A PDF is open only within its block, and its content is read however it is written."""

import gc
import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader, PdfWriter

from pipeline.compose.composer import Composer
from pipeline.core.model import Kit
from pipeline.pdf.byte_shares import bytes_by_cause
from pipeline.pdf.facts import read_facts
from pipeline.pdf.reader import OpenPdf, dictionary, open_pdf
from pipeline.pdf.structure import read_structure
from tests.attachments import Workbench

TEXT = "<p>A text, and <a href='https://example.org/'>a link</a>.</p>"


@pytest.fixture(scope="module")
def data(kit: Kit, composer: Composer) -> bytes:
    """A finished PDF."""
    return Workbench(kit, composer).pdf(TEXT)


def rewritten(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return a PDF with the content of its first page changed."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    contents = writer.pages[0].get_contents()
    assert contents is not None
    contents.set_data(change(contents.get_data()))
    writer.pages[0].replace_contents(contents)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def left_by(work: Callable[[], object], *modules: str) -> list[str]:
    """Return the types of what some work leaves to the garbage collector, if some modules define them."""
    work()
    gc.collect()
    gc.disable()
    try:
        work()
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        kinds = [type(thing) for thing in gc.garbage]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    return [kind.__name__ for kind in kinds if kind.__module__.startswith(modules)]


def test_nothing_that_was_read_stays_behind(data: bytes) -> None:
    """What was read of a PDF is gone after its block, without anybody looking for garbage."""

    def work() -> None:
        with open_pdf(data) as pdf:
            facts, structure, shares = read_facts(pdf), read_structure(pdf), bytes_by_cause(pdf)
        assert (facts.fault, structure.fault, len(shares) > 1) == (None, None, True)

    assert not left_by(work, "pypdf", "pipeline")


def test_a_pdf_is_parsed_once_for_all_who_ask(data: bytes) -> None:
    """Everybody in the block reads the same objects; after it they would be read anew."""
    with open_pdf(data) as pdf:
        reader, pages = pdf.reader, pdf.pages
        assert (pdf.reader, pdf.pages) == (reader, pages)
        assert pdf.pages is pages
    assert pdf.reader is not reader


def test_literal_strings_are_the_text_that_they_stand_for(data: bytes) -> None:
    """Text in literal strings, which WeasyPrint never writes, has the same marks, characters and codes."""

    def literal(content: bytes) -> bytes:
        start = content.index(b"<")
        while content[start : start + 2] == b"<<":
            start = content.index(b"<", start + 2)
        end = content.index(b">", start)
        octal = "".join(f"\\{byte:03o}" for byte in bytes.fromhex(content[start + 1 : end].decode()))
        return content[:start] + f"({octal})".encode() + content[end + 1 :]

    other = rewritten(data, literal)
    assert b"(\\" in OpenPdf(other).reader.pages[0].get_contents().get_data()  # type: ignore[union-attr] # it has content
    (before,), (after,) = OpenPdf(data).pages, OpenPdf(other).pages
    assert before.marks == after.marks
    assert [text.codes for text in before.shown] == [text.codes for text in after.shown]


def test_an_inline_image_is_an_image_of_its_mark(data: bytes) -> None:
    """An image that is written into the content is not overlooked."""
    image = b"\nq BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"
    (page,) = OpenPdf(rewritten(data, lambda content: content + image)).pages
    assert (page.marks[-1].number, page.marks[-1].is_artifact, page.marks[-1].has_image) == (
        None,
        False,
        True,
    )
    assert not any(mark.has_image for mark in page.marks[:-1])


def test_text_without_a_font_is_a_fault(data: bytes) -> None:
    """Nobody can say what such text means, so that nothing is said of the whole document."""
    other = rewritten(data, lambda content: b"BT [<0041>] TJ ET\n" + content)
    with open_pdf(other) as pdf:
        assert "page 1 shows text in a way that this reader does not follow" in str(read_facts(pdf).fault)
        assert read_structure(pdf).fault == read_facts(pdf).fault


def test_the_font_comes_back_with_the_graphics_state(data: bytes) -> None:
    """A font that is set between q and Q ends at Q: the codes after it are those of the font before."""
    fonts = list(dictionary(dictionary(OpenPdf(data).reader.pages[0], "/Resources"), "/Font"))
    assert len(fonts) >= 2
    first, second = (name.encode() for name in fonts[:2])
    content = b"BT " + first + b" 9 Tf q " + second + b" 9 Tf [<0001>] TJ Q [<0002>] TJ ET"
    (page,) = OpenPdf(rewritten(data, lambda _: content)).pages
    assert [text.codes for text in page.shown] == [b"\0\1", b"\0\2"]

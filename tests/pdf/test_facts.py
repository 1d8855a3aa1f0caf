"""What a PDF's structures say of it, and what its bytes are made of."""

import io
import time

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from pipeline.compose.composer import Composer
from pipeline.core.model import Kit
from pipeline.pdf.byte_shares import bytes_by_cause
from pipeline.pdf.facts import read_facts
from pipeline.pdf.model import Cause
from pipeline.pdf.reader import OpenPdf, open_pdf, text_by_code
from pipeline.pdf.structure import read_structure
from tests.attachments import Workbench, facts_of, structure_of
from tests.checks.test_completeness import BODY, image


@pytest.fixture(scope="module")
def bench(kit: Kit, composer: Composer) -> Workbench:
    """A bench that makes attachments as a worker does."""
    return Workbench(kit, composer)


def test_facts_of_an_ordinary_attachment(bench: Workbench) -> None:
    """Title, language, tags and fonts are told; no glyph is missing."""
    facts = bench.evidence(BODY).facts
    assert (facts.title, facts.language, facts.is_encrypted, facts.fault) == (
        "A Title of Its Own",
        "en",
        False,
        None,
    )
    assert facts.shows_title
    assert len(facts.fonts) >= 4
    assert all(font.is_embedded and font.is_subset and "+" not in font.name for font in facts.fonts)
    assert (facts.missing_glyphs, facts.unreadable_fonts) == ((), ())


@pytest.mark.parametrize(
    "data", [b"", b"nothing", b"%PDF-1.7\n1 0 obj\n<<", b"%PDF-1.7\ntrailer <</Root 9 0 R>>\n%%EOF"]
)
def test_what_cant_be_read_says_why(data: bytes) -> None:
    """A file that is no PDF comes back with a fault instead of an exception."""
    assert facts_of(data).fault


@pytest.mark.parametrize("data", [b"", b"nothing", b"%PDF-1.7\n1 0 obj\n<<"])
def test_both_readings_of_one_parsing_are_those_of_two(bench: Workbench, data: bytes) -> None:
    """Facts and structure are the same whether the file is parsed once for both or once for each."""
    whole = bench.pdf("<p>A text, and <a href='https://example.org/'>a link</a>.</p>")
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(whole)))
    writer.encrypt("", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    for each in (data, whole, whole[:-400], locked.getvalue()):
        with open_pdf(each) as pdf:
            assert (read_facts(pdf), read_structure(pdf)) == (facts_of(each), structure_of(each))


def test_glyphs_are_looked_up_whatever_the_content_is_written_like(bench: Workbench) -> None:
    """Content with literal strings and nested arrays, as other programs write it, gives the same."""
    evidence = bench.evidence("A sign \ue123 here.\n")
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(evidence.attachment.data)))
    for page in writer.pages:
        contents = page.get_contents()
        assert contents is not None
        contents.set_data(b"q (a \\) text) pop (nested (text)) pop Q\n" + contents.get_data())
        page.replace_contents(contents)
    stream = io.BytesIO()
    writer.write(stream)
    found = facts_of(stream.getvalue()).missing_glyphs
    assert [(glyph.character, glyph.page) for glyph in found] == [("\ue123", 1)]
    assert found == evidence.facts.missing_glyphs


def test_ranges_that_claim_billions_are_bounded() -> None:
    """A damaged map of codes costs no memory: a font has two-byte codes."""
    ranges = b"1 beginbfrange <0041> <ffffffff> <0041> endbfrange"
    assert text_by_code(ranges)[0x42] == "B"
    assert len(text_by_code(ranges)) <= 0x10000


def test_an_array_that_never_ends_costs_no_time(bench: Workbench) -> None:
    """Content that is made to be hard to take apart is taken apart at once."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(bench.pdf("<p>Text</p>"))))
    contents = writer.pages[0].get_contents()
    assert contents is not None
    contents.set_data(contents.get_data() + b"[" + b"0 <00> " * 20_000 + b"{")
    writer.pages[0].replace_contents(contents)
    stream = io.BytesIO()
    writer.write(stream)
    started = time.monotonic()
    facts_of(stream.getvalue())
    assert time.monotonic() - started < 5


def test_the_parts_add_up_to_the_file(bench: Workbench) -> None:
    """Every byte is told once, the biggest part first, fonts and structure among them."""
    data = bench.evidence(BODY).attachment.data
    shares = bytes_by_cause(OpenPdf(data))
    sizes = {share.cause: share.size for share in shares}
    assert sum(sizes.values()) == len(data)
    assert [share.size for share in shares] == sorted(sizes.values(), reverse=True)
    assert shares[0].cause is Cause.FONTS
    assert sizes[Cause.STRUCTURE] > 500
    assert sizes[Cause.METADATA] > 500
    assert sizes[Cause.TEXT] > 500
    assert Cause.IMAGES not in sizes


def test_images_take_their_part(bench: Workbench) -> None:
    """The bytes of an image are told as such."""
    noise = io.BytesIO()
    Image.effect_noise((300, 200), 80).save(noise, "PNG")
    picture = image(size=(300, 200))
    heavy = type(picture)(path="a.png", data=noise.getvalue(), media_type="image/png", width=300, height=200)
    shares = bench.evidence("![One](a.png)\n", images=(heavy,)).shares()
    assert shares[0].cause is Cause.IMAGES
    assert shares[0].size > 30_000


def test_what_is_no_pdf_is_all_rest() -> None:
    """Of a file that can't be read all bytes are rest."""
    (share,) = bytes_by_cause(OpenPdf(b"nothing"))
    assert (share.cause, share.size) == (Cause.REST, 7)

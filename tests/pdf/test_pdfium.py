"""The second reader tells what is in a PDF: words, boxes, images, links."""

import gc
import threading
from contextlib import closing

import pypdfium2
import pytest

from pipeline.compose.composer import Composer
from pipeline.core.model import Kit
from pipeline.pdf.model import ReadBack
from pipeline.pdf.pdfium import read_back
from tests.attachments import Workbench

FRENCH = (
    "La traite des personnes reste l\u2019une des formes les plus dures d\u2019exploitation "
    "et de maltraitance humaines, "
    "asservissant les personnes au profit d\u2019autrui. Anticonstitutionnellement."
)
NARROW = "p { width: 24mm; hyphens: auto } html { font-family: 'Annexe Serif' }"


@pytest.fixture(scope="module")
def bench(kit: Kit, composer: Composer) -> Workbench:
    """A bench that makes attachments as a worker does."""
    return Workbench(kit, composer)


def plain(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


def test_broken_words_are_whole_again(bench: Workbench) -> None:
    """Words that hyphenation breaks at the ends of lines are whole in the text, and lose nothing else."""
    read = read_back(bench.pdf(f"<p>{FRENCH}</p>", css=NARROW, language="fr"))
    assert not any("maltraitance" in run.text for run in read.runs)
    assert plain(read.pages[0].text).startswith(FRENCH)


def test_soft_hyphens_of_the_source_leave_no_trace(bench: Workbench) -> None:
    """A word that is broken at soft hyphens of the source is whole too."""
    text = "Anticonsti\u00adtution\u00adnelle\u00adment et autrement"
    read = read_back(bench.pdf(f"<p>{text}</p>", css="p { width: 20mm; hyphens: manual }"))
    assert read.text.split()[:3] == ["Anticonstitutionnellement", "et", "autrement"]


def test_a_hyphen_of_the_text_stays(bench: Workbench) -> None:
    """A hyphen that a word has of its own stays where a line ends at it."""
    read = read_back(bench.pdf("<p>It is a well-known fact.</p>", css="p { width: 20mm }"))
    assert any(run.text.endswith("well") for run in read.runs)
    assert "a well-known fact" in plain(read.text)


def test_ligatures_and_marks_are_letters(bench: Workbench) -> None:
    """Ligatures of the font come back as the letters that they stand for."""
    read = read_back(bench.pdf("<p>efficient office flow, Œuvre, \U0001d49c and \U0001f600</p>"))
    assert plain(read.text).startswith("efficient office flow, Œuvre, \U0001d49c")


def test_words_know_their_page(bench: Workbench) -> None:
    """Each word comes with the page it is on."""
    read = read_back(bench.pdf("<p>first</p><p style='break-before: page'>second</p>"))
    assert [(page.number, page.text.split()[0]) for page in read.pages] == [(1, "first"), (2, "second")]


def test_boxes_tell_what_is_outside(bench: Workbench) -> None:
    """Characters outside a rectangle are told one by one."""
    read = read_back(
        bench.pdf("<p style='position: absolute; left: -60mm; white-space: nowrap'>Away and there</p>")
    )
    run = next(run for run in read.runs if "Away" in run.text)
    outside = run.outside(read.pages[0].area, visible_share=0.75)
    assert outside.startswith("Aw")
    assert not outside.endswith("there")
    assert read.pages[0].area.right == pytest.approx(595.3, abs=0.5)


def test_artifacts_are_known(bench: Workbench) -> None:
    """What a page repeats is marked as no content, the text is not."""
    evidence = bench.evidence()
    marked = {run.text.strip() for run in evidence.read_back.runs if run.is_artifact}
    assert "page 1 of 1" in marked
    assert "One paragraph." not in marked


def test_images_are_found_inside_forms(bench: Workbench) -> None:
    """An image in a half-transparent group is an image that is drawn, and has its place on the page."""
    from tests.checks.test_completeness import image

    picture = image()
    css = "img { opacity: .5; width: 30mm }"
    evidence = bench.evidence("![One](a.png)\n", images=(picture,), css=css)
    (found,) = evidence.read_back.images
    assert (found.page, found.width, found.height) == (1, 60, 40)
    assert found.box.right - found.box.left == pytest.approx(85, abs=1)
    assert evidence.read_back.pages[0].area.holds(found.box)


def test_links_tell_where_they_lead(bench: Workbench) -> None:
    """A link leads to an address or to a page; destinations and bookmarks have names and pages."""
    body = (
        "<h1 data-title=One>One</h1><p><a href='https://example.org/é?a=b'>out</a> <a href='#zwei'>in</a></p>"
        "<h1 id='zwei' data-title=Zwei style='break-before: page'>Zwei</h1><h2 data-text=Drei>Drei</h2>"
    )
    data = bench.pdf(body)
    read = read_back(data)
    assert [(link.page, link.address, link.target_page) for link in read.links] == [
        (1, "https://example.org/%C3%A9?a=b", None),
        (1, None, 2),
    ]
    assert "zwei" in read.destinations
    with closing(pypdfium2.PdfDocument(data)) as document:
        bookmarks = [
            (mark.get_title(), mark.level, mark.get_dest().get_index()) for mark in document.get_toc()
        ]
    assert bookmarks == [("One", 0, 0), ("Zwei", 0, 1), ("Drei", 1, 1)]


@pytest.mark.parametrize("data", [b"", b"nothing", b"%PDF-1.7\n" + b"0" * 999])
def test_what_cant_be_read_says_why(data: bytes) -> None:
    """A file that is no PDF comes back with a fault instead of an exception."""
    read = read_back(data)
    assert read.fault
    assert read.pages == ()


def test_reading_is_bounded(bench: Workbench) -> None:
    """Too many pages, or too much time, end the reading with a fault and what was read so far."""
    data = bench.pdf("<p>1</p>" + "<p style='break-before: page'>2</p>" * 4)
    short = read_back(data, most_pages=3)
    assert (len(short.pages), short.fault) == (3, "it has 5 pages, more than 3")
    late = read_back(data, most_seconds=-1.0)
    assert (late.pages, late.fault) == ((), "reading it took too long and stopped after page 0 of 5")


def test_threads_wait_for_each_other(bench: Workbench) -> None:
    """One thread reads at a time, since PDFium knows no threads; several get what one gets."""
    data = bench.pdf(f"<p>{FRENCH}</p>" * 8)
    found: list[ReadBack] = []
    threads = [threading.Thread(target=lambda: found.append(read_back(data))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [read_back(data)] * 4


def test_no_handle_stays_open(bench: Workbench) -> None:
    """Whatever reading opens it closes, also of a PDF that it gives up on."""
    data = bench.pdf("<p style='color: white'>1</p>" * 3 + "<p style='break-before: page'>2</p>")
    from pypdfium2.internal import ObjectTracker

    gc.collect()
    before = {kind.__name__: len(kept) for kind, kept in ObjectTracker.items()}
    read_back(data)
    read_back(data, most_pages=1)
    read_back(data, most_seconds=-1.0)
    assert {kind.__name__: len(kept) for kind, kept in ObjectTracker.items() if kept} == {
        name: count for name, count in before.items() if count
    }
    assert pypdfium2.PdfDocument in ObjectTracker

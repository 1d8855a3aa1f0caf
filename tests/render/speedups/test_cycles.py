"""What was laid out, written and read goes when it is done with, without anybody looking for garbage."""

import gc
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from pipeline.core.model import Page

if TYPE_CHECKING:
    from pipeline.render.renderer import Renderer

BODY = (
    "<main><p>Text with a note<span style='float: footnote'>which says more</span> and <a href='#a'>a link</a>.</p>"
    "<table id=a><tr><th>A</th><td>1</td></tr></table><ul><li>one</li><li>two</li></ul><hr></main>"
)


def page() -> Page:
    """Return a page of what is found in posts, long enough for a second sheet."""
    html = f'<!DOCTYPE html><html lang="en"><head><title>T</title></head><body>{BODY * 20}</body></html>'
    return Page(slug="a", language="en", html=html, standalone="", assets=())


def left_by(work: Callable[[], object], *modules: str) -> Counter[str]:
    """Return which things of some modules nothing leads to any more after some work, and yet are there."""
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
    return Counter(kind.__name__ for kind in kinds if kind.__module__.startswith(modules))


def test_a_document_goes_with_its_boxes(renderer: "Renderer") -> None:
    """No box, page or node of the tree stays of what was rendered."""
    left = left_by(
        lambda: renderer.render(page()), "weasyprint.formatting_structure", "weasyprint.layout", "pipeline"
    )
    assert not left


def test_the_styles_of_a_document_go_with_it(renderer: "Renderer") -> None:
    """Few of its styles stay, those of the page's parts that WeasyPrint leaves in rings of its own."""
    left = left_by(lambda: renderer.render(page()), "weasyprint.css")
    assert left["AnonymousStyle"] + left["ComputedStyle"] < 100


def test_a_layout_that_is_discarded_is_not_held(renderer: "Renderer") -> None:
    """What was laid out for nothing is gone before the text is laid out again."""
    left = left_by(lambda: renderer.layout_of(page())(None), "weasyprint.formatting_structure")
    assert not left


def test_a_layout_that_is_broken_off_is_not_held(renderer: "Renderer") -> None:
    """What needs more pages than it may have is given up at the first of them, and nothing of it stays."""
    pages: list[object] = []

    def work() -> None:
        lay_out = renderer.layout_of(page())
        whole = lay_out(None)
        assert whole is not None
        pages[:] = [whole.pages]
        most = len(whole.pages)
        assert lay_out(None, most) is not None
        assert lay_out(None, most - 1) is None
        pages.clear()

    assert not left_by(work, "weasyprint.formatting_structure")


def test_a_pdf_goes_with_all_that_was_read_of_it(renderer: "Renderer") -> None:
    """Nothing that was read of a PDF stays once it is let go."""
    from pipeline.pdf.open import let_go
    from pipeline.pdf.read import read_facts_and_structure

    data = renderer.render(page()).data
    assert data is not None

    def work() -> None:
        facts, structure = read_facts_and_structure(data)
        assert (facts.fault, structure.fault) == (None, None)
        let_go()

    assert not left_by(work, "pypdf", "pipeline")


def test_weasyprint_has_its_own_context_afterwards(renderer: "Renderer") -> None:
    """What was replaced while a page was laid out is back in its place, also after an error."""
    from weasyprint import document, layout
    from weasyprint.layout import page as paging

    from pipeline.render.speedups.cycles import laid_out

    def fail() -> None:
        raise KeyError("on purpose")

    remake = paging.remake_page
    renderer.render(page())
    with pytest.raises(KeyError):
        laid_out(fail)
    assert (document.LayoutContext, paging.remake_page) == (layout.LayoutContext, remake)

"""Keeping lines and working values out by a shorter way saves work and changes nothing: not a byte of any attachment."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.core.errors import MachineError
from pipeline.core.model import Page

if TYPE_CHECKING:
    from pipeline.render.renderer import Renderer

LOREM = (
    "The house publishes what it knows, and says what it does not know, in words that everybody reads alike. "
)


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Stand for `quickly`, and let WeasyPrint do as it does."""
    yield


def page(body: str, css: str = "", language: str = "en") -> Page:
    """Return a page with a style of its own."""
    html = (
        f'<!DOCTYPE html><html lang="{language}"><head><title>T</title><style>{css}</style></head>'
        f"<body>{body}</body></html>"
    )
    return Page(slug="a", language=language, html=html, standalone="", assets=())


def both(renderer: "Renderer", made: Page, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """Return a page's rendering as workers render it, and as WeasyPrint renders it by itself."""
    kept = renderer.render(made)
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.render.renderer.quickly", nothing_kept)
        return kept, renderer.render(made)


@pytest.mark.parametrize(
    ("body", "css"),
    [
        (f"<p>{LOREM * 30}<p>{LOREM * 30}", ""),
        (f"<p>{LOREM * 9}", "p { text-align: justify; hyphens: auto; width: 60mm }"),
        (f"<p>{LOREM * 3}", "p { letter-spacing: 1pt; word-spacing: 2pt }"),
        (
            f"<p>{LOREM * 3}",
            "p { text-overflow: ellipsis; overflow: hidden; white-space: nowrap; width: 40mm }",
        ),
        (f"<p>{LOREM * 9}", "p { max-lines: 2; block-ellipsis: auto; width: 60mm }"),
        (f"<p>{LOREM * 9}", "p::first-line { font-size: 14pt } p::first-letter { font-size: 30pt }"),
        ("<pre>one\ttwo\n\tthree  \n\nfour</pre>", "pre { tab-size: 4 }"),
        (
            "<pre>one\ttwo\n\tthree</pre>",
            "pre { white-space: pre-line; overflow-wrap: anywhere; width: 9mm }",
        ),
        ("<p>co\u00adop\u00ader\u00ada\u00adtion " * 40, "p { hyphens: manual; width: 30mm }"),
        ("<p>an e\u0301 and a\u0323\u0302, \ue123, \U0001f600, 1/2, AVATAR, office", ""),
        ("<p>one <sup>2</sup> <u>three</u> <s>four</s> <em>five</em> <code>six  seven</code>", ""),
        ("<p dir=rtl>one, two (three) four", "p { width: 20mm }"),
        ("<svg width=200 height=50><text x=10 y=20 font-size=12>one two</text></svg><p>one two", ""),
        ("<p class=c>one<p class=c>one<p>one", ".c { float: left; width: 9mm }"),
        (
            f"<div>a</div><p>{LOREM * 20}<div class=wide>b</div><p>{LOREM * 9}",
            "div { float: left; width: 60%; height: 20mm } .wide { float: right; width: 97% } p { font-size: 14pt }",
        ),
        (f"<p dir=rtl><b>a</b> {LOREM * 9}", "b { float: right; width: 50%; height: 9mm }"),
        ("<p>" + "donaudampfschifffahrtsgesellschaft" * 8, "p { width: 20mm; overflow-wrap: anywhere }"),
    ],
)
def test_every_kind_of_line_is_what_it_was(
    renderer: "Renderer", monkeypatch: pytest.MonkeyPatch, body: str, css: str
) -> None:
    """Bytes and log of a document are the same whether lines are kept or shaped again each time."""
    kept, plain = both(renderer, page(body, css), monkeypatch)
    assert kept.data is not None
    assert kept.data == plain.data
    assert kept.log == plain.log


@pytest.mark.parametrize(
    "css",
    [
        "html { line-height: calc(10pt + 4pt) } p { line-height: inherit; margin: calc(1pt + 2%) }",
        "div { direction: rtl; margin-inline-start: 20mm; padding-inline-end: 9mm } p { margin: inherit }",
        ":root { --space: 7mm } p { margin-left: var(--space); margin-right: var(--none) }",
        "div { border-inline-start: 2pt solid; inline-size: 60mm; block-size: 90mm } p { border-color: initial }",
        "p { font: inherit; text-decoration: underline; float: left; page: other } div { text-decoration: overline }",
        "p { font-size: 2ex; width: 30ch; margin-top: 1rlh; text-indent: 2lh; padding: 5% }",
        "html { font-size: calc(none); color: unset; max-width: inherit } p { width: fit-content; height: 3em }",
    ],
)
def test_every_kind_of_value_is_what_it_was(
    renderer: "Renderer", monkeypatch: pytest.MonkeyPatch, css: str
) -> None:
    """Inherited, initial, logical and calculated values, and complaints about wrong ones, are WeasyPrint's."""
    kept, plain = both(renderer, page(f"<div><p>{LOREM * 9}<p>{LOREM}</div>", css), monkeypatch)
    assert kept.data is not None
    assert kept.data == plain.data
    assert kept.log == plain.log


def test_a_text_that_is_laid_out_again_is_not_broken_again(
    renderer: "Renderer", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another setting of a page costs no shaping of the lines that it leaves as they are."""
    from pipeline.render.speedups import lines as render_lines

    count: list[object] = []
    real = render_lines.is_one_line

    def looked(layout: object) -> bool:
        count.append(layout)
        return real(layout)

    monkeypatch.setattr(render_lines, "is_one_line", looked)
    made = page(f"<p>{LOREM * 30}")
    with render_lines.lines_kept():
        lay_out = renderer.layout_of(made)
        lay_out(None)
        once = len(count)
        lay_out("snug")
    assert once > 10
    assert len(count) == once


def test_weasyprint_is_as_it_was_after_a_document(renderer: "Renderer") -> None:
    """What was replaced is back in its place when a document is done, and after an error."""
    from weasyprint import css
    from weasyprint.draw import text as painting
    from weasyprint.layout import inline, percent, preferred
    from weasyprint.pdf import fonts
    from weasyprint.text import line_break

    from pipeline.render.speedups import quickly

    def names() -> list[Any]:
        layout = line_break.Layout
        return [
            *(css.StyleFor, css.ComputedStyle.__missing__, css.AnonymousStyle.__missing__),
            *(inline.strut, percent.resolve_one_percentage, fonts.ffi),
            *(layout.setup, layout.deactivate, layout.reactivate, painting.draw_first_line),
            *(inline.split_first_line, preferred.split_first_line),
        ]

    before = names()
    renderer.render(page("<p>a"))
    with pytest.raises(KeyError), quickly():
        raise KeyError("on purpose")
    assert names() == before


def test_one_document_at_a_time() -> None:
    """A second document in the same process is refused, not mixed with the first."""
    from pipeline.render.speedups.lines import lines_kept

    with lines_kept(), pytest.raises(RuntimeError, match="two documents"), lines_kept():
        raise AssertionError("not reached")


def test_another_weasyprint_is_refused() -> None:
    """Another version, or another source under the same version, is told with what to do."""
    from weasyprint.text import line_break

    from pipeline.render.speedups.lines import SOURCES, WRITTEN_FOR, check_sources

    source = Path(line_break.__file__).read_bytes()
    check_sources(WRITTEN_FOR, {"line_break.py": (source, SOURCES[line_break])})
    with pytest.raises(MachineError, match=r"this is WeasyPrint 70\.1, .*install weasyprint==70\.0"):
        check_sources("70.1", {"line_break.py": (source, SOURCES[line_break])})
    with pytest.raises(MachineError, match=r"another line_break\.py, and"):
        check_sources(WRITTEN_FOR, {"line_break.py": (source + b"# changed", SOURCES[line_break])})

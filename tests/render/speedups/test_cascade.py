"""Styles that are computed when they are asked for are those that WeasyPrint computes at the beginning."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest

WORDS = (
    "Words of a paragraph that goes on for some lines, so that it takes several pages with all the others. "
)
#: Forward and backward links, two classes, something to float.
BODY = "".join(
    f'<p id="p{n}" class="{"ab"[n % 2]}">{WORDS * 6}<em data-anchor="{"last" * (n == 8)}">{n}</em> <a href="#p5">5</a> <a href="#e8">last</a>'
    for n in range(9)
)

CASES = [
    "p::before { content: '- '; color: red } p::after { content: counter(p) ' ' attr(class) } p { counter-increment: p }",
    "p { display: list-item; list-style: decimal inside } p::marker { color: red; content: counter(list-item) ': ' }",
    "em { float: footnote } ::footnote-call { color: red } em::footnote-marker { content: counter(footnote) '* ' }",
    "p::before { content: 'a' !important } .b::before { content: 'b' } @layer x { p::before { content: 'x'; color: red } }",
    "p::before { content: 'x' } a::after { content: target-counter(attr(href), page) }",
    "p::before { content: '' } p::before { display: table-cell; padding: 3mm; margin: 3mm; border-collapse: collapse }",
    "p::first-line { color: red } p::first-letter { font-size: 3em } p::before { content: open-quote }",
    "@page { margin: 20mm; @top-left { content: counter(page) } } @page :first { @top-left { content: none } }",
    "@page :left { @bottom-left { content: 'left' } } @page :right { margin-left: 50mm; @bottom-right { content: 'r' } }",
    "@page { margin: 2vw; size: 90mm 60mm; @top-center { content: string(t); width: 50vw } } p { string-set: t content() }",
    "@page x { @left-middle { content: 'x' counter(pages) } } .b { page: x } @page :nth(2n) { background: #eee }",
    "@page { counter-increment: page 2 c; @top-right { content: counter(c) } } @page :nth(3) { counter-reset: c 9 }",
    "p { break-before: left } @page :blank { @top-center { content: 'blank' } }",
    "p.a::before { content: 'strong' } NEXT p::before { content: 'weak'; color: red }",
    "p::before { content: 'early' } NEXT p::before { content: 'late' } NEXT @page { margin: 30mm }",
    "a::after { content: target-text(attr(href), before) } p:last-child em::before { content: 'x'; -weasy-anchor: 'e8' }",
]


def made(css: str, how: AbstractContextManager[None]) -> Any:
    """Lay a document out with these style sheets, told apart by NEXT."""
    from weasyprint import CSS, HTML

    sheets = [CSS(string=f"@page {{ size: 90mm 120mm }} {one}") for one in css.split("NEXT")]
    with how:
        return HTML(string=f'<html lang="en"><title>T</title><body>{BODY}').render(stylesheets=sheets)


@pytest.mark.parametrize("css", CASES)
def test_every_kind_of_style_is_what_it_was(css: str, caplog: pytest.LogCaptureFixture) -> None:
    """Pseudo-elements, pages and their margins are the same to the byte, and so is what is complained about."""
    from pipeline.render.speedups.cascade import lazy_styles

    plain = made(css, nullcontext())
    expected = plain.write_pdf(pdf_identifier=b"a"), [record.getMessage() for record in caplog.records]
    caplog.clear()
    lazy = made(css, lazy_styles())
    assert len(lazy.pages) > 1
    assert (
        lazy.write_pdf(pdf_identifier=b"a"),
        [record.getMessage() for record in caplog.records],
    ) == expected


def test_nobody_asks_for_most_styles() -> None:
    """Of an ordinary text hardly any pseudo-element has a style, and pages that are alike share all of theirs."""
    from pipeline.render.speedups.cascade import lazy_styles

    def styles(how: AbstractContextManager[None]) -> tuple[int, int]:
        from weasyprint import document

        contexts: list[Any] = []
        real = document.LayoutContext

        def noted(*given: Any) -> Any:
            contexts.append(real(*given))
            return contexts[-1]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(document, "LayoutContext", noted)
            laid_out = made("", how)
        return len(laid_out.pages), len(
            {id(style) for style in contexts[0].style_for._computed_styles.values()}
        )

    pages, few = styles(lazy_styles())
    _, many = styles(nullcontext())
    assert pages > 3
    # Each page has nineteen parts; few kinds of pages are left, and the elements' own.
    assert few < 3 * 19 + 20
    assert many > 19 * pages + 6 * 30

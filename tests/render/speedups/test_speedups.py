"""What is replaced in WeasyPrint saves work and changes nothing: not a byte of any attachment."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.compose.composer import Composer
from pipeline.compose.styles import Styles
from pipeline.core.model import Kit, Page
from pipeline.core.settings import load_settings
from pipeline.render.fonts.faces import FontSet
from pipeline.sources.folder import read_named_posts
from pipeline.sources.house import read_house
from tests.repository import ROOT

if TYPE_CHECKING:
    from pipeline.render.renderer import Renderer

LOREM = (
    "The house publishes what it knows, and says what it does not know, in words that everybody reads alike. "
)


@pytest.fixture(scope="session")
def plain(kit: Kit) -> "Renderer":
    """A renderer that lets WeasyPrint do everything its own way."""
    from pipeline.render.renderer import Renderer

    return Renderer(kit, speedups=False)


def page(body: str, css: str = "", language: str = "en") -> Page:
    """Return a page with a style of its own."""
    html = (
        f'<!DOCTYPE html><html lang="{language}"><head><title>T</title><style>{css}</style></head>'
        f"<body>{body}</body></html>"
    )
    return Page(slug="a", language=language, html=html, assets=())


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
            (
                "div { float: left; width: 60%; height: 20mm } .wide { float: right; width: 97% } "
                "p { font-size: 14pt }"
            ),
        ),
        (f"<p dir=rtl><b>a</b> {LOREM * 9}", "b { float: right; width: 50%; height: 9mm }"),
        ("<p>" + "donaudampfschifffahrtsgesellschaft" * 8, "p { width: 20mm; overflow-wrap: anywhere }"),
    ],
)
def test_every_kind_of_line_is_what_it_was(
    renderer: "Renderer", plain: "Renderer", body: str, css: str
) -> None:
    """Bytes and log of a document are the same whether lines are remembered or shaped again each time."""
    made = page(body, css)
    quick, slow = renderer.render(made), plain.render(made)
    assert quick.data is not None
    assert quick == slow


@pytest.mark.parametrize(
    "css",
    [
        "html { line-height: calc(10pt + 4pt) } p { line-height: inherit; margin: calc(1pt + 2%) }",
        "div { direction: rtl; margin-inline-start: 20mm; padding-inline-end: 9mm } p { margin: inherit }",
        ":root { --space: 7mm } p { margin-left: var(--space); margin-right: var(--none) }",
        (
            "div { border-inline-start: 2pt solid; inline-size: 60mm; block-size: 90mm } "
            "p { border-color: initial }"
        ),
        (
            "p { font: inherit; text-decoration: underline; float: left; page: other } "
            "div { text-decoration: overline }"
        ),
        "p { font-size: 2ex; width: 30ch; margin-top: 1rlh; text-indent: 2lh; padding: 5% }",
        (
            "html { font-size: calc(none); color: unset; max-width: inherit } "
            "p { width: fit-content; height: 3em }"
        ),
    ],
)
def test_every_kind_of_value_is_what_it_was(renderer: "Renderer", plain: "Renderer", css: str) -> None:
    """Inherited, initial, logical and calculated values, and complaints about wrong ones, stay the same."""
    made = page(f"<div><p>{LOREM * 9}<p>{LOREM}</div>", css)
    quick, slow = renderer.render(made), plain.render(made)
    assert quick.data is not None
    assert quick == slow


#: One declaration for each property that decides about glyphs or line breaks, where our fonts differ by it.
STYLES = (
    "direction: rtl",
    "font-family: 'Annexe Mono'",
    "font-feature-settings: 'onum'",
    "font-kerning: none",
    "font-size: 13pt",
    "font-style: italic",
    "font-variant-ligatures: none",
    "font-variant-numeric: tabular-nums oldstyle-nums",
    "font-variant-position: super",
    "font-weight: bold",
    "hyphenate-character: '='; hyphens: auto",
    "hyphenate-limit-chars: 14 7 7; hyphens: auto",
    "hyphenate-limit-zone: 20mm; hyphens: auto",
    "hyphens: auto",
    "hyphens: none",
    "letter-spacing: 1pt",
    "overflow-wrap: normal",
    "tab-size: 2; white-space: pre-wrap",
    "text-decoration-line: underline",
    "white-space: pre",
    "white-space: pre-wrap",
    "word-break: break-all",
    "word-spacing: 3pt",
)


def test_a_text_in_many_styles_is_broken_in_each(renderer: "Renderer", plain: "Renderer") -> None:
    """A line that is remembered for one style is not taken for another that breaks or draws it otherwise."""
    text = (
        "A\tB AVATAR office publications and organisations in\u00adcom\u00adprehensibilities\tof 1,171 "
        "donaudampfschifffahrtsgesellschaften "
    )
    body = "".join(f'<p style="{style}">{text * 2}</p>' for style in ("", *STYLES))
    made = page(f'{body}<p lang="fr" style="hyphens: auto">{text * 2}</p>', "p { width: 32mm }")
    quick, slow = renderer.render(made), plain.render(made)
    assert quick.data is not None
    assert quick == slow


def _pages(folder: Path, fonts: FontSet, styles: Styles) -> list[Page]:
    """Return the pages of the posts in a folder, as they are composed for rendering."""
    house = read_house(ROOT / "sources" / "house.yaml")
    composer = Composer(house=house, styles=styles, font_css=fonts.screen_css)
    posts = read_named_posts(replace(load_settings(ROOT), sources=folder), house, ()).posts
    return [
        composer.compose(made, [other.language for other in post.editions])[0]
        for post in posts
        for made in post.editions
    ]


@pytest.mark.parametrize("folder", ["sources", "tests/specimen"])
def test_posts_have_the_same_bytes_without_speedups(
    folder: str, renderer: "Renderer", plain: "Renderer", fonts: FontSet, styles: Styles
) -> None:
    """Every post and the specimen are, byte for byte, what WeasyPrint makes its own way."""
    pages = _pages(ROOT / folder, fonts, styles)
    assert len(pages) > 1
    for made in pages:
        quick, slow = renderer.render(made), plain.render(made)
        assert quick.data is not None
        assert slow.data is not None
        assert hashlib.sha256(quick.data).hexdigest() == hashlib.sha256(slow.data).hexdigest(), made.slug
        assert quick == slow


def test_a_speedup_that_changes_anything_is_found(
    renderer: "Renderer", plain: "Renderer", monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison is one of two ways: where the quicker one goes wrong, bytes differ."""
    from pipeline.render.speedups import values

    made = page(f"<p>{LOREM}")
    assert renderer.render(made).data == plain.render(made).data
    monkeypatch.setattr(values, "strut", lambda _style: (40, 20))
    assert renderer.render(made).data != plain.render(made).data


def _replaced() -> dict[str, Any]:
    """Return all that patches replace, and its value now."""
    from pipeline.render.speedups import glyphs, lines, marked_content, text_styles, values

    changes = [change for patch in (glyphs, lines, text_styles, values) for change in patch.changes()]
    return {
        f"{holder.__name__}.{name}": getattr(holder, name)
        for holder, name, _ in (*changes, *marked_content.changes([]))
    }


def test_weasyprint_is_as_it_was_before_and_after_a_document() -> None:
    """Nothing is replaced at import, all of it is inside the block, and all is back after an error."""
    from pipeline.render.speedups import patched

    before = _replaced()
    assert len(before) > 15
    assert not [name for name, value in before.items() if "pipeline" in str(getattr(value, "__module__", ""))]
    with patched():
        inside = _replaced()
    assert not [name for name in before if inside[name] is before[name]]
    assert _replaced() == before
    with pytest.raises(KeyError), patched():
        raise KeyError("on purpose")
    assert _replaced() == before


def test_without_speedups_only_tags_are_replaced() -> None:
    """Without them WeasyPrint works by itself; all that stays is that it hands over its marked content."""
    from pipeline.render.speedups import patched

    before = _replaced()
    with patched(speedups=False):
        inside = _replaced()
    assert [name for name in before if inside[name] is not before[name]] == [
        "weasyprint.pdf.tags._build_box_tree"
    ]


def test_one_document_at_a_time() -> None:
    """A second document in the same process is refused, not mixed with the first."""
    from pipeline.render.speedups import patched

    with patched(), pytest.raises(RuntimeError, match="two documents"), patched():
        raise AssertionError("not reached")
    with patched():
        pass

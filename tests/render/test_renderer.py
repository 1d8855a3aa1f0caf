"""Rendering reads what the page brings along and nothing else."""

import io
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import pypdf
import pytest

from pipeline.compose.composer import Composer
from pipeline.core.model import Kit, Page
from tests.makers import edition

if TYPE_CHECKING:
    from pipeline.render.renderer import Renderer


def page(body: str) -> Page:
    """Return a page that did not go through the sanitiser: the worst that could reach rendering."""
    html = f"<!DOCTYPE html><html lang=en><head><title>T</title></head><body>{body}</body></html>"
    return Page(slug="a", language="en", html=html, assets=())


SECRET = "a secret that must not leave this file"


@pytest.mark.parametrize(
    "markup",
    [
        "<img src='{url}' alt=x>",
        "<object data='{url}'></object>",
        "<embed src='{url}'>",
        "<link rel=stylesheet href='{url}'>",
        "<link rel=attachment href='{url}'>",
        "<a rel=attachment href='{url}'>a</a>",
        "<style>@import '{url}';</style>",
        "<style>p {{ background: url('{url}') }}</style><p>a</p>",
        "<style>p::before {{ content: url('{url}') }}</style><p>a</p>",
        "<style>@font-face {{ font-family: x; src: url('{url}') }}</style><p style='font-family: x'>a</p>",
        "<base href='{folder}/'><img src='secret.txt' alt=x>",
        "<svg><image href='{url}'/></svg>",
        "<svg><use href='{url}#a'/></svg>",
    ],
)
@pytest.mark.parametrize("kind", ["file", "http", "data", "relative"])
def test_nothing_outside_is_read(renderer: "Renderer", tmp_path: Path, markup: str, kind: str) -> None:
    """Neither a file nor a host nor a data address gets into a PDF, by whatever way it is asked for."""
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    url = {
        "file": secret.as_uri(),
        "http": "http://127.0.0.1:9/secret.txt",
        "data": "data:text/plain,a%20secret",
        "relative": "../secret.txt",
    }[kind]
    rendering = renderer.render(page(markup.format(url=url, folder=tmp_path.as_uri())))
    if rendering.data is None:
        assert rendering.log
        return
    reader = pypdf.PdfReader(io.BytesIO(rendering.data))
    assert not reader.attachments
    assert SECRET.encode() not in rendering.data
    assert all(not list(part.images) for part in reader.pages)


def test_missing_image_is_told(renderer: "Renderer") -> None:
    """An image that can't be had is an error in the rendering's log, not only a line somewhere."""
    rendering = renderer.render(page("<img src='annexe:images/none.png' alt=x>"))
    assert [level for level, _ in rendering.log] == [logging.ERROR]
    assert "neither an image of the post nor a font of the house" in rendering.log[0][1]


def test_deep_nesting_is_a_value(renderer: "Renderer") -> None:
    """Elements nested too deeply give an error, not an exception."""
    rendering = renderer.render(page("<div>" * 2000 + "a" + "</div>" * 2000))
    assert rendering.data is None
    assert rendering.log[-1] == (logging.ERROR, "the elements are nested too deeply to be laid out")


def test_styles_and_fonts_of_the_house_give_no_complaint(renderer: "Renderer") -> None:
    """The project's own style sheets hold nothing that WeasyPrint does not know."""
    assert renderer.complaints == ()


def test_bad_style_is_told(kit: Kit) -> None:
    """A declaration that WeasyPrint does not know is a complaint that every rendering carries on."""
    from pipeline.render.renderer import Renderer

    bad = Kit(sheets=(("x.css", "p { colour: red }"),), font_faces=kit.font_faces, fonts=kit.fonts)
    ((level, message),) = Renderer(bad).complaints
    assert level == logging.WARNING
    assert "colour" in message


def test_composed_page_renders_without_a_word(renderer: "Renderer", composer: Composer) -> None:
    """A page with every common construct renders with nothing in the log, and twice to the same bytes."""
    body = (
        "Lead.[^1]\n\n## Heading\n\nIn Kosovo.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "- x\n    1. y\n\n[^1]: Note.\n"
    )
    composed, _, _ = composer.compose(edition(body), ["en", "fr"])
    first, second = renderer.render(composed), renderer.render(composed)
    assert first.log == ()
    assert first.pages == 1
    assert first.data == second.data


def test_a_layout_ends_at_the_first_page_too_many(renderer: "Renderer") -> None:
    """What needs more pages than it may have is given up before WeasyPrint lays the next one out."""
    from weasyprint.layout import page as paging
    from weasyprint.logger import PROGRESS_LOGGER

    made: list[int] = []
    remake = paging.remake_page

    def count(index: int, *arguments: object) -> object:
        made.append(index)
        return remake(index, *arguments)

    before = PROGRESS_LOGGER.level, list(PROGRESS_LOGGER.filters)
    lay_out = renderer.layout_of(page("<p style='break-after: page'>a" * 5))
    whole = lay_out(None)
    assert whole is not None
    most = len(whole.pages)
    assert most >= 5
    assert lay_out(None, most) is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paging, "remake_page", count)
        assert lay_out(None, most - 2) is None
    assert max(made) == most - 3
    assert (PROGRESS_LOGGER.level, PROGRESS_LOGGER.filters) == before


def test_a_layout_that_is_not_ended_counts_its_pages(
    renderer: "Renderer", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where WeasyPrint announces no pages, a document that has too many is none all the same."""
    from weasyprint.logger import PROGRESS_LOGGER

    monkeypatch.setattr(PROGRESS_LOGGER, "disabled", True)
    lay_out = renderer.layout_of(page("<p style='break-after: page'>a" * 3))
    assert lay_out(None, 2) is None
    assert lay_out(None, 4) is not None

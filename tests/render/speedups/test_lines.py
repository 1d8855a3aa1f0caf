"""Lines of text are shaped once."""

from typing import TYPE_CHECKING

import pytest

from pipeline.core.model import Page

if TYPE_CHECKING:
    from pipeline.render.renderer import Renderer


def test_a_text_that_is_laid_out_again_is_not_broken_again(
    renderer: "Renderer", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another setting of a page costs no shaping of the lines that it leaves as they are."""
    from pipeline.render.speedups import lines, patched

    count: list[object] = []
    real = lines.is_one_line

    def looked(layout: object) -> bool:
        count.append(layout)
        return real(layout)

    monkeypatch.setattr(lines, "is_one_line", looked)
    html = f"<!DOCTYPE html><html lang=en><title>T</title><p>{'Words that fill a line and go on. ' * 90}"
    made = Page(slug="a", language="en", html=html, assets=())
    with patched():
        lay_out = renderer.layout_of(made)
        lay_out(None)
        once = len(count)
        lay_out("snug")
    assert once > 10
    assert len(count) == once

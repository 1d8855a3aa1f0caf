"""What a worker does with one edition: images made ready for print, and what the renderer only logs as findings."""

import io
import logging
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from pipeline.core.model import Asset, Severity
from tests.makers import edition

if TYPE_CHECKING:
    from pipeline.render.renderer import Renderer


@pytest.mark.parametrize(("size", "printed"), [((4000, 100), (1280, 32)), ((100, 9000), (27, 2430))])
def test_an_image_is_as_wide_and_high_as_the_text_at_most(
    renderer: "Renderer",  # noqa: ARG001 - shows fontconfig the fonts before WeasyPrint is loaded
    size: tuple[int, int],
    printed: tuple[int, int],
) -> None:
    """At 254 dots an inch (10 a millimetre), an image takes 1,280 by 2,430 dots at most: 128 by 243 mm."""
    from pipeline.build.worker import _for_print

    stream = io.BytesIO()
    Image.new("RGB", size, "red").save(stream, format="PNG")
    asset = _for_print(Asset(name="a.png", media_type="image/png", data=stream.getvalue()), 254)
    assert Image.open(io.BytesIO(asset.data)).size == printed


@pytest.mark.parametrize(
    ("level", "check", "severity"),
    [
        (logging.ERROR, "render.content", Severity.ERROR),
        (logging.CRITICAL, "render.content", Severity.ERROR),
        (logging.WARNING, "render.style", Severity.WARNING),
    ],
)
def test_what_the_renderer_logs_is_found(
    renderer: "Renderer",  # noqa: ARG001 - as above
    level: int,
    check: str,
    severity: Severity,
) -> None:
    """An error in the log is content lost and an error of the edition; a warning is one of its style."""
    from pipeline.build.worker import _logged

    (finding,) = _logged(edition(), {(level, "something"): None})
    assert (finding.check, finding.severity) == (check, severity)
    assert finding.message == "rendering says: something"

"""Nights written as pages, once for all tests that look at them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.compose.composer import Composer
from pipeline.compose.styles import ReportStyles, read_report_styles
from pipeline.core.model import Kit
from pipeline.core.night import Night
from pipeline.render.fonts.faces import FontSet
from pipeline.report.pages.writing import write_pages
from tests.conftest import PROJECT
from tests.makers import edition
from tests.report.bad_nights import catastrophe, hostile
from tests.report.nights import Files, all_well, mixed

NIGHTS: dict[str, Callable[[Files], Night]] = {
    "all-well": all_well,
    "mixed": mixed,
    "catastrophe": catastrophe,
    "hostile": hostile,
}
_TEXT = "Many of our partners highlighted the case of migrants stranded at the borders.\n\n"


@pytest.fixture(scope="session")
def report_styles() -> ReportStyles:
    """The report's own looks."""
    return read_report_styles(PROJECT / "styles")


@pytest.fixture(scope="session")
def files(kit: Kit, composer: Composer, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Three attachments: one of several pages, one before and one after a change of a word and of its end."""
    from pipeline.render.renderer import Renderer

    renderer = Renderer(kit)
    folder = tmp_path_factory.mktemp("attachments")

    def written(name: str, body: str) -> Path:
        data = renderer.render(composer.compose(edition(body), ["en"])[0]).data
        assert data is not None
        path = folder / name
        path.write_bytes(data)
        return path

    long = _TEXT * 24
    return Files(
        ordinary=written("ordinary.pdf", _TEXT * 30),
        before=written("before.pdf", long),
        after=written("after.pdf", long.replace("stranded", "held up", 1)),
    )


@pytest.fixture(scope="session")
def reports(
    files: Files, fonts: FontSet, report_styles: ReportStyles, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with the report of each night, `NIGHT/report`; not to be changed by a test."""
    from pipeline.pdf.pictures import approve, pictures_of
    from tests.report.nights import SLUGS

    folder = tmp_path_factory.mktemp("reports")
    approved = folder / "approved"
    pages = pictures_of(files.before.read_bytes())
    approve(approved / f"{SLUGS[5]}-en", pages, range(1, len(pages) + 1))
    css = fonts.screen_css("<p>é</p><code>")
    for name, night in NIGHTS.items():
        report = folder / name / "report"
        write_pages(night(files), report, styles=report_styles, approved=approved, font_css=css)
    return folder

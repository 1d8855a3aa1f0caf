"""Real attachments for tests: an edition is composed, changed where a test wants it, rendered, read back."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.checks.evidence import Evidence
from pipeline.compose.composer import Composer
from pipeline.core.model import Attachment, Kit, Page, Thresholds
from pipeline.pdf.byte_shares import bytes_by_cause
from pipeline.pdf.facts import read_facts
from pipeline.pdf.model import LogicalStructure, PdfFacts
from pipeline.pdf.pdfium import read_back
from pipeline.pdf.reader import OpenPdf, open_pdf
from pipeline.pdf.structure import read_structure
from pipeline.sources.outline.reader import read_outline
from tests.makers import HOUSE, edition

if TYPE_CHECKING:
    from pipeline.render.renderer import Renderer


def facts_of(data: bytes) -> PdfFacts:
    """Return what a PDF says of itself."""
    with open_pdf(data) as pdf:
        return read_facts(pdf)


def structure_of(data: bytes) -> LogicalStructure:
    """Return the structure of a PDF."""
    with open_pdf(data) as pdf:
        return read_structure(pdf)


class Workbench:
    """Makes attachments as a worker does."""

    def __init__(self, kit: Kit, composer: Composer) -> None:
        self._kit = kit
        self._composer = composer

    @cached_property
    def _renderer(self) -> "Renderer":
        from pipeline.render.renderer import Renderer

        return Renderer(self._kit)

    def pdf(self, body: str, *, css: str = "", language: str = "en") -> bytes:
        """Return the PDF of a page that did not go through the template, with the usual fonts and styles."""
        html = (
            f'<!DOCTYPE html><html lang="{language}"><head><title>T</title><style>{css}</style></head>'
            f"<body>{body}</body></html>"
        )
        return self._render(Page(slug="a", language=language, html=html, assets=()))

    def evidence(
        self,
        body: str = "One paragraph.\n",
        *,
        css: str = "",
        spoil: Callable[[str], str] = str,
        thresholds: Thresholds | None = None,
        previous_size: int | None = None,
        **changes: Any,
    ) -> Evidence:
        """Return the evidence of an edition; `spoil` changes the HTML that is rendered, `css` the styles."""
        made = edition(body, **changes)
        composed = self._composer.compose(made, [made.language])[0]
        html = spoil(composed.html).replace("</head>", f"<style>{css}</style></head>", 1)
        page = replace(composed, html=html)
        return self.evidence_of(
            self._render(page), made, page, thresholds=thresholds, previous_size=previous_size
        )

    def evidence_of(
        self,
        data: bytes,
        made: Any,
        page: Page,
        *,
        thresholds: Thresholds | None = None,
        previous_size: int | None = None,
    ) -> Evidence:
        """Return the evidence of these bytes as the attachment of an edition."""
        read = read_back(data)
        words = HOUSE.language(made.language)
        assert words is not None
        return Evidence(
            edition=made,
            words=words,
            house=HOUSE,
            page=page,
            attachment=Attachment(
                slug=made.slug, language=made.language, data=data, sha256="", pages=len(read.pages)
            ),
            read_back=read,
            facts=facts_of(data),
            structure=structure_of(data),
            shares=lambda: bytes_by_cause(OpenPdf(data)),
            outline=read_outline(made.body, first_line=made.body_line),
            previous_size=previous_size,
            thresholds=thresholds or Thresholds(),
        )

    def _render(self, page: Page) -> bytes:
        rendering = self._renderer.render(page)
        assert rendering.data is not None, rendering.log
        return rendering.data

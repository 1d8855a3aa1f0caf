"""Attachments finished in a wrong way on purpose, and what a finished one is to a screen reader."""

import io
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from pipeline.checks.evidence import Evidence
from pipeline.compose.composer import Composer
from pipeline.core.model import Kit, Page
from pipeline.pdf.model import LogicalStructure, StructureElement
from tests.attachments import Workbench, structure_of
from tests.makers import edition

if TYPE_CHECKING:
    from pipeline.render.renderer import Renderer, Rendering

#: What a step of finishing is: it changes a PdfDraft, which is not imported before the fonts are in place.
Step = Callable[[Any], None]


class Finishing:
    """Renders pages with steps of finishing added before or behind the real ones."""

    def __init__(self, kit: Kit, composer: Composer) -> None:
        self._kit = kit
        self._composer = composer
        self._bench = Workbench(kit, composer)

    @cached_property
    def _renderer(self) -> "Renderer":
        from pipeline.render.renderer import Renderer

        return Renderer(self._kit)

    def render(self, html: str, *, first: tuple[Step, ...] = (), last: tuple[Step, ...] = ()) -> "Rendering":
        """Return the rendering of a page's HTML."""
        return self._rendered(Page(slug="a", language="en", html=html, assets=()), first, last)

    def body(self, body: str, *, css: str = "", language: str = "en") -> bytes:
        """Return the PDF of what stands in a page's body, with the project's fonts and styles."""
        head = f"<title>T</title><style>{css}</style>"
        rendering = self.render(
            f'<!DOCTYPE html><html lang="{language}"><head>{head}</head><body>{body}</body></html>'
        )
        assert rendering.data is not None, rendering.log
        return rendering.data

    def structure(self, body: str, *, css: str = "") -> LogicalStructure:
        """Return the structure of what stands in a page's body."""
        return structure_of(self.body(body, css=css))

    def composed(self, body: str, **changes: Any) -> bytes:
        """Return the attachment of an edition with this Markdown."""
        return self._bench.evidence(body, **changes).attachment.data

    def evidence(
        self, body: str, *, first: tuple[Step, ...] = (), last: tuple[Step, ...] = (), **changes: Any
    ) -> Evidence:
        """Return the evidence of an edition that was finished with more steps than it should."""
        made = edition(body, **changes)
        page = self._composer.compose(made, [made.language])[0]
        rendering = self._rendered(page, first, last)
        assert rendering.data is not None, rendering.log
        return self._bench.evidence_of(rendering.data, made, page)

    def _rendered(self, page: Page, first: tuple[Step, ...], last: tuple[Step, ...]) -> "Rendering":
        from pipeline.render.finish import STEPS, write_pdf

        self._renderer._write = partial(write_pdf, steps=(*first, *STEPS, *last))
        return self._renderer.render(page)


def elements(structure: LogicalStructure, kind: str) -> list[StructureElement]:
    """Return the elements of one type in reading order."""
    assert structure.tree is not None, structure.fault
    return [element for element in structure.tree.walk() if element.kind == kind]


def outline(structure: LogicalStructure, element: StructureElement | None = None) -> Iterator[str]:
    """Yield the types of all elements below, indented by level, and texts in quotation marks."""
    start = element or structure.tree
    assert start is not None, structure.fault
    for child in start.children:
        if isinstance(child, int):
            yield repr(structure.marks[child].text)
        else:
            yield child.kind
            yield from (f"  {line}" for line in outline(structure, child))


def structure_dictionaries(pdf: Any, kind: str) -> Iterator[Any]:
    """Yield the structure elements of one type of a PDF that is still pydyf's objects."""
    import pydyf

    for item in pdf.objects:
        if isinstance(item, pydyf.Dictionary) and item.get("S") == f"/{kind}":
            yield item


def dictionaries(data: bytes) -> Iterator[Any]:
    """Yield every dictionary of a finished PDF, streams included, in the order of their numbers."""
    reader = PdfReader(io.BytesIO(data))
    for number in sorted(
        {*reader.xref_objStm, *(number for table in reader.xref.values() for number in table)}
    ):
        item = reader.get_object(number)
        if isinstance(item, DictionaryObject):
            yield item

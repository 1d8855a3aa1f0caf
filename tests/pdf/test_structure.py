"""A structure is told as it is, or it is said why it can't be."""

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.compose.composer import Composer
from pipeline.core.model import Kit
from tests.attachments import structure_of
from tests.finishing import Finishing


@pytest.fixture(scope="module")
def finishing(kit: Kit, composer: Composer) -> Finishing:
    """Renders and finishes pages as a worker does, or otherwise."""
    return Finishing(kit, composer)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lambda data: data.replace(b"] TJ", b"(text) Tj", 1),
            "shows text in a way that this reader does not follow",
        ),
        (lambda data: data.replace(b"EMC", b"", 1), "leaves marked content open"),
        (lambda data: data.replace(b"EMC", b"EMC EMC", 1), "closes marked content that is not open"),
    ],
)
def test_content_that_can_not_be_followed_is_a_fault(
    finishing: Finishing, spoil: Callable[[bytes], bytes], told: str
) -> None:
    """Content that is written in another way, or whose marks don't match, is no evidence of anything."""

    def rewrite(draft: Any) -> None:
        page = draft.pdf.objects[int(draft.pdf.page_references[0].split()[0])]
        stream = draft.pdf.objects[int(page["Contents"].split()[0])]
        parts = (part if isinstance(part, bytes) else _data(part) for part in stream.stream)
        stream.stream = [spoil(b"\n".join(parts))]

    data = finishing.evidence("A text.\n", last=(rewrite,)).attachment.data
    assert told in str(structure_of(data).fault)


def _data(part: Any) -> bytes:
    return part.encode() if isinstance(part, str) else bytes(part.data)


def test_bytes_that_are_no_pdf_come_back_with_a_fault() -> None:
    """Nothing is raised for a file that can't be read; it says why."""
    assert structure_of(b"no PDF at all").fault is not None


def test_text_comes_in_the_order_of_the_tree(finishing: Finishing) -> None:
    """What an element says is what stands in it and below, but for the types that are left out."""
    structure = finishing.structure("<p>a <em>b</em> and <code>c</code> d")
    assert structure.tree is not None
    assert structure.text(structure.tree) == "a b and c d"
    assert structure.text(structure.tree, without=frozenset({"Code"})) == "a b and  d"


def test_content_under_no_mark_is_silent(finishing: Finishing) -> None:
    """Text that stands between marks belongs to nothing, and is told with its page."""

    def bare(draft: Any) -> None:
        page = draft.pdf.objects[int(draft.pdf.page_references[0].split()[0])]
        stream = draft.pdf.objects[int(page["Contents"].split()[0])]
        font = next(part for part in stream.stream if isinstance(part, bytes) and part.endswith(b" Tf"))
        shown = next(part for part in stream.stream if isinstance(part, bytes) and part.endswith(b"] TJ"))
        stream.stream += [b"BT", font, shown, b"ET"]

    structure = structure_of(finishing.evidence("A text.\n", last=(bare,)).attachment.data)
    (mark,) = structure.silent
    assert (mark.page, mark.number) == (1, None)
    assert mark.text

"""What somebody who listens would miss is told, and an ordinary attachment passes."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pipeline.checks import CHECKS, accessibility, run_checks
from pipeline.checks.evidence import Evidence
from pipeline.compose.composer import Composer
from pipeline.core.model import Finding, Image, Kit, Severity
from pipeline.pdf.model import LogicalStructure
from tests.finishing import Finishing, Step, structure_dictionaries

BODY = """A lead.[^1] In Kosovo.

## A heading

A [link](https://example.org/ "Its title") and <span lang="fr">des mots français</span>.

- one
    - deep
- two

| a | b |
|---|---|
| 1 | 2 |

![A square.](a.png "Its caption")

### Another heading

The end.

[^1]: A note.
"""
SQUARE = "a.png"


def _square() -> Image:
    from PIL import Image as Picture

    target = io.BytesIO()
    Picture.new("RGB", (40, 40)).save(target, "PNG")
    return Image(path=SQUARE, data=target.getvalue(), media_type="image/png", width=40, height=40)


@pytest.fixture(scope="module")
def finishing(kit: Kit, composer: Composer) -> Finishing:
    """Renders and finishes pages as a worker does, or otherwise."""
    return Finishing(kit, composer)


@pytest.fixture(scope="module")
def broken(finishing: Finishing) -> Callable[..., Evidence]:
    """Return the evidence of an attachment with every construct, finished with additional steps."""

    def make(*last: Step, first: Step | None = None) -> Evidence:
        return finishing.evidence(BODY, first=(first,) if first else (), last=last, images=(_square(),))

    return make


def found(evidence: Evidence) -> list[Finding]:
    """Return what the checks of this module find."""
    return list(
        run_checks(evidence, tuple(check for check in CHECKS if check.__module__ == accessibility.__name__))
    )


def ids(evidence: Evidence) -> list[str]:
    """Return the ids of what is found, each once."""
    assert {finding.severity for finding in found(evidence)} <= {Severity.ERROR}
    return list(dict.fromkeys(finding.check for finding in found(evidence)))


def test_an_attachment_with_every_construct_passes(broken: Callable[..., Evidence]) -> None:
    """Where nothing is left out, nothing is found, by no check at all."""
    evidence = broken()
    assert found(evidence) == []
    assert [finding.check for finding in run_checks(evidence)] == ["size.unpublished"]


def test_without_a_tree_that_is_said_once(broken: Callable[..., Evidence]) -> None:
    """An attachment without a structure tree is an error that says so."""

    def cut(draft: Any) -> None:
        del draft.pdf.catalog["StructTreeRoot"]

    assert found(broken(cut))[0].check == "access.tree"
    assert "it has no structure tree" in found(broken(cut))[0].message


def test_a_tree_that_leads_astray_is_told(broken: Callable[..., Evidence]) -> None:
    """A reference to content that isn't there is a tree that can't be followed."""

    def lose(draft: Any) -> None:
        next(structure_dictionaries(draft.pdf, "H1"))["K"] = 999

    assert "refers to content 999 of page 1, which is not there" in found(broken(lose))[0].message


def test_page_furniture_that_is_no_artifact_is_told(broken: Callable[..., Evidence]) -> None:
    """The first finisher that is broken on purpose: margin boxes stay ordinary content."""

    def forget(draft: Any) -> None:
        draft.tagging.artifacts.clear()

    evidence = broken(first=forget)
    assert ids(evidence) == ["access.silent"]
    assert found(evidence)[0].page == 1


def test_a_note_without_id_is_told(broken: Callable[..., Evidence]) -> None:
    """The second finisher that is broken on purpose: notes without IDs."""

    def forget(draft: Any) -> None:
        for note in structure_dictionaries(draft.pdf, "Note"):
            del note["ID"]

    evidence = broken(forget)
    assert ids(evidence) == ["access.note"]
    assert len(found(evidence)) == 2


def test_the_wrong_language_is_told(broken: Callable[..., Evidence]) -> None:
    """The third finisher that is broken on purpose: the document, or a run, names the wrong language."""
    import pydyf

    def document(draft: Any) -> None:
        draft.pdf.catalog["Lang"] = pydyf.String("tlh")

    def run(draft: Any) -> None:
        for span in structure_dictionaries(draft.pdf, "Span"):
            span.pop("Lang", None)

    assert "pdf.language" in [finding.check for finding in run_checks(broken(document))]
    assert ids(broken(run)) == ["access.language"]


def test_notes_that_share_an_id_are_told(broken: Callable[..., Evidence]) -> None:
    """Two notes of one name are two errors."""
    import pydyf

    def rename(draft: Any) -> None:
        for note in structure_dictionaries(draft.pdf, "Note"):
            note["ID"] = pydyf.String("same")

    assert [finding.check for finding in found(broken(rename))] == ["access.note"] * 2


def test_a_note_that_is_none_is_told(broken: Callable[..., Evidence]) -> None:
    """A note that the tree takes for something else is missing."""

    def hide(draft: Any) -> None:
        for note in list(structure_dictionaries(draft.pdf, "Note")):
            note["S"] = "/Span"

    assert "the page has 2 notes, the structure tree 0" in found(broken(hide))[-1].message


def test_another_order_is_told(broken: Callable[..., Evidence]) -> None:
    """Where the tree reads backwards, the first words out of their place are told with their line."""

    def turn(draft: Any) -> None:
        next(structure_dictionaries(draft.pdf, "Art"))["K"].reverse()

    (finding,) = [finding for finding in found(broken(turn)) if finding.check == "access.order"]
    assert finding.line is not None


def test_a_paragraph_in_two_parts_is_told(broken: Callable[..., Evidence]) -> None:
    """A paragraph whose second half is another P is told with its words."""
    import pydyf

    def split(draft: Any) -> None:
        whole = next(item for item in structure_dictionaries(draft.pdf, "P") if len(_kids(item)) > 4)
        rest = pydyf.Dictionary({**whole, "K": pydyf.Array(_kids(whole)[2:])})
        draft.pdf.add_object(rest)
        whole["K"] = pydyf.Array(_kids(whole)[:2])
        around = draft.pdf.objects[int(whole["P"].split()[0])]
        around["K"].insert(around["K"].index(whole.reference) + 1, rest.reference)

    evidence = broken(split)
    assert ids(evidence) == ["access.paragraph"]
    assert "“A lead. In Kosovo" in found(evidence)[0].message or "“A link" in found(evidence)[0].message


def _kids(item: Any) -> list[Any]:
    return item["K"] if isinstance(item["K"], list) else [item["K"]]


def test_a_figure_without_its_words_is_told(broken: Callable[..., Evidence]) -> None:
    """An image without alternative is told, and so is the alternative that nobody hears."""

    def forget(draft: Any) -> None:
        del next(structure_dictionaries(draft.pdf, "Figure"))["Alt"]

    messages = [finding.message for finding in found(broken(forget))]
    assert messages == [
        "an image has no text alternative",
        "the image “A square.” is told to nobody who listens",
    ]


def test_a_head_without_scope_is_told(broken: Callable[..., Evidence]) -> None:
    """A head cell that does not say what it is the head of is told with its words."""

    def forget(draft: Any) -> None:
        del next(structure_dictionaries(draft.pdf, "TH"))["A"]

    (finding,) = found(broken(forget))
    assert (finding.check, finding.message) == ("access.table", "the table's head “a” has no scope")


def test_a_table_without_heads_is_told(broken: Callable[..., Evidence]) -> None:
    """A table of nothing but plain cells has no head."""

    def flatten(draft: Any) -> None:
        for head in list(structure_dictionaries(draft.pdf, "TH")):
            head["S"] = "/TD"

    (finding,) = found(broken(flatten))
    assert finding.message == "a table has no head"


@pytest.mark.parametrize(
    ("kind", "told"), [("H1", "of level 2, after the beginning"), ("H2", "of level 3, after level 1")]
)
def test_a_heading_that_skips_a_level_is_told(broken: Callable[..., Evidence], kind: str, told: str) -> None:
    """Without the title, or without the level between, the next heading is told."""

    def skip(draft: Any) -> None:
        next(structure_dictionaries(draft.pdf, kind))["S"] = "/P"

    (finding,) = [finding for finding in found(broken(skip)) if finding.check == "access.heading"]
    assert told in finding.message


def test_a_link_that_nothing_owns_or_says_is_told(broken: Callable[..., Evidence]) -> None:
    """A link annotation without Contents, or outside the tree, is told with its page."""
    import pydyf

    def spoil(draft: Any) -> None:
        for item in draft.pdf.objects:
            if isinstance(item, pydyf.Dictionary) and item.get("Subtype") == "/Link":
                item["Contents"] = pydyf.String(" ")
        link = next(structure_dictionaries(draft.pdf, "Link"))
        link["K"] = pydyf.Array(kid for kid in _kids(link) if isinstance(kid, int))

    messages = {finding.message for finding in found(broken(spoil))}
    assert messages == {"a link is not in the structure tree", "a link says nothing of where it leads"}


def test_the_file_name_in_the_place_of_the_title_is_told(broken: Callable[..., Evidence]) -> None:
    """Readers that are not asked to show the title show the file's name."""

    def forget(draft: Any) -> None:
        draft.pdf.catalog["ViewerPreferences"].clear()

    assert ids(broken(forget)) == ["access.title"]


def test_a_tab_key_without_order_is_told(broken: Callable[..., Evidence]) -> None:
    """A page with links says in which order the tab key goes."""

    def forget(draft: Any) -> None:
        for reference in draft.pdf.page_references:
            del draft.pdf.objects[int(reference.split()[0])]["Tabs"]

    assert ids(broken(forget)) == ["access.tabs"]


def test_a_structure_that_can_not_be_told_passes_no_check_by_itself(broken: Callable[..., Evidence]) -> None:
    """Without evidence there is at least the error that there is none."""
    evidence = replace(broken(), structure=LogicalStructure(fault="it is damaged"))
    assert "access.tree" in ids(evidence)

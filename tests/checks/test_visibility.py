"""What people can't see is told, although extraction still gives it."""

import pytest

from pipeline.checks.visibility import clipped, glyphs, hidden, margin
from pipeline.core.model import Severity
from tests.attachments import Workbench

BODY = "Plain words.\n\nThe words in question.\n{: #here }\n"


def test_an_ordinary_page_passes(bench: Workbench) -> None:
    """Nothing is hidden, cut off, at the edge or without a glyph on an ordinary page."""
    evidence = bench.evidence(BODY)
    assert not [*glyphs(evidence), *clipped(evidence), *hidden(evidence), *margin(evidence)]


def test_a_character_without_a_glyph_is_told(bench: Workbench) -> None:
    """A character that no font has is shown as a box: an error that names it, its line and page."""
    (finding,) = glyphs(bench.evidence("Plain words.\n\nA private sign \ue123 here.\n"))
    assert (finding.check, finding.severity) == ("completeness.glyph", Severity.ERROR)
    assert "(U+E123) is shown as an empty box" in finding.message
    assert (finding.line, finding.page) == (7, 1)


@pytest.mark.parametrize(
    ("css", "told"),
    [
        ("#here { position: absolute; left: -400mm }", "The words in question."),
        ("#here { position: absolute; top: 400mm }", "The words in question."),
        ("#here { margin-left: 118mm; white-space: nowrap }", "question."),
        ("#here { overflow: hidden; width: 20mm; white-space: nowrap }", "in question."),
        ("#here { overflow: hidden; height: 1pt }", "The words in question."),
        ("#here { overflow: hidden; width: 20mm; white-space: nowrap; opacity: .9 }", "in question."),
        (
            "#here { overflow: hidden; width: 20mm; white-space: nowrap; transform: translate(2mm, 3mm) }",
            "in question.",
        ),
    ],
)
def test_text_that_is_cut_off_is_told(bench: Workbench, css: str, told: str) -> None:
    """Text beside the page, or cut off by its box, is an error that names the words and the page."""
    (finding,) = clipped(bench.evidence(BODY, css=css))
    assert (finding.check, finding.severity, finding.page) == ("completeness.clipped", Severity.ERROR, 1)
    assert f"“{told}” is cut off" in finding.message


def test_a_box_that_cuts_nothing_off_passes(bench: Workbench) -> None:
    """A box that would cut what is too long is no fault where nothing is too long."""
    assert list(clipped(bench.evidence(BODY, css="#here { overflow: hidden; width: 80mm }"))) == []


@pytest.mark.parametrize(
    "css",
    [
        "color: white",
        "color: transparent",
        "opacity: 0",
        "color: rgba(0, 0, 0, .03)",
        "color: #063; color: #0b529c0a",
        "color: #fefefe; background: white",
    ],
)
def test_text_that_no_one_can_see_is_told(bench: Workbench, css: str) -> None:
    """Text in the colour of its ground, or all but transparent, is an error."""
    (finding,) = hidden(bench.evidence(BODY, css=f"#here {{ {css} }}"))
    assert (finding.check, finding.severity, finding.page) == ("completeness.hidden", Severity.ERROR, 1)
    assert finding.message.startswith("“The words in question.” can't be seen")


@pytest.mark.parametrize("css", ["color: white; background: #0b529c", "color: #777", "opacity: .6"])
def test_text_that_can_be_seen_passes(bench: Workbench, css: str) -> None:
    """White text on a ground of its own, grey text and half-transparent text can be seen."""
    assert list(hidden(bench.evidence(BODY, css=f"#here {{ {css} }}"))) == []


def test_text_at_the_edge_is_told(bench: Workbench) -> None:
    """Text less than 8 mm from the edge of the page is a warning."""
    css = "#here { position: absolute; left: -50mm; width: 40mm }"
    evidence = bench.evidence(BODY, css=css)
    (finding,) = margin(evidence)
    assert (finding.check, finding.severity, finding.page) == ("completeness.margin", Severity.WARNING, 1)
    assert "The" in finding.message

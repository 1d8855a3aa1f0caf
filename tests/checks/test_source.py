"""What is wrong with a source is found before it is rendered, each finding at its line."""

import ast
from pathlib import Path

import pytest

from pipeline.checks import CHECKS_OF_SOURCES, check_source, leftovers, source
from pipeline.checks.source import Source
from pipeline.core.model import PLACEHOLDER, Finding, Severity
from pipeline.sources.outline.reader import read_outline
from tests.makers import edition
from tests.repository import syntax_of

GOOD = """\
## A heading

A paragraph with [a link that says where it leads](https://www.example.org/), and a note.[^one]

### A heading below

![A chart of three columns](a.png)

| Year | Number |
| --- | --- |
| 2024 | 12 |

[^one]: The note.
"""
ERROR, WARNING = Severity.ERROR, Severity.WARNING


def found(body: str, *, missing: str = "", **changes: object) -> list[Finding]:
    """Return what is found in an edition with this body, of whose characters no font has those in `missing`."""
    made = edition(body, **changes)
    outline = read_outline(made.body, first_line=made.body_line)
    return list(
        check_source(
            Source(
                edition=made,
                outline=outline,
                missing=lambda text: tuple(character for character in missing if character in text),
            )
        )
    )


def test_a_good_source_passes() -> None:
    """A source with every construct, written well, gives no finding."""
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("body", "check", "severity", "line"),
    [
        (f"A line.\n\n{PLACEHOLDER}\n", "source.placeholder", ERROR, 2),
        ("# A heading\n", "source.first_level", WARNING, 0),
        ("## A heading\n\n#### Too deep\n", "access.heading_level", WARNING, 2),
        ("A line.\n\n![](a.png)\n", "access.alt", ERROR, 2),
        ("A line.\n\n[The other page](other.html)\n", "source.link", WARNING, 2),
        ("[Click here](https://www.example.org/) for more.\n", "access.link_text", WARNING, 0),
        ("A line.\n\n| | |\n| --- | --- |\n| 1 | 2 |\n", "access.table_head", WARNING, 2),
        ("A line.\n\n<blink>Look</blink>\n", "source.html", WARNING, 2),
        ("A line.[^one]\n", "source.note", ERROR, 0),
        ("A line.\n\n[^one]: A note.\n", "source.note", ERROR, 2),
        ("A line.[^one]\n\n[^one]: A note.\n\n    - a list\n", "source.note_block", WARNING, 4),
    ],
)
def test_each_fault_is_found_at_its_line(body: str, check: str, severity: Severity, line: int) -> None:
    """Each check finds its fault, once, at its line of the file, and nothing else is found."""
    (finding,) = found(body)
    assert (finding.check, finding.severity) == (check, severity)
    assert finding.line == edition(body).body_line + line
    assert (finding.slug, finding.language) == ("a-post", "en")


@pytest.mark.parametrize(
    "body",
    [
        "![](a.png){: .decorative }\n",
        "[A mail](mailto:a@example.org), [a call](tel:+41), [below](#a-heading)\n\n## A heading\n",
        "<sub>Small</sub> print.\n",
        "A line.[^one]\n\n[^one]: A note.\n\n    A second paragraph of it.\n",
    ],
)
def test_what_only_looks_like_a_fault_passes(body: str) -> None:
    """Decorative images, links that a PDF can follow, allowed HTML and notes of paragraphs are no faults."""
    assert found(body) == []


def test_headings_of_a_text_that_begins_too_high_keep_their_steps() -> None:
    """Where headings begin at the first level all are set one lower, so that the next level is not missing."""
    assert [finding.check for finding in found("# One\n\n## Two\n\n### Three\n")] == ["source.first_level"]


def test_each_step_that_is_missing_is_found() -> None:
    """A heading is compared with the level at which the one before it was set, not as it was written."""
    headings = found("## One\n\n#### Two\n\n##### Three\n")
    assert [finding.check for finding in headings] == ["access.heading_level"] * 2


def test_marks_around_a_link_text_do_not_hide_that_it_says_nothing() -> None:
    """Dots and blanks behind `click here` change nothing."""
    assert [finding.check for finding in found("[Click here …](https://www.example.org/)\n")] == [
        "access.link_text"
    ]


def test_a_link_text_is_judged_in_the_language_of_the_edition() -> None:
    """`Ici` says nothing in French, and is a name like any other in English."""
    body = "[Ici](https://www.example.org/)\n"
    assert [finding.check for finding in found(body, language="fr")] == ["access.link_text"]
    assert found(body) == []


def test_a_character_that_no_font_has_is_reported_once_where_it_comes_first() -> None:
    """The front matter counts as well as the text; each character is named once, by its code."""
    (finding,) = found("One \ue123 here.\n\nAnd \ue123 there.\n", missing="\ue123")
    assert (finding.check, finding.severity) == ("font.missing", ERROR)
    assert finding.line == edition("x").body_line
    assert "U+E123" in finding.message
    titled = edition("One \ue123 here.\n", title="A \ue123 title", lines=(("title", 2),))
    (finding,) = found(titled.body, missing="\ue123", title=titled.title, lines=titled.lines)
    assert finding.line == 2


def test_every_check_of_sources_is_listed() -> None:
    """A check that is written and not listed would never run."""
    written = [
        node.name
        for module in (source, leftovers)
        for node in syntax_of(Path(str(module.__file__))).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    # An unfinished merge is looked for before everything else.
    assert {*(check.__name__ for check in CHECKS_OF_SOURCES), "conflicts"} == set(written)

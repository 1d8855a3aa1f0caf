"""What other tools leave in a source is found at its line; what only looks like it passes."""

import pytest

from pipeline.core.model import Severity
from tests.checks.test_source import found

ERROR, WARNING = Severity.ERROR, Severity.WARNING


@pytest.mark.parametrize(
    ("body", "check", "line"),
    [
        ("Words.\n\n^[a note] here\n", "source.leftover", 2),
        ("See [the report][nope].\n", "source.leftover", 0),
        ("See (the report)[https://a.example/].\n", "source.leftover", 0),
        ("An [underlined]{.underline} word.\n", "source.leftover", 0),
        ("+---+---+\n| a | b |\n+===+===+\n", "source.leftover", 0),
        ("| a | b |\n| c | d |\n", "source.leftover", 0),
        ("| a | b |\n|---|\n| c | d |\n", "source.leftover", 0),
        ("$$ x $$\n", "source.leftover", 0),
        ("{% include x %}\n", "source.leftover", 0),
        ("l\\’ONU\n", "source.leftover", 0),
        ("Words.\n\n##Heading\n", "source.leftover", 2),
        ("In brief:\n2. second\n3. third\n", "source.leftover", 1),
        ("<div>\n**Deadline:** May\n</div>\n", "source.html_markdown", 1),
        ("<div>\n- first\n- second\n</div>\n", "source.html_markdown", 1),
        ("##\n", "source.empty_heading", 0),
        ("![map.png](map.png)\n", "access.alt", 0),
    ],
)
def test_each_leftover_is_a_warning_at_its_line(body: str, check: str, line: int) -> None:
    """Text that means something elsewhere and nothing here is reported once, where it stands."""
    (finding,) = [one for one in found(body) if one.check != "links.text"]
    assert (finding.check, finding.severity, finding.line) == (check, WARNING, line + 1 + _FIRST)


@pytest.mark.parametrize(
    ("body", "check", "line"),
    [
        ("Lâ€™ONU\n", "source.mojibake", 0),
        ("Words.\nlâ€™Ã©tÃ© des rÃ©fugiÃ©s\n", "source.mojibake", 1),
        ("a[^1] b\n\n[^1]: One.\n[^1]: Two.\n", "source.note", 3),
        (">" * 120 + " deep\n", "source.nesting", 0),
    ],
)
def test_what_loses_or_spoils_words_is_an_error(body: str, check: str, line: int) -> None:
    """Text in a wrong encoding, a second text of a note, and what is nested too deep, can't be published."""
    first, *_ = found(body)
    assert (first.check, first.severity, first.line) == (check, ERROR, line + 1 + _FIRST)


def test_each_mark_of_a_merge_is_an_error_and_nothing_else_is_said() -> None:
    """A merge that was not finished makes nonsense of the rest."""
    marks = found("Words.\n\n<<<<<<< HEAD\nOurs.\n=======\nTheirs.\n>>>>>>> branch\n")
    assert [(one.check, one.line) for one in marks] == [
        ("source.conflict", line + _FIRST) for line in (3, 5, 7)
    ]


@pytest.mark.parametrize(
    "title", ["Questions &amp; answers", "A *stressed* word", "<abbr>ICT</abbr>", "[a](b)"]
)
def test_marks_in_a_title_are_reported(title: str) -> None:
    """A title is plain text: its marks would be printed."""
    assert [one.check for one in found("Words.\n", title=title)] == ["source.title_marks"]


@pytest.mark.parametrize(
    "body",
    [
        "Head\n=======\n".replace("Head", "## Not"),
        "`^[x]` and `[a][b]` and `{.x}` and `$$`\n",
        "```\n<<<<<<< HEAD\n##Heading\n| a | b |\n```\n",
        "\\[a\\]\\[b\\] and [sic] [sic]\n",
        "In the year\n2020. Then it rained.\n",
        "Ça va, été, naïve, Ærø, Łódź, Âge\n",
        "It costs $5 or $6; see #hashtag and #2.\n",
        "<div>\nWords, 2 * 3 * 4, and snake_case.\n</div>\n",
        "2 < 3 and <name> and a|b\n",
    ],
)
def test_what_only_looks_like_a_leftover_passes(body: str) -> None:
    """Code, escapes, numbers, accents and prices are no leftovers."""
    assert [one.check for one in found(body) if one.check != "source.first_level"] == []


def test_a_title_with_signs_is_no_markup() -> None:
    """Signs of ordinary text are not taken for marks."""
    assert found("Words.\n", title="R&D at 5 * 3 < 20: what_is_left, and [sic]") == []


#: The line of the file before a body's first.
_FIRST = found("$$\n")[0].line - 1  # type: ignore[operator] # it has a line

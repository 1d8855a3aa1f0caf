"""What an editor wrote that Annexe adds itself is taken out, once, and reported."""

import pytest

from pipeline.compose.cleaning import clean
from tests.makers import ENGLISH, FRENCH, HOUSE, edition

DISCLAIMER = ENGLISH.disclaimer.text


def cleaned(body: str) -> tuple[str, list[str]]:
    """Return the body as it is built, and the findings as `id:line`."""
    result, findings = clean(edition(body), HOUSE)
    return result.body, [f"{finding.check}:{finding.line}" for finding in findings]


@pytest.mark.parametrize(
    "notice",
    [
        DISCLAIMER,
        DISCLAIMER.replace(" at all", ""),
        f"*{DISCLAIMER}*",
        DISCLAIMER.replace("do not", "do\nnot"),
        f"\\*{ENGLISH.kosovo_note.text}",
        f"*{ENGLISH.kosovo_note.text}",
        FRENCH.disclaimer.text,
        FRENCH.disclaimer.text.replace("'", "\u2019"),
    ],
)
def test_written_notice_is_left_out(notice: str) -> None:
    """A notice in the body, in any language of house.yaml and however marked, is left out and reported."""
    body, findings = cleaned(f"Text.\n\n{notice}\n\nMore.\n")
    assert body.split() == ["Text.", "More."]
    assert findings == ["notice.written:7"]


def test_lines_stay_where_they_are() -> None:
    """Whatever is left out, the other lines keep their numbers."""
    body, _ = cleaned(f"Text.\n\n{DISCLAIMER}\n\nMore.\n")
    assert body.split("\n").index("More.") == 4


@pytest.mark.parametrize(
    "text",
    [
        "These figures do not reflect those of the Test Network for 2019.",
        "These opinions are those of the whole Test Network, and it stands behind them in every way.",
        "```\n" + DISCLAIMER + "\n```",
        "````\n```\n\n" + DISCLAIMER + "\n\n````",
        "```\n~~~\n\n" + DISCLAIMER + "\n\n```",
        "Opinions.",
    ],
)
def test_other_paragraphs_stay(text: str) -> None:
    """A paragraph that only resembles a notice, or code, stays."""
    assert cleaned(f"{text}\n") == (f"{text}\n", [])


@pytest.mark.parametrize(
    "heading", ["# A title of its own", "A Title of Its Own\n===", "# A Title of Its Own {: #x }"]
)
def test_repeated_title_is_left_out(heading: str) -> None:
    """A first heading that says the title again is left out."""
    body, findings = cleaned(f"{heading}\n\nText.\n")
    assert body.split() == ["Text."]
    assert findings == ["source.repeated_title:5"]


def test_another_heading_stays() -> None:
    """A first heading that says something else stays."""
    assert cleaned("# Another\n\nText.\n") == ("# Another\n\nText.\n", [])


@pytest.mark.parametrize(
    ("written", "built"),
    [
        ("In Kosovo* today.", "In Kosovo today."),
        ("In Kosovo\\* today.", "In Kosovo today."),
        ("In *Kosovo* today.", "In *Kosovo* today."),
        ("In **Kosovo** today.", "In **Kosovo** today."),
        ("*In Kosovo* today.", "*In Kosovo* today."),
    ],
)
def test_written_asterisk_is_left_out(written: str, built: str) -> None:
    """An asterisk behind Kosovo is left out unless it ends an emphasis."""
    body, findings = cleaned(written)
    assert body == built
    assert findings == (["notice.asterisk:5"] if written != built else [])


@pytest.mark.parametrize(
    ("written", "built"),
    [
        ("In Kosovo* and in Kosovo* again, (Kosovo*) too.", "In Kosovo and in Kosovo again, (Kosovo) too."),
        ("Kosovo* and Kosovo\\*, Kosovo*.", "Kosovo and Kosovo, Kosovo."),
        ("In *Kosovo* and Kosovo*; **Kosovo**, Kosovo*", "In *Kosovo* and Kosovo; **Kosovo**, Kosovo"),
        ("***Kosovo*** and Kosovo*, *all of Kosovo*", "***Kosovo*** and Kosovo, *all of Kosovo*"),
        ("* In Kosovo* and in Kosovo*", "* In Kosovo and in Kosovo"),
        ("**In Kosovo* and Kosovo* at last**", "**In Kosovo and Kosovo at last**"),
        ("Kosovo* is 2 * 3, Kosovo* and *more*", "Kosovo is 2 * 3, Kosovo and *more*"),
        ("`Kosovo*` and `a*b`, Kosovo*", "`Kosovo*` and `a*b`, Kosovo"),
        ("`` `Kosovo*` `` and ` Kosovo*", "`` `Kosovo*` `` and ` Kosovo"),
        ("Kosovo*'s and \\` Kosovo* \\`", "Kosovo's and \\` Kosovo \\`"),
        ("*not\nin Kosovo* but Kosovo*", "*not\nin Kosovo* but Kosovo"),
        ("a \\*b Kosovo*", "a \\*b Kosovo"),
    ],
)
def test_every_written_asterisk_is_left_out(written: str, built: str) -> None:
    """All asterisks behind mentions in a line are left out; those that mark emphasis or stand in code stay."""
    body, findings = cleaned(written)
    assert body == built
    assert len(findings) == 1


def test_asterisks_are_counted_by_line() -> None:
    """One finding a line says how many asterisks were left out of it."""
    _, findings = clean(edition("In Kosovo* and Kosovo*,\nthen Kosovo*."), HOUSE)
    assert [(finding.line, finding.message.partition(";")[0]) for finding in findings] == [
        (5, "2 asterisks stand behind mentions of Kosovo"),
        (6, "an asterisk stands behind a mention of Kosovo"),
    ]

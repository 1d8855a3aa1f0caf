"""The institution's words are read whole, or every fault is reported with its line."""

from pathlib import Path

import pytest

from pipeline.core.errors import ExitCode, HouseWordsError
from pipeline.core.model import HouseText, Status
from pipeline.sources.house import house_of, read_house

LANGUAGE = """\
  {tag}:
    name: Name
    direction: ltr
    institution: {{text: Network, status: approved, source: a letter}}
    disclaimer: {{text: Not ours., status: published, source: a page}}
    kosovo_note:
      text: >-
        A note over
        two lines.
      status: draft
      source: us
    kosovo_spellings: [Kosovo, Kosova]
    labels:
      author: By
      authors: By
      date: Date
      also_in: Also in
      page: page {{page}} of {{pages}}
      skip_to_text: Skip
      note: Note
      back_to_text: Back
      disclaimer: Disclaimer
      attachments: Attachments
      all_posts: All
      newer_posts: Newer
      older_posts: Older
      years: Years
      languages: Languages
      feed: Feed
      status: draft
      source: us
"""
ENGLISH = "languages:\n" + LANGUAGE.format(tag="en")


def faults(text: str) -> list[str]:
    """Return what is reported about a house.yaml, line by line."""
    with pytest.raises(HouseWordsError) as caught:
        house_of(text.encode(), "house.yaml")
    assert caught.value.exit_code == ExitCode.BAD_SOURCE
    return str(caught.value).split("\n")


def test_words_are_read_with_status_source_and_line() -> None:
    """Each wording has its status, its source and its line; languages are in the order of the file."""
    house = house_of((ENGLISH + LANGUAGE.format(tag="zh-Hans")).encode(), "house.yaml")
    assert [words.language for words in house.languages] == ["en", "zh-Hans"]
    english = house.languages[0]
    assert english.institution == HouseText(text="Network", status=Status.APPROVED, source="a letter", line=5)
    assert english.kosovo_note == HouseText(
        text="A note over two lines.", status=Status.DRAFT, source="us", line=7
    )
    assert english.kosovo_spellings == ("Kosovo", "Kosova")
    assert (english.labels.page, english.labels.line) == ("page {page} of {pages}", 14)


@pytest.mark.parametrize(
    ("old", "new", "reported"),
    [
        ("    name: Name\n", "", ["house.yaml:2: en.name is missing; write name: below en"]),
        (
            "name: Name",
            "name: ' '",
            ["house.yaml:3: en.name is empty; write its value, or take the line out"],
        ),
        ("ltr", "left", ["house.yaml:4: en.direction is left; write one of rtl, ltr"]),
        ("ltr", "lr", ['house.yaml:4: en.direction is lr; did you mean "ltr"?']),
        ("approved", "aproved", ['house.yaml:5: en.institution.status is aproved; did you mean "approved"?']),
        (
            "a letter}",
            "a letter, sorce: x}",
            ['house.yaml:5: unknown key "sorce" in en.institution; did you mean "source"?'],
        ),
        (
            "{page} of {pages}",
            "{page} of {page}",
            [
                (
                    "house.yaml:19: en.labels.page does not hold {page} and {pages}; write both once, "
                    "and no other "
                    'braces, such as "page {page} of {pages}"'
                )
            ],
        ),
        (
            "[Kosovo, Kosova]",
            "[]",
            ["house.yaml:13: en.kosovo_spellings is empty; write its value, or take the line out"],
        ),
        (
            "  en:\n",
            "  english:\n",
            ['house.yaml:2: "english" is no language tag; write a BCP 47 tag, such as en, fr or zh-Hans'],
        ),
        ("  en:\n", "  EN:\n", ['house.yaml:2: the language tag "EN" is written otherwise; write en']),
        ("Not ours.", "Not: ours, no", ['house.yaml:6: YAML can\'t read the value of "disclaimer" (']),
        (
            "author: By",
            "author: By: x",
            [
                (
                    'house.yaml:15: the value of "author" holds a colon, which YAML takes for the end '
                    "of another "
                    'key; put it in quotes: author: "By: x"'
                )
            ],
        ),
        (
            "      date: Date\n",
            "      date: Date\n      date: Day\n",
            ['house.yaml:18: the key "date" stands in line 17 already; take one of the two out'],
        ),
        (
            "status: approved",
            "status: !x approved",
            [
                (
                    'house.yaml:5: !x is a YAML tag in the value of "status", which is not taken; write '
                    "the value "
                    "itself, in quotes if the mark belongs to it"
                )
            ],
        ),
        ("name: Name", "name: N\x00", ["house.yaml:3: a control character U+0000 in the text; delete it"]),
    ],
)
def test_each_fault_is_reported_with_its_line(old: str, new: str, reported: list[str]) -> None:
    """A fault is reported with the path of its key, its line and what to write."""
    assert ENGLISH.count(old) >= 1
    assert [
        line[: len(want)] for line, want in zip(faults(ENGLISH.replace(old, new, 1)), reported, strict=True)
    ] == reported


def test_all_faults_are_told_at_once() -> None:
    """Faults in several languages and keys come in one message."""
    text = ENGLISH.replace("ltr", "up").replace("Date", "2020") + LANGUAGE.format(tag="fr").replace(
        "draft", "maybe"
    )
    assert faults(text) == [
        "house.yaml:4: en.direction is up; write one of rtl, ltr",
        'house.yaml:17: en.labels.date is a number to YAML (2020), not text; put it in quotes: "2020"',
        "house.yaml:42: fr.kosovo_note.status is maybe; write one of approved, published, draft",
        "house.yaml:62: fr.labels.status is maybe; write one of approved, published, draft",
    ]


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("", "house.yaml:1: languages is missing; write languages: and each language below it"),
        (
            "languages: {}\n",
            "house.yaml:1: the house has words in no language; write at least one below languages:",
        ),
        (
            "languages: en\n",
            (
                "house.yaml:1: languages is text, not a table of keys; write its keys below it, each on "
                "a line "
                "of its own, indented"
            ),
        ),
        (
            "- en\n",
            "house.yaml:1: these are no lines of the form key: value; write each as key, colon, space, value",
        ),
    ],
)
def test_a_file_without_languages_is_refused(text: str, reported: str) -> None:
    """House words in no language are none."""
    assert reported in faults(text)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A missing or oversized file is reported by its name, with what to do."""
    with pytest.raises(
        HouseWordsError, match=r"house\.yaml: there is no such file .* as docs/source-format\.md says"
    ):
        read_house(tmp_path / "house.yaml")
    (tmp_path / "house.yaml").write_bytes(b"#" * 300_000)
    with pytest.raises(HouseWordsError, match="the file is larger than 262144 bytes"):
        read_house(tmp_path / "house.yaml")
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(HouseWordsError, match="there is no such file"):
        read_house(tmp_path / "folder.yaml")

"""Footnotes and the Kosovo note stand behind their references."""

import pytest
from lxml import etree

from pipeline.compose import notes
from pipeline.compose.markdown_body import convert, parse, serialise

PATTERN = notes.mention_pattern(("Kosovo", "Kossovo"))


def footnotes(text: str) -> etree._Element:
    """Return the tree of a text with its footnotes behind their references."""
    root = convert(text).root
    notes.move_footnotes(root, note_name="Note", back_to_text="Back")
    return root


def refer(html: str) -> tuple[bool, str]:
    """Return whether a mention was found, and the HTML with reference and note."""
    root = parse(html)
    reference = notes.kosovo_reference("Note")
    found = notes.refer_to_kosovo_note(root, PATTERN, reference)
    if found:
        notes.put_behind(reference, notes.kosovo_note("TEXT", "Back"))
    for element in list(root.iter("a", "span")):
        if element.get("class") == "noteref":
            element.text, keep = "*", element.tail
            element.attrib.clear()
            element.tag, element.tail = "ref", keep
        elif element.get("role") == "doc-footnote":
            tail = element.tail
            element.clear()
            element.tag, element.tail = "note", tail
    return found, serialise(root)


def test_notes_are_numbered_by_reference() -> None:
    """Notes are numbered in the order of their references, whatever the order of their definitions."""
    root = footnotes("One[^b] two[^a].\n\n[^a]: Note A.\n\n[^b]: Note B.\n")
    listed = [
        (note.get("id"), "".join(map(str, note.itertext()))) for note in root.iter("span") if note.get("id")
    ]
    assert listed == [("note-1", "1 Note B."), ("note-2", "2 Note A.")]
    assert not [div for div in root.iter("div") if div.get("class") == "footnote"]


def test_note_stands_behind_its_reference_and_links_back() -> None:
    """Reference and note link to each other and stand side by side."""
    root = footnotes("One[^a] two.\n\n[^a]: Note *A*.\n")
    link, note = root[0][0], root[0][1]
    assert (link.get("href"), link.get("id")) == ("#note-1", "noteref-1")
    assert (note.get("id"), note[0].get("href")) == ("note-1", "#noteref-1")
    assert note.tail == " two."
    assert (link.get("role"), note.get("role"), note[0].get("role")) == (
        "doc-noteref",
        "doc-footnote",
        "doc-backlink",
    )


def test_second_reference_links_to_the_same_note() -> None:
    """A note that is referred to twice stands once, and no two references share an id."""
    root = footnotes("One[^a] two[^a].\n\n[^a]: Note.\n")
    links = [link for link in root.iter("a") if link.get("class") == "noteref"]
    assert [(link.get("id"), link.get("href")) for link in links] == [
        ("noteref-1", "#note-1"),
        ("noteref-1-2", "#note-1"),
    ]
    assert serialise(root).count("Note.") == 1


def test_paragraphs_of_a_note_stay_apart() -> None:
    """A note of two paragraphs keeps both, in elements that may stand in a paragraph."""
    root = footnotes("One[^a].\n\n[^a]: First.\n\n    Second.\n")
    assert "".join(map(str, root[0][1].itertext())) == "1 First. Second."
    assert {child.get("class") for child in root[0][1]} == {"backlink", "note-text", "note-paragraph"}


def test_no_word_of_a_list_in_a_note_is_lost() -> None:
    """A list in a note becomes running text, every word kept."""
    root = footnotes("One[^a].\n\n[^a]: First.\n\n    - alpha\n    - beta\n")
    assert "".join(map(str, root.itertext())).split() == ["One11", "First.", "alpha", "beta", "."]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>In Kosovo today</p>", "<p>In Kosovo<ref>*</ref><note></note> today</p>"),
        ("<p>In <b>Kosovo</b> today</p>", "<p>In <b>Kosovo<ref>*</ref><note></note></b> today</p>"),
        ("<p>kosovo's</p>", "<p>kosovo<ref>*</ref><note></note>'s</p>"),
        ("<p>A <a href='#'>link to Kossovo now</a> b</p>", "ref>*</ref><note></note> b</p>"),
        ("<p>a</p>Kosovo", "<p>a</p>Kosovo<ref>*</ref><note></note>"),
        (
            "<h2>Kosovo</h2><p>Kosovo</p>",
            '<h2>Kosovo<ref>*</ref></h2><div class="heading-notes"><note></note></div><p>Kosovo</p>',
        ),
        ("<p><code>Kosovo</code> x</p>", "<p><code>Kosovo</code><ref>*</ref><note></note> x</p>"),
    ],
)
def test_first_mention_gets_the_asterisk(html: str, expected: str) -> None:
    """The asterisk and its note follow the first mention, never inside a link or code."""
    found, text = refer(html)
    assert found
    assert text.replace("\n", "").endswith(expected)


@pytest.mark.parametrize("html", ["<p>Kosovar and Kosovos</p>", "<p>Serbia</p>", "<p title='Kosovo'>a</p>"])
def test_other_words_are_no_mention(html: str) -> None:
    """A longer word, another place or an attribute is no mention."""
    assert refer(html)[0] is False


def test_mention_in_a_footnote_puts_the_note_behind_that_footnote() -> None:
    """A mention inside a footnote is marked there; its note follows the footnote, never stands inside it."""
    root = footnotes("One[^a] two.\n\n[^a]: In Kosovo.\n")
    reference = notes.kosovo_reference("Note")
    assert notes.refer_to_kosovo_note(root, PATTERN, reference)
    notes.put_behind(reference, notes.kosovo_note("TEXT", "Back"))
    paragraph = root[0]
    assert [child.get("id") for child in paragraph] == ["noteref-1", "note-1", "note-kosovo"]
    assert paragraph[2].tail == " two."


def test_note_of_a_heading_stands_behind_the_heading() -> None:
    """A heading keeps the reference alone; its notes follow it, in the order of their references."""
    root = footnotes("## One[^a] and Kosovo[^b]\n\nText.\n\n[^a]: A.\n\n[^b]: B.\n")
    reference = notes.kosovo_reference("Note")
    assert notes.refer_to_kosovo_note(root, PATTERN, reference)
    notes.put_behind(reference, notes.kosovo_note("TEXT", "Back"))
    assert [child.get("id") for child in root[0]] == ["noteref-1", "noteref-kosovo", "noteref-2"]
    assert root[1].get("class") == "heading-notes"
    assert [child.get("id") for child in root[1]] == ["note-1", "note-2", "note-kosovo"]

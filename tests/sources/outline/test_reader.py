"""The outline says what stands where, and sees the words that the converter sees."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.compose.markdown_body import convert
from pipeline.sources.outline.model import (
    BrokenLink,
    Heading,
    HtmlTag,
    ImageUse,
    NoteMark,
    NoteText,
    Outline,
    OutlineLink,
    OutlineTable,
    OverfullRow,
    Piece,
)
from pipeline.sources.outline.reader import read_outline

SAMPLE = (Path(__file__).parent / "sample.md").read_text(encoding="utf-8")


def words_of(pieces: tuple[Piece, ...]) -> list[str]:
    """Return the words of pieces: runs of letters and digits."""
    return re.findall(r"\w+", " ".join(piece.text for piece in pieces))


def pieces(*lines: tuple[int, str]) -> tuple[Piece, ...]:
    """Return pieces of text, each with its line."""
    return tuple(Piece(text=text, line=line) for line, text in lines)


def texts(outline: Outline) -> list[tuple[str, int]]:
    """Return the main flow as pairs of text and line."""
    return [(piece.text, piece.line) for piece in outline.words]


def converted_words(body: str) -> tuple[list[str], list[list[str]]]:
    """Return the words of the text and of each footnote as Python-Markdown makes them, captions included."""
    root = convert(body).root
    for paragraph in root.iter("p"):
        image = paragraph[0] if len(paragraph) else None
        if (
            image is not None
            and image.tag == "img"
            and len(paragraph) == 1
            and not _text(paragraph, set()).strip()
        ):
            paragraph.text = image.get("title", "")
    notes = []
    for reference in list(root.iter("sup")):
        for link in reference.iter("a"):
            link.text = ""
    for listing in list(root.iter("div")):
        if listing.get("class") == "footnote":
            notes = [_words(item) for item in listing.iter("li") if item.get("id")]
            for element in listing.iter(etree.Element):
                element.text = element.tail = None
    return _words(root), notes


def _words(element: etree._Element) -> list[str]:
    running = {"em", "strong", "code", "a", "b", "i", "span", "sup", "sub", "abbr", "small", "q", "kbd"}
    return re.findall(r"\w+", _text(element, running))


def _text(element: etree._Element, running: set[str]) -> str:
    inner = (element.text or "") + "".join(_text(child, running) + (child.tail or "") for child in element)
    return inner if element.tag in running else f" {inner} "


def test_both_parsers_see_the_same_words() -> None:
    """For each construct, markdown-it and Python-Markdown give the same words in the same order."""
    outline = read_outline(SAMPLE)
    text, notes = converted_words(SAMPLE)
    assert words_of(outline.words) == text
    assert [words_of(note.pieces) for note in outline.notes] == notes
    assert len(text) > 200


@pytest.mark.parametrize(
    "body",
    [
        "#Heading without a space\n\n##Another ##\n",
        "Two lines\nof text\n---\nthen more\n",
        "One line\n---\nthen more\n",
        "para {: .x }\n",
        'para\n{: .lead #top lang=fr title="a b" }\n',
        "## Head {#x .y}\n\n## Head {: .z } ##\n\n## Head ## {: .z }\n",
        "*em*{.a} **strong**{: #b} `code`{: .c} [l](u){: rel=x} ![i](u){: .d } text\n",
        "text {sic} and {: not one\n",
        "*em*{{ 7*7 }} **bold**{sic} *em*{% x %}\n{% y %}\n",
        (
            "the [Listening *Sessions*]{lang=en} x, [a]{: lang=pt-BR } and [b](u){: lang=en } [c "
            "[d]{lang=en}](u)\n"
        ),
        "| a {: .x} | b |\n|---|---|\n| `c|d` | e\\|f |\n| *g* | |\n",
        "- one\n- two\n    - three\n    - four\n\n        code\n- five\n{: .k}\n",
        "1. one\n2. two\n\n    more\n\n* three\n",
        "> quote *em*\n> more\n\n> > deep\n",
        "Term\n:   Definition\n\n    More\n\nTerm two\nTerm three\n:   Other\n",
        "*[HTML]: Hyper Text\n*[UN]:\n    United Nations\n\nHTML and UN.\n",
        "```\n*[X]: y\n# no heading\n{: .x}\n```\n\n~~~ python\na|b\n~~~\n",
        "<div>raw <b>bo</b>ld &amp; &eacute;</div>\n\n<p>a<br>b</p>\n",
        "a <script>gone()</script> b <style>p{}</style> c\n",
        "<template>gone</template>\n\n<iframe src=x>gone</iframe>\n\nkept\n",
        "<!-- gone -->\n\na <!-- gone\ngone --> b\n",
        "a &lt;b&gt; &copy; &#233; \\*not em\\* snake_case_word 3 < 4 > 2\n",
        '![alt words](x.png "The caption")\n\ntext ![alt](y.png "No caption") text\n',
        '<img src="x.png" title="The caption" alt="alt">\n',
        "<https://example.org/path> and <me@example.org>\n",
        '[text][ref] and [other] here\n\n[ref]: https://example.org "Title"\n[other]: <u>\n',
        "a  \nhard\\\nbreak\n",
        "L'**État** n'*a* pas d`accord`s\n",
        "    indented code {: .x }\n\n\ttabbed\n",
        "{{ 7*7 }} {% x %} {% raw %}\n",
        (
            "text[^1] and[^2] twice[^1].\n\n[^1]: First\n    goes on\n\n    Second paragraph\n\n[^2]: "
            "*Other* [l](u)\n"
        ),
    ],
)
def test_both_parsers_agree_on_each_construct(body: str) -> None:
    """Whatever the source format has, the two parsers find the same words."""
    outline = read_outline(body)
    text, notes = converted_words(body)
    assert words_of(outline.words) == text
    assert [words_of(note.pieces) for note in outline.notes] == notes


@pytest.mark.parametrize("body", ["*em*{{ seven }}\n", "**bold**{sic}\n", "<![CDATA[ seven ]]>\n"])
def test_what_is_no_attribute_list_is_text(body: str) -> None:
    """Braces without attributes, and what HTML drops without a trace, are words: their loss is noticed."""
    words = words_of(read_outline(body).words)
    assert set(words) & {"seven", "sic"}


def test_everything_has_its_line() -> None:
    """Each part has its line in the file, however the lines before it are made up."""
    body = (
        '# Head {: #top }\n\nPara **bold** [link](http://a.b/c "title\nx") third `code\nmore` fourth[^1]\n\n'
        '![alt *x*](a%20b.png "Caption")\n\n*[UN]: United Nations\n\n| a | b |\n|---|---|\n| 1 | 2 | 3 |\n\n'
        "[^1]: Note\n\n[^2]: unused\n\n<div>\n<img src=z.png\nalt=q><a href=u>go "
        "<b>on</b></a>\n</div>\n\n[a](b c)\n"
    )
    assert read_outline(body, first_line=8) == Outline(
        headings=(Heading(level=1, text="Head", line=8),),
        images=(
            ImageUse(path="a%20b.png", alt="alt x", title="Caption", line=14),
            ImageUse(path="z.png", alt="q", title="", line=27),
        ),
        links=(
            OutlineLink(target="http://a.b/c", text="link", line=10),
            OutlineLink(target="u", text="go on", line=28),
        ),
        broken_links=(BrokenLink(text="[a](b c", is_image=False, line=31),),
        tables=(OutlineTable(line=18, has_head=True),),
        overfull_rows=(OverfullRow(line=20, cells=3, columns=2),),
        html_tags=(
            *(HtmlTag(name="div", line=26), HtmlTag(name="img", line=27)),
            *(HtmlTag(name="a", line=28), HtmlTag(name="b", line=28)),
        ),
        note_definitions=(NoteMark(label="1", line=22), NoteMark(label="2", line=24)),
        note_references=(NoteMark(label="1", line=12),),
        words=pieces(
            (8, "Head"),
            (10, "Para bold link third code more fourth"),
            (14, "Caption"),
            *((18, "a"), (18, "b"), (20, "1"), (20, "2"), (28, "go on"), (31, "[a](b c)")),
        ),
        notes=(
            NoteText(label="1", line=22, pieces=pieces((22, "Note"))),
            NoteText(label="2", line=24, pieces=pieces((24, "unused"))),
        ),
    )


def test_a_reference_without_a_note_is_seen() -> None:
    """A reference is noted whether its footnote exists or not."""
    assert read_outline("a[^x] b\n").note_references == (NoteMark(label="x", line=1),)


def test_a_table_without_words_in_its_head_has_none() -> None:
    """A head of empty cells is no head, in Markdown and in HTML."""
    body = (
        "| | |\n|-|-|\n| a | b |\n\n<table><tr><td>a</td></tr></table>\n\n<table><tr><th>a</th></tr></table>"
        "\n"
    )
    assert [table.has_head for table in read_outline(body).tables] == [False, False, True]


def test_an_element_that_never_ends_takes_no_words_along() -> None:
    """Text behind an unclosed script is kept in the outline, so that its loss from the page is noticed."""
    assert texts(read_outline("<script>\n\nall the rest\n")) == [("all the rest", 3)]


def test_a_heading_in_html_is_a_heading() -> None:
    """A heading written as HTML is one."""
    assert read_outline("<h3>In <i>HTML</i></h3>\n").headings == (Heading(level=3, text="In HTML", line=1),)


def test_a_link_around_an_image_says_what_the_image_says() -> None:
    """The text of a link is what a screen reader speaks: for an image its alternative text."""
    outline = read_outline("[![the map](m.png)](https://example.org)\n")
    assert outline.links == (OutlineLink(target="https://example.org", text="the map", line=1),)


@pytest.mark.parametrize(
    ("body", "broken"),
    [
        ("![a](b c.png)\n", [("![a](b c.png", True)]),
        ("text\n[a *b*](c d) more\n", [("[a b](c d", False)]),
        ("`[a](b c)` \\[a\\](b c) [a](<b c>)\n", []),
        ('![a](b.png "He said "hi" to")\n', [('![a](b.png "He said "hi" to"', True)]),
    ],
)
def test_what_only_looks_like_a_link_is_told(body: str, broken: list[tuple[str, bool]]) -> None:
    """A link or image that the two parsers would read differently is noted, unlike code and escaped marks."""
    assert [(link.text, link.is_image) for link in read_outline(body).broken_links] == broken


MARKS = st.sampled_from([
    "a", "b c", "\n", "\n\n", "    ", "# ", "- ", "1. ", "> ", "*", "**", "_", "`", "```\n", "[", "](", ")",
    "![", "[^1]", "[^1]: ", "*[", "]: ", "|", "\n|-|-|\n", "{: .x}", "{", "<b>", "</b>", "<script>",
    "</script>", "<!--", "-->", "<img src=x>", "<a href=y>", "<![CDATA[", "]]>", "<?", "&amp;", "\\",
    ":   ", "\u2028", "\0", "<![", "<!",
])  # fmt: skip


@settings(deadline=None)
@given(st.lists(MARKS, max_size=25).map("".join), st.integers(1, 9))
@example("<![if x]>", 1)
def test_any_body_has_an_outline_within_its_lines(body: str, first_line: int) -> None:
    """No body makes reading fail, and no line lies outside the body."""
    outline = read_outline(body, first_line=first_line)
    last = first_line + body.count("\n")
    pieces = [*outline.words, *(piece for note in outline.notes for piece in note.pieces)]
    parts: list[Any] = [
        *pieces,
        *outline.headings,
        *outline.images,
        *outline.links,
        *outline.tables,
        *outline.html_tags,
    ]
    parts += [
        *outline.note_definitions,
        *outline.note_references,
        *outline.broken_links,
    ]
    assert all(first_line <= part.line <= last for part in parts)

"""HTML in Markdown is cut into tags and text, whatever it is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.outline.raw_html import ClosingTag, HtmlText, LineEnd, OpeningTag, parts_of


def test_html_is_cut_into_tags_and_text() -> None:
    """Tags come with their attributes, text with its entities resolved, comments and scripts not at all."""
    html = "<!-- no\n-->a &amp; b<IMG SRC='x y'\nalt=q ALT=r hidden>\n<script>if (a<b) </x></script>"
    assert list(parts_of(html)) == [
        HtmlText(text="a & b", line=1),
        OpeningTag(name="img", line=1, attributes={"src": "x y", "alt": "q", "hidden": ""}),
        LineEnd(),
        OpeningTag(name="script", line=3),
        ClosingTag(name="script"),
    ]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a <!-- b", "a      b"),
        ("a <b", "a <b"),
        ("a < b > c", "a < b > c"),
        ("<![CDATA[ a ]]>", " a "),
        ("<!DOCTYPE html>a<?php echo ?>", "a"),
        ("<script>a", "a"),
    ],
)
def test_what_begins_no_tag_is_text(html: str, text: str) -> None:
    """Marks that never end, and sections that no page shows, are text."""
    assert "".join(part.text for part in parts_of(html) if isinstance(part, HtmlText)) == text


HOSTILE = (
    "<a ",
    "<a b='",
    '<a "',
    "</",
    "<?",
    "<!",
    "<![CDATA[",
    "<!--",
    "<!-- x>",
    "&",
    "<script>",
    "<a b ",
    "]<![",
)


@pytest.mark.parametrize("end", ["", ">", "-->"])
@pytest.mark.parametrize("mark", HOSTILE)
def test_hostile_html_takes_no_time(mark: str, end: str) -> None:
    """A mark that is repeated thirty thousand times is read in a second, not in minutes."""
    started = time.process_time()
    assert HtmlText(text="kept", line=0) in list(parts_of(f"kept<b>{mark * 30_000}{end}"))
    assert time.process_time() - started < 1


@given(
    st.lists(st.sampled_from(["<", ">", "a", "/", "!", "--", "=", "'", '"', " ", "\n", "&", "script", "["]))
)
def test_any_html_is_cut_within_its_lines(marks: list[str]) -> None:
    """No HTML makes cutting fail, and no part lies behind the last line."""
    html = "".join(marks)
    lines = [part.line for part in parts_of(html) if isinstance(part, HtmlText | OpeningTag)]
    assert lines == sorted(lines)
    assert all(line <= html.count("\n") for line in lines)

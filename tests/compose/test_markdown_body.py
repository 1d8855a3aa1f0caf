"""Markdown becomes a tree in which nothing stands but what is allowed."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.compose.markdown_body import convert, sanitise, serialise
from pipeline.sources.markup import ALLOWED_TAGS


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("{{ 7*7 }} and {% x %}", "<p>{{ 7*7 }} and {% x %}</p>"),
        ("a <script>alert(1)</script>b", "<p>a b</p>"),
        ('<b onclick="x">b</b>', "<p><b>b</b></p>"),
        ("[a](javascript:alert)", "<p><a>a</a></p>"),
        ("[a](file:///etc/passwd)", "<p><a>a</a></p>"),
        ("[a](ftp://b.example/c) [d](data:text/html,e)", "<p><a>a</a> <a>d</a></p>"),
        ("a<!-- secret -->b", "<p>ab</p>"),
        ('<p class="lead note">a</p>', "<p>a</p>"),
        ("![a](b.png){: .kosovo .decorative }", '<p><img alt="a" class="decorative" src="b.png"></p>'),
        ('<p dir="rtl">a</p>', '<p dir="rtl">a</p>'),
        ('<p dir="up">a</p>', "<p>a</p>"),
        ('<ol start="5000000"><li>a</li></ol>', "<ol><li>a</li></ol>"),
        ('<span style="position:fixed">a</span>', "<p><span>a</span></p>"),
        ('<link rel="attachment" href="/etc/passwd">a', "<p>a</p>"),
        ("<base href='x'>a", "<p>a</p>"),
        ("<iframe src='x'>gone</iframe>a", "<p>a</p>"),
        ("text\n{% x %}", "<p>text\n{% x %}</p>"),
        ("*em*{{ 7*7 }} **so**{sic}", "<p><em>em</em>{{ 7*7 }} <strong>so</strong>{sic}</p>"),
        ("*em*{: #a lang='fr' hidden } b", '<p><em id="a" lang="fr">em</em> b</p>'),
        ("*em*{#a lang=fr} b\n{: lang=de }", '<p lang="de"><em id="a" lang="fr">em</em> b</p>'),
        ("word {: .skip #text }", "<p>word {: .skip #text }</p>"),
        (
            "the [Listening *Sessions*]{lang=en} x",
            '<p>the <span lang="en">Listening <em>Sessions</em></span> x</p>',
        ),
        (
            "[a]{: lang=pt-BR } [b](https://b.example){: lang=en }",
            '<p><span lang="pt-BR">a</span> <a href="https://b.example" lang="en">b</a></p>',
        ),
        ("[sic] and [a]{b} `[a]{lang=en}`", "<p>[sic] and [a]{b} <code>[a]{lang=en}</code></p>"),
        ("H2O: H<sub>2</sub>O", "<p>H2O: H<sub>2</sub>O</p>"),
    ],
)
def test_what_stays(written: str, kept: str) -> None:
    """Text stays, what could run, read or hide does not, and template marks are text."""
    assert re.sub(r' data-line="\d+"', "", serialise(convert(written).root)).strip() == kept


@pytest.mark.parametrize(
    "name", ["script", "style", "template", "iframe", "object", "noscript", "svg", "math"]
)
def test_what_no_page_may_run_is_removed_with_its_content(name: str) -> None:
    """Of these elements not even the text stays; of any other that is not allowed it does."""
    assert sanitise(f"a<{name}>gone</{name}>b") == "ab"
    assert sanitise("a<button>stays</button>b") == "astaysb"


def test_wide_spans_are_dropped() -> None:
    """A cell that spans millions of columns spans one."""
    table = "<table><tr><td colspan='100000000'>a</td><td colspan='2'>b</td></tr></table>"
    assert serialise(convert(table).root).count("colspan") == 1


def test_nested_lists_tables_and_definitions() -> None:
    """The constructs of the source format become the elements that are named for them."""
    text = "- a\n    1. b\n\n| h |\n|---|\n| c |\n\nTerm\n:   Meaning\n\n```\ncode <b>\n```\n"
    tags = {str(element.tag) for element in convert(text).root.iter()}
    assert {"ul", "ol", "li", "table", "thead", "th", "td", "dl", "dt", "dd", "pre", "code"} <= tags
    assert "b" not in tags


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_converted(text: str) -> None:
    """No text makes the converter fail or lets an element through that is not allowed."""
    tags = {str(element.tag) for element in convert(text).root.iter()}
    assert tags <= ALLOWED_TAGS | {"div"}


@settings(deadline=None)
@given(st.text(alphabet="<>/='\"abscriptonmge: &;", max_size=120))
def test_sanitising_twice_is_sanitising_once(text: str) -> None:
    """What was sanitised stays as it is."""
    once = sanitise(text)
    assert sanitise(once) == once

"""A night as pages: everything is there, nothing is more than text, ten thousand posts stay readable."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from pipeline.compose.styles import ReportStyles
from pipeline.core.night import Night
from pipeline.report.pages.writing import Pages, search_data
from tests.report.bad_nights import many
from tests.report.nights import SLUGS, Files, mixed

REPORT = Path("/somewhere/report")
MEGABYTE = 1_000_000


def found(tree: etree._Element, path: str) -> list[Any]:
    """Return what an XPath finds."""
    nodes = tree.xpath(path)
    assert isinstance(nodes, list)
    return nodes


def index_pages(night: Night, styles: ReportStyles) -> dict[str, str]:
    """Return the pages that list posts, by name, without pictures."""
    return dict(Pages(night, REPORT, styles).of_index({}))


@pytest.mark.parametrize("posts", [1_000, pytest.param(10_000, marks=pytest.mark.heavy)])
def test_very_many_posts_stay_light(report_styles: ReportStyles, posts: int) -> None:
    """With 10,000 posts the first page and all that it loads are below 2 MB, every list page too."""
    night = many(posts)
    pages = Pages(night, REPORT, report_styles)
    listed = 0
    for name, text in pages.of_index({}):
        assert len(text.encode()) < MEGABYTE // 2, name
        listed += text.count('class="post"') if ".fr." not in name else 0
    assert listed == posts
    assert len(search_data(pages.posts)) < MEGABYTE // 2


def test_a_catastrophe_of_ten_thousand_kinds_stays_light(report_styles: ReportStyles) -> None:
    """Where every edition has its own kind of error, the first page stays small and says what it omits."""
    night = many(2_000)
    editions = tuple(
        replace(
            edition,
            result=replace(
                edition.result,
                findings=tuple(
                    replace(one, remedy=f"do the thing of number {place}") for one in edition.result.findings
                ),
            ),
        )
        for place, edition in enumerate(night.editions)
    )
    worse = replace(
        night, editions=editions, run=replace(night.run, editions=tuple(e.result for e in editions))
    )
    text = index_pages(worse, report_styles)["index.html"]
    assert len(text.encode()) < MEGABYTE
    assert "360 more kinds of findings are in the report for programs." in text


def test_list_pages_lead_to_each_other(report_styles: ReportStyles) -> None:
    """Every page of the list names its range and leads to the one before and after, in its own language."""
    pages = index_pages(many(450), report_styles)
    assert set(pages) == {
        "index.html",
        "index-2.html",
        "index-3.html",
        "index.fr.html",
        "index-2.fr.html",
        "index-3.fr.html",
    }
    tree = html.fromstring(pages["index-2.fr.html"])
    assert found(tree, "//a[@rel='prev']/@href") == ["index.fr.html#posts"]
    assert found(tree, "//a[@rel='next']/@href") == ["index-3.fr.html#posts"]
    assert "Publications 201 à 400 sur 450" in pages["index-2.fr.html"]


def test_a_night_of_nothing_is_a_page(report_styles: ReportStyles) -> None:
    """A night without any post has a first page that says so."""
    night = many(0)
    assert "There is no attachment to speak of." in index_pages(night, report_styles)["index.html"]


def test_findings_stand_with_place_and_remedy(files: Files, report_styles: ReportStyles) -> None:
    """What needs somebody says what to do, where, and leads to the post's page; the worst stands first."""
    tree = html.fromstring(index_pages(mixed(files), report_styles)["index.html"])
    groups = [" ".join(group.text_content().split()) for group in found(tree, "//li[@class='group']")]
    lost = next(text for text in groups if "la phrase" in text)
    assert "Look for what drops it" in lost
    assert f"sources/{SLUGS[2]}/fr.md:12" in lost
    (link,) = found(tree, "//li[@class='group'][contains(., 'la phrase')]//a/@href")
    assert link == f"posts/{SLUGS[2]}.html"
    levels = found(tree, "//section[@id='needs']/h3/@class")
    assert levels == ["level error", "level warning"]


def test_the_words_of_checks_are_marked_as_english(files: Files, report_styles: ReportStyles) -> None:
    """In a French page what checks say is marked as English, so that a screen reader changes its voice."""
    tree = html.fromstring(index_pages(mixed(files), report_styles)["index.fr.html"])
    assert tree.get("lang") == "fr"
    messages = found(tree, "//p[@class='message']")
    assert messages
    assert {message.get("lang") for message in messages} == {"en"}


def test_hostile_texts_stay_texts(reports: Path) -> None:
    """Text of a source is escaped everywhere, its control characters are written out, no file escapes."""
    pages = sorted((reports / "hostile").rglob("*.html"))
    assert len(pages) == 8
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert not set(text) & {"\x1b", "\u202e"}
    index = (reports / "hostile" / "report" / "index.html").read_text(encoding="utf-8")
    assert "\\x1b[31m\\u202e" in index
    tree = html.fromstring(index)
    assert found(tree, "//script/@src") == ["search.js"]
    assert not found(tree, "//*[@onerror]")
    assert sorted(path.name for path in (reports / "hostile").iterdir()) == ["report"]


def test_pages_come_one_at_a_time(files: Files, report_styles: ReportStyles) -> None:
    """The pages are made as they are asked for, so that no more than one is in memory."""
    pages = Pages(mixed(files), REPORT, report_styles)
    assert isinstance(pages.of_index({}), Iterator)
    assert isinstance(pages.of_post(pages.posts[0], {}), Iterator)


def test_the_same_night_gives_the_same_pages(files: Files, report_styles: ReportStyles) -> None:
    """Pages are a function of the night."""
    assert index_pages(mixed(files), report_styles) == index_pages(mixed(files), report_styles)

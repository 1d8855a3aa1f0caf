"""What all posts of a site share: lists, feeds, site map, style sheet and fonts."""

import datetime as dt
import re
from typing import Any

import pytest
from lxml import etree, html

from pipeline.publish.site.addresses import reserved_names
from pipeline.publish.site.lists import NEWEST, ON_A_PAGE
from pipeline.publish.site.site import Site, fonts_of, is_asset
from pipeline.publish.site.summaries import (
    AttachmentSummary,
    EditionSummary,
    PostSummary,
    read_summary,
    write_summary,
)
from tests.sites import URL, files_of, make_post

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAP = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def summary(slug: str, date: str, *languages: str) -> PostSummary:
    """Return a post's summary."""
    return PostSummary(
        slug=slug,
        entries=tuple(
            EditionSummary(
                language=language,
                title=f"{slug} {language}",
                description="What it is.",
                authors=("Ada Author",),
                date=date,
                stylesheet="assets/site-0123456789abcdef.css",
            )
            for language in languages or ("en", "fr")
        ),
        attachments=(
            AttachmentSummary(
                language="en",
                text="English (2 KB)",
                file=f"{slug}-en-01234567.pdf",
                size=2048,
                sha256="0" * 64,
            ),
        ),
    )


def many(count: int) -> list[PostSummary]:
    """Return so many posts, a day apart."""
    first = dt.date(2019, 6, 1)
    return [
        summary(f"post-{number}", (first + dt.timedelta(days=number)).isoformat()) for number in range(count)
    ]


def shared(site: Site, posts: list[PostSummary]) -> dict[str, bytes]:
    """Return the shared files of a site of these posts."""
    return dict(site.shared_files(posts, lambda slug, language: f"<p>{slug} {language}</p>".encode()))


def _parsed(page: bytes) -> Any:
    return html.document_fromstring(page.decode())


def _titles(page: bytes) -> list[str]:
    return [str(link.text_content()) for link in _parsed(page).xpath("//p[@class='title']/a")]


def test_the_lists_are_newest_first_by_year(site: Site) -> None:
    """The list of all names each post in all its languages, that of a language in its own.

    Years part them.
    """
    files = shared(site, [summary("old", "2020-07-09"), summary("new", "2021-01-02", "fr")])
    assert _titles(files["index.html"]) == ["new fr", "old en", "old fr"]
    assert _titles(files["en/index.html"]) == ["old en"]
    assert _titles(files["fr/index.html"]) == ["new fr", "old fr"]
    page = _parsed(files["fr/index.html"])
    assert [heading.text for heading in page.iter("h2")] == ["2021", "2020"]
    assert page.get("lang") == "fr"
    assert page.xpath("//p[@class='title']/a/@href")[0] == "../new/fr/index.html"
    assert page.xpath("//span[@class='other']/a/@href") == ["../old/en/index.html"]


def test_a_list_of_many_posts_is_in_pages_of_bounded_size(site: Site) -> None:
    """From 41 posts on each year has pages of its own.

    Every post stands on exactly one of them, none on too long a page.
    """
    posts = many(300)
    files = shared(site, posts)
    years = [path for path in files if re.fullmatch(r"en/\d{4}(-\d+)?\.html", path)]
    assert years == ["en/2020.html", "en/2019.html", "en/2019-2.html", "en/2019-3.html"][: len(years)]
    titles = [title for path in years for title in _titles(files[path])]
    assert titles == [f"post-{number} en" for number in reversed(range(300))]
    assert _titles(files["en/index.html"]) == titles[:NEWEST]
    assert max(len(_titles(files[path])) for path in years) <= ON_A_PAGE
    assert max(len(data) for path, data in files.items() if path.endswith(".html")) < 150_000


def test_the_pages_of_a_list_lead_to_each_other(site: Site) -> None:
    """From the newest year's page one comes through all pages to the oldest, and back."""
    files = shared(site, many(300))
    path, seen = "2020.html", ["2020.html"]
    while following := _parsed(files[path]).xpath("//a[@rel='next']/@href"):
        path = following[0]
        seen.append(path)
    assert seen == [name for name in files if re.fullmatch(r"\d{4}(-\d+)?\.html", name)]
    before = _parsed(files[seen[0]]).xpath("//a[@rel='prev']/@href")
    assert before == ["index.html"]


def test_few_posts_need_no_pages_of_years(site: Site) -> None:
    """Up to 40 posts all stand on one page."""
    assert [path for path in shared(site, many(NEWEST)) if path.endswith(".html")] == [
        "index.html", "en/index.html", "fr/index.html"
    ]  # fmt: skip


@pytest.mark.parametrize("is_served", [False, True])
def test_a_feed_is_as_atom_wants_it(site: Site, served: Site, *, is_served: bool) -> None:
    """By RFC 4287 feed and entries have id, title and updated once, an author, and links.

    Ids are absolute and unique.
    """
    files = shared(served if is_served else site, many(60))
    root = etree.fromstring(files["fr/feed.xml"])
    entries: Any = root.findall("a:entry", ATOM)
    assert len(entries) == 30
    for element in (root, *entries):
        assert [len(element.findall(f"a:{name}", ATOM)) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert element.findtext("a:author/a:name", namespaces=ATOM)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", element.findtext("a:updated", namespaces=ATOM))
        assert element.find("a:link[@rel='alternate']", ATOM) is not None
    ids = [element.findtext("a:id", namespaces=ATOM) for element in (root, *entries)]
    assert len(set(ids)) == len(ids)
    assert all(
        re.match(r"https://www\.example\.org/posts/" if is_served else r"urn:uuid:", one) for one in ids
    )
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    assert root.find("a:link[@rel='self']", ATOM) is not None


def test_an_entry_carries_the_whole_text_and_the_attachments(served: Site) -> None:
    """Content is the fragment as HTML, each attachment an enclosure with length and type."""
    entry = etree.fromstring(shared(served, [summary("a", "2020-07-09")])["en/feed.xml"]).find(
        "a:entry", ATOM
    )
    assert entry is not None
    content = entry.find("a:content", ATOM)
    assert content is not None
    assert (content.get("type"), content.text) == ("html", "<p>a en</p>")
    enclosure = entry.find("a:link[@rel='enclosure']", ATOM)
    assert enclosure is not None
    assert {str(name): str(value) for name, value in enclosure.attrib.items()} == {
        "rel": "enclosure",
        "type": "application/pdf",
        "hreflang": "en",
        "length": "2048",
        "title": "English (2 KB)",
        "href": f"{URL}/a/a-en-01234567.pdf",
    }


def test_the_comment_that_marks_a_fragment_is_not_fed(served: Site) -> None:
    """What a feed carries begins with the text."""
    root = etree.fromstring(files_of(served, [make_post()])["en/feed.xml"])
    assert str(root.findtext("a:entry/a:content", namespaces=ATOM)).startswith('<div lang="en"')


def test_a_site_map_names_every_page_with_its_translations(site: Site, served: Site) -> None:
    """Each address stands once, with all languages and x-default.

    Without a known address there is no site map.
    """
    posts = [summary("a", "2020-07-09"), summary("b", "2020-07-10", "fr")]
    assert not [path for path in shared(site, posts) if path.startswith("sitemap")]
    root = etree.fromstring(shared(served, posts)["sitemap.xml"])
    assert [one.text for one in root.findall("m:url/m:loc", MAP)] == [
        f"{URL}/", f"{URL}/b/fr/", f"{URL}/a/en/", f"{URL}/a/fr/"
    ]  # fmt: skip
    links = root.findall("m:url[4]/x:link", MAP)
    assert [(link.get("hreflang"), link.get("href")) for link in links] == [
        ("en", f"{URL}/a/en/"), ("fr", f"{URL}/a/fr/"), ("x-default", f"{URL}/a/en/")
    ]  # fmt: skip


def test_a_site_map_of_many_posts_is_in_parts(served: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are many posts, the site map names its parts, which name every page."""
    monkeypatch.setattr("pipeline.publish.site.feeds.MOST_POSTS", 4)
    files = shared(served, many(10))
    index = etree.fromstring(files["sitemap.xml"])
    parts = [str(one.text) for one in index.findall("m:sitemap/m:loc", MAP)]
    assert parts == [f"{URL}/sitemap-{number}.xml" for number in (1, 2, 3)]
    pages = [
        loc
        for part in parts
        for loc in etree.fromstring(files[part.rpartition("/")[2]]).findall("m:url/m:loc", MAP)
    ]
    assert len(pages) == 1 + 20


def test_a_site_without_posts_has_a_list_all_the_same(served: Site) -> None:
    """Nothing published yet makes an empty list, no feed, and a site map of one page."""
    assert list(shared(served, [])) == ["index.html", "sitemap.xml"]


def test_assets_are_named_by_their_content(site: Site) -> None:
    """Every asset's name tells its bytes, and the style sheet asks for fonts that are there.

    For nothing else.
    """
    names = {path.rpartition("/")[2]: data for path, data in site.assets.items()}
    assert all(is_asset(name, data) for name, data in names.items())
    assert not any(is_asset(name, data + b" ") for name, data in names.items())
    css = site.assets[site.stylesheet]
    assert set(fonts_of(css)) == set(site.assets) - {site.stylesheet}
    assert len(re.findall(rb"url\(", css)) == len(names) - 1
    assert b"@import" not in css
    assert b"http" not in css


def test_a_summary_reads_back_as_it_was_written() -> None:
    """post.json holds the whole summary; anything else is none."""
    one = summary("a", "2020-07-09")
    assert read_summary(write_summary(one)) == one
    for other in (
        b"",
        b"[]",
        b"{}",
        b'{"generator": "Annexe"}',
        write_summary(one).replace(b"2020-07-09", b"soon"),
    ):
        assert read_summary(other) is None


def test_a_slug_never_stands_where_the_site_keeps_its_own() -> None:
    """The folders of assets and languages are the site's; every other shared file has a dot in its name."""
    assert reserved_names(["en", "zh-Hans"]) == {"assets", "en", "zh-hans"}

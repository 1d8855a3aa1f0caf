"""A post's page on the site, and its fragment: what they hold, and what they say to machines."""

import json
import re
from typing import Any

from lxml import html

from pipeline.core.model import Image
from pipeline.publish.site.site import Site
from tests.makers import HOUSE
from tests.sites import URL, files_of, make_post, page_links

NOTED = (
    "About Kosovo.\n\nA text[^1] & more.\n\n| A | B |\n|---|--:|\n| 1 | 2 |\n\n[^1]: What was *left* out.\n"
)


def _page(files: dict[str, bytes], path: str = "a-post/en/index.html") -> Any:
    return html.document_fromstring(files[path].decode())


def _data(page: Any) -> Any:
    return json.loads(page.findtext(".//script[@type='application/ld+json']"))


def test_every_page_lists_the_attachments_of_all_languages_in_their_order(site: Site) -> None:
    """The list stands between title and text, each link with its text, language, type and a relative address."""
    files = files_of(site, [make_post()])
    for language in ("en", "fr"):
        page = _page(files, f"a-post/{language}/index.html")
        names = [element.get("class") or element.tag for element in page.find(".//article")]
        assert names == ["h1", "attachments", "about", "text", "notices"]
        links = page.findall(".//section[@class='attachments']//a")
        assert [dict(link.attrib) | {"text": link.text} for link in links] == [
            {
                "href": f"../a-post-{tag}-{tag * 4}.pdf",
                "lang": tag,
                "hreflang": tag,
                "type": "application/pdf",
                "text": f"{label} (1.13 KB)",
            }
            for tag, label in (("en", "English"), ("fr", "Français"))
        ]


def test_a_page_carries_its_notices(site: Site) -> None:
    """The disclaimer ends the text, the Kosovo note stands behind its mention, as on the standalone page."""
    files = files_of(site, [make_post(bodies={"en": NOTED})])
    page = _page(files)
    assert page.findtext(".//p[@class='disclaimer']") == HOUSE.languages[0].disclaimer.text
    assert "1244" in page.get_element_by_id("note-kosovo").text_content()


def test_a_page_is_at_home_on_the_web_where_its_address_is_known(site: Site, served: Site) -> None:
    """Canonical address, translations and x-default are whole addresses then.

    Else relative ones, and no canonical.
    """
    page = _page(files_of(served, [make_post()]))
    links = {(link.get("rel"), link.get("hreflang")): link.get("href") for link in page.iter("link")}
    assert links[("canonical", None)] == f"{URL}/a-post/en/"
    assert links[("alternate", "fr")] == f"{URL}/a-post/fr/"
    languages = [link.get("hreflang") for link in page.iter("link") if link.get("type") is None]
    assert languages == [None, "en", "fr", "x-default", None]
    page = _page(files_of(site, [make_post()]))
    assert not page.xpath("//link[@rel='canonical']")
    assert page.xpath("//link[@hreflang='fr']/@href") == ["../fr/index.html"]
    assert page.xpath("//nav//a[@hreflang='fr']/@href") == ["../fr/index.html"]


def test_a_page_tells_the_truth_in_open_graph_and_schema_org(served: Site) -> None:
    """Both say title, date, language, author and publisher.

    The attachment is the one of the page's language.
    """
    post = make_post(description="What it is.", keywords=("one", "two"))
    page = _page(files_of(served, [post]), "a-post/fr/index.html")
    properties = {meta.get("property"): meta.get("content") for meta in page.iter("meta")}
    assert properties["og:title"] == "Title fr"
    assert properties["og:locale"] == "fr_FR"
    assert properties["og:url"] == f"{URL}/a-post/fr/"
    data = _data(page)
    own = page_links(post)[1]
    assert data["encoding"] == {
        "@type": "MediaObject",
        "name": own.text,
        "contentUrl": f"{URL}/{own.path}",
        "encodingFormat": "application/pdf",
        "contentSize": "1.13 KB",
        "inLanguage": "fr",
        "sha256": own.sha256,
    }
    assert (data["@type"], data["headline"], data["inLanguage"]) == ("Article", "Title fr", "fr")
    assert (data["datePublished"], data["url"]) == ("2020-07-09", f"{URL}/a-post/fr/")
    assert data["author"] == [{"@type": "Person", "name": "Ada Author"}]
    assert data["publisher"]["name"] == page.findtext(".//p[@class='wordmark']/a")
    assert [one["inLanguage"] for one in data["workTranslation"]] == ["en"]


def test_no_words_can_leave_the_script(site: Site) -> None:
    """A title with markup in it stays text, in the data as well."""
    title = "</script><script>alert(1)</script> & <!--"
    page = _page(files_of(site, [make_post(title=title)]))
    assert len(page.findall(".//script")) == 1
    assert _data(page)["headline"] == title


def test_where_nobody_is_named_the_institution_signs(site: Site) -> None:
    """Without authors the author is the institution, as an organisation."""
    page = _page(files_of(site, [make_post(authors=())]))
    assert _data(page)["author"] == [{"@type": "Organization", "name": "Test Network"}]


def test_images_are_files_beside_the_page(site: Site) -> None:
    """An image becomes a file of the post, named by its content; page and fragment refer to it."""
    image = Image(path="a.png", data=b"\x89PNG", media_type="image/png", width=2, height=1)
    post = make_post(bodies={"en": "Text.\n\n![A line](a.png)\n"}, images=(image,))
    files = files_of(site, [post])
    (path,) = (path for path in files if path.startswith("a-post/images/"))
    assert files[path] == image.data
    name = path.rpartition("/")[2]
    assert f'src="../images/{name}"' in files["a-post/en/index.html"].decode()
    assert f'src="images/{name}"' in files["a-post/fragment-en.html"].decode()


def test_a_fragment_can_be_pasted_anywhere(served: Site) -> None:
    """It has no class, style, script or data; its list, byline, text, disclaimer and notes in order.

    Whole addresses.
    """
    files = files_of(served, [make_post(bodies={"en": NOTED})])
    text = files["a-post/fragment-en.html"].decode()
    root = html.fragment_fromstring(text, create_parent="section").find("div")
    assert {name for element in root.iter("*") for name in element.attrib} <= {
        "lang", "dir", "href", "hreflang", "type", "datetime", "id", "title", "scope"
    }  # fmt: skip
    assert not {"script", "style", "link", "h1", "section"} & {element.tag for element in root.iter("*")}
    assert [element.tag for element in root] == ["ul", "p", "p", "p", "table", "hr", "p", "ol", "p"]
    assert root[0][0][0].get("href") == f"{URL}/a-post/a-post-en-enenenen.pdf"
    assert root[1].text_content().split() == ["Ada", "Author", "Thursday", "9", "July", "2020"]
    assert root[7].text_content().strip() == "What was left out. ↩"
    assert root[8].text_content().startswith("* References to Kosovo")


def test_the_links_of_a_fragment_stay_in_it(served: Site) -> None:
    """Each reference leads to its note and back, by ids that no other language's fragment has."""
    text = files_of(served, [make_post(bodies={"fr": NOTED})])["a-post/fragment-fr.html"].decode()
    targets = re.findall(r'href="#([^"]+)"', text)
    assert sorted(targets) == ["fr-note-1", "fr-note-kosovo", "fr-noteref-1", "fr-noteref-kosovo"]
    assert set(targets) == set(re.findall(r' id="([^"]+)"', text))


def test_a_note_of_the_title_is_not_lost_in_a_fragment(served: Site) -> None:
    """A fragment has no title.

    The note that the title's asterisk refers to stands at its end, linked from nowhere.
    """
    text = files_of(served, [make_post(title="In Kosovo")])["a-post/fragment-en.html"].decode()
    assert text.count("1244") == 1
    assert 'href="#' not in text


def test_the_list_of_a_page_that_stands_can_be_changed_alone(served: Site) -> None:
    """With other links in their lists, page and fragment are otherwise what they were, to the byte."""
    post = make_post()
    files = files_of(served, [post])
    page, fragment = files["a-post/fr/index.html"], files["a-post/fragment-fr.html"]
    changed = served.with_attachments(
        page, fragment, slug="a-post", language="fr", attachments=page_links(post)[:1]
    )
    assert (
        "Français (1.13 KB)"
        not in changed["a-post/fr/index.html"].decode().partition("<div class")[0].partition("<article>")[2]
    )
    again = served.with_attachments(
        changed["a-post/fr/index.html"],
        changed["a-post/fragment-fr.html"],
        slug="a-post",
        language="fr",
        attachments=page_links(post),
    )
    assert again == {"a-post/fr/index.html": page, "a-post/fragment-fr.html": fragment}


def test_the_same_posts_make_the_same_bytes(site: Site) -> None:
    """All files of a site are a function of posts, house, styles and address."""
    posts = [make_post(), make_post("b-post", bodies={"fr": NOTED})]
    assert files_of(site, posts) == files_of(site, posts)

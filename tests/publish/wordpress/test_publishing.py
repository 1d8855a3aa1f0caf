"""Publishing to a real WordPress, as an administrator and as an author."""

import re
from pathlib import Path

import pytest

from tests.publish.desired_posts import desired_post
from tests.publish.wordpress.publishing import Blog, blog_of, pdfs
from tests.publish.wordpress.site import WordPressSite

pytestmark = [pytest.mark.wordpress, pytest.mark.allow_hosts(["127.0.0.1"])]

BY_HAND = "<!-- wp:paragraph -->\n<p>By hand, “as it is” &amp; so on.</p>\n<!-- /wp:paragraph -->"
CLASSIC = "First line\r\nof a classic post & more\r\n\r\nAnother <b>paragraph</b>, [unknown] 'quotes'"


def _links(page: str) -> list[tuple[str, str, str]]:
    """Return (language, text, address) of the links of our list, as a page shows them."""
    found = re.findall(r'<li><a href="([^"]+)" lang="([^"]+)">([^<]+)</a></li>', page)
    return [(language, text, url) for url, language, text in found]


def test_first_publication(site: WordPressSite, blog: Blog, user: str, slug: str, tmp_path: Path) -> None:
    """The attachments of a post are uploaded as its media and listed on top.

    What was there stays, and that is all.
    """
    number = site.create_post(BY_HAND, author=user)
    desired = desired_post(
        tmp_path, pdfs(en="one", fr="un"), slug=slug, references=dict.fromkeys(("en", "fr"), str(number))
    )
    assert blog.publish(desired) == ["upload en", "upload fr", "link en", "link fr"]

    content = site.content(number)
    assert content.endswith(f"<!-- /wp:list -->\n\n{BY_HAND}")
    files = site.attachments(slug)
    assert [(file["parent"], file["author"]) for file in files] == [(number, user)] * 2
    assert [file["marker"] for file in files] == [file.identity.marker for file in desired.places[0].files]
    assert [file["file"] for file in files] == [file.identity.file_name for file in desired.places[0].files]
    shown = _links(blog.page(desired))
    assert [link[:2] for link in shown] == [("en", "Reflections (18 bytes)"), ("fr", "Français (17 bytes)")]
    assert blog.verify(desired) == ()

    writes = len(blog.client.writes)
    assert blog.publish(desired) == []
    assert len(blog.client.writes) == writes == 3


def test_only_french_changed(site: WordPressSite, blog: Blog, user: str, slug: str, tmp_path: Path) -> None:
    """A new French edition replaces the French file and link; the English ones and an editor's words stay."""
    number = site.create_post(BY_HAND, author=user)
    references = dict.fromkeys(("en", "fr"), str(number))
    blog.publish(desired_post(tmp_path, pdfs(en="one", fr="un"), slug=slug, references=references))
    english, french = site.attachments(slug)
    more = "\n\n<!-- wp:paragraph -->\n<p>Added by an editor.</p>\n<!-- /wp:paragraph -->"
    before = site.content(number) + more
    site.edit_post(number, before, user=user)

    desired = desired_post(tmp_path, pdfs(en="one", fr="un, changé"), slug=slug, references=references)
    assert blog.publish(desired) == ["upload fr", "link fr", "delete fr"]
    now = site.attachments(slug)
    assert now[0] == english
    assert [file["file"] for file in now[1:]] == [desired.places[0].files[1].identity.file_name]
    content = site.content(number)
    assert content == before.replace(french["file"], now[1]["file"]).replace("17 bytes", "26 bytes")
    assert blog.verify(desired) == ()


@pytest.mark.parametrize("text", [BY_HAND, CLASSIC, "", "\n\n no end \n"])
def test_taking_all_away_restores_the_post(
    site: WordPressSite, blog: Blog, user: str, slug: str, tmp_path: Path, text: str
) -> None:
    """Publishing and withdrawing leaves a post's text byte for byte as it was, and no file behind."""
    text = text.replace(" & ", " &amp; ") if user == "author" else text
    number = site.create_post(text, author=user)
    assert site.content(number) == text
    references = {"en": str(number)}
    blog.publish(desired_post(tmp_path, pdfs(en="one"), slug=slug, references=references))
    assert site.content(number) != text
    nothing = desired_post(tmp_path, {}, slug=slug, references=references, kept=("en",))
    (place,) = nothing.places
    object.__setattr__(place, "languages", ())
    assert blog.publish(nothing) == ["unlink en", "delete en"]
    assert site.content(number) == text
    assert site.attachments(slug) == []


def test_a_classic_post_keeps_its_paragraphs(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    """A post of the classic editor is shown as it was: WordPress still makes paragraphs of its lines."""
    number = site.create_post(CLASSIC)
    desired = desired_post(tmp_path, pdfs(en="one"), slug=slug, references={"en": str(number)})
    with blog_of(site, "admin") as blog:
        before = re.search(r"<p>First line.*</p>", blog.page(desired), re.DOTALL)
        blog.publish(desired)
        page = blog.page(desired)
    assert before is not None
    assert before[0] in page
    assert len(_links(page)) == 1


def test_one_post_a_language(site: WordPressSite, blog: Blog, user: str, slug: str, tmp_path: Path) -> None:
    """Each language's post, named by its id or by its slug, carries its own attachment."""
    english = site.create_post(BY_HAND, author=user)
    french = site.create_post(BY_HAND, author=user, slug=f"{slug}-francais", status="draft")
    desired = desired_post(
        tmp_path,
        pdfs(en="one", fr="un"),
        slug=slug,
        references={"en": str(english), "fr": f"{slug}-francais"},
    )
    blog.publish(desired)
    assert site.content(english).count("<li>") == site.content(french).count("<li>") == 1
    assert [file["parent"] for file in site.attachments(slug)] == [english, french]
    state = blog.observe(desired)
    assert [place.key for place in state.places] == [f"posts/{english}", f"posts/{french}"]
    assert [place.page_url is None for place in state.places] == [False, True]
    assert blog.verify(desired) == ()


def test_a_page_is_as_good_as_a_post(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    """An id or a slug that is no post's but a page's is published to as well."""
    numbers = [site.create_post("Words", kind="page", slug=f"{slug}-{n}") for n in range(2)]
    desired = desired_post(
        tmp_path,
        pdfs(en="one", fr="un"),
        slug=slug,
        references={"en": str(numbers[0]), "fr": f"{slug}-1"},
    )
    with blog_of(site, "admin") as blog:
        blog.publish(desired)
        assert [place.key for place in blog.observe(desired).places] == [f"pages/{n}" for n in numbers]
        assert blog.verify(desired) == ()


def test_a_missing_post_becomes_a_draft(site: WordPressSite, user: str, slug: str, tmp_path: Path) -> None:
    """With `create`, a post that isn't there is made once, as a draft with its text and links.

    Found again.
    """
    desired = desired_post(tmp_path, pdfs(en="one", fr="un"), slug=slug)
    with blog_of(site, user, create=True) as blog:
        assert blog.publish(desired)[0] == "create draft"
        assert len(blog.client.writes) == 4
    with blog_of(site, user, create=True) as blog:
        assert blog.publish(desired) == []
        assert blog.client.writes == []
        state = blog.observe(desired)
        assert blog.verify(desired) == ()
    assert state.places[0].page_url is None
    number = int((state.places[0].key or "").rpartition("/")[2])
    stored = site.run(
        "$post = get_post($given['id']); return [$post->post_status, $post->post_title, $post->post_name, "
        "apply_filters('the_content', $post->post_content)];",
        id=number,
    )
    assert stored[:3] == ["draft", f"Title of {slug}", slug]
    assert f"<p>Text for {slug} over two lines.</p> <p>The end.</p>" in stored[3]
    assert len(_links(stored[3])) == 2


def test_the_list_stays_where_an_editor_moved_it(
    site: WordPressSite, blog: Blog, user: str, slug: str, tmp_path: Path
) -> None:
    """Moved below, edited and doubled by an editor, the list is put right where it stands first.

    Stands once.
    """
    number = site.create_post(BY_HAND, author=user)
    desired = desired_post(
        tmp_path, pdfs(en="one", fr="un"), slug=slug, references=dict.fromkeys(("en", "fr"), str(number))
    )
    blog.publish(desired)
    made = site.content(number).removesuffix(f"\n\n{BY_HAND}")
    edited = made.replace("Reflections", "Thoughts")
    site.edit_post(number, f"{BY_HAND}\n\n{edited}\n\n{BY_HAND}\n\n{made}", user=user)
    assert blog.observe(desired).places[0].stale == "the list stands 2 times in the post"
    blog.publish(desired)
    assert site.content(number) == f"{BY_HAND}\n\n{made}\n\n{BY_HAND}"
    assert blog.observe(desired).places[0].stale is None
    assert blog.publish(desired) == []


def test_a_link_by_somebody_else_keeps_its_file(
    site: WordPressSite, blog: Blog, user: str, slug: str, tmp_path: Path
) -> None:
    """A replaced file that other words link to, in this post or another, stays on the site.

    Ours links to the new one.
    """
    number = site.create_post(BY_HAND, author=user)
    references = dict.fromkeys(("en", "fr"), str(number))
    blog.publish(desired_post(tmp_path, pdfs(en="one", fr="un"), slug=slug, references=references))
    english, french = (file["file"] for file in site.attachments(slug))
    site.edit_post(number, f'{site.content(number)}\n<p><a href="/u/{english}">x</a></p>', user=user)
    elsewhere = site.create_post(f'<a href="/u/{french}">x</a>', author="other")
    desired = desired_post(tmp_path, pdfs(en="two", fr="deux"), slug=slug, references=references)
    assert blog.publish(desired) == ["upload en", "upload fr", "link en", "link fr"]
    assert {english, french} < {file["file"] for file in site.attachments(slug)}
    kept = [file.keep_reason or "" for file in blog.observe(desired).files]
    assert kept[2:] == ["", ""]
    assert all(reason.endswith(" links to it") for reason in kept[:2])
    assert blog.publish(desired) == []
    site.run("return (bool) wp_delete_post($given['id'], true);", id=elsewhere)
    assert blog.publish(desired) == ["delete fr"]

"""Many posts in few requests, and a media library that changes while it is looked through."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.publish.errors import SiteProblemError
from pipeline.publish.http.exchange import Response
from tests.publish.desired_posts import desired_post
from tests.publish.wordpress.publishing import blog_of, pdf, pdfs
from tests.publish.wordpress.site import WordPressSite

pytestmark = [pytest.mark.wordpress, pytest.mark.allow_hosts(["127.0.0.1"])]


def test_many_posts_take_few_requests(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    """120 posts, by id and by slug, with two files each, are looked at in some 20 requests, in the order asked."""
    numbers = site.create_posts(120, slug)
    posts = [
        desired_post(
            tmp_path,
            pdfs(en="one", fr="un"),
            slug=f"{slug}-{index}",
            references=dict.fromkeys(("en", "fr"), str(number) if index % 2 else f"{slug}-{index}"),
        )
        for index, number in enumerate(numbers)
    ]
    markers = [file.identity.marker for post in posts for file in post.places[0].files]
    site.add_files(markers)
    with blog_of(site, "admin") as blog:
        states = blog.target.observe(posts)
        assert len(blog.client.reads) <= 20
        assert [state.places[0].key for state in states] == [f"posts/{number}" for number in numbers]
        assert all([file.language for file in state.files] == ["en", "fr"] for state in states)
        before = len(blog.client.reads)
        blog.target.observe(posts[:50])
        # The library isn't looked through again.
        assert len(blog.client.reads) - before <= 6


def test_a_file_that_vanishes_is_noticed(
    site: WordPressSite, slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file deleted between two pages shifts the next ones.

    The library is looked through again, and none is overlooked.
    """
    posts = [desired_post(tmp_path, {"en": pdf("one")}, slug=f"{slug}-{index}") for index in range(5)]
    chaff = [f"annexe:{slug}-other:en:{number:064x}:1" for number in range(120)]
    first, *_ = site.add_files(chaff)
    desired = site.add_files([post.places[0].files[0].identity.marker for post in posts])
    with blog_of(site, "admin", create=True) as blog:
        read = blog.client.read
        pages: list[object] = []

        def deleting(path: str, **options: Any) -> Response:
            response = read(path, **options)
            if "search" in (options.get("params") or {}):
                pages.append(options["params"]["page"])
                if len(pages) == 1:
                    site.run("return (bool) wp_delete_attachment($given['id'], true);", id=first)
            return response

        monkeypatch.setattr(blog.client, "read", deleting)
        states = blog.target.observe(posts)
        assert pages[:3] == [1, 2, 1]
        assert [state.files[0].key for state in states] == [str(number) for number in desired]

        # Gone after the library was looked through: it is looked through once more.
        site.run("return (bool) wp_delete_attachment($given['id'], true);", id=desired[2])
        pages.append("again")
        states = blog.target.observe(posts)
        assert [len(state.files) for state in states] == [1, 1, 0, 1, 1]


def test_a_library_that_never_stands_still_is_told(
    site: WordPressSite, slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where files come and go all the time, nothing is planned from what may be half of them."""
    posts = [desired_post(tmp_path, {"en": pdf("one")}, slug=f"{slug}-{index}") for index in range(5)]
    chaff = [f"annexe:{slug}-other:en:{number:064x}:1" for number in range(120)]
    numbers = iter(site.add_files(chaff))
    with blog_of(site, "admin", create=True) as blog:
        read = blog.client.read

        def deleting(path: str, **options: Any) -> Response:
            response = read(path, **options)
            if (options.get("params") or {}).get("page") == 1:
                site.run("return (bool) wp_delete_attachment($given['id'], true);", id=next(numbers))
            return response

        monkeypatch.setattr(blog.client, "read", deleting)
        with pytest.raises(SiteProblemError, match="changes faster than it can be read"):
            blog.target.observe(posts)


def test_only_markers_to_the_letter_are_ours(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    """A file whose description merely holds a marker, or one of another post, is somebody else's."""
    (post,) = [desired_post(tmp_path, {"en": pdf("one")}, slug=slug)]
    marker = post.places[0].files[0].identity.marker
    other = marker.replace(f":{slug}:", f":{slug}-two:")
    site.add_files([f"See {marker}", f"{marker}\nand more", other, f"annexe:{slug}:"])
    with blog_of(site, "admin", create=True) as blog:
        assert blog.observe(post).files == ()

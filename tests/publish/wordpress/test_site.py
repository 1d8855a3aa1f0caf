"""The WordPress of the tests is a real one, and does what tests ask of it."""

import httpx2
import pytest

from tests.publish.wordpress.site import WordPressSite

pytestmark = [pytest.mark.wordpress, pytest.mark.allow_hosts(["127.0.0.1"])]


def test_the_site_answers(site: WordPressSite) -> None:
    """The site's REST interface names it."""
    response = httpx2.get(f"{site.url}/wp-json/", timeout=30, trust_env=False)
    assert response.json()["name"] == "Test blog"


@pytest.mark.parametrize(
    "content",
    ["", "One line", "<p>A</p>\r\n\r\n<p>B \\ 'C'</p>", "<iframe src='https://example.org'></iframe>\n\n"],
)
def test_a_post_is_stored_as_written(site: WordPressSite, content: str) -> None:
    """What a test puts into a post is what the database gives back."""
    assert site.content(site.create_post(content)) == content

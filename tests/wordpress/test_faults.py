"""Whatever is lost on the way to a real WordPress, and wherever we are killed: the next run ends right."""

from pathlib import Path

import pytest

from tests.publish.wanting import wanted_post
from tests.wordpress.publishing import Fault, Killed, blog_of, pdfs
from tests.wordpress.site import WordPressSite

pytestmark = [pytest.mark.wordpress, pytest.mark.allow_hosts(["127.0.0.1"])]

_KINDS = ("lost", "unheard", "killed before", "killed after")
#: The writes of a first publication (draft, two uploads, links), and of one changed edition (upload, links, delete).
_FIRST, _UPDATE = 4, 3


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("number", range(1, _FIRST + _UPDATE + 1))
def test_every_fault_is_survived(
    site: WordPressSite, slug: str, tmp_path: Path, number: int, kind: str
) -> None:
    """One file a language, right links, no orphan, one draft, after any write is lost or ours is the last one; then 0 writes."""
    old = wanted_post(tmp_path, pdfs(en="one", fr="un"), slug=slug)
    (folder := tmp_path / "new").mkdir()
    new = wanted_post(folder, pdfs(en="one", fr="un autre"), slug=slug)
    is_update = number > _FIRST
    wanted = new if is_update else old
    with blog_of(site, "author", create=True) as blog:
        if is_update:
            blog.publish(old)
            assert len(blog.client.writes) == _FIRST
            blog.restart()
        blog.client.fault = Fault(number=number - _FIRST if is_update else number, kind=kind)
        try:
            blog.publish(wanted)
        except Killed:
            assert kind.startswith("killed")
        assert len(blog.client.writes) >= blog.client.fault.number
        blog.restart()
        blog.publish(wanted)
        assert blog.verify(wanted) == ()
        blog.restart()
        assert blog.publish(wanted) == []
        assert blog.client.writes == []
        (state,) = blog.target.observe([wanted])
    assert [file.language for file in sorted(state.files, key=lambda file: file.language)] == ["en", "fr"]
    drafts = site.run(
        "return count(get_posts(['name' => $given['slug'], 'post_status' => 'any', 'numberposts' => -1]));",
        slug=slug,
    )
    assert drafts == 1
    assert site.content(int((state.places[0].key or "").rpartition("/")[2])).count("<li>") == 2

"""Whatever is lost on the way to a real WordPress, and wherever we are killed: the next run ends right."""

from pathlib import Path

import pytest

from tests.publish.desired_posts import desired_post
from tests.publish.wordpress.publishing import Blog, Fault, Killed, blog_of, pdfs
from tests.publish.wordpress.site import WordPressSite

pytestmark = [pytest.mark.wordpress, pytest.mark.allow_hosts(["127.0.0.1"])]

#: What two uploads of one name in the same moment leave: one file, and two entries that lead to it.
_SAME_FILE = """
$post = get_post($given['id'], ARRAY_A);
$file = get_attached_file($given['id']);
return wp_insert_attachment(wp_slash(array_diff_key($post, ['ID' => 0, 'guid' => 0, 'post_name' => 0])), $file);
"""
_KINDS = ("lost", "unheard", "killed before", "killed after")
#: The writes of a first publication (draft, two uploads, links), and of one changed edition (upload, links,
#: delete).
_FIRST, _UPDATE = 4, 3


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("number", range(1, _FIRST + _UPDATE + 1))
def test_every_fault_is_survived(
    site: WordPressSite, slug: str, tmp_path: Path, number: int, kind: str
) -> None:
    """One file a language, right links, no orphan, one draft, after any write is lost or ours is the last one; then 0 writes."""
    old = desired_post(tmp_path, pdfs(en="one", fr="un"), slug=slug)
    (folder := tmp_path / "new").mkdir()
    new = desired_post(folder, pdfs(en="one", fr="un autre"), slug=slug)
    is_update = number > _FIRST
    desired = new if is_update else old
    with blog_of(site, "author", create=True) as blog:
        if is_update:
            blog.publish(old)
            assert len(blog.client.writes) == _FIRST
            blog.restart()
        blog.client.fault = Fault(number=number - _FIRST if is_update else number, kind=kind)
        try:
            blog.publish(desired)
        except Killed:
            assert kind.startswith("killed")
        assert len(blog.client.writes) >= blog.client.fault.number
        blog.restart()
        blog.publish(desired)
        assert blog.verify(desired) == ()
        blog.restart()
        assert blog.publish(desired) == []
        assert blog.client.writes == []
        (state,) = blog.target.observe([desired])
    assert [file.language for file in sorted(state.files, key=lambda file: file.language)] == ["en", "fr"]
    drafts = site.run(
        "return count(get_posts(['name' => $given['slug'], 'post_status' => 'any', 'numberposts' => -1]));",
        slug=slug,
    )
    assert drafts == 1
    assert site.content(int((state.places[0].key or "").rpartition("/")[2])).count("<li>") == 2


def test_two_entries_with_one_file_are_replaced(
    site: WordPressSite, blog: Blog, user: str, slug: str, tmp_path: Path
) -> None:
    """Where WordPress gave two uploads the same name, readers still get the file after one of the entries is gone."""
    number = site.create_post(author=user)
    desired = desired_post(tmp_path, pdfs(en="one"), slug=slug, references={"en": str(number)})
    blog.publish(desired)
    first = site.attachments(slug)[0]
    site.run(_SAME_FILE, user=user, id=first["id"])
    twins = [file for file in site.attachments(slug) if file["file"] == first["file"]]
    assert len(twins) == 2
    blog.restart()
    assert blog.publish(desired) == ["upload en", "link en", "delete en", "delete en"]
    assert blog.verify(desired) == ()
    assert len({file["file"] for file in site.attachments(slug)}) == len(site.attachments(slug)) == 1
    blog.restart()
    assert blog.publish(desired) == []

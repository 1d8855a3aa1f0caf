"""The block editor takes our list for one of its own, and what it makes of it stays ours."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from pipeline.publish.wordpress.block import find_lists, make_item, write_items
from tests.browser import started_browser
from tests.publish.desired_posts import desired_post
from tests.publish.wordpress.publishing import blog_of, pdfs
from tests.publish.wordpress.site import WordPressSite

pytestmark = [pytest.mark.wordpress, pytest.mark.allow_hosts(["127.0.0.1"])]

#: A page with the editor's own scripts, which read and write the text of posts.
_EDITOR = """<?php
require __DIR__ . '/wp-load.php';
echo '<!doctype html><meta charset="utf-8"><title>x</title>';
wp_enqueue_script('wp-block-library');
wp_enqueue_script('wp-format-library');
wp_print_scripts();
"""
_READ = """
content => {
    if (!window.ready) { wp.blockLibrary.registerCoreBlocks(); window.ready = true; }
    const blocks = wp.blocks.parse(content);
    const all = blocks.flatMap(function every(block) { return [block, ...block.innerBlocks.flatMap(every)]; });
    return {
        names: all.map(block => block.name),
        valid: all.every(block => block.isValid),
        written: wp.blocks.serialize(blocks),
        migrated: all.some(block => (block.validationIssues || []).length > 0),
    };
}
"""
_CONVERT = """
content => {
    if (!window.ready) { wp.blockLibrary.registerCoreBlocks(); window.ready = true; }
    return wp.blocks.serialize(wp.blocks.rawHandler({HTML: content}));
}
"""
ITEMS = (
    make_item("https://example.org/a-en-01234567.pdf", "en", 'Reflections & "more" [1] <2> (31.74 KB)'),
    make_item(
        "https://example.org/a-fr-89abcdef.pdf", "fr", "L’essai\u00a0: «\u00a0oui\u00a0» (32,9\u00a0Ko)"
    ),
)
PARAGRAPH = "<!-- wp:paragraph -->\n<p>By hand.</p>\n<!-- /wp:paragraph -->"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    with started_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def editor(site: WordPressSite, browser: Browser) -> Iterator[Page]:
    """A page in which the block editor's scripts run."""
    (site.root / "editor.php").write_text(_EDITOR, encoding="utf-8")
    page = browser.new_page()
    page.goto(f"{site.url}/editor.php")
    yield page
    page.close()


def test_the_editor_finds_nothing_wrong(editor: Page) -> None:
    """Every block of what we write is valid for the editor, which offers no recovery.

    Saved by it, the links are ours.
    """
    content = write_items(PARAGRAPH, (), ITEMS)
    read = editor.evaluate(_READ, content)
    assert read["names"] == ["core/list", "core/list-item", "core/list-item", "core/paragraph"]
    assert read["valid"]
    assert not read["migrated"]
    before, after = find_lists(content, {}), find_lists(read["written"], {})
    assert [(item.language, item.text, item.url) for item in after[0].items] == [
        (item.language, item.text, item.url) for item in before[0].items
    ]
    # WordPress before 6.6 takes the class `wp-block-list` for an editor's own, and keeps it.
    assert "annexe-attachments" in read["written"]
    assert write_items(read["written"], after, after[0].items) == read["written"]


def test_the_editor_reads_a_draft_of_ours(
    site: WordPressSite, editor: Page, slug: str, tmp_path: Path
) -> None:
    """A draft that we made opens with our list and its text, which an editor may turn into blocks."""
    desired = desired_post(tmp_path, pdfs(en="one", fr="un"), slug=slug)
    with blog_of(site, "admin", create=True) as blog:
        blog.publish(desired)
        key = blog.observe(desired).places[0].key or ""
    read = editor.evaluate(_READ, site.content(int(key.rpartition("/")[2])))
    assert read["names"] == ["core/list", "core/list-item", "core/list-item", "core/freeform"]
    assert read["valid"]
    assert len(find_lists(read["written"], {})[0].items) == 2
    assert f"<p>Text for {slug} over two lines.</p>" in read["written"]
    assert "<br" not in read["written"]


def test_turning_a_classic_post_into_blocks_is_survived(
    site: WordPressSite, editor: Page, slug: str, tmp_path: Path
) -> None:
    """The editor's "convert to blocks" takes our class away.

    The list is known by its links, and stands once.
    """
    number = site.create_post("Classic text\n\nand more")
    desired = desired_post(
        tmp_path, pdfs(en="one", fr="un"), slug=slug, references=dict.fromkeys(("en", "fr"), str(number))
    )
    with blog_of(site, "admin") as blog:
        blog.publish(desired)
        converted = editor.evaluate(_CONVERT, site.content(number))
        assert "annexe-attachments" not in converted
        site.edit_post(number, converted)
        assert blog.observe(desired).places[0].stale == "the list lost the class that makes it ours"
        assert blog.publish(desired) == ["write"]
        assert blog.verify(desired) == ()
        assert blog.publish(desired) == []
    content = site.content(number)
    assert content.count("<li>") == 2
    assert content.count("annexe-attachments") == 2
    assert editor.evaluate(_READ, content)["valid"]

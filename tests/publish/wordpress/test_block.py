"""The list of attachments in a WordPress post's text: found, read, and edited alone."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.publish.wordpress.block import (
    CLASS,
    FoundList,
    find_lists,
    has_blocks,
    make_item,
    outside,
    write_items,
)

ENGLISH = make_item("https://example.org/f/reflections-en-01234567.pdf", "en", "Reflections (31.74 KB)")
FRENCH = make_item("https://example.org/f/reflections-fr-89abcdef.pdf", "fr", "Français (32,9\u00a0Ko)")
BLOCK = f"""\
<!-- wp:list {{"className":"{CLASS}"}} -->
<ul class="wp-block-list {CLASS}"><!-- wp:list-item -->
<li><a href="https://example.org/f/reflections-en-01234567.pdf" lang="en">Reflections (31.74 KB)</a></li>
<!-- /wp:list-item -->

<!-- wp:list-item -->
<li><a href="https://example.org/f/reflections-fr-89abcdef.pdf" lang="fr">Français (32,9\u00a0Ko)</a></li>
<!-- /wp:list-item --></ul>
<!-- /wp:list -->"""
PLAIN = f"""\
<ul class="{CLASS}">
<li><a href="https://example.org/f/reflections-en-01234567.pdf" lang="en">Reflections (31.74 KB)</a></li>
<li><a href="https://example.org/f/reflections-fr-89abcdef.pdf" lang="fr">Français (32,9\u00a0Ko)</a></li>
</ul>"""
PARAGRAPH = "<!-- wp:paragraph -->\n<p>By hand, “as it is”.</p>\n<!-- /wp:paragraph -->"
#: What editors, importers and plugins leave in a post's text.
SCRAPS = (
    "",
    "\n",
    "\r\n\r\n",
    "No markup at all, two < three & no newline at the end",
    "Classic\r\n\r\nlines <b>of</b> text\r\n",
    PARAGRAPH,
    "<!-- wp:html --><iframe src='x'></iframe><!-- /wp:html -->",
    "<!-- a comment that never ends",
    f"<!-- <ul class='{CLASS}'><li>not shown</li></ul> -->",
    f"<script>let list = \"<ul class='{CLASS}'></ul>\";</script>",
    f'<img alt="<ul class={CLASS}>">',
    f"<ul class='{CLASS}'> a list that never ends",
    f"<ul class='{CLASS}-not'><li>another list</li></ul>",
    "<ul><li>one<ol><li>nested</ol><li>two</ul>",
    "</ul></li></ol>",
    "[gallery ids='1,2']",
    '<!-- wp:group -->\n<div class="wp-block-group">',
    "</div>\n<!-- /wp:group -->",
    "\0",
    "Űnicode\u2028\u0085",
    "<p title='unfinished",
)


def _lists(content: str) -> tuple[FoundList, ...]:
    return find_lists(content, {})


def test_a_new_list_is_as_the_block_editor_saves_it() -> None:
    """In a post of blocks, the list comes first, as a block; an empty line stands between it and the rest."""
    assert write_items(PARAGRAPH, (), (ENGLISH, FRENCH)) == f"{BLOCK}\n\n{PARAGRAPH}"


def test_an_empty_post_gets_the_block_alone() -> None:
    """A post without text becomes one of the block editor."""
    assert write_items("", (), (ENGLISH, FRENCH)) == BLOCK


def test_a_classic_post_stays_one() -> None:
    """In a post of the classic editor the list is plain HTML.

    No comment of a block turns its paragraphs off.
    """
    content = write_items("One line\n\nAnother", (), (ENGLISH, FRENCH))
    assert content == f"{PLAIN}\n\nOne line\n\nAnother"
    assert not has_blocks(content)


@pytest.mark.parametrize("made", [BLOCK, PLAIN])
def test_what_was_written_is_read_back(made: str) -> None:
    """Language, text and address of each link are those that were written, in their order."""
    (found,) = _lists(f"Before {made} after")
    assert [(item.language, item.text, item.url) for item in found.items] == [
        (item.language, item.text, item.url) for item in (ENGLISH, FRENCH)
    ]
    assert outside(f"Before {made} after", (found,)) == "Before \0 after"


@pytest.mark.parametrize("made", [BLOCK, PLAIN])
def test_one_link_is_replaced_alone(made: str) -> None:
    """A new link for one language leaves the other's as it stands."""
    content = f"Above\n\n{made}\n\nBelow"
    lists = _lists(content)
    new = make_item("https://example.org/f/reflections-fr-00000000.pdf", "fr", "Français (33 Ko)")
    written = write_items(content, lists, (lists[0].items[0], new))
    assert written == content.replace("89abcdef", "00000000").replace("32,9\u00a0Ko", "33 Ko")


def test_the_list_stays_where_an_editor_moved_it() -> None:
    """A list that somebody moved into a group further down is edited there, and its look stays."""
    styled = BLOCK.replace('"}', '","fontSize":"small"}').replace(
        f" {CLASS}", f" has-small-font-size {CLASS}"
    )
    content = f"{PARAGRAPH}\n\n<!-- wp:group -->\n<div>{styled}</div>\n<!-- /wp:group -->"
    written = write_items(content, _lists(content), (FRENCH,))
    assert written.count("<!-- wp:list-item") == 1
    assert 'has-small-font-size annexe-attachments"><!-- wp:list-item -->\n<li>' in written
    assert written.startswith(f'{PARAGRAPH}\n\n<!-- wp:group -->\n<div><!-- wp:list {{"className"')


def test_an_editors_item_stays() -> None:
    """An item that somebody added to our list is kept, with its block's comment, after ours."""
    added = '<!-- wp:list-item {"fontSize":"small"} -->\n<li>See <a href="/x">this</a> too</li>\n<!-- /wp:list-item -->'
    content = BLOCK.replace("<!-- wp:list-item -->", f"{added}\n\n<!-- wp:list-item -->", 1)
    lists = _lists(content)
    assert [item.language for item in lists[0].items] == [None, "en", "fr"]
    assert write_items(content, lists, lists[0].items[1:]) == BLOCK.replace("</ul>", f"\n\n{added}</ul>")
    emptied = write_items(content, lists, ())
    assert [item.text for item in _lists(emptied)[0].items] == ["See this too"]


def test_words_beside_a_link_are_noticed() -> None:
    """A link's text is that of its whole item: what somebody wrote beside it makes it another one."""
    (found,) = _lists(PLAIN.replace("<li><a", "<li>New! <a", 1))
    assert found.items[0].text == "New! Reflections (31.74 KB)"


def test_a_link_that_lost_its_language_is_known_by_its_file() -> None:
    """Where the editor dropped the attribute, the address of a file of ours tells the language."""
    content = PLAIN.replace(' lang="en"', "")
    assert _lists(content)[0].items[0].language is None
    assert find_lists(content, {ENGLISH.url: "en"})[0].items[0].language == "en"


def test_of_two_lists_the_first_remains() -> None:
    """Where somebody doubled our list, the first one is kept.

    What others added to the second one moves there.
    """
    content = f"{PARAGRAPH}\n\n{BLOCK}\n\nBetween\n\n{PLAIN.replace('</ul>', '<li>Added</li></ul>')}\n\nBelow"
    lists = _lists(content)
    assert len(lists) == 2
    written = write_items(content, lists, (ENGLISH, FRENCH))
    (only,) = _lists(written)
    assert [item.text for item in only.items] == [ENGLISH.text, FRENCH.text, "Added"]
    assert outside(written, (only,)) == f"{PARAGRAPH}\n\n\0\n\nBetween\n\nBelow"


def test_a_list_that_lost_its_class_is_known_by_its_links() -> None:
    """Made blocks of, a classic post's list has no class any more.

    It is still ours, and gets its class back.
    """
    languages = {ENGLISH.url: "en", FRENCH.url: "fr"}
    converted = BLOCK.replace(f' {{"className":"{CLASS}"}}', "").replace(
        f' class="wp-block-list {CLASS}"', ""
    )
    content = f"{PARAGRAPH}\n\n{converted}"
    lists = find_lists(content, languages)
    assert [found.lost_class for found in lists] == [True]
    assert write_items(content, lists, lists[0].items) == f"{PARAGRAPH}\n\n{BLOCK}"


@pytest.mark.parametrize(
    "changed",
    [
        BLOCK.replace(' lang="en"', ""),
        BLOCK.replace('lang="en"', 'lang="de"'),
        BLOCK.replace("<li><a", "<li>See <b>x</b></li><li><a", 1),
        BLOCK.replace("01234567", "00000000"),
    ],
    ids=["no language", "another language", "another item", "another file"],
)
def test_somebody_elses_list_of_our_files_is_theirs(changed: str) -> None:
    """A list without our class that is anything but links to our files in their languages is left alone."""
    languages = {ENGLISH.url: "en", FRENCH.url: "fr"}
    assert find_lists(changed.replace(CLASS, "theirs"), languages) == ()


def test_a_list_in_our_list_goes_with_it() -> None:
    """Our list inside our list is not a second one."""
    assert len(_lists(BLOCK.replace("</li>", f"{PLAIN}</li>", 1))) == 1


@pytest.mark.parametrize(
    "text", ['A & B <i> "x"', "[gallery] & [caption]", "L’œuvre « d’essai » (1 Ko)", "العربية (3 KB)"]
)
def test_any_label_is_kept(text: str) -> None:
    """A label's characters come back as they were, and none of them is markup or a shortcode."""
    item = make_item("https://example.org/a.pdf?x=1&y=%22", "ar", text)
    content = write_items("", (), (item,))
    ((read,),) = (found.items for found in _lists(content))
    assert (read.language, read.text, read.url) == ("ar", text, item.url)
    assert "[" not in content
    assert "<i>" not in content


_contents = st.lists(st.sampled_from(SCRAPS) | st.text(max_size=20), max_size=6).map("".join)


@given(before=_contents)
def test_taking_the_list_away_restores_the_post(before: str) -> None:
    """Whatever a post holds, publishing there and taking all links away again leaves each byte as it was."""
    assume(not _lists(before))
    with_list = write_items(before, (), (ENGLISH, FRENCH))
    assert write_items(with_list, _lists(with_list), ()) == before


@given(before=_contents)
def test_the_rest_stays_byte_for_byte(before: str) -> None:
    """Whatever a post holds, what stands outside the list is the same before and after.

    A second time writes nothing.
    """
    assume(not _lists(before))
    with_list = write_items(before, (), (ENGLISH,))
    lists = _lists(with_list)
    assert outside(with_list, lists) in (f"\0\n\n{before}", "\0")
    changed = write_items(with_list, lists, (FRENCH, ENGLISH))
    assert outside(changed, _lists(changed)) == outside(with_list, lists)
    assert write_items(changed, _lists(changed), (FRENCH, ENGLISH)) == changed


@given(content=st.text(alphabet=f"<>/-! ulia\"'='{CLASS[0]}\n", max_size=200))
def test_any_text_can_be_read(content: str) -> None:
    """No text makes reading fail, however broken its markup."""
    for text in (content, f"<ul class={CLASS}><li>{content}</ul>{content}"):
        lists = _lists(text)
        assert (
            text
            == "".join(
                part + (text[found.start : found.end])
                for part, found in zip(outside(text, lists).split("\0"), lists, strict=False)
            )
            + outside(text, lists).split("\0")[-1]
        )

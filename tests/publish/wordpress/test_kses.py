"""What is said to survive a filtered save does, to the letter, in a real WordPress."""

import random

import pytest

from pipeline.publish.wordpress.kses import first_lost
from tests.publish.wordpress.site import WordPressSite

pytestmark = [pytest.mark.wordpress, pytest.mark.allow_hosts(["127.0.0.1"])]

#: What editors and plugins leave in posts: good, odd, broken and forbidden.
PIECES = (
    "plain words, “quotes” & an ampersand",
    "R&amp;D, &lt;tag&gt; &nbsp;&#8217;&#038;&#38;&#x27;&bogus;&hellip;",
    "a > b",
    "a < b",
    "\n",
    "\r\n\r\n",
    "\t ",
    "\x0b",
    "0",
    "<p>",
    "</p>",
    "<P>",
    "<br>",
    "<br />",
    "<br/>",
    "<strong class='x'>",
    '<p class="has-text-align-center">',
    '<p  class="x">',
    '<p style="color:red;width:50%">',
    '<p style="color: red; width: 50%;">',
    '<p style="position:fixed">',
    '<div style="background-color:rgb(1,2,3)">',
    '<a href="https://example.org/?a=1&amp;b=2" target="_blank" rel="noreferrer noopener">',
    '<a href="https://example.org/" target="_blank">',
    '<a href="javascript:alert(1)">',
    '<a href="mailto:x@example.org" title="it&#8217;s">',
    '<a href="relative:odd">',
    '<a href="/x" hreflang="fr" type="application/pdf">',
    '<a class="x" class="y">',
    '<img src="https://example.org/a.png" alt="a &quot;b&quot;" width="10" height="20" />',
    '<img src="https://example.org/a.png" srcset="https://example.org/b.png 2x">',
    '<iframe src="https://example.org"></iframe>',
    "<script>alert('<p>')</script>",
    '<input type="text">',
    '<p data-align="left" data-x-y="1" data--z="2">',
    "<!--more-->",
    "<!--nextpage-->",
    "<!-- a comment -->",
    "<!-- two -- dashes -->",
    "<!-- never ends",
    "<!-- wp:paragraph -->",
    "<!-- /wp:paragraph -->",
    "<!-- wp:core/paragraph -->",
    "<!-- wp:group -->",
    "<!-- /wp:group -->",
    "<!-- wp:my-plugin/box /-->",
    "<!--wp:paragraph-->",
    '<!-- wp:group {"layout":{"type":"flex"},"ratio":33.33,"n":[1,2],"on":true} -->',
    '<!-- wp:group {"layout": {}} -->',
    '<!-- wp:group {"layout":{}} -->',
    '<!-- wp:group {"0":1} -->',
    '<!-- wp:group {"style":{"color":"var(\\u002d\\u002dwp)"}} -->',
    '<!-- wp:group {"className":"a--b"} -->',
    '<!-- wp:group {"text":"a \\u003cb\\u003e c \\u0026amp; d"} -->',
    '<!-- wp:group {"text":"it\'s \\u0022q\\u0022 é \\\\ x"} -->',
    '<!-- wp:group {"n":1.0,"m":1e3} -->',
    '<!-- wp:latest-posts {"postsToShow":3} /-->',
    "<!-- wp:latest-posts {} /-->",
    "[gallery ids='1,2' link=\"file\"]",
    "\\ back\\'slash",
    "😀 Ű \u2028",
    "<video controls src='x'></video>",
    "<",
    ">",
    "&",
    '"',
    "--",
    '<h2 id="a">Title</h2>',
    '<table><tr><td colspan="2">x</td></tr></table>',
    '<ol start="3" reversed>',
    "<ul>\n<li>x</li>\n</ul>",
)
_FILTER = """
$left = [];
foreach ($given['texts'] as $text) { $left[] = wp_unslash(apply_filters('content_save_pre', wp_slash($text))); }
return ['left' => $left, 'free' => current_user_can('unfiltered_html')];
"""


def test_what_is_said_to_stay_stays(site: WordPressSite) -> None:
    """Of some thousands of texts made of such pieces, none that is said to stay is changed by an author's save."""
    chosen = random.Random(4)  # noqa: S311 - the same texts each time
    texts = [*PIECES, *("".join(chosen.choices(PIECES, k=chosen.randint(2, 4))) for _ in range(6000))]
    kept = [text for text in texts if first_lost(text) is None]
    response = site.run(_FILTER, user="author", texts=kept)
    assert not response["free"]
    changed = [(text, left) for text, left in zip(kept, response["left"], strict=True) if text != left]
    assert not changed, changed[:5]
    assert len(kept) > 300


def test_what_the_block_editor_writes_is_said_to_stay(site: WordPressSite) -> None:
    """The usual blocks of a post are no reason to refuse, and an author's save leaves them as they are."""
    response = site.run(_FILTER, user="author", texts=[USUAL])
    assert first_lost(USUAL) is None
    assert response["left"] == [USUAL]


@pytest.mark.parametrize(
    "piece",
    [
        '<iframe src="https://example.org"></iframe>',
        "<script>1</script>",
        "<form>",
        '<p style="position:fixed">',
    ],
)
def test_what_is_lost_is_said_to_be(site: WordPressSite, piece: str) -> None:
    """Markup that an author's save takes out is told beforehand, with its beginning."""
    text = f"<p>Before</p>{piece}"
    (left,) = site.run(_FILTER, user="author", texts=[text])["left"]
    assert left != text
    assert first_lost(text) == piece


#: As an author's save leaves it: the block editor itself writes no space before the slash of an image.
USUAL = """<!-- wp:paragraph {"align":"center","style":{"typography":{"fontSize":"20px"}}} -->
<p class="has-text-align-center" style="font-size:20px">Words, <strong>bold</strong> &amp; <em>not</em>; it’s “so”.<br>Next</p>
<!-- /wp:paragraph -->

<!-- wp:heading {"level":3} -->
<h3>A heading</h3>
<!-- /wp:heading -->

<!-- wp:image {"id":12,"sizeSlug":"large","linkDestination":"none"} -->
<figure class="wp-block-image size-large"><img src="https://example.org/a.jpg" alt="" class="wp-image-12" /><figcaption class="wp-element-caption">Caption</figcaption></figure>
<!-- /wp:image -->

<!-- wp:list {"ordered":true,"start":3} -->
<ol start="3"><!-- wp:list-item -->
<li>One <a href="https://example.org/?a=1&amp;b=2" target="_blank" rel="noreferrer noopener">link</a></li>
<!-- /wp:list-item --></ol>
<!-- /wp:list -->

<!-- wp:columns -->
<div class="wp-block-columns"><!-- wp:column {"width":"33.33%"} -->
<div class="wp-block-column" style="flex-basis:33.33%"><!-- wp:latest-posts {"postsToShow":3} /--></div>
<!-- /wp:column --></div>
<!-- /wp:columns -->

<!-- wp:separator {"className":"is-style-wide"} -->
<hr class="wp-block-separator has-alpha-channel-opacity is-style-wide" />
<!-- /wp:separator -->"""

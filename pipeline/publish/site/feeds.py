"""The site for machines: an Atom feed for each language (RFC 4287), and a site map (sitemaps.org 0.9)."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lxml import etree

from pipeline.core.model import HouseLanguage
from pipeline.publish.site.addresses import SITEMAP, Addresses, feed_path, list_path, page_path
from pipeline.publish.site.heads import PDF
from pipeline.publish.site.summaries import GENERATOR, EditionSummary, PostSummary

#: Returns the fragment of an edition (slug, language) as it stands, or None where there is none.
Fragments = Callable[[str, str], bytes | None]

#: How many posts a feed has; older ones are in the lists.
NEWEST = 30
_ATOM = "http://www.w3.org/2005/Atom"
#: lxml's types know no name for the default namespace.
_NAMES: Any = {None: _ATOM}
_XML = "http://www.w3.org/XML/1998/namespace"
_COMMENT = re.compile(r"^\s*<!--.*?-->\s*", re.DOTALL)


def feed(
    posts: Sequence[PostSummary], words: HouseLanguage, addresses: Addresses, fragments: Fragments
) -> bytes | None:
    """Return the feed of a language, or None where it has no posts; `posts` are the newest first.

    All in it is a function of the posts: an entry was updated on the day that its edition is dated.
    """
    found = [(post, entry) for post in posts for entry in post.entries if entry.language == words.language][
        :NEWEST
    ]
    if not found:
        return None
    own = feed_path(words.language)
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap=_NAMES)
    root.set(f"{{{_XML}}}lang", words.language)
    _add(root, "id", addresses.stable_id(own))
    _add(root, "title", words.institution.text)
    _add(root, "updated", _instant(max(entry.date for _, entry in found)))
    _add(root, "link", rel="self", type="application/atom+xml", href=addresses.best(own, own))
    home = addresses.best(own, list_path(words.language))
    _add(root, "link", rel="alternate", type="text/html", hreflang=words.language, href=home)
    _add(_add(root, "author"), "name", words.institution.text)
    _add(root, "generator", GENERATOR)
    for post, entry in found:
        _add_entry(root, post, entry, addresses, fragments(post.slug, entry.language))
    etree.indent(root, space="")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _add_entry(
    root: etree._Element,
    post: PostSummary,
    entry: EditionSummary,
    addresses: Addresses,
    fragment: bytes | None,
) -> None:
    own, page = feed_path(entry.language), page_path(post.slug, entry.language)
    element = _add(root, "entry")
    _add(element, "id", addresses.stable_id(page))
    _add(element, "title", entry.title)
    _add(element, "updated", _instant(entry.date))
    _add(element, "published", _instant(entry.date))
    href = addresses.best(own, page)
    _add(element, "link", rel="alternate", type="text/html", hreflang=entry.language, href=href)
    for stored in post.attachments:
        _add(
            element,
            "link",
            rel="enclosure",
            type=PDF,
            hreflang=stored.language,
            length=str(stored.size),
            title=stored.text,
            href=addresses.best(own, f"{post.slug}/{stored.file}"),
        )
    for author in entry.authors:
        _add(_add(element, "author"), "name", author)
    if entry.description:
        _add(element, "summary", entry.description)
    if fragment is not None:
        html = _COMMENT.sub("", fragment.decode("utf-8", "replace"))
        content = _add(element, "content", _without_controls(html), type="html")
        content.set(f"{{{_XML}}}base", addresses.best(own, f"{post.slug}/"))


def _add(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_ATOM}}}{tag}", attributes)
    element.text = text
    return element


def _instant(date: str) -> str:
    """Return a day as the instant that it begins (RFC 3339)."""
    return f"{date}T00:00:00Z"


def _without_controls(text: str) -> str:
    """Return a text without what XML can't hold."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


#: A file may hold 50,000 addresses and 50 MB; with six languages an address and its translations take a
#: kilobyte.
MOST_POSTS = 2_000
_MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
#: lxml's types know no name for the default namespace.
_MAP_NAMES: Any = {None: _MAP, "xhtml": _XHTML}


def sitemaps(posts: Sequence[PostSummary], addresses: Addresses) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of the site map, in parts for many posts; nothing where no address is known."""
    if addresses.url is None:
        return
    chunks = [posts[at : at + MOST_POSTS] for at in range(0, len(posts), MOST_POSTS)] or [posts]
    if len(chunks) == 1:
        yield SITEMAP, _urls(chunks[0], addresses, is_first=True)
        return
    root = etree.Element(f"{{{_MAP}}}sitemapindex", nsmap=_MAP_NAMES)
    for number, chunk in enumerate(chunks, start=1):
        path = f"sitemap-{number}.xml"
        yield path, _urls(chunk, addresses, is_first=number == 1)
        entry = etree.SubElement(root, f"{{{_MAP}}}sitemap")
        etree.SubElement(entry, f"{{{_MAP}}}loc").text = addresses.absolute(path)
    yield SITEMAP, _written(root)


def _urls(posts: Sequence[PostSummary], addresses: Addresses, *, is_first: bool) -> bytes:
    root = etree.Element(f"{{{_MAP}}}urlset", nsmap=_MAP_NAMES)
    if is_first:
        entry = etree.SubElement(root, f"{{{_MAP}}}url")
        etree.SubElement(entry, f"{{{_MAP}}}loc").text = addresses.absolute(list_path(None))
    for post in posts:
        pages = [(one, addresses.absolute(page_path(post.slug, one.language)) or "") for one in post.entries]
        for own, address in pages:
            entry = etree.SubElement(root, f"{{{_MAP}}}url")
            etree.SubElement(entry, f"{{{_MAP}}}loc").text = address
            etree.SubElement(entry, f"{{{_MAP}}}lastmod").text = own.date
            languages = [(one.language, other) for one, other in pages] + [("x-default", pages[0][1])]
            for language, other in languages if len(pages) > 1 else ():
                attributes = {"rel": "alternate", "hreflang": language, "href": other}
                etree.SubElement(entry, f"{{{_XHTML}}}link", attributes)
    return _written(root)


def _written(root: etree._Element) -> bytes:
    """Return a site map as bytes, with a word on who made it."""
    etree.indent(root, space="")
    text = etree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n<!-- ' + GENERATOR.encode() + b" -->\n" + text + b"\n"

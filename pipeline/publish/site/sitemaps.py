"""The site map (sitemaps.org 0.9): every page with its translations, for search engines; it needs a known address."""

from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from pipeline.publish.site.addresses import SITEMAP, Addresses, list_path, page_path
from pipeline.publish.site.model import Summary
from pipeline.publish.site.summaries import GENERATOR

#: A file may hold 50,000 addresses and 50 MB; with six languages an address and its translations take a kilobyte.
MOST_POSTS = 2_000
_MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
#: lxml's types know no name for the default namespace.
_NAMES: Any = {None: _MAP, "xhtml": _XHTML}


def sitemaps(posts: Sequence[Summary], addresses: Addresses) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of the site map, in parts where there are many posts; nothing where no address is known."""
    if addresses.url is None:
        return
    chunks = [posts[at : at + MOST_POSTS] for at in range(0, len(posts), MOST_POSTS)] or [posts]
    if len(chunks) == 1:
        yield SITEMAP, _urls(chunks[0], addresses, is_first=True)
        return
    root = etree.Element(f"{{{_MAP}}}sitemapindex", nsmap=_NAMES)
    for number, chunk in enumerate(chunks, start=1):
        path = f"sitemap-{number}.xml"
        yield path, _urls(chunk, addresses, is_first=number == 1)
        entry = etree.SubElement(root, f"{{{_MAP}}}sitemap")
        etree.SubElement(entry, f"{{{_MAP}}}loc").text = addresses.absolute(path)
    yield SITEMAP, _written(root)


def _urls(posts: Sequence[Summary], addresses: Addresses, *, is_first: bool) -> bytes:
    root = etree.Element(f"{{{_MAP}}}urlset", nsmap=_NAMES)
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

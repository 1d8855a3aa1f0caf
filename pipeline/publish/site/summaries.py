"""The summary of a post on the site, `post.json`: its types, its JSON, and reading one back from a page.

It holds what lists, feeds and site maps need of a post.
"""

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Any

from lxml import etree

from pipeline.publish.site.addresses import fragment_path, from_page, page_path


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """A link of a post's list of attachments.

    `path` is the file's, from the site's root; or an address, where the link leads to no file of the site.
    Size in bytes, sha256 and size label are None where nobody knows them.
    """

    language: str
    text: str
    path: str
    size: int | None = None
    sha256: str | None = None
    size_label: str | None = None

    @property
    def is_ours(self) -> bool:
        """Say whether the link leads to a file of the site."""
        return self.size is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionSummary:
    """An edition in lists and feeds; `date` is ISO 8601, `stylesheet` the path that its page refers to."""

    language: str
    title: str
    description: str
    authors: tuple[str, ...]
    date: str
    stylesheet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentSummary:
    """An attachment as a post's summary tells of it: its name in the post's folder, size in bytes, sha256."""

    language: str
    text: str
    file: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSummary:
    """A post of the site: the content of its `post.json`."""

    slug: str
    entries: tuple[EditionSummary, ...]
    attachments: tuple[AttachmentSummary, ...]

    @property
    def date(self) -> str:
        """Return the post's date: that of its first edition."""
        return self.entries[0].date


GENERATOR = "Annexe"
#: A summary is some hundred bytes an edition; what is larger is none.
_LARGEST = 1_000_000


def write_summary(summary: PostSummary) -> bytes:
    """Return a summary as JSON, as in docs/styles.md; the same summary always gives the same bytes."""
    value = {
        "generator": GENERATOR,
        "slug": summary.slug,
        "editions": [
            {
                "language": entry.language,
                "title": entry.title,
                "description": entry.description,
                "authors": list(entry.authors),
                "date": entry.date,
                "page": page_path(summary.slug, entry.language).partition("/")[2],
                "fragment": fragment_path(summary.slug, entry.language).partition("/")[2],
                "stylesheet": entry.stylesheet,
            }
            for entry in summary.entries
        ],
        # Their fields are those of the JSON, in its order.
        "attachments": [asdict(stored) for stored in summary.attachments],
    }
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def read_summary(data: bytes) -> PostSummary | None:
    """Return the summary that a file holds, or None where it holds anything else."""
    try:
        value = json.loads(data) if len(data) <= _LARGEST else None
        if not isinstance(value, dict) or value.get("generator") != GENERATOR:
            return None
        entries = tuple(_entry(one) for one in value["editions"])
        attachments = tuple(_stored(one) for one in value["attachments"])
        slug = str(value["slug"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return PostSummary(slug=slug, entries=entries, attachments=attachments) if entries else None


def _entry(value: Any) -> EditionSummary:
    return EditionSummary(
        language=str(value["language"]),
        title=str(value["title"]),
        description=str(value["description"]),
        authors=tuple(map(str, value["authors"])),
        date=dt.date.fromisoformat(value["date"]).isoformat(),
        stylesheet=str(value["stylesheet"]),
    )


def _stored(value: Any) -> AttachmentSummary:
    return AttachmentSummary(
        language=str(value["language"]),
        text=str(value["text"]),
        file=str(value["file"]),
        size=int(value["size"]),
        sha256=str(value["sha256"]),
    )


def entry_of_page(page: bytes, slug: str, language: str) -> EditionSummary | None:
    """Return what a page of ours says of its edition, or None where it doesn't say all of it."""
    root = parse_page(page)
    if root is None:
        return None
    sheet = str(root.xpath("string(//link[@rel='stylesheet'][1]/@href)"))
    try:
        value = json.loads(str(root.xpath("string(//script[@type='application/ld+json'][1])")))
        authors = [author["name"] for author in value["author"] if author["@type"] == "Person"]
        return _entry(
            {
                "language": language,
                "title": value["headline"],
                "description": value.get("description", ""),
                "authors": authors,
                "date": value["datePublished"],
                "stylesheet": from_page(page_path(slug, language), sheet),
            }
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def parse_page(page: bytes) -> etree._Element | None:
    """Return the tree of a page, or None where there is nothing in it."""
    # All sites of these kinds send UTF-8; a page that doesn't declare it must not be read as Latin-1.
    return etree.HTML(page, parser=etree.HTMLParser(encoding="utf-8")) if page.strip() else None

"""A post's summary ↔ JSON, and what a page that stands tells of itself: enough for lists, feeds and site maps."""

import datetime as dt
import json
from typing import Any

from lxml import etree

from pipeline.publish.site.addresses import fragment_path, from_page, page_path
from pipeline.publish.site.model import Entry, Stored, Summary

GENERATOR = "Annexe"
#: A summary is some hundred bytes an edition; what is larger is none.
_LARGEST = 1_000_000


def write_summary(summary: Summary) -> bytes:
    """Return a summary as JSON: documented in docs/styles.md, for programs; the same summary gives the same bytes."""
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
        "attachments": [
            {
                "language": stored.language,
                "text": stored.text,
                "file": stored.file,
                "size": stored.size,
                "sha256": stored.sha256,
            }
            for stored in summary.attachments
        ],
    }
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def read_summary(data: bytes) -> Summary | None:
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
    return Summary(slug=slug, entries=entries, attachments=attachments) if entries else None


def _entry(value: Any) -> Entry:
    return Entry(
        language=str(value["language"]),
        title=str(value["title"]),
        description=str(value["description"]),
        authors=tuple(map(str, value["authors"])),
        date=dt.date.fromisoformat(value["date"]).isoformat(),
        stylesheet=str(value["stylesheet"]),
    )


def _stored(value: Any) -> Stored:
    return Stored(
        language=str(value["language"]),
        text=str(value["text"]),
        file=str(value["file"]),
        size=int(value["size"]),
        sha256=str(value["sha256"]),
    )


def entry_of_page(page: bytes, slug: str, language: str) -> Entry | None:
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
    if not page.strip():
        return None
    return etree.HTML(page, parser=etree.HTMLParser(encoding="utf-8"))

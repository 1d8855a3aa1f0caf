"""A page's metadata for machines: Open Graph and schema.org."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from babel.core import get_global
from markupsafe import Markup

from pipeline.core.model import HouseLanguage
from pipeline.publish.site.addresses import Addresses, page_path
from pipeline.publish.site.summaries import PageLink

PDF = "application/pdf"


def open_graph(
    facts: Mapping[str, Any], words: HouseLanguage, others: Sequence[str], url: str | None, image: str | None
) -> tuple[tuple[str, str], ...]:
    """Return (property, content) pairs of the Open Graph protocol (ogp.me); `image` is a web address."""
    pairs: list[tuple[str, str | None]] = [
        ("og:type", "article"),
        ("og:site_name", words.institution.text),
        ("og:title", facts["title"]),
        ("og:description", facts["description"] or None),
        ("og:url", url),
        ("og:image", image),
        ("og:locale", locale_of(words.language)),
        *(("og:locale:alternate", locale_of(language)) for language in others),
        ("article:published_time", facts["date_iso"]),
        *(("article:tag", keyword) for keyword in facts["keywords"]),
    ]
    return tuple((name, content) for name, content in pairs if content is not None)


def locale_of(language: str) -> str:
    """Return a language with its most likely territory (CLDR): fr_FR."""
    parts = language.split("-")
    likely = str(
        get_global("likely_subtags").get("_".join(parts)) or get_global("likely_subtags").get(parts[0], "")
    )
    territory = next((part for part in parts[1:] if len(part) == len("FR") and part.isupper()), None)
    return f"{parts[0]}_{territory or likely.rpartition('_')[2]}"


def structured_data(
    facts: Mapping[str, Any],
    words: HouseLanguage,
    *,
    others: Sequence[str],
    own: PageLink | None,
    addresses: Addresses,
) -> Markup:
    """Return an edition as a schema.org Article in JSON-LD, to stand in a `script`.

    It speaks of its own attachment alone, so that it stays true whatever becomes of the other editions'.
    """
    value = _article(facts, words, others=others, own=own, addresses=addresses)
    text = json.dumps(
        {key: part for key, part in value.items() if part is not None}, ensure_ascii=False, indent=1
    )
    # Nothing in a string may end the script or begin another.
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - see above


def _article(
    facts: Mapping[str, Any],
    words: HouseLanguage,
    *,
    others: Sequence[str],
    own: PageLink | None,
    addresses: Addresses,
) -> dict[str, Any]:
    """Return the properties of an edition; those that are None it doesn't have."""
    path = page_path(facts["slug"], words.language)
    publisher = {"@type": "Organization", "name": words.institution.text}
    if addresses.url is not None:
        publisher["url"] = f"{addresses.url}/"
    return {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": facts["title"],
        "inLanguage": words.language,
        "datePublished": facts["date_iso"],
        "dateModified": facts["date_iso"],
        "author": [{"@type": "Person", "name": name} for name in facts["authors"]] or [publisher],
        "publisher": publisher,
        "url": addresses.absolute(path),
        "description": facts["description"] or None,
        "keywords": facts["keywords"] or None,
        "workTranslation": [
            {
                "@type": "Article",
                "inLanguage": tag,
                "url": addresses.best(path, page_path(facts["slug"], tag)),
            }
            for tag in others
        ]
        or None,
        "encoding": _media_object(own, path, addresses) if own is not None and own.is_ours else None,
    }


def _media_object(own: PageLink, page: str, addresses: Addresses) -> dict[str, Any]:
    value = {
        "@type": "MediaObject",
        "name": own.text,
        "contentUrl": addresses.best(page, own.path),
        "encodingFormat": PDF,
        "contentSize": own.size_label,
        "inLanguage": own.language,
        "sha256": own.sha256,
    }
    return {key: part for key, part in value.items() if part is not None}

"""Small valid things for tests: a house of two languages, editions, pages."""

import datetime as dt
from typing import Any

from pipeline.core.model import Edition, House, HouseLanguage, HouseText, Labels, Status


def house_text(text: str, status: Status = Status.PUBLISHED) -> HouseText:
    """Return a wording of the institution."""
    return HouseText(text=text, status=status, source="a test", line=1)


def labels(**changes: str) -> Labels:
    """Return the small words around a text."""
    words: dict[str, Any] = {
        "author": "Author",
        "authors": "Authors",
        "date": "Date",
        "also_in": "Also in",
        "page": "page {page} of {pages}",
        "skip_to_text": "Skip to the text",
        "note": "Note",
        "back_to_text": "Back to the text",
        "disclaimer": "Disclaimer",
        "attachments": "Attachments",
        "all_posts": "All posts",
        "newer_posts": "Newer posts",
        "older_posts": "Older posts",
        "years": "Years",
        "languages": "Languages",
        "feed": "Feed (Atom)",
        "status": Status.PUBLISHED,
        "source": "a test",
        "line": 1,
    }
    return Labels(**{**words, **changes})


ENGLISH = HouseLanguage(
    language="en",
    name="English",
    direction="ltr",
    institution=house_text("Test Network"),
    disclaimer=house_text("These opinions do not reflect those of the Test Network at all."),
    kosovo_note=house_text(
        "References to Kosovo shall be understood in the context of resolution 1244 (1999)."
    ),
    kosovo_spellings=("Kosovo", "Kosova"),
    labels=labels(),
)
FRENCH = HouseLanguage(
    language="fr",
    name="Français",
    direction="ltr",
    institution=house_text("Réseau d'essai"),
    disclaimer=house_text("Ces opinions ne reflètent en rien celles du Réseau d'essai."),
    kosovo_note=house_text(
        "Toute référence au Kosovo s'entend au sens de la résolution 1244 (1999).", Status.DRAFT
    ),
    kosovo_spellings=("Kosovo", "Kossovo"),
    labels=labels(author="Par", page="page {page} sur {pages}"),
)
HOUSE = House(file="sources/house.yaml", languages=(ENGLISH, FRENCH))


def edition(body: str = "One paragraph.\n", **changes: Any) -> Edition:
    """Return an edition with this body; `changes` replace other fields."""
    fields: dict[str, Any] = {
        "slug": "a-post",
        "language": "en",
        "file": "sources/a-post/en.md",
        "title": "A Title of Its Own",
        "authors": ("Ada Author",),
        "date": dt.date(2020, 7, 9),
        "label": "English",
        "published_size": None,
        "short_title": "A Title",
        "description": "",
        "keywords": (),
        "body": body,
        "body_line": 5,
        "images": (),
        "lines": (("title", 2), ("date", 3)),
    }
    return Edition(**{**fields, **changes})

"""Lists of posts: the newest of all and of each language, and pages by year where there are many."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup, escape

from pipeline.compose.dates import day_in_words
from pipeline.compose.line_breaks import keep_words_whole
from pipeline.core.model import House
from pipeline.publish.site.addresses import Addresses, feed_path, list_path, page_path
from pipeline.publish.site.summaries import GENERATOR, EditionSummary, PostSummary

#: The newest posts stand on the first page; a year's have pages of their own only where there are more than
#: that.
NEWEST = 40
#: How many posts of a year are on one page.
ON_A_PAGE = 100


class Lists:
    """Makes the lists of one site; `template` is compiled."""

    def __init__(self, house: House, addresses: Addresses, stylesheet: str, template: Any) -> None:
        self._house = house
        self._addresses = addresses
        self._stylesheet = stylesheet
        self._template = template

    def files(self, posts: Sequence[PostSummary]) -> Iterator[tuple[str, bytes]]:
        """Yield (path, bytes) of every list; `posts` are the newest first."""
        languages = [
            words.language
            for words in self._house.languages
            if any(entry.language == words.language for post in posts for entry in post.entries)
        ]
        for language in (None, *languages):
            own = [post for post in posts if language is None or _entry(post, language) is not None]
            yield from self._list(own, language, languages)

    def _list(
        self, posts: Sequence[PostSummary], language: str | None, languages: Sequence[str]
    ) -> Iterator[tuple[str, bytes]]:
        years = [(year, list(group)) for year, group in groupby(posts, key=lambda post: post.date[:4])]
        pages = [(list_path(language), None, posts[:NEWEST])]
        if len(posts) > NEWEST:
            pages += [
                (list_path(language, year, at // ON_A_PAGE + 1), year, group[at : at + ON_A_PAGE])
                for year, group in years
                for at in range(0, len(group), ON_A_PAGE)
            ]
        shown_years = [year for year, _ in years] if len(pages) > 1 else []
        for index, (path, year, group) in enumerate(pages):
            names = self._names(path, language, languages)
            # The pages of years follow each other; the first page stands before them all.
            newer = pages[index - 1][0] if index > 1 else list_path(language) if index else None
            older = pages[index + 1][0] if 0 < index < len(pages) - 1 else None
            names |= {
                "year": year,
                "groups": [(y, [self._item(p, path, language) for p in g]) for y, g in _by_year(group)],
                "years": [
                    (y, self._addresses.between(path, list_path(language, y)), y == year) for y in shown_years
                ],
                "newer": None if newer is None else self._addresses.between(path, newer),
                "older": None if older is None else self._addresses.between(path, older),
            }
            yield path, f"{self._template.render(names)}\n".encode()

    def _names(self, path: str, language: str | None, languages: Sequence[str]) -> dict[str, Any]:
        words = (self._house.language(language) if language else None) or self._house.languages[0]
        between = self._addresses.between
        feeds = [self._house.language(tag) for tag in ([language] if language else languages)]
        return {
            "language": words.language,
            "direction": words.direction,
            "institution": words.institution.text,
            "labels": words.labels,
            "generator": GENERATOR,
            "is_all": language is None,
            "choices": [
                (tag, self._name(tag), between(path, list_path(tag)), tag == language) for tag in languages
            ],
            "feeds": [(w.language, w.name, between(path, feed_path(w.language))) for w in feeds if w],
            "site": {
                "stylesheet": between(path, self._stylesheet),
                "canonical": self._addresses.absolute(path),
                "home": between(path, list_path(language)),
                "all_posts": between(path, list_path(None)),
                "alternates": [(tag, self._addresses.best(path, list_path(tag))) for tag in languages],
                "default": self._addresses.best(path, list_path(None)),
            },
        }

    def _name(self, language: str) -> str:
        words = self._house.language(language)
        return words.name if words else language

    def _direction(self, language: str) -> str:
        words = self._house.language(language)
        return words.direction if words else "ltr"

    def _item(self, post: PostSummary, path: str, language: str | None) -> dict[str, Any]:
        """Return a post for the template: all editions, or the one of a language and links to the others."""
        shown = [entry for entry in post.entries if language in (None, entry.language)]
        words = self._house.language(shown[0].language) if language else self._house.languages[0]
        return {
            "date": shown[0].date,
            "date_words": day_in_words(shown[0].date, words.language if words else shown[0].language),
            "editions": [self._edition(post, entry, path) for entry in shown],
            "others": [self._edition(post, entry, path) for entry in post.entries if entry not in shown],
        }

    def _edition(self, post: PostSummary, entry: EditionSummary, path: str) -> dict[str, Any]:
        return {
            "language": entry.language,
            "direction": self._direction(entry.language),
            "name": self._name(entry.language),
            "title": Markup(keep_words_whole(str(escape(entry.title)))),  # noqa: S704 - escaped
            "description": entry.description,
            "authors": entry.authors,
            "href": self._addresses.between(path, page_path(post.slug, entry.language)),
        }


def _by_year(posts: Sequence[PostSummary]) -> list[tuple[str, list[PostSummary]]]:
    return [(year, list(group)) for year, group in groupby(posts, key=lambda post: post.date[:4])]


def _entry(post: PostSummary, language: str) -> EditionSummary | None:
    return next((entry for entry in post.entries if entry.language == language), None)

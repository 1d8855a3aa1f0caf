"""A night as pages: (name, HTML) one after the other, so that no more than one is in memory. Pure."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from pipeline import __version__
from pipeline.compose.styles import ReportStyles, template_environment
from pipeline.core.night import Night
from pipeline.report.pages.index import MOST_PAIRS, first_page, post_row
from pipeline.report.pages.places import POSTS_A_PAGE, index_name, post_name
from pipeline.report.pages.post import Drawn, post_view
from pipeline.report.pages.states import ToldPost, tell_posts
from pipeline.report.pages.words import Words, read_words
from pipeline.report.printable import printable


class Pages:
    """The pages of a night, in every language of the catalogue."""

    def __init__(self, night: Night, report: Path, styles: ReportStyles) -> None:
        self.posts = tell_posts(night)
        self._night = night
        self._report = report
        self._languages = read_words(styles.words)
        environment = template_environment(styles.templates, finish=_shown)
        environment.filters["coded"] = _coded
        self._index = environment.get_template("index.html.jinja")
        self._post = environment.get_template("post.html.jinja")

    @property
    def _default(self) -> str:
        return self._languages[0].language

    def of_post(self, post: ToldPost, drawn: Mapping[str, Drawn]) -> Iterator[tuple[str, str]]:
        """Yield the pages of a post, (name, HTML) in each language; `drawn` holds its editions' pictures by name."""
        for words in self._languages:
            view = post_view(post, drawn, self._report, words)
            others = [
                (other, post_name(post.slug, other.language, self._default).removeprefix("posts/"))
                for other in self._languages
            ]
            yield (
                post_name(post.slug, words.language, self._default),
                self._post.render(
                    **self._shared(words, others, root="../"),
                    post=view,
                    home=f"../{index_name(1, words.language, self._default)}",
                ),
            )

    def of_index(self, drawn: Mapping[str, Drawn]) -> Iterator[tuple[str, str]]:
        """Yield the first page and those that list more posts; `drawn` holds pictures of changed editions by name."""
        lists = [
            self.posts[start : start + POSTS_A_PAGE] for start in range(0, len(self.posts), POSTS_A_PAGE)
        ] or [()]
        for words in self._languages:
            hrefs = {post.slug: post_name(post.slug, words.language, self._default) for post in self.posts}
            first = first_page(self._night, self.posts, drawn, hrefs, words)
            for number, listed in enumerate(lists, start=1):
                others = [
                    (other, index_name(number, other.language, self._default)) for other in self._languages
                ]
                yield (
                    index_name(number, words.language, self._default),
                    self._index.render(
                        **self._shared(words, others, root=""),
                        first=first if number == 1 else None,
                        verdict=first.verdict,
                        most_pairs=MOST_PAIRS,
                        rows=[post_row(post, hrefs[post.slug], words) for post in listed],
                        range=self._range(number, len(listed), words),
                        number=number,
                        lists=[
                            index_name(one, words.language, self._default) for one in range(1, len(lists) + 1)
                        ],
                        suffix="" if words.language == self._default else f".{words.language}",
                    ),
                )

    def _range(self, number: int, count: int, words: Words) -> str:
        start = (number - 1) * POSTS_A_PAGE
        return words("posts.range", first=start + 1, last=start + count, n=len(self.posts)) if count else ""

    def _shared(self, words: Words, others: Sequence[tuple[Words, str]], *, root: str) -> dict[str, Any]:
        """Return what every page shows: its words, how the night went, the other languages, where the report is."""
        night, started = self._night, self._night.run.started.astimezone(dt.UTC)
        facts = [
            words("page.began", date=words.date(started), time=words.time(started)),
            words("page.took", duration=words.duration(night.run.seconds)),
        ]
        if night.memory is not None:
            facts.append(words("page.memory", mebibytes=night.memory))
        return {
            "t": words,
            "language": words.language,
            "languages": [(other.language, other("name"), href) for other, href in others],
            "root": root,
            "night_number": words("page.night", number=str(night.number)),
            "night_date": words.date(started, is_short=True),
            "number_of_night": str(night.number),
            "facts": facts,
            "version": __version__,
        }


def _coded(text: str) -> Markup:
    """Return a message as HTML: what stands between two backticks is code."""
    parts = printable(text).split("`")
    if len(parts) % 2 == 0:
        return escape(printable(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def _shown(value: object) -> object:
    """Return a value as it is shown: of a plain text, every control character is written out."""
    return printable(value) if type(value) is str else value

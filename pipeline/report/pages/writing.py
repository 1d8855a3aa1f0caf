"""Writes the report's pages: draws what isn't drawn yet, writes what changed, deletes what is old."""

import datetime as dt
import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from pipeline import __version__
from pipeline.compose.styles import ReportStyles, template_environment
from pipeline.core.files import write_if_changed
from pipeline.core.night import Night, NightEdition
from pipeline.pdf.pictures import UnreadablePdfError, UnreadablePictureError
from pipeline.report.pages.index import MOST_PAIRS, first_page, listed_post, shown_changes
from pipeline.report.pages.pictures import PICTURES, Picture, PictureDrawer
from pipeline.report.pages.post import EditionPictures, post_view
from pipeline.report.pages.states import GROUPS, PostStatus, post_statuses
from pipeline.report.pages.words import Words, read_words
from pipeline.report.printable import printable

#: Posts on one page of the list.
POSTS_A_PAGE = 200
_PLAIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 100


def index_name(number: int, language: str, default: str) -> str:
    """Return the name of a page of the list of posts: `index.html`, `index-2.fr.html`."""
    place = "" if number == 1 else f"-{number}"
    return f"index{place}{_suffix(language, default)}"


def post_name(slug: str, language: str, default: str) -> str:
    """Return the path of a post's page: `posts/my-post.fr.html`."""
    return f"posts/{safe_name(slug)}{_suffix(language, default)}"


def _suffix(language: str, default: str) -> str:
    return ".html" if language == default else f".{language}.html"


def safe_name(slug: str) -> str:
    """Return a name that is safe as a file's: the slug, or a digest of one that is no name for a post."""
    if len(slug) <= _LONGEST and _PLAIN.fullmatch(slug):
        return slug
    return f"_{hashlib.sha256(slug.encode('utf-8', 'surrogateescape')).hexdigest()[:20]}"


class Pages:
    """The pages of a night, in every language of the catalogue."""

    def __init__(self, night: Night, report: Path, styles: ReportStyles) -> None:
        self.posts = post_statuses(night)
        self._night = night
        self._report = report
        self._languages = read_words(styles.words)
        self._default = self._languages[0].language
        environment = template_environment(styles.templates, finish=_shown)
        environment.filters["coded"] = _coded
        self._index = environment.get_template("index.html.jinja")
        self._post = environment.get_template("post.html.jinja")

    def of_post(self, post: PostStatus, drawn: Mapping[str, EditionPictures]) -> Iterator[tuple[str, str]]:
        """Yield a post's pages, (name, HTML) in each language; `drawn` has pictures by edition's name."""
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

    def of_index(self, drawn: Mapping[str, EditionPictures]) -> Iterator[tuple[str, str]]:
        """Yield the first page and those that list more posts; `drawn` has pictures by edition's name."""
        starts = range(0, len(self.posts), POSTS_A_PAGE)
        lists = [self.posts[start : start + POSTS_A_PAGE] for start in starts] or [()]
        for words in self._languages:
            hrefs = {post.slug: post_name(post.slug, words.language, self._default) for post in self.posts}
            first = first_page(self._night, self.posts, drawn, hrefs, words)
            for number, listed in enumerate(lists, start=1):
                others = [(one, index_name(number, one.language, self._default)) for one in self._languages]
                yield (
                    index_name(number, words.language, self._default),
                    self._index.render(
                        **self._shared(words, others, root=""),
                        first=first if number == 1 else None,
                        verdict=first.verdict,
                        most_pairs=MOST_PAIRS,
                        rows=[listed_post(post, hrefs[post.slug], words) for post in listed],
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
        """Return what every page shows: words, facts about the night, other languages, path to the root."""
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


#: Attachments, changed or unlike what was accepted, whose pages are drawn before and after in one night.
MOST_COMPARED = 100
#: The rules of the fonts that the sheet uses.
_FONTS = re.compile(r'font-family:"Annexe (?:Sans|Display|Mono)";font-weight:\d+;font-style:normal')


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What writing took: pages written (not those that were right already), pictures drawn, files deleted."""

    pages: int
    pictures: int
    deleted: int


def font_rules(css: str) -> str:
    """Return those `@font-face` rules, one a line, that the report's sheet has a use for."""
    return "".join(f"{line}\n" for line in css.splitlines() if _FONTS.search(line))


def write_pages(
    night: Night, report: Path, *, styles: ReportStyles, approved: Path, font_css: str = ""
) -> Written:
    """Write the pages of a night to the folder `report`; raises OSError where that can't be done.

    `approved` is the folder of accepted pictures, `font_css` the fonts' rules, one a line (none: the reader's
    own). Each file is written whole or not at all, and only where it changed; files of the report that this
    night does not link to are deleted at the end. A picture that can't be drawn fails nothing.
    """
    pages = Pages(night, report, styles)
    drawer = PictureDrawer(report)
    compared = _compared(night, pages.posts)
    written: set[str] = set()
    changed = 0
    shown = {edition.result.name for edition in shown_changes(night)}
    kept: dict[str, EditionPictures] = {}
    for name, data in _assets(styles, font_css, pages.posts):
        changed += write_if_changed(report / name, data)
        written.add(name)
    for post in pages.posts:
        drawn = {
            status.edition.result.name: _drawn(status.edition, drawer, approved, compared)
            for status in post.editions
        }
        kept.update((name, one) for name, one in drawn.items() if name in shown)
        for name, text in pages.of_post(post, drawn):
            changed += write_if_changed(report / name, text.encode())
            written.add(name)
    for name, text in pages.of_index(kept):
        changed += write_if_changed(report / name, text.encode())
        written.add(name)
    deleted = _delete_others(report, written, drawer.used)
    return Written(pages=changed, pictures=drawer.drawn, deleted=deleted)


def _assets(styles: ReportStyles, font_css: str, posts: Sequence[PostStatus]) -> Iterator[tuple[str, bytes]]:
    yield "report.css", styles.sheet.encode()
    yield "fonts.css", font_rules(font_css).encode()
    yield "search.js", styles.script.encode()
    yield "posts.js", search_data(posts).encode()


def search_data(posts: Sequence[PostStatus]) -> str:
    """Return a script that holds each post's name and state: what a page opened from a disk can load, too.

    A name that is no file's name of its own carries that file's beside it.
    """
    rows = []
    for post in posts:
        name = safe_name(post.slug)
        row = [post.slug, GROUPS.index(post.group)]
        rows.append(row if name == post.slug else [*row, name])
    return f"annexePosts({json.dumps(rows, separators=(',', ':'))});\n"


def _compared(night: Night, posts: Sequence[PostStatus]) -> set[str]:
    """Return the names of the editions shown before and after: those on the first page, then others."""
    of_first_page = (edition.result.name for edition in shown_changes(night))
    others = (
        status.edition.result.name
        for post in posts
        for status in post.editions
        if status.edition.change is not None or status.edition.is_accepted is False
    )
    names = dict.fromkeys((*of_first_page, *others))
    return set(list(names)[:MOST_COMPARED])


def _drawn(
    edition: NightEdition, drawer: PictureDrawer, approved: Path, compared: set[str]
) -> EditionPictures:
    """Return the pictures of an edition; what can't be drawn is said."""
    if edition.path is None or edition.result.sha256 is None:
        return EditionPictures()
    name = edition.result.name
    thumbnails: tuple[Picture, ...] = ()
    trouble = None
    change, change_trouble, acceptance = None, None, None
    try:
        thumbnails = drawer.thumbnails(edition.path, edition.result.sha256)
    except (UnreadablePdfError, FileNotFoundError) as error:
        trouble = str(error)
    if edition.change is not None and name in compared:
        try:
            change = drawer.change(edition.change)
        except (UnreadablePdfError, FileNotFoundError) as error:
            change_trouble = str(error)
    if edition.is_accepted is False and name in compared:
        try:
            acceptance = drawer.acceptance(edition.path, approved / name)
        except (UnreadablePdfError, UnreadablePictureError, FileNotFoundError):
            acceptance = None  # the finding look.unread says so
    return EditionPictures(
        thumbnails=thumbnails,
        trouble=trouble,
        change=change,
        change_trouble=change_trouble,
        is_change_undrawn=edition.change is not None and name not in compared,
        acceptance=acceptance,
    )


def _delete_others(report: Path, written: set[str], used: set[str]) -> int:
    """Delete the pages and pictures of other nights, and nothing else that lies there."""
    deleted = 0
    for pattern in ("index*.html", "posts/*.html"):
        for path in sorted(report.glob(pattern)):
            if str(path.relative_to(report)) not in written:
                path.unlink()
                deleted += 1
    for folder in sorted((report / PICTURES).glob("*/*")):
        if str(folder.relative_to(report / PICTURES)) not in used:
            shutil.rmtree(folder)
            deleted += 1
    return deleted

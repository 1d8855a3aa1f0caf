"""The edge of the pages: draws what isn't drawn yet, writes what changed, takes away what no night speaks of any more."""

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.compose.styles import ReportStyles
from pipeline.core.files import write_if_changed
from pipeline.core.night import Night, NightEdition
from pipeline.pdf.accepted_pictures import UnreadablePictureError
from pipeline.pdf.pictures import UnreadablePdfError
from pipeline.report.pages.drawing import PICTURES, Drawer, Picture
from pipeline.report.pages.index import shown_changes
from pipeline.report.pages.places import safe_name
from pipeline.report.pages.post import Drawn
from pipeline.report.pages.site import Pages
from pipeline.report.pages.states import GROUPS, ToldPost

#: Changed attachments, and ones that don't look as accepted, whose pages are drawn before and after in one night.
MOST_COMPARED = 100
#: What the sheet asks of the house's fonts.
_FONTS = re.compile(r'font-family:"Annexe (?:Sans|Display|Mono)";font-weight:\d+;font-style:normal')


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What writing the pages took: pages written (not those that were right already), pictures drawn, files deleted."""

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

    `approved` is the folder of accepted pictures, `font_css` the fonts' rules, one a line (none: the reader's own).
    Each file is written whole or not at all, and only where it changed; files of the report that this night does not
    speak of are deleted at the end. A picture that can't be drawn is said to be missing, and no reason to fail.
    """
    pages = Pages(night, report, styles)
    drawer = Drawer(report)
    compared = _compared(night, pages.posts)
    written: set[str] = set()
    changed = 0
    shown = {edition.result.name for edition in shown_changes(night)}
    kept: dict[str, Drawn] = {}
    for name, data in _assets(styles, font_css, pages.posts):
        changed += write_if_changed(report / name, data)
        written.add(name)
    for post in pages.posts:
        drawn = {
            told.edition.result.name: _drawn(told.edition, drawer, approved, compared)
            for told in post.editions
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


def _assets(styles: ReportStyles, font_css: str, posts: Sequence[ToldPost]) -> Iterator[tuple[str, bytes]]:
    yield "report.css", styles.sheet.encode()
    yield "fonts.css", font_rules(font_css).encode()
    yield "search.js", styles.script.encode()
    yield "posts.js", search_data(posts).encode()


def search_data(posts: Sequence[ToldPost]) -> str:
    """Return a script that holds each post's name and state: what a page opened from a disk can load, too.

    A name that is no file's name of its own carries that file's beside it.
    """
    rows = []
    for post in posts:
        name = safe_name(post.slug)
        row = [post.slug, GROUPS.index(post.group)]
        rows.append(row if name == post.slug else [*row, name])
    return f"annexePosts({json.dumps(rows, separators=(',', ':'))});\n"


def _compared(night: Night, posts: Sequence[ToldPost]) -> set[str]:
    """Return the names of the editions whose pages are shown before and after: those on the first page, then others."""
    of_first_page = (edition.result.name for edition in shown_changes(night))
    others = (
        told.edition.result.name
        for post in posts
        for told in post.editions
        if told.edition.change is not None or told.edition.is_accepted is False
    )
    names = dict.fromkeys((*of_first_page, *others))
    return set(list(names)[:MOST_COMPARED])


def _drawn(edition: NightEdition, drawer: Drawer, approved: Path, compared: set[str]) -> Drawn:
    """Return the pictures of an edition; what can't be drawn is said."""
    if edition.path is None or edition.result.sha256 is None:
        return Drawn()
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
    return Drawn(
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

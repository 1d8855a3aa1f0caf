"""Writing the report: pictures are drawn once, files are written where they changed, old ones go."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from pipeline.compose.styles import ReportStyles, read_report_styles, read_styles
from pipeline.core.errors import CommandError
from pipeline.core.night import Night
from pipeline.pdf.pictures import differing_places, draw_pages, frame_difference
from pipeline.report.pages import writing
from pipeline.report.pages.writing import Written, font_rules, index_name, post_name, safe_name, write_pages
from tests.conftest import PROJECT
from tests.report.nights import SLUGS, Files, all_well, mixed


@pytest.fixture
def report(reports: Path, tmp_path: Path) -> Path:
    """A copy of the report of the night on which all was well."""
    shutil.copytree(reports / "all-well" / "report", tmp_path / "all-well" / "report")
    return tmp_path / "all-well" / "report"


def write(night: Night, report: Path, styles: ReportStyles) -> Written:
    """Write a night's pages to a folder, with nothing accepted and the reader's own fonts."""
    return write_pages(night, report, styles=styles, approved=report / "nowhere")


def test_a_second_time_nothing_is_drawn_or_written(
    files: Files, report: Path, report_styles: ReportStyles
) -> None:
    """What is right already is neither drawn nor written again."""
    write(all_well(files), report, report_styles)
    again = write(all_well(files), report, report_styles)
    assert again == Written(pages=0, pictures=0, deleted=0)


def test_pictures_are_kept_by_content(files: Files, report: Path, report_styles: ReportStyles) -> None:
    """An attachment that another night speaks of is not drawn again.

    What no night speaks of any more goes.
    """
    before = write(mixed(files), report, report_styles)
    assert before.pictures == 2  # the two pages that nobody accepted, and no thumbnail
    night = all_well(files)
    fewer = replace(
        night, editions=night.editions[:2], run=replace(night.run, editions=night.run.editions[:2])
    )
    after = write(fewer, report, report_styles)
    assert after.pictures == 0
    assert after.deleted == 2 * (len(SLUGS) - 1) + 3
    assert [path.name for path in sorted((report / "posts").iterdir())] == [
        f"{SLUGS[0]}.fr.html",
        f"{SLUGS[0]}.html",
    ]
    assert len(list((report / "pictures").glob("*/*"))) == 1


@pytest.mark.parametrize("damage", ["gone", "cut", "no index"])
def test_damaged_pictures_are_drawn_again(
    files: Files, report: Path, report_styles: ReportStyles, damage: str
) -> None:
    """A picture that is gone or cut short, or an index that can't be read, is found out."""
    picture = next(iter(sorted((report / "pictures").rglob("*.webp"))))
    if damage == "gone":
        picture.unlink()
    elif damage == "cut":
        picture.write_bytes(picture.read_bytes()[:-1])
    else:
        (picture.parent / "index.json").write_text("{}")
    assert write(all_well(files), report, report_styles).pictures > 0
    with Image.open(picture) as whole:
        whole.load()


def test_other_files_are_left_alone(files: Files, report: Path, report_styles: ReportStyles) -> None:
    """What somebody else put into the folder stays; a list page of a longer night goes."""
    (report / "notes.txt").write_text("mine")
    (report / "index-9.html").write_text("old")
    assert write(all_well(files), report, report_styles).deleted == 1
    assert (report / "notes.txt").read_text() == "mine"


def test_what_cannot_be_drawn_is_said(files: Files, tmp_path: Path, report_styles: ReportStyles) -> None:
    """An attachment that is no PDF, or is gone, costs its pictures and not the report."""
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"no PDF")
    night = all_well(Files(ordinary=broken, before=tmp_path / "gone.pdf", after=files.after))
    write(night, tmp_path / "report", report_styles)
    text = (tmp_path / "report" / "posts" / f"{SLUGS[0]}.html").read_text(encoding="utf-8")
    assert "The pages can't be shown: " in " ".join(text.split()).replace("&#39;", "'").replace("’", "'")
    changed = (tmp_path / "report" / "posts" / f"{SLUGS[1]}.html").read_text(encoding="utf-8")
    assert "gone.pdf" in changed


def test_too_many_changes_are_told_and_not_drawn(
    files: Files, tmp_path: Path, report_styles: ReportStyles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a change of styles only some attachments are drawn before and after.

    The others name the command.
    """
    monkeypatch.setattr(writing, "MOST_COMPARED", 1)
    write(mixed(files), tmp_path / "report", report_styles)
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "report" / "posts").glob("*.html")]
    assert sum("annexe diff BEFORE AFTER" in text for text in texts) > 0
    assert sum("-before.webp" in text for text in texts) > 0


def test_a_change_shows_the_pages_that_differ(reports: Path) -> None:
    """Before and after stand side by side with the places framed; pages that look alike are not shown."""
    text = (reports / "all-well" / "report" / "posts" / f"{SLUGS[1]}.html").read_text(encoding="utf-8")
    assert text.count("-before.webp") == 2  # the link and the picture in it
    assert re.search(r"Page 1</b>, \d places? differs?", text)


def test_what_is_not_as_accepted_is_shown(reports: Path) -> None:
    """A post that doesn't look as accepted shows the accepted page beside the present one, and a command."""
    text = (reports / "mixed" / "report" / "posts" / f"{SLUGS[5]}.html").read_text(encoding="utf-8")
    assert "It no longer looks as it was accepted" in text
    assert f"<code>annexe accept {SLUGS[5]}</code>" in text
    assert "Page 1 as it was accepted" in text


def test_an_older_attachment_is_marked_with_its_date(reports: Path) -> None:
    """An attachment that stays because the new one failed says since when it is the good one."""
    text = (reports / "mixed" / "report" / "posts" / f"{SLUGS[2]}.html").read_text(encoding="utf-8")
    assert "This attachment is of Sunday, 15 November 2026." in text


def test_places_that_differ_are_framed(files: Files) -> None:
    """A changed word is one place, framed red where it went and green where it came.

    Equal pages have none.
    """
    old = next(draw_pages(files.before.read_bytes(), resolution=84))
    new = next(draw_pages(files.after.read_bytes(), resolution=84))
    assert differing_places(old, old) == ()
    places = differing_places(old, new)
    assert places
    before, after = frame_difference(old, new, places)
    left, top = places[0][:2]
    assert before.getpixel((left - 4, top - 4)) == (200, 30, 30)
    assert after.getpixel((left - 4, top - 4)) == (20, 120, 60)


def test_places_far_apart_are_two() -> None:
    """Two spots at two ends of a page are two places, two beside each other are one."""
    page = Image.new("L", (200, 200), 255)
    far, near = page.copy(), page.copy()
    for picture, other in ((far, (150, 150)), (near, (22, 10))):
        for left, top in ((10, 10), other):
            picture.paste(0, (left, top, left + 5, top + 5))
    assert differing_places(page, far) == ((10, 10, 15, 15), (150, 150, 155, 155))
    assert differing_places(page, near) == ((10, 10, 27, 15),)


def test_the_styles_of_the_report_are_no_part_of_an_attachment() -> None:
    """The report's templates and sheet are not among those that attachments and web pages are made from."""
    styles = read_styles(PROJECT / "styles")
    texts = {text for _, text in (*styles.templates, *styles.print_sheets, *styles.screen_sheets)}
    own = read_report_styles(PROJECT / "styles")
    assert texts
    assert not texts & {own.sheet, *(text for _, text in own.templates)}


def test_a_folder_of_styles_may_bring_its_own_report(tmp_path: Path) -> None:
    """Without a folder `report` Annexe's own looks serve; one that lacks a file is refused, naming it."""
    own = read_report_styles(PROJECT / "styles")
    assert read_report_styles(tmp_path) == own
    (tmp_path / "report").mkdir()
    with pytest.raises(CommandError, match=r"index\.html\.jinja, .*words\.toml missing"):
        read_report_styles(tmp_path)


def test_only_the_fonts_that_the_sheet_uses_come_along(reports: Path) -> None:
    """The report's fonts are the sans, the display face and the fixed one, upright: below 100 KB."""
    css = (reports / "all-well" / "report" / "fonts.css").read_text(encoding="utf-8")
    assert 0 < len(css) < 100_000
    assert "Annexe Serif" not in css
    assert font_rules(css) == css


@pytest.mark.parametrize("slug", ["../../escape", "A", "a--b", "", "x" * 101, "index.fr", "\udcff"])
def test_a_name_that_is_none_is_no_file_name(slug: str) -> None:
    """A folder's name that is no slug gets a file of its own that leads nowhere else."""
    assert safe_name(slug)[0] == "_"
    assert "/" not in safe_name(slug)


def test_names_of_pages() -> None:
    """The default language has the plain names."""
    assert index_name(1, "en", "en") == "index.html"
    assert index_name(2, "fr", "en") == "index-2.fr.html"
    assert post_name("a-post", "fr", "en") == "posts/a-post.fr.html"

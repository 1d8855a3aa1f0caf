"""What people and accidents do to a project between two runs."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests.projects import ENGLISH, Project

Edit = Callable[[Project], None]
SIZED = ENGLISH.replace("label:", "published_size: 30 KB\nlabel:")


def put_back_time(path: Path, before: os.stat_result) -> None:
    """Give a file the time stamp that it had before."""
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def edit(project: Project, name: str, old: str, new: str) -> None:
    """Replace a text in a file of the project."""
    path = project.folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def edit_of_the_same_size(project: Project) -> None:
    """Edit of the same size."""
    edit(project, "sources/testing/en.md", "night after night", "nigth after night")


def edit_that_is_backdated(project: Project) -> None:
    """Edit that is backdated."""
    path = project.sources / "testing" / "en.md"
    before = path.stat()
    edit_of_the_same_size(project)
    put_back_time(path, before)


def file_that_is_replaced(project: Project) -> None:
    """File that is replaced."""
    path = project.sources / "other" / "fr.md"
    before = path.stat()
    new = path.with_name(".new")
    new.write_bytes(path.read_bytes().replace(b"nuit", b"Nuit"))
    put_back_time(new, before)
    new.replace(path)


def other_image(project: Project) -> None:
    """Other image."""
    Image.new("RGB", (40, 30), "blue").save(project.sources / "pictured" / "square.png")


def lost_image(project: Project) -> None:
    """Lost image."""
    (project.sources / "pictured" / "square.png").rename(project.sources / "pictured" / "squares.png")


def house_words(project: Project) -> None:
    """House words."""
    edit(project, "sources/house.yaml", "at all.", "in any way.")


def style(project: Project) -> None:
    """Style."""
    sheet = next((project.folder / "styles").glob("print*.css"))
    sheet.write_text(sheet.read_text(encoding="utf-8") + "\np { color: #112233 }\n", encoding="utf-8")


def new_style(project: Project) -> None:
    """New style."""
    (project.folder / "styles" / "zz.css").write_text("p { color: #332211 }\n", encoding="utf-8")


def new_language(project: Project) -> None:
    """New language."""
    project.write("pictured/fr.md", ENGLISH)


def lost_language(project: Project) -> None:
    """Lost language."""
    (project.sources / "testing" / "fr.md").unlink()


def lost_post(project: Project) -> None:
    """Lost post."""
    shutil.rmtree(project.sources / "other")


def new_post(project: Project) -> None:
    """New post."""
    project.write("another/en.md", ENGLISH)


def twin(project: Project) -> None:
    """Twin."""
    project.write("Testing/en.md", ENGLISH)


def stray_file(project: Project) -> None:
    """Stray file."""
    project.write("stray.md", ENGLISH)


def link_that_leads_nowhere(project: Project) -> None:
    """Link that leads nowhere."""
    path = project.sources / "testing" / "fr.md"
    path.unlink()
    path.symlink_to("nowhere.md")


def lost_attachment(project: Project) -> None:
    """Lost attachment."""
    project.attachment("other").unlink()


def attachment_changed_by_hand(project: Project) -> None:
    """Attachment changed by hand."""
    path = project.attachment("other")
    before, data = path.stat(), path.read_bytes()
    path.write_bytes(data[:-20] + data[-20:].replace(b"%%EOF", b"%%EOG"))
    put_back_time(path, before)


def page_changed_by_hand(project: Project) -> None:
    """Page changed by hand."""
    edit(project, "build/testing/en.html", "night after night", "never ever at all")


def lost_page(project: Project) -> None:
    """Lost page."""
    (project.output / "testing" / "fr.html").unlink()


def published_size_that_fits(project: Project) -> None:
    """Published size that fits."""
    project.write("testing/en.md", SIZED)


def published_size_that_does_not(project: Project) -> None:
    """Published size that does not."""
    project.write("testing/en.md", SIZED.replace("30 KB", "1 KB"))


def threshold(project: Project) -> None:
    """Threshold."""
    edit(project, "pyproject.toml", "styles =", "size_labels = 'wordpress'\nstyles =")


def touched(project: Project) -> None:
    """Touched."""
    for path in project.sources.rglob("*.md"):
        path.touch()


def nothing(_: Project) -> None:
    """Nothing."""


def bad_front_matter(project: Project) -> None:
    """Bad front matter."""
    project.write("testing/fr.md", "no front matter\n")


#: Edits that happen between two runs; those of one line have nothing to do with each other.
EDITS: tuple[tuple[Edit, ...], ...] = (
    (touched,),
    (edit_of_the_same_size, file_that_is_replaced, other_image),
    (edit_that_is_backdated, lost_attachment, lost_image),
    (house_words,),
    (style, new_style),
    (new_language, lost_language, attachment_changed_by_hand),
    (lost_post, new_post, page_changed_by_hand),
    (twin, stray_file),
    (published_size_that_fits, link_that_leads_nowhere),
    (published_size_that_does_not, bad_front_matter, lost_page),
    (threshold,),
)

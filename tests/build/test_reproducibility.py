"""The same sources give the same bytes, on any day, in any process, order, folder, zone or locale."""

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from tests.projects import ENGLISH, Project, patched

BODY = """

In Kosovo, a note.[^1] An *emphasis*, a **strength**, `code`, and the UN.

| Year | Persons |
|------|--------:|
| 2019 | 1,234 |

- one
    1. two

![A red square](square.png "A square")

[^1]: The text of the note.

*[UN]: United Nations
"""


#: What Python runs before anything else, also in worker processes: every PDF gets the time that it is written
#: at.
STAMPING = """
import time
import pydyf

write = pydyf.PDF.write

def stamped(self, *arguments, **options):
    self.info["Stamp"] = pydyf.String(str(time.time_ns()))
    return write(self, *arguments, **options)

pydyf.PDF.write = stamped
"""


def written(folder: Path, *, has_fonts: bool = True) -> Project:
    """Return a project with one post that uses most constructs, in two languages; without fonts, they are made too."""
    project = Project(folder, has_fonts=has_fonts)
    project.add_post()
    project.write("testing/en.md", ENGLISH + BODY)
    Image.new("RGB", (40, 30), "red").save(project.sources / "testing" / "square.png")
    project.write("another/en.md", ENGLISH)
    return project


def sums(project: Project) -> dict[str, str]:
    """Return the sha256 of each attachment."""
    paths = sorted(project.output.glob("*/*.pdf"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, dict[str, str]]:
    """A project that was built as usual, and the sums of its attachments."""
    project = written(tmp_path_factory.mktemp("reference") / "project")
    ran = project.run("build", "--sources", "sources", "--output", "build")
    assert ran.code == 0, ran.err
    found = sums(project)
    assert len(found) == 3
    return project, found


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "4242"},
        {"TZ": "Pacific/Kiritimati"},
        {"TZ": "America/Anchorage", "LC_ALL": "C"},
        {"LC_ALL": "C.UTF-8", "LANG": "fr_FR.UTF-8", "LANGUAGE": "fr"},
        {"HOME": "/nonexistent", "TMPDIR": "/var/tmp"},  # noqa: S108 - only named, to be another than usual
        {"SOURCE_DATE_EPOCH": "1"},
    ],
    ids=lambda environment: ",".join(f"{key}={value}" for key, value in environment.items()),
)
def test_bytes_do_not_depend_on_the_environment(
    reference: tuple[Project, dict[str, str]], tmp_path: Path, environment: dict[str, str]
) -> None:
    """Hash seed, time zone, locale, home and temporary folder leave the bytes as they are."""
    project = written(tmp_path / "project", has_fonts=False)
    ran = project.run("build", "--sources", "sources", "--output", "build", environment=environment)
    assert ran.code == 0, ran.err
    assert sums(project) == reference[1]


@pytest.mark.parametrize("clock", ["1999-12-31 23:59:50", "2038-01-19 03:14:00"])
def test_bytes_do_not_depend_on_the_clock(
    reference: tuple[Project, dict[str, str]], tmp_path: Path, clock: str
) -> None:
    """A build in 1999 and one in 2038 give the bytes of today."""
    project = written(tmp_path / "project", has_fonts=False)
    ran = project.run("build", "--sources", "sources", "--output", "build", clock=clock)
    assert ran.code == 0, ran.err
    assert clock[:4] in (project.output / "report.json").read_text(encoding="utf-8")
    assert sums(project) == reference[1]


def test_bytes_do_not_depend_on_folder_order_and_number_of_workers(
    reference: tuple[Project, dict[str, str]], tmp_path: Path
) -> None:
    """Another folder, another working folder, other posts around it and one worker: the same bytes."""
    project = written(tmp_path / "a folder with spaces" / "été")
    (project.folder / "pyproject.toml").write_text("[tool.annexe]\nworkers = 1\n")
    shutil.copytree(project.sources / "another", project.sources / "aaa")
    for slug in ("testing", "aaa", "another"):
        ran = project.run("build", slug)
        assert ran.code == 0, ran.err
    found = sums(project)
    assert {name: found[name] for name in reference[1]} == reference[1]


def test_time_stamps_of_files_do_not_matter(
    reference: tuple[Project, dict[str, str]], tmp_path: Path
) -> None:
    """Sources that were copied at another time, and fonts made anew, give the same bytes."""
    project = written(tmp_path / "project", has_fonts=False)
    for path in project.sources.rglob("*"):
        if path.is_file():
            path.touch()
    assert project.run("build", "--sources", "sources", "--output", "build").code == 0
    assert sums(project) == reference[1]


def test_every_page_of_the_corpus_is_the_same_elsewhere(corpus: Path, tmp_path: Path) -> None:
    """All posts and the specimen, built in 2038 by one worker in another folder, zone, locale and seed: the same bytes."""
    project = Project(tmp_path / "élsewhere", has_fonts=False)
    shutil.rmtree(project.sources)
    shutil.copytree(corpus.parent / "sources", project.sources)
    (project.folder / "pyproject.toml").write_text("[tool.annexe]\nworkers = 1\n")
    environment = {
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "fr_FR.UTF-8",
        "LANG": "fr_FR.UTF-8",
    }
    ran = project.run("build", environment=environment, clock="2038-01-19 03:14:00")
    assert ran.code == 0, ran.err
    found = sums(project)
    assert len(found) > 3
    assert found == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in corpus.glob("*/*.pdf")
    }


def test_verify_is_content_with_an_honest_build(reference: tuple[Project, dict[str, str]]) -> None:
    """`annexe build --verify` builds everything once more and finds the same bytes."""
    ran = reference[0].run("build", "--sources", "sources", "--output", "build", "--verify")
    assert ran.code == 0, ran.err
    assert "build.verify" not in ran.err


def test_verify_notices_a_clock_in_the_file(tmp_path: Path) -> None:
    """A program that writes the time into each attachment is found out, for each attachment, with what differs."""
    project = written(tmp_path / "project")
    ran = project.run("build", "--verify", environment=patched(tmp_path / "patch", STAMPING))
    assert ran.code == 1
    assert ran.err.count("(build.verify)") == 3
    assert "it has other bytes (metadata: Info /Stamp: " in ran.err


def test_verify_bites(reference: tuple[Project, dict[str, str]], tmp_path: Path) -> None:
    """An attachment that does not come out the same a second time is an error that says what differs."""
    project = reference[0].copied(tmp_path / "project")
    _put_in_other_bytes(project)
    ran = project.run("build", "--sources", "sources", "--output", "build", "--verify")
    assert ran.code == 1
    assert ran.err.count("(build.verify)") == 1
    assert "it has other bytes (objects: the same objects, written differently" in ran.err


def _put_in_other_bytes(project: Project) -> None:
    """Write an attachment differently and record it as if it had been built so: no check finds anything in it."""
    path = project.attachment("another")
    other = path.read_bytes() + b"\n"
    path.write_bytes(other)
    with closing(sqlite3.connect(project.output / ".annexe" / "ledger.sqlite")) as connection, connection:
        connection.execute(
            "update attachment set sha256 = ? where slug = 'another'", (hashlib.sha256(other).hexdigest(),)
        )

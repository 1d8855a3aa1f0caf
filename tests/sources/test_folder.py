"""Which folders are posts and which files are editions."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.core.errors import CommandError
from pipeline.sources.folder import read_posts
from pipeline.sources.house import read_house
from tests.makers import ENGLISH, HOUSE
from tests.sources.reading import EN, FR, GOOD, names, picture, read, reported, write_all

SOURCES = Path(__file__).parent.parent.parent / "sources"


def test_the_first_post_reads_without_a_word() -> None:
    """The repository's own post gives two editions and no finding."""
    house = read_house(SOURCES / "house.yaml")
    reading = read_posts(SOURCES, house, image_bytes_limit=1, image_pixels_limit=1)
    assert names(reading) == [
        "reflections-trafficking-in-persons-en",
        "reflections-trafficking-in-persons-fr",
    ]
    assert (reading.findings, reading.failed) == ((), ())


def test_editions_come_in_the_order_of_the_house(tmp_path: Path) -> None:
    """Posts are sorted by name, editions by the house's languages."""
    write_all(tmp_path, {"sources/b/en.md": GOOD, "sources/a/en.md": GOOD, "sources/a/fr.md": GOOD})
    assert names(read(tmp_path)) == ["a-en", "a-fr", "b-en"]
    turned = replace(HOUSE, languages=HOUSE.languages[::-1])
    assert names(read(tmp_path, house=turned)) == ["a-fr", "a-en", "b-en"]


def test_a_tag_with_script_and_region_is_a_language(tmp_path: Path) -> None:
    """An edition may be of a language in a script or region."""
    house = replace(
        HOUSE, languages=(replace(ENGLISH, language="zh-Hans"), replace(ENGLISH, language="pt-BR"))
    )
    write_all(tmp_path, {"sources/a/zh-Hans.md": GOOD, "sources/a/pt-BR.md": GOOD})
    assert names(read(tmp_path, house=house)) == ["a-zh-Hans", "a-pt-BR"]


def test_only_the_posts_that_are_asked_for_are_read(tmp_path: Path) -> None:
    """With slugs given, nothing is said of other posts, except that a name is taken twice."""
    write_all(tmp_path, {EN: GOOD, "sources/other/en.md": "", "sources/stray.md": ""})
    reading = read(tmp_path, slugs=("post",))
    assert (names(reading), reported(reading), reading.failed) == (["post-en"], [], ())


def test_names_that_can_not_be_printed_are_reported_all_the_same(tmp_path: Path) -> None:
    """A name of bytes that are no text is shown by their numbers."""
    folder = os.fsencode(tmp_path / "sources") + b"/caf\xe9\n"
    os.makedirs(folder)  # noqa: PTH103 - pathlib takes no bytes
    reading = read(tmp_path)
    assert [finding.slug for finding in reading.findings] == ["caf\\xe9\\x0a"]
    assert "rename the folder caf-xe9-x0a" in reported(reading)[0]


def test_a_folder_that_is_not_there_is_a_bad_command(tmp_path: Path) -> None:
    """The folder of posts itself is the command's concern, not the editor's."""
    with pytest.raises(
        CommandError, match=r"sources: no posts can be read here \(No such file or directory\)"
    ):
        read(tmp_path)


def test_an_image_is_read_once_for_all_editions(tmp_path: Path) -> None:
    """Two editions that show the same image share its bytes."""
    text = GOOD + "\n![a](a.png)\n"
    write_all(tmp_path, {EN: text, FR: text, "sources/post/a.png": picture()})
    english, french = read(tmp_path).posts[0].editions
    assert english.images[0] is french.images[0]

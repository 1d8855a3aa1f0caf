"""The posts that are measured: the same for the same seed, each unlike the others, built without errors."""

import json
from pathlib import Path

import pytest

from bench.pages import page
from bench.posts import LANGUAGES, WORDS, write_long_post, write_posts
from bench.project import Project
from bench.typst_markup import markup


def read(folder: Path) -> dict[str, bytes]:
    """Return every file under a folder by its path there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def paragraphs(path: Path) -> set[str]:
    """Return the paragraphs of a source."""
    return {block for block in path.read_text(encoding="utf-8").split("\n\n") if len(block.split()) > 30}


def test_a_seed_gives_the_same_bytes_again(tmp_path: Path) -> None:
    """Posts and images are a function of the seed and of their number, byte for byte."""
    for name, count, seed in (("a", 3, 1), ("b", 5, 1), ("c", 3, 2)):
        write_posts(tmp_path / name, count=count, seed=seed)
    first, longer, other = (read(tmp_path / name) for name in "abc")
    assert first.items() <= longer.items()
    assert not set(first.values()) & set(other.values())


def test_no_paragraph_stands_twice(tmp_path: Path) -> None:
    """No engine can keep a whole document, nor a paragraph of it, for another one."""
    documents = write_posts(tmp_path, count=12, seed=3)
    seen: set[str] = set()
    for document in documents:
        own = paragraphs(document.path)
        assert not own & seen, document.name
        seen |= own


def test_posts_have_the_length_of_real_ones(tmp_path: Path) -> None:
    """An edition has about 800 words, never half as many or half as many again."""
    documents = write_posts(tmp_path, count=10, seed=4)
    lengths = [len(document.path.read_text(encoding="utf-8").split()) for document in documents]
    assert all(WORDS * 0.8 < length < WORDS * 1.5 for length in lengths), lengths
    assert {document.language for document in documents} == set(LANGUAGES)


@pytest.mark.parametrize(("mark", "every"), [(".jpg ", 3), ("| --- |", 4), ("[^1]", 5)])
def test_some_posts_have_images_tables_and_notes(tmp_path: Path, mark: str, every: int) -> None:
    """Every third post has an image, every fourth a table, every fifth notes, in both editions."""
    documents = write_posts(tmp_path, count=6, seed=5)
    having = {document.slug for document in documents if mark in document.path.read_text(encoding="utf-8")}
    numbers = {int(slug.rpartition("-")[2]) for slug in having}
    assert numbers == set(range(0, 6, every))


@pytest.mark.heavy
def test_annexe_builds_them_without_errors(tmp_path: Path) -> None:
    """What is measured is what editors write: every edition is built, with no error; another build finds nothing to do."""
    project = Project(tmp_path / "project")
    project.make()
    documents = write_posts(project.sources, count=1, seed=6)
    for outcome in ("built", "unchanged"):
        editions = json.loads(project.run("build", "--json"))["editions"]
        assert [edition["outcome"] for edition in editions] == [outcome] * len(documents)
        severities = {finding["severity"] for edition in editions for finding in edition["findings"]}
        assert "error" not in severities
    assert len(project.attachments()) == len(documents)


@pytest.mark.heavy
def test_an_edit_and_a_new_style_have_something_built(tmp_path: Path) -> None:
    """After an edit one edition is built anew; after a change of the style sheet, every one."""
    project = Project(tmp_path / "project")
    project.make()
    first, second = write_posts(project.sources, count=1, seed=7)
    project.run("build", "--quiet")
    project.edit(first.path, mark="1")
    assert _built(project) == {first.language}
    project.restyle(mark=1)
    assert _built(project) == {first.language, second.language}
    project.forget()
    assert not project.attachments()


def _built(project: Project) -> set[str]:
    editions = json.loads(project.run("build", "--json"))["editions"]
    return {edition["language"] for edition in editions if edition["outcome"] == "built"}


def test_a_long_post_is_as_long_as_asked(tmp_path: Path) -> None:
    """A long post has as many words as were asked for, give or take a tenth, in the same constructs."""
    document = write_long_post(tmp_path, words=8000, seed=1)
    text = document.path.read_text(encoding="utf-8")
    assert 7200 < len(text.split()) < 9600
    assert text.count("| --- |") >= 9


def test_peers_get_the_same_text(tmp_path: Path) -> None:
    """The page and the Typst file of a post have its title, its notes, its table and its image's description."""
    (document, _) = write_posts(tmp_path, count=1, seed=8)
    source = document.path.read_text(encoding="utf-8")
    html = page(source, language="en", sheet="")
    typst = markup(source, language="en", template="/house.typ")
    title = source.partition('title: "')[2].partition('"')[0]
    for text, signs in (
        (html, ("<table>", "<figure><img alt=", 'class="footnote"')),
        (typst, ("#table(", "alt: ", "#footnote[")),
    ):
        assert title in text
        for sign in signs:
            assert sign in text, sign


def test_an_unknown_construct_is_refused(tmp_path: Path) -> None:
    """Typst gets everything or nothing: a construct that the converter does not know is named."""
    (document, _) = write_posts(tmp_path, count=1, seed=9)
    source = document.path.read_text(encoding="utf-8") + "\n<div>raw</div>\n"
    with pytest.raises(ValueError, match="made-up posts use no html_block"):
        markup(source, language="en", template="/house.typ")

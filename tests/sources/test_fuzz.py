"""Whatever bytes stand in the folder of posts, reading them ends well."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.core.errors import HouseWordsError
from pipeline.core.model import Edition, Reading, Severity
from pipeline.sources.edition import SourceFile, read_edition
from pipeline.sources.house import house_of
from pipeline.sources.images import RefusedImageError
from tests.sources.reading import DATE, picture, read, source, write_all

HOUSE_FILE = Path(__file__).parent.parent.parent / "sources" / "house.yaml"
#: What no page and no PDF can hold: controls but tab and line feed, surrogates, and what XML forbids.
UNUSABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

MARKS = [
    "---", "\n", "\n", "title:", "date:", "lang:", "author:", "keywords:", " ", " A title", " 2020-07-09",
    " 2021-02-30", '"', "'", "[", "]", "{", "}", "&a", "*a", "!t", "|", ">", "-", "?", ":", ": ", "#", " #",
    "%", "@", "`", "\\", "\\x00", "\\ud800", "\\UFFFFFFFF", "\t", "  ", "no", "~", "1e3", "...", "text",
    "![a](b.png)", "![a](../b)", "[^1]", "[^1]: ", "<script>", "<img src=", "| a |", "|---|", "\u00a0",
    "\u200b", "\ufeff", "e\u0301", "\r\n", "\r", "\u2028", "\ue000", "\0", "\x85", "\ufffe", "<<", "=",
    "<!--", "publish:", " blog:", " en:", " fr: ", "12",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(MARKS), max_size=40).map("".join)
FRONTS = TEXTS.map(lambda text: f"---\n{text}\n---\ntext\n")


def changed(text: str) -> st.SearchStrategy[bytes]:
    """Return a text in which one run of characters is another."""
    place = st.integers(0, len(text))
    return st.builds(
        lambda start, length, new: (text[:start] + new + text[start + length :]).encode(),
        place,
        st.integers(0, 12),
        st.sampled_from(MARKS) | TEXTS,
    )


SOURCE = source(
    "title: A title",
    "author: [A, B]",
    DATE,
    'label: "L"',
    "published_size: 1 KB",
    "keywords: a, b",
    "publish: {blog: {en: 12, fr: 13}, site: a-slug}",
    body="Text ![a](b.png)",
)
BYTES = (
    st.binary(max_size=200)
    | changed(SOURCE)
    | (TEXTS | FRONTS).map(str.encode)
    | FRONTS.map(lambda text: text.encode("utf-16"))
)


def check_edition(edition: Edition) -> None:
    """Assert that an edition's texts can be on a page."""
    texts = [edition.title, edition.short_title, edition.label, edition.description, edition.body]
    texts += [*edition.authors, *edition.keywords]
    texts += [text for named in edition.publish for text in (named.target, named.language, named.post)]
    assert all(named.post and named.line > 1 for named in edition.publish)
    assert all(not UNUSABLE.search(text) for text in texts)
    assert edition.title.strip()
    assert edition.short_title.strip()
    assert edition.body.endswith("\n")
    assert all(key and line >= 1 for key, line in edition.lines)


def check_reading(reading: Reading) -> None:
    """Assert that what failed is reported, that findings can be printed, and that editions can be used."""
    for finding in reading.findings:
        assert str(finding).encode("utf-8")
        assert "\n" not in str(finding)
        assert finding.message
        assert finding.remedy
    errors = {finding.slug for finding in reading.findings if finding.severity is Severity.ERROR}
    assert {slug for slug, _ in reading.failed} == errors
    for post in reading.posts:
        for edition in post.editions:
            check_edition(edition)
            assert (edition.slug, edition.language) not in reading.failed


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(english=BYTES, french=BYTES, image=st.binary(max_size=80) | st.just(picture()))
@example(english=b"---\n\xff", french=b"\xff\xfe", image=b"\x89PNG\r\n\x1a\n")
def test_any_bytes_are_read(
    tmp_path_factory: pytest.TempPathFactory, english: bytes, french: bytes, image: bytes
) -> None:
    """Any bytes in the files of a post are read or reported, never an exception."""
    folder = tmp_path_factory.mktemp("posts")
    post = "sources/post"
    write_all(folder, {f"{post}/en.md": english, f"{post}/fr.md": french, f"{post}/b.png": image})
    check_reading(read(folder))


@settings(deadline=None)
@given(BYTES)
def test_any_source_is_an_edition_or_has_an_error(data: bytes) -> None:
    """A source without an error is an edition; one with an error is none."""

    def load(path: str) -> None:
        raise RefusedImageError("image_missing", f"no {path}", "draw it")

    place = SourceFile(slug="post", language="en", file="en.md")
    read_ = read_edition(data, place, load, size_labels="drupal")  # type: ignore[arg-type] # it never returns
    errors = [finding for finding in read_.findings if finding.severity is Severity.ERROR]
    assert (read_.edition is None) == bool(errors)
    if read_.edition is not None:
        check_edition(read_.edition)


@settings(deadline=None, max_examples=50)
@given(changed(HOUSE_FILE.read_text(encoding="utf-8")) | BYTES)
def test_any_standard_wording_is_read_or_refused(data: bytes) -> None:
    """The standard wording is usable as a whole, or every fault is reported with its place."""
    try:
        house = house_of(data, "house.yaml")
    except HouseWordsError as error:
        assert all(line.startswith("house.yaml") for line in str(error).split("\n"))  # noqa: PT017 - either end is right
        return
    for words in house.languages:
        texts = [words.name, words.institution.text, words.disclaimer.text, words.kosovo_note.text]
        assert all(text.strip() and not UNUSABLE.search(text) for text in texts)
        assert words.kosovo_spellings
        assert "{page}" in words.labels.page

"""What stands in a good source arrives in its edition."""

import datetime as dt
from pathlib import Path

import pytest

from pipeline.core.model import Edition, PostReference, PublishedSize
from pipeline.sources.edition import shortened
from pipeline.sources.names import is_target_name
from pipeline.sources.post_references import posts_on
from tests.sources.reading import DATE, EN, FR, FRONT, TITLE, picture, read, reported, source, write_all


def edition_of(folder: Path, text: str | bytes) -> Edition:
    """Return the edition that a source makes."""
    write_all(folder, {EN: text, "sources/post/a b.png": picture(), "sources/post/c.jpg": picture("JPEG")})
    return read(folder).posts[0].editions[0]


def test_every_key_arrives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each key of the front matter stands in the edition, with its line."""
    monkeypatch.chdir(tmp_path)
    text = source(
        'title: "A title:  with a\u00a0colon"',
        "author:",
        "  - One",
        "  - Two",
        DATE,
        "label: Link",
        "published_size: 308.9 KB",
        "short_title: Short",
        "description: >-",
        "  Two",
        "  lines.",
        "keywords: a,  b c, , d",
        "lang: en",
        body="Text.",
    )
    edition = edition_of(tmp_path, text)
    assert edition.title == "A title: with a\u00a0colon"
    assert edition.authors == ("One", "Two")
    assert edition.date == dt.date(2020, 7, 9)
    assert edition.published_size == PublishedSize(label="308.9 KB", smallest=316_309, largest=316_318)
    assert (edition.label, edition.short_title, edition.description) == ("Link", "Short", "Two lines.")
    assert edition.keywords == ("a", "b c", "d")
    assert (edition.file, edition.body, edition.body_line) == (EN, "Text.\n", 17)
    assert dict(edition.lines)["date"] == edition.line_of("date") == 6


@pytest.mark.parametrize(
    ("written", "posts"),
    [
        (("publish: {blog: 123}",), [("blog", "en", "123", 4)]),
        (
            ("publish: {blog: some-slug, site: 8f5e0c1a-0b1c-4d2e-9f3a-5b6c7d8e9f00}",),
            [("blog", "en", "some-slug", 4), ("site", "en", "8f5e0c1a-0b1c-4d2e-9f3a-5b6c7d8e9f00", 4)],
        ),
        (("publish:", "  blog: {en: 123, fr: '124'}"), [("blog", "en", "123", 5), ("blog", "fr", "124", 5)]),
        (
            ("publish:", "  my-blog2:", "    en: 123  # in English", "    fr: le_ra\u0301pport"),
            [("my-blog2", "en", "123", 6), ("my-blog2", "fr", "le_r\u00e1pport", 7)],
        ),
        (
            ('publish: {"blog": "2020", site: \u0645\u064e\u0631}',),
            [("blog", "en", "2020", 4), ("site", "en", "\u0645\u064e\u0631", 4)],
        ),
    ],
)
def test_posts_of_sites_arrive(
    tmp_path: Path, written: tuple[str, ...], posts: list[tuple[str, str, str, int]]
) -> None:
    """Numbers, slugs and UUIDs are read as they are written, for this edition or by language, with lines."""
    write_all(tmp_path, {EN: source(TITLE, DATE, *written), FR: source(TITLE, DATE)})
    reading = read(tmp_path)
    assert reading.findings == () or [finding.check for finding in reading.findings] == [
        "source.not_composed"
    ]
    assert reading.posts[0].editions[0].publish == tuple(
        PostReference(target=target, language=language, post=post, line=line)
        for target, language, post, line in posts
    )


def test_editions_name_the_posts_of_a_site_together(tmp_path: Path) -> None:
    """What one edition says of another counts, and saying the same twice is no contradiction."""
    write_all(
        tmp_path,
        {
            EN: source(TITLE, DATE, "publish: {blog: {en: 1, fr: 2}, site: a}"),
            FR: source(TITLE, DATE, "publish: {blog: 2}"),
        },
    )
    reading = read(tmp_path)
    editions = reading.posts[0].editions
    assert reading.findings == ()
    assert posts_on("blog", editions) == {"en": "1", "fr": "2"}
    assert posts_on("site", editions) == {"en": "a"}
    assert posts_on("elsewhere", editions) == {}


@pytest.mark.parametrize("name", ["blog", "b", "2", "my-blog2", "a--b"])
def test_a_site_has_a_plain_name(name: str) -> None:
    """Lower-case letters, digits and hyphens make a site's name."""
    assert is_target_name(name)


@pytest.mark.parametrize("name", ["", "-a", "Blog", "a b", "a.b", "a_b", "é", "a\n", "x" * 201])
def test_other_names_are_no_sites(name: str) -> None:
    """Anything else could not stand in the settings without quotes."""
    assert not is_target_name(name)


def test_what_is_not_written_has_its_default(tmp_path: Path) -> None:
    """Without them, the title is link label and short title, and the rest is empty."""
    edition = edition_of(tmp_path, source(TITLE, DATE))
    assert (edition.label, edition.short_title, edition.description) == ("A title", "A title", "")
    assert (edition.authors, edition.keywords, edition.published_size, edition.images) == ((), (), None, ())


@pytest.mark.parametrize(
    ("title", "short"),
    [
        (
            "A title of sixty characters, counted up to the last one, is",
            "A title of sixty characters, counted up to the last one, is",
        ),
        (
            "Reflections on the Listening Sessions of the Network: a long one",
            "Reflections on the Listening Sessions of the Network: a…",
        ),
        (
            "Reflections on the Listening Sessions of the whole Network: longer",
            "Reflections on the Listening Sessions of the whole Network…",
        ),
        ("数" * 61, "数" * 59 + "…"),
    ],
)
def test_a_long_title_is_cut_between_words(title: str, short: str) -> None:
    """A short title has sixty characters at most, its ellipsis among them."""
    assert shortened(title) == short
    assert len(short) <= 60


def test_a_body_keeps_its_text(tmp_path: Path) -> None:
    """Templates, soft hyphens, no-break spaces in text, hard breaks and an indented first line stay."""
    body = (
        "\n    code first\n\n{{ 7*7 }} {% x %} soft\u00adhyphen 1\u00a0000  \nnext\n\n```\n\u00a0code\n```\n"
    )
    edition = edition_of(tmp_path, FRONT + body)
    assert edition.body == body.lstrip("\n")
    assert edition.body_line == 6


def test_layout_spaces_become_plain_or_go(tmp_path: Path) -> None:
    """No-break spaces stay in text; before paragraphs and at line ends they go, near marks they are plain."""
    body = (
        "#\u00a0Head\n\u00a0\n\u00a0\u00a0\u00a0\u00a0Para\u00a0graph\u00a0\n\n-\u00a0\u00a0one\n\u00a0"
        "\u00a0\u00a0\u00a0-\u00a0two\n>\u00a0said\n"
    )
    edition = edition_of(tmp_path, FRONT + body)
    assert edition.body == "# Head\n\nPara\u00a0graph\n\n- one\n    - two\n> said\n"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("Nous~avons~réuni~nos~partenaires~ici.", "Nous avons réuni nos partenaires ici."),
        ("Say~it~again,~and~once~more: **no~more**.", "Say it again, and once more: **no more**."),
        ("a plain start, and~then~all~of~it~is~glued", "a plain start, and then all of it is glued"),
        ("Les~10~000~voix~: «~oui~»~et~non", "Les 10~000 voix~: «~oui~» et non"),
        ("> Deux~espaces~~et~deux~autres", "> Deux espaces et deux autres"),
    ],
)
def test_no_break_spaces_throughout_are_plain(tmp_path: Path, written: str, read_as: str) -> None:
    """A line that no-break spaces glue together is read with plain ones, but for those of French marks."""
    write_all(tmp_path, {EN: FRONT + f"\nA text.\n\n{written}\n".replace("~", "\u00a0")})
    reading = read(tmp_path)
    edition = reading.posts[0].editions[0]
    assert edition.body == f"A text.\n\n{read_as}\n".replace("~", "\u00a0")
    assert [(finding.check, finding.severity.name, finding.line) for finding in reading.findings] == [
        ("source.no_break_space", "INFO", 8)
    ]


@pytest.mark.parametrize(
    "written",
    [
        "le 9~juillet 2020, p.~5 et 10~000~km",
        "«~Quoi~?~» et «~non~!~» : 20~%",
        "three~words~only, and more",
        "    a~line~of~code~that~is~indented",
        "```\na~line~of~code~in~a~fence\n```",
    ],
)
def test_single_no_break_spaces_stay(tmp_path: Path, written: str) -> None:
    """No-break spaces that hold single words together, or stand in code, stay as they are, with no finding."""
    write_all(tmp_path, {EN: FRONT + f"\nA text.\n\n{written}\n".replace("~", "\u00a0")})
    reading = read(tmp_path)
    edition = reading.posts[0].editions[0]
    assert edition.body == f"A text.\n\n{written}\n".replace("~", "\u00a0")
    assert not reading.findings


def test_text_is_composed_and_without_invisible_characters(tmp_path: Path) -> None:
    """Letters and accents become one, zero-width characters go, in body, front matter and its escapes."""
    edition = edition_of(tmp_path, source('title: "e\u0301t\\u200bat"', DATE, body="e\u0301t\ufeffat \u200d"))
    assert (edition.title, edition.body) == ("\u00e9tat", "\u00e9tat \u200d\n")


def test_images_come_with_the_edition(tmp_path: Path) -> None:
    """Each image is there once, by the path as it is written, with its type and its size."""
    body = "![a](a%20b.png) ![a](<a b.png>) ![c](c.jpg) ![c](./c.jpg) ![c](c.jpg)"
    images = edition_of(tmp_path, source(TITLE, DATE, body=body)).images
    assert [(image.path, image.media_type, image.width, image.height) for image in images] == [
        ("a%20b.png", "image/png", 20, 10),
        ("a b.png", "image/png", 20, 10),
        ("c.jpg", "image/jpeg", 20, 10),
        ("./c.jpg", "image/jpeg", 20, 10),
    ]


def test_line_ends_and_marks_change_nothing(tmp_path: Path) -> None:
    """A source saved by Windows is the same edition, and the editor is informed."""
    text = source(TITLE, DATE, body="One.\n\nTwo.")
    write_all(
        tmp_path, {EN: text, "sources/windows/en.md": b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()}
    )
    reading = read(tmp_path)
    first, second = (post.editions[0] for post in reading.posts)
    assert (first.body, first.body_line) == (second.body, second.body_line)
    assert len(reported(reading)) == 2


def test_every_line_that_is_no_yaml_is_reported(tmp_path: Path) -> None:
    """However many values can't be read, each is reported in the same run."""
    keys = ("author", "label", "short_title", "description", "keywords")
    write_all(tmp_path, {EN: source(TITLE, DATE, *(f"{key}: @all" for key in keys))})
    lines = [finding.line for finding in read(tmp_path).findings if finding.check == "source.yaml"]
    assert lines == [4, 5, 6, 7, 8]


def test_front_matter_that_is_too_long_is_refused(tmp_path: Path) -> None:
    """Front matter of more than 16 KiB is a text in the wrong place: it is reported and not read."""
    write_all(tmp_path, {EN: source(TITLE, DATE, *["# " + "x" * 100] * 200)})
    what = "the front matter is longer than 16384 characters; move text to the body"
    assert reported(read(tmp_path)) == [f"source.long_value error: {tmp_path}/{EN}:1: {what}"]


def test_many_nul_bytes_alone_are_no_utf_16(tmp_path: Path) -> None:
    """A run of NULs is UTF-8 with control characters: in UTF-16 every second byte alone is zero."""
    write_all(tmp_path, {EN: (FRONT + "Text " + "\0" * 2000 + "\n").encode()})
    assert [finding.check for finding in read(tmp_path).findings] == ["source.control_character"]

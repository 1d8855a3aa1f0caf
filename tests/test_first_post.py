"""The attachments of the first post: complete, light, sound, in their own languages."""

import datetime as dt
import io
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest

from pipeline.compose.dates import date_in_words
from pipeline.pdf.pdfium import read_back
from pipeline.sources.house import read_house
from tests.conftest import PROJECT
from tests.published_text import SLUG, published_page, restored_paragraphs

KILOBYTE = 1024
MOST = {"en": 36 * KILOBYTE, "fr": 36 * KILOBYTE}
WORD = re.compile(r"[^\W_]+")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first post, built as an editor builds it."""
    output = tmp_path_factory.mktemp("first-post")
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "build", SLUG, "--output", str(output)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return output


def attachment(folder: Path, language: str) -> Path:
    """Return the path of an attachment."""
    return folder / SLUG / f"{SLUG}-{language}.pdf"


def words(text: str) -> list[str]:
    """Return the words of a text, broken ones made whole, ligatures and accents in one form."""
    whole = re.sub(r"[\u00ad\u2010\ufffe\u0002]\s*", "", text)
    return WORD.findall(unicodedata.normalize("NFKC", whole).casefold())


def by_pdfium(path: Path) -> str:
    """Read a PDF's text with pdfium."""
    return read_back(path.read_bytes()).text


def by_pypdf(path: Path) -> str:
    """Read a PDF's text with pypdf, which knows no /ActualText: a division shows as a hyphen at a line's end."""
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    return re.sub(r"-\n(?=[a-zà-ÿ])", "", text)


def by_poppler(path: Path) -> str:
    """Read a PDF's text with poppler, in the order of the content."""
    return subprocess.run(
        ["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout


def lost(wanted: list[str], found: list[str]) -> list[str]:
    """Return what of the wanted words does not follow in order among those found: all from the first one lost."""
    place = 0
    for index, word in enumerate(wanted):
        while place < len(found) and found[place] != word:
            place += 1
        if place == len(found):
            return wanted[index:]
        place += 1
    return []


@pytest.mark.parametrize("reader", [by_pdfium, by_pypdf, by_poppler])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_published_word_is_there_in_order(
    folder: Path, language: str, reader: Callable[[Path], str]
) -> None:
    """Three readers find every word of the published edition in order, but for the corrections that are listed."""
    page = published_page().edition(language)
    texts = (page.title, page.byline, *restored_paragraphs(language), page.disclaimer)
    assert (
        lost([word for text in texts for word in words(text)], words(reader(attachment(folder, language))))
        == []
    )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_notices_and_date_are_there_once_in_their_own_language(folder: Path, language: str) -> None:
    """Each edition carries the disclaimer, the Kosovo note and the date once, in its language and no other."""
    found = " ".join(words(by_pdfium(attachment(folder, language))))
    house = read_house(PROJECT / "sources" / "house.yaml")
    for own in house.languages:
        expected = 1 if own.language == language else 0
        assert found.count(" ".join(words(own.disclaimer.text))) == expected
        assert found.count(" ".join(words(own.kosovo_note.text))) == expected
        date = date_in_words(dt.date(2020, 7, 9), own.language)
        assert found.count(" ".join(words(date))) == expected


@pytest.mark.parametrize("language", ["en", "fr"])
def test_light(folder: Path, language: str) -> None:
    """Each attachment is at most 36 KB, with tags, notes and colour profile inside."""
    assert attachment(folder, language).stat().st_size <= MOST[language]


def test_within_the_published_sizes(folder: Path) -> None:
    """Both attachments fit the sizes that the live post publishes."""
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    published = {edition["language"]: edition["published"]["label"] for edition in report["editions"]}
    assert published == {"en": "192.08 KB", "fr": "308.9 KB"}
    assert not [f for e in report["editions"] for f in e["findings"] if f["check"].startswith("size.")]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_sound(folder: Path, language: str) -> None:
    """Checked by qpdf: there is nothing wrong in the files' syntax."""
    done = subprocess.run(
        ["qpdf", "--check", str(attachment(folder, language))], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No syntax or stream encoding errors found" in done.stdout


@pytest.mark.parametrize("language", ["en", "fr"])
def test_fonts_are_the_house_s_own_embedded_and_subset(folder: Path, language: str) -> None:
    """Poppler finds every font embedded, cut to its characters, and made by us; none comes from the machine."""
    done = subprocess.run(
        ["pdffonts", str(attachment(folder, language))], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()[2:]
    assert lines
    for line in lines:
        assert re.match(r"[A-Z]{6}\+Annexe-", line)
        assert line.split()[-5:-2] == ["yes", "yes", "yes"]  # embedded, subset, with a map to Unicode


@pytest.mark.parametrize("language", ["en", "fr"])
def test_metadata(folder: Path, language: str) -> None:
    """Title, author, subject, language and dates are those of the source, never those of the clock."""
    reader = pypdf.PdfReader(io.BytesIO(attachment(folder, language).read_bytes()))
    information = reader.metadata
    assert information is not None
    assert words(str(information.title)) == words(published_page().edition(language).title)
    assert information.author == "Amy Emel Muedin"
    assert information.subject
    assert str(information.get("/CreationDate")).startswith("D:20200709")
    assert str(information.get("/ModDate")).startswith("D:20200709")
    assert str(reader.root_object["/Lang"]) == language


def test_a_third_checker_finds_nothing(folder: Path, tmp_path: Path) -> None:
    """Outloud, which shares no code with veraPDF or with our own checks, has not even a remark on either attachment."""
    paths = [str(attachment(folder, language)) for language in MOST]
    report = tmp_path / "outloud.json"
    command = [str(Path(sys.executable).with_name("outloud")), "--quiet", "--json", str(report), *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(report.read_text(encoding="utf-8"))["results"]
    assert [result["path"] for result in results] == paths
    for result in results:
        assert result["error"] is None
        assert result["verdict"] == "pass"
        assert len(result["rules"]) > 50
        assert result["findings"] == []

"""Every word and image of the source is in the attachment, in order, or it is told."""

import datetime as dt
import io
import re

import pytest
from PIL import Image as Picture

from pipeline.checks.completeness import images, words
from pipeline.core.model import Image, Severity
from tests.attachments import Workbench

BODY = """\
The first paragraph tells of **un**believable things[^one] and of COVID-19, which is long enough for several lines of text, and then it ends.

## A heading of its own

- a first item
- a second item with a nested list
    1. of one
    2. of two

The Kosovo is named here, and so it has its note. Then comes more text of the same paragraph[^two].

| One | Two |
| --- | --- |
| a cell | another cell |

A term
:   and its meaning in words

``` python
print("code is text, too")
```

Œuvre, ﬁnal, x² and 1½ — “quoted” isn't lost; it's “here” … and “ﬂows”.

[^one]: The text of the first note, which says more.
[^two]: The second note says nothing that matters; see *ibid.* and go on.
"""

NUMBERS = (
    "Null One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen "
    "Fifteen Sixteen Seventeen "
    "Eighteen Nineteen"
).split()


def image(path: str = "a.png", size: tuple[int, int] = (60, 40), colour: str = "red") -> Image:
    """Return an image of one colour."""
    stream = io.BytesIO()
    Picture.new("RGB", size, colour).save(stream, "PNG")
    return Image(path=path, data=stream.getvalue(), media_type="image/png", width=size[0], height=size[1])


def test_a_whole_attachment_passes(bench: Workbench) -> None:
    """Headings, lists, tables, code, notes, marks, hyphenation: no word that is there is missed."""
    css = ".text { width: 30mm } * { hyphens: auto !important }"
    evidence = bench.evidence(BODY, css=css)
    assert any(run.text.endswith("para") for run in evidence.read_back.runs)
    assert "first paragraph tells" in " ".join(evidence.read_back.text.split())
    assert list(words(evidence)) == []


def test_a_long_attachment_passes(bench: Workbench) -> None:
    """Notes on every page, running feet and words divided by pages interrupt the text; no word is missed."""
    paragraphs = [
        f"Paragraph {number} says the same as the others do, again and again[^{number}], but for its number."
        * 2
        for number in range(60)
    ]
    notes = [
        f"[^{number}]: The note says the same as the others do, again and again." for number in range(60)
    ]
    evidence = bench.evidence("\n\n".join([*paragraphs, *notes]))
    assert len(evidence.read_back.pages) > 3
    assert list(words(evidence)) == []


@pytest.mark.parametrize(
    ("there", "instead", "lost", "line"),
    [
        (
            "which is long enough for several lines of text",
            "",
            "which is long enough for several lines of text,",
            5,
        ),
        ("a second item with", "a second with", "item", 10),
        ("another cell", "another", "cell", 18),
        ("COVID-19", "COVID-", "COVID-19,", 5),
        ("says nothing that matters", "says that matters", "nothing", 30),
        (
            "The text of the first note, which says more.",
            "",
            "The text of the first note, which says more.",
            29,
        ),
        ("print(", "prin(", 'print("code', 24),
    ],
)
def test_a_lost_word_is_told_with_its_line(
    bench: Workbench, there: str, instead: str, lost: str, line: int
) -> None:
    """A word that is dropped on its way into the attachment is an error with the words and their line."""
    evidence = bench.evidence(BODY, spoil=lambda html: html.replace(there, instead))
    assert evidence.page.html.count(there) == 0
    (finding,) = words(evidence)
    assert (finding.check, finding.severity) == ("completeness.words", Severity.ERROR)
    assert (finding.message, finding.line) == (f"“{lost}” is lost on its way into the attachment", line)


def test_words_that_a_style_drops_are_told(bench: Workbench) -> None:
    """What a style keeps off the page is lost, however right the HTML is."""
    (finding,) = words(bench.evidence(BODY, css="dd { display: none }"))
    assert (finding.message, finding.line) == (
        "“and its meaning in words” is lost on its way into the attachment",
        21,
    )


def test_words_in_another_place_are_told(bench: Workbench) -> None:
    """A paragraph that stands before the one it follows in the source is out of order."""
    body = "The first paragraph stands first in the source.\n\nThe second one stands behind it.\n"
    css = ".text { display: flex; flex-direction: column-reverse }"
    (finding,) = words(bench.evidence(body, css=css))
    assert finding.check == "completeness.order"
    assert "stands at another place" in finding.message


def test_words_in_the_midst_of_a_text_are_told(bench: Workbench) -> None:
    """Words that no source has, in the midst of a line, are told: what is set is not the text."""
    (finding,) = words(
        bench.evidence(BODY, spoil=lambda html: html.replace("another cell", "another good cell"))
    )
    assert (finding.check, finding.line) == ("completeness.order", 18)
    assert finding.message == "“another cell” has words in its midst that the source does not have"


def test_many_losses_are_counted(bench: Workbench) -> None:
    """Of many lost passages five are told, and how many more there are."""
    body = "\n\n".join(
        f"{word} {word}an {word}ber {word}cu {word}dor.\n{{: #p{number} }}"
        for number, word in enumerate(NUMBERS)
    )
    css = ", ".join(f"#p{number}" for number in range(0, 20, 2)) + " { display: none }"
    findings = list(words(bench.evidence(body, css=css)))
    assert len(findings) == 5
    assert (
        findings[0].message == "“Null Nullan Nullber Nullcu Nulldor.” is lost on its way into the attachment"
    )
    assert findings[4].message.endswith("; so are 25 more words at 5 more places")


@pytest.mark.parametrize(
    ("css", "what", "line"),
    [
        ("h1 { display: none }", "the title “A Title of Its Own” is not in the attachment", 2),
        (".value:not(time) { display: none }", "the author “Ada Author” is not in the attachment", 1),
        ("time { display: none }", "the date in words (9 July 2020) is not in the attachment", 3),
    ],
)
def test_front_matter_that_is_lost_is_told(bench: Workbench, css: str, what: str, line: int) -> None:
    """Title, author and date must not be lost, even where a running foot repeats them."""
    (finding,) = words(bench.evidence(BODY, css=css, short_title="A Title of Its Own"))
    assert (finding.check, finding.message, finding.line) == ("completeness.words", what, line)


def test_without_an_author_the_institution_signs(bench: Workbench) -> None:
    """An edition without an author carries the institution's name, and it is told where it doesn't."""
    assert list(words(bench.evidence(authors=()))) == []
    (finding,) = words(bench.evidence(authors=(), css=".wordmark, .about p:first-child { display: none }"))
    assert finding.message == "the institution “Test Network”, which signs, is not in the attachment"


def test_a_french_date_is_found(bench: Workbench) -> None:
    """The first of a month is an ordinal in French, and is found as the date that it is."""
    evidence = bench.evidence("Un alinéa.\n", language="fr", date=dt.date(2020, 8, 1))
    assert "1er" in evidence.read_back.text
    assert list(words(evidence)) == []


def test_images_that_are_drawn_pass(bench: Workbench) -> None:
    """An image that is used twice is drawn twice, and that is enough."""
    body = "![One](a.png)\n\nText.\n\n![One again](a.png)\n\n![Two](b.png)\n"
    evidence = bench.evidence(body, images=(image("a.png"), image("b.png", (30, 90), "blue")))
    assert len(list(evidence.read_back.images)) == 3
    assert list(images(evidence)) == []


@pytest.mark.parametrize("css", ["img { display: none }", "img { position: absolute; left: 300mm }"])
def test_a_dropped_image_is_told(bench: Workbench, css: str) -> None:
    """An image that is not drawn, or beside the page, is an error with its line."""
    body = "![One](a.png)\n\nText.\n\n![Two](b.png)\n"
    both = (image("a.png"), image("b.png", (30, 90), "blue"))
    evidence = bench.evidence(
        body, images=both, css=css.replace("img", "p:last-of-type + figure img, figure:last-child img")
    )
    (finding,) = images(evidence)
    assert (finding.check, finding.severity, finding.line) == ("completeness.image", Severity.ERROR, 9)
    assert "b.png" in finding.message


def test_one_image_does_not_stand_in_for_another(bench: Workbench) -> None:
    """As many images as the source has are not enough: each is looked for by its size."""
    body = "![One](a.png)\n\n![Two](b.png)\n"
    both = (image("a.png"), image("b.png", (30, 90), "blue"))
    swapped = bench.evidence(
        body,
        images=both,
        spoil=lambda html: re.sub(r"annexe:images/\w+", re.findall(r"annexe:images/\w+", html)[0], html),
    )
    (finding,) = images(swapped)
    assert "b.png" in finding.message

"""The web pages of the corpus in a browser: accessible, at home in any window, complete on paper."""

import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from pipeline.sources.house import read_house
from tests.browser import NARROW, WIDE, WINDOWS, judged, opened, started_browser, violations
from tests.conftest import PROJECT
from tools.approve import editions_of_corpus

#: Of these rules axe-core must have judged something on each page; else the others prove nothing either.
_JUDGED = {"color-contrast", "document-title", "html-has-lang", "link-name", "target-size"}
#: What axe-core leaves to people: what lies over what in a scrolled table, and the contrast of a sign that is
#: no letter. tests/styles/test_contrast.py computes every contrast from the style sheet itself.
_LEFT_TO_PEOPLE = {"color-contrast", "link-in-text-block"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    with started_browser() as browser:
        yield browser


@pytest.fixture(params=editions_of_corpus())
def path(request: pytest.FixtureRequest, corpus: Path) -> Path:
    """The web page of each edition of the corpus."""
    slug, _, language = str(request.param).rpartition("-")
    return corpus / slug / f"{language}.html"


@pytest.mark.parametrize(("width", "dark"), WINDOWS)
def test_axe_finds_nothing(browser: Browser, path: Path, width: int, *, dark: bool) -> None:
    """By WCAG 2.2 AA axe-core finds nothing wrong, on a narrow window and a wide one, light and dark."""
    with opened(browser, path, width=width, dark=dark) as page:
        results = judged(page)
    assert violations(results) == []
    assert {rule["id"] for rule in results["passes"]} >= _JUDGED
    assert {rule["id"] for rule in results["incomplete"]} <= _LEFT_TO_PEOPLE


def test_axe_bites(browser: Browser, corpus: Path) -> None:
    """A page that lost its language and contrast is found out: the judge is awake."""
    slug, _, language = editions_of_corpus()[-1].rpartition("-")
    with opened(browser, corpus / slug / f"{language}.html", width=WIDE) as page:
        page.evaluate("document.documentElement.removeAttribute('lang')")
        page.add_style_tag(content=".disclaimer { color: #999 }")
        found = violations(judged(page))
    assert {line.partition(":")[0] for line in found} == {"html-has-lang", "color-contrast"}


def test_dark_is_dark(browser: Browser, path: Path) -> None:
    """Where the reader's system is dark, so is the page."""
    grounds = []
    for dark in (False, True):
        with opened(browser, path, width=WIDE, dark=dark) as page:
            grounds.append(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    assert grounds == ["rgb(255, 255, 255)", "rgb(16, 23, 30)"]


@pytest.mark.parametrize("spaced", [False, True], ids=["as it is", "spaced"])
def test_nothing_scrolls_sideways(browser: Browser, path: Path, *, spaced: bool) -> None:
    """At 320 CSS pixels all is read by scrolling down (WCAG 1.4.10), also with the spacing of WCAG 1.4.12.

    Tables are exempt: they scroll by themselves, and take the focus to do so from the keyboard.
    """
    with opened(browser, path, width=320) as page:
        if spaced:
            page.add_style_tag(
                content="* { line-height: 1.5 !important; letter-spacing: 0.12em !important; "
                "word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"
            )
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.evaluate(_STICKING_OUT) == []
        assert page.evaluate("[...document.querySelectorAll('.table')].every(table => table.tabIndex === 0)")


#: What of the text sticks out of the window, or of a box that would cut it, outside of tables.
_STICKING_OUT = """
() => [...document.querySelectorAll('body *')]
    .filter(element => !element.closest('.table, .skip'))
    .filter(element => element.getBoundingClientRect().right > innerWidth + 0.5)
    .map(element => element.outerHTML.slice(0, 80))
"""


def test_the_focus_begins_with_the_skip_link_and_it_leads_to_the_text(browser: Browser, path: Path) -> None:
    """The tab key stops first at the skip link, which can be seen then; it moves the focus to the text."""
    with opened(browser, path, width=NARROW) as page:
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        assert "skip" in str(skip.get_attribute("class"))
        box = skip.bounding_box()
        assert box is not None
        assert box["width"] > 100
        assert box["y"] >= 0
        page.keyboard.press("Enter")
        assert _focused(page) == "text"
        following = page.locator("#text a[href], #text [tabindex='0'], .notices a[href]")
        page.keyboard.press("Tab")
        assert not following.count() or following.first.evaluate("stop => stop === document.activeElement")


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_the_focus_goes_through_the_page_in_its_order_and_shows(browser: Browser, path: Path) -> None:
    """Each stop of the tab key comes later in the source than the last, and is framed while in focus."""
    with opened(browser, path, width=WIDE) as page:
        count = int(page.evaluate(_NUMBER_STOPS))
        stops = []
        for _ in range(count):
            page.keyboard.press("Tab")
            stops.append(int(page.evaluate("document.activeElement.dataset.stop ?? -1")))
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert stops == list(range(count))


#: Numbers what the tab key stops at, in the order of the source, and returns how many there are.
_NUMBER_STOPS = """
() => {
    const stops = document.querySelectorAll('a[href], [tabindex="0"]');
    stops.forEach((stop, number) => { stop.dataset.stop = number; });
    return stops.length;
}
"""


def test_a_page_asks_for_nothing_else(browser: Browser, path: Path) -> None:
    """The page is one file: opening it requests no other, and nothing in it fails."""
    asked, said = [], []
    context = browser.new_context()
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    context.close()
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert said == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_printed_page_is_complete(browser: Browser, path: Path, *, dark: bool) -> None:
    """Printed from the browser, the page holds title, text and notices on white A4, and no navigation."""
    with opened(browser, path, width=WIDE, dark=dark) as page:
        title = page.title()
        paragraphs = [str(text) for text in page.evaluate(_PARAGRAPHS)]
        navigation = [*page.locator("nav").all_inner_texts(), *page.locator(".skip").all_inner_texts()]
        document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    sheets = (sheet.get_textpage().get_text_range() for sheet in document)
    text = _words("".join(re.sub(r"(?m)^\d+ / \d+\s*$", "", sheet) for sheet in sheets))
    assert {(round(sheet.get_width()), round(sheet.get_height())) for sheet in document} == {(595, 842)}
    assert _words(title) in text
    assert len(paragraphs) > 5
    assert [paragraph for paragraph in paragraphs if _words(paragraph) not in text] == []
    words = next(
        own for own in read_house(PROJECT / "sources" / "house.yaml").languages if own.language == path.stem
    )
    assert text.count(_words(words.disclaimer.text)) == text.count(_words(words.kosovo_note.text)) == 1
    assert navigation
    assert [line for line in navigation if _words(line) in text] == []
    corner = document[0].render(scale=0.5).to_pil().convert("L").crop((0, 0, 30, 30))
    assert corner.getextrema() == (255, 255)


#: The texts of paragraphs and of the notes in them, each by itself, since a note is set beside its paragraph;
#: without those that have raised or lowered figures, which PDFium reads before or after their line.
_PARAGRAPHS = """
() => [...document.querySelectorAll('#text > p:not(:has(sub, sup))')].flatMap(paragraph => {
    const rest = paragraph.cloneNode(true);
    const notes = [...rest.querySelectorAll('.note')];
    notes.forEach(note => note.remove());
    return [rest.textContent, ...notes.map(note => note.textContent)];
})
"""


def _words(text: str) -> str:
    """Return the letters of a text alone: lines, hyphens and figures fall where they may."""
    for ligature, letters in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi"), ("ﬄ", "ffl")):
        text = text.replace(ligature, letters)
    return re.sub(r"[\W\d_]+", "", text).casefold()

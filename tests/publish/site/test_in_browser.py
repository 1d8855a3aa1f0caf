"""The site in a browser, opened from a disk.

Accessible, at home in any window, complete by itself, decent on paper.
"""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser

from pipeline.compose.composer import Composer
from pipeline.compose.styles import Styles
from pipeline.core.model import House, Post
from pipeline.publish.site.site import Site
from pipeline.render.fonts.faces import FontSet
from pipeline.sources.folder import read_posts
from pipeline.sources.house import read_house
from tests.browser import WIDE, WINDOWS, judged, opened, started_browser, violations
from tests.conftest import PROJECT
from tests.sites import files_of, lay_out, make_post

SLUG = "reflections-trafficking-in-persons"
PAGES = (
    "index.html",
    "fr/index.html",
    "2020.html",
    f"{SLUG}/en/index.html",
    f"{SLUG}/fr/index.html",
    "house-style/fr/index.html",
)
#: As in tests/compose/test_web_pages.py: what axe-core leaves to people, tests/styles/test_contrast.py computes.
_LEFT_TO_PEOPLE = {"color-contrast", "link-in-text-block"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    with started_browser() as browser:
        yield browser


def _posts(house: House) -> list[Post]:
    """Return the first post, the specimen, and so many small ones that lists need pages of years."""
    found = [
        post
        for folder in (PROJECT / "sources", PROJECT / "tests" / "specimen")
        for post in read_posts(
            folder, house, image_bytes_limit=10_000_000, image_pixels_limit=50_000_000
        ).posts
    ]
    first = dt.date(2020, 11, 1)
    small = [
        make_post(f"small-{number}", date=first + dt.timedelta(days=3 * number), description="What it is.")
        for number in range(45)
    ]
    return [*found, *small]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, fonts: FontSet, styles: Styles) -> Path:
    """A site on a disk, with the real words of the house."""
    house = read_house(PROJECT / "sources" / "house.yaml")
    composer = Composer(house=house, styles=styles, font_css=fonts.screen_css)
    site = Site(house=house, styles=styles, composer=composer, fonts=fonts.web_fonts(), url=None)
    return lay_out(files_of(site, _posts(house)), tmp_path_factory.mktemp("site"))


@pytest.mark.parametrize(("width", "dark"), WINDOWS)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(browser: Browser, root: Path, path: str, width: int, *, dark: bool) -> None:
    """By WCAG 2.2 AA axe-core finds nothing wrong with any kind of page, narrow and wide, light and dark."""
    with opened(browser, root / path, width=width, dark=dark) as page:
        results = judged(page)
    assert violations(results) == []
    assert {rule["id"] for rule in results["passes"]} >= {"color-contrast", "link-name", "target-size"}
    assert {rule["id"] for rule in results["incomplete"]} <= _LEFT_TO_PEOPLE


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways(browser: Browser, root: Path, path: str) -> None:
    """At 320 CSS pixels all is read by scrolling down (WCAG 1.4.10), also with the spacing of WCAG 1.4.12."""
    with opened(browser, root / path, width=320) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.add_style_tag(
            content="* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: "
            "0.16em !important } p { margin-bottom: 2em !important }"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_for_the_sites_own_files_alone(browser: Browser, root: Path, path: str) -> None:
    """All that a page requests lies in the site's folder and is there; its fonts come from there too."""
    asked, failed, said = [], [], []
    context = browser.new_context()
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto((root / path).as_uri())
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate(
        "[...document.fonts].filter(face => face.status === 'loaded').map(face => face.family)"
    )
    context.close()
    assert all(url.startswith(f"{root.as_uri()}/") for url in asked)
    assert (failed, said) == ([], [])
    assert any(url.endswith(".css") for url in asked)
    assert {"Annexe Sans", "Annexe Display"} <= {str(family).strip('"') for family in loaded}


@pytest.mark.parametrize("path", PAGES)
def test_the_focus_goes_through_the_page_in_its_order_and_shows(
    browser: Browser, root: Path, path: str
) -> None:
    """The first stop of the tab key is the skip link, which can be seen then.

    Every stop is framed, in order.
    """
    with opened(browser, root / path, width=WIDE) as page:
        count = int(
            page.evaluate(
                """() => {
                    const stops = document.querySelectorAll('a[href], [tabindex="0"]');
                    stops.forEach((stop, number) => { stop.dataset.stop = number; });
                    return stops.length;
                }"""
            )
        )
        for number in range(count):
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.dataset.stop") == str(number)
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            if number == 0:
                assert page.evaluate("document.activeElement.className") == "skip"
                assert page.evaluate("document.activeElement.getBoundingClientRect().width") > 100


def test_languages_and_lists_lead_to_each_other_from_a_disk(browser: Browser, root: Path) -> None:
    """Opened as a file, one comes from the list to a post, to its other language, to its language's list, to all posts."""
    with opened(browser, root / "2020.html", width=WIDE) as page:
        page.locator(f"a[href='{SLUG}/en/index.html']").click()
        assert page.locator("html").get_attribute("lang") == "en"
        page.locator("nav a[hreflang='fr']").click()
        assert page.locator("html").get_attribute("lang") == "fr"
        page.locator(".wordmark a").click()
        assert page.url == (root / "fr" / "index.html").as_uri()
        page.locator(".ways a").first.click()
        assert page.url == (root / "index.html").as_uri()
        assert page.locator(".posts > li").count() == 40


def test_a_page_from_right_to_left_is_mirrored(browser: Browser, root: Path) -> None:
    """With dir=rtl the list of attachments, the ways and the rail change sides.

    Nothing scrolls sideways.
    """
    for path in (f"{SLUG}/en/index.html", "index.html"):
        with opened(browser, root / path, width=WIDE) as page:
            before = page.evaluate(_SIDES)
            page.evaluate("document.documentElement.dir = 'rtl'")
            after = page.evaluate(_SIDES)
            assert page.evaluate("document.documentElement.scrollWidth") <= WIDE
        assert [WIDE - right for _, right in after] == pytest.approx([left for left, _ in before], abs=1)


_SIDES = """
() => ['.attachments .label', '.attachments ul', '.year h2', '.posts', 'h1', '.about']
    .flatMap(name => [...document.querySelectorAll(name)].slice(0, 1))
    .map(element => element.getBoundingClientRect())
    .map(box => [box.left, box.right])
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_printed_post_is_complete(browser: Browser, root: Path, *, dark: bool) -> None:
    """Printed, a post has title, attachments, text and notices on white.

    Nothing of the ways to other pages.
    """
    with opened(browser, root / SLUG / "fr" / "index.html", width=WIDE, dark=dark) as page:
        document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    text = re.sub(r"\s+", " ", " ".join(sheet.get_textpage().get_text_range() for sheet in document))
    for words in (
        "Français (1.13 KB)",
        "Nous avons organisé",
        "Ces opinions ne",
        "Toute référence au Kosovo",
    ):
        assert words in text
    for words in ("Toutes les publications", "Flux", "Aller au contenu"):
        assert words not in text
    corner = document[0].render(scale=0.5).to_pil().convert("L").crop((0, 0, 30, 30))
    assert corner.getextrema() == (255, 255)

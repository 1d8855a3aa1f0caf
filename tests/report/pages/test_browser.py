"""The report's pages in a browser: accessible, in any window, complete without a script or a network."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from tests.browser import NARROW, WIDE, WINDOWS, judged, opened, started_browser, violations
from tests.report.nights import SLUGS

PAGES = (
    ("all-well", "index.html"),
    ("mixed", "index.html"),
    ("mixed", "index.fr.html"),
    ("mixed", f"posts/{SLUGS[5]}.html"),
    ("mixed", f"posts/{SLUGS[2]}.fr.html"),
    ("catastrophe", "index.fr.html"),
    ("hostile", "index.html"),
)
_JUDGED = {"color-contrast", "document-title", "html-has-lang", "link-name", "target-size", "list"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    with started_browser() as browser:
        yield browser


@pytest.fixture(params=PAGES, ids="/".join)
def path(request: pytest.FixtureRequest, reports: Path) -> Path:
    """A page of a night."""
    night, name = request.param
    page: Path = reports / night / "report" / name
    return page


def _open_all(page: Page) -> None:
    """Open all that can be folded, so that it is judged, too."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


@pytest.mark.parametrize(("width", "dark"), WINDOWS)
def test_axe_finds_nothing(browser: Browser, path: Path, width: int, *, dark: bool) -> None:
    """By WCAG 2.2 AA axe-core finds nothing wrong, on a narrow window and a wide one, light and dark."""
    with opened(browser, path, width=width, dark=dark) as page:
        _open_all(page)
        results = judged(page)
    assert violations(results) == []
    assert {rule["id"] for rule in results["passes"]} >= _JUDGED
    assert {rule["id"] for rule in results["incomplete"]} <= {"color-contrast"}


@pytest.mark.parametrize("spaced", [False, True], ids=["as it is", "spaced"])
def test_nothing_scrolls_sideways(browser: Browser, path: Path, *, spaced: bool) -> None:
    """At 320 CSS pixels all is read by scrolling down (WCAG 1.4.10), also with the spacing of WCAG 1.4.12."""
    with opened(browser, path, width=320) as page:
        _open_all(page)
        if spaced:
            page.add_style_tag(
                content="* { line-height: 1.5 !important; letter-spacing: 0.12em !important; "
                "word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"
            )
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.evaluate(_STICKING_OUT) == []


#: What sticks out of the window, outside of tables, which scroll by themselves.
_STICKING_OUT = """
() => [...document.querySelectorAll('body *')]
    .filter(element => !element.closest('.table, .unseen, .skip'))
    .filter(element => element.getBoundingClientRect().right > innerWidth + 0.5)
    .map(element => element.outerHTML.slice(0, 80))
"""


def test_no_request_leaves_the_report(browser: Browser, path: Path) -> None:
    """Opening a page loads only files of the report; nothing fails, and nothing from a source runs."""
    report = path.parents[1] if path.parent.name == "posts" else path.parent
    asked, said = list[str](), list[str]()
    context = browser.new_context()
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    context.close()
    others = [url for url in asked if not url.startswith((report.as_uri(), "data:"))]
    assert others == []
    assert said == []


def test_every_link_and_picture_leads_somewhere(browser: Browser, path: Path) -> None:
    """Every link's target and every picture is a file that is there; places within a page are, too."""
    with opened(browser, path, width=WIDE) as page:
        urls = page.evaluate("[...document.querySelectorAll('a[href], img')].map(one => one.href || one.src)")
        places = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert urls
    for url in urls:
        target, _, place = url.partition("#")
        file = Path(target.removeprefix("file://"))
        is_other_part = file.name in {"report.json", "junit.xml"}
        assert is_other_part or file.is_file(), url
        if file == path and place:
            assert place in places


def test_without_a_script_everything_is_there(browser: Browser, reports: Path) -> None:
    """With JavaScript off the search is not shown, and every post is listed and can be reached."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((reports / "mixed" / "report" / "index.html").as_uri())
    assert not page.locator(".search").is_visible()
    assert sorted(page.locator(".posts .post").all_inner_texts()) == sorted(SLUGS)
    page.locator(".posts .post").first.click()
    assert page.locator("h1").inner_text() == SLUGS[2]
    context.close()


def test_search_finds_posts(browser: Browser, reports: Path) -> None:
    """What is typed narrows the list to the posts whose names hold it.

    The number is told to screen readers.
    """
    with opened(browser, reports / "mixed" / "report" / "index.fr.html", width=WIDE) as page:
        page.get_by_label("Chercher une publication").fill("RE ret")
        found = page.locator(".results a")
        found.first.wait_for()
        assert found.all_inner_texts() == ["returns-and-reintegration"]
        assert page.get_by_role("status").inner_text() == "Publications trouvées\N{NO-BREAK SPACE}: 1"
        assert not page.locator(".listed").is_visible()
        assert str(found.first.get_attribute("href")).endswith(".fr.html")
        page.get_by_label("Chercher une publication").fill("nothing like it")
        assert page.get_by_role("status").inner_text() == "Aucune publication trouvée"
        page.get_by_label("Chercher une publication").fill("")
        page.get_by_label("État").select_option("0")
        assert set(found.all_inner_texts()) == {SLUGS[2], SLUGS[3], SLUGS[4]}


def test_one_can_change_the_language(browser: Browser, path: Path) -> None:
    """Every page leads to the same page in the other language, and names both languages in themselves."""
    with opened(browser, path, width=NARROW) as page:
        before = page.evaluate("document.documentElement.lang")
        page.locator(".languages a").click()
        after = page.evaluate("document.documentElement.lang")
        assert {before, after} == {"en", "fr"}
        page.locator(".languages a").click()
        assert page.url == path.as_uri()


def test_dark_is_dark(browser: Browser, path: Path) -> None:
    """Where the reader's system is dark, so is the page."""
    grounds = []
    for dark in (False, True):
        with opened(browser, path, width=WIDE, dark=dark) as page:
            grounds.append(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    assert grounds == ["rgb(255, 255, 255)", "rgb(16, 23, 30)"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_printed_report_is_complete(browser: Browser, reports: Path, *, dark: bool) -> None:
    """Printed, a page has the verdict, what is to be done and every post, on white A4, without controls."""
    with opened(browser, reports / "mixed" / "report" / "index.html", width=WIDE, dark=dark) as page:
        document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    text = " ".join(
        " ".join(sheet.get_textpage().get_text_range() for sheet in document).replace("\ufffe", "-").split()
    )
    assert {(round(sheet.get_width()), round(sheet.get_height())) for sheet in document} <= {
        (595, 842),
        (596, 842),
    }
    assert "3 attachments need somebody" in text
    assert "Link the words that name the target." in text
    assert [slug for slug in SLUGS if slug not in text] == []
    assert "Search posts" not in text
    corner = document[0].render(scale=0.5).to_pil().convert("L").crop((0, 0, 20, 20))
    assert corner.getextrema() == (255, 255)

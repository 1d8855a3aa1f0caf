"""Debian's Chromium, driven by Playwright, and axe-core to judge what it shows."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

#: The names under which systems install it, as in tools/system-libraries.sh.
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
#: No first-run pages, no updates, no requests of its own.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: What axe-core calls the success criteria of WCAG 2.2 at levels A and AA.
WCAG_22_AA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
#: The windows that pages are judged in, in CSS pixels.
NARROW, WIDE = 390, 1440
#: (width, whether the reader's system is dark). What a width or a colour scheme does wrong shows in the first two.
WINDOWS = (
    pytest.param(NARROW, True, id="narrow, dark"),
    pytest.param(WIDE, False, id="wide, light"),
    pytest.param(NARROW, False, id="narrow, light", marks=pytest.mark.heavy),
    pytest.param(WIDE, True, id="wide, dark", marks=pytest.mark.heavy),
)


@contextmanager
def started_browser() -> Iterator[Browser]:
    """Yield a headless Chromium with a profile of its own; raises FileNotFoundError where none is installed."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise FileNotFoundError("there is no Chromium; run: tools/system-libraries.sh browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=list(_ARGUMENTS))
        browser.new_context().new_page()
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, path: Path, *, width: int, dark: bool = False) -> Iterator[Page]:
    """Yield a page of a file in a window of so many CSS pixels.

    It is the window that the browser was started with, left empty afterwards: opening one takes ten times as long as
    showing a page in it. Nothing that these pages do outlives them: they keep no cookies and store nothing.
    """
    page = browser.contexts[0].pages[0]
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.goto(path.as_uri())
    try:
        yield page
    finally:
        page.goto("about:blank")


def judged(page: Page) -> dict[str, Any]:
    """Return axe-core's results (its API's "Results Object") for what a page shows, by WCAG 2.2 AA."""
    results: dict[str, Any] = Axe().run(page, options={"runOnly": list(WCAG_22_AA)}).response
    return results


def violations(results: dict[str, Any]) -> list[str]:
    """Return what axe-core found, one line a place: rule, selector, what is wrong."""
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in results["violations"]
        for node in rule["nodes"]
    ]

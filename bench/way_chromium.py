"""Chromium: its command for each document, and one warm browser that Playwright drives over CDP."""

import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.job import Job, Round, Way
from bench.pages import STYLE_SHEET, page
from bench.posts import Document

#: The names under which systems install it, as in tools/system-libraries.sh.
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
#: No first-run pages, no updates, no requests of its own.
_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def program() -> str | None:
    """Return the path of Chromium, or None where there is none."""
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


def _missing() -> str | None:
    return None if program() else "there is no Chromium; run: make set-up-bench"


def _missing_playwright() -> str | None:
    found = importlib.util.find_spec("playwright")
    return _missing() or (None if found else "playwright is not installed; run: make set-up-bench")


def _page(job: Job, document: Document) -> Path:
    """Write the page of a document beside its source, where its images are, and return where."""
    path = document.path.with_suffix(".html")
    text = document.path.read_text(encoding="utf-8")
    sheet = (job.peers / STYLE_SHEET).as_uri()
    path.write_text(page(text, language=document.language, sheet=sheet), encoding="utf-8")
    return path


@contextmanager
def _by_command(job: Job) -> Iterator[Round]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            program() or "chromium", "--headless", *_ARGUMENTS, f"--user-data-dir={profile}",
            "--no-pdf-header-footer", "--generate-pdf-document-outline",
        ]  # fmt: skip

        def make(document: Document) -> Path:
            target = job.target(document)
            more = [f"--print-to-pdf={target}", _page(job, document).as_uri()]
            subprocess.run([*command, *more], check=True, stdin=subprocess.DEVNULL, capture_output=True)
            return target

        yield lambda: [make(document) for document in job.documents]


@contextmanager
def _warm(job: Job) -> Iterator[Round]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only this way needs it

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), headless=True, args=list(_ARGUMENTS))
        tab = browser.new_page()

        def make(document: Document) -> Path:
            target = job.target(document)
            tab.goto(_page(job, document).as_uri())
            tab.pdf(path=target, tagged=True, outline=True, prefer_css_page_size=True)
            return target

        for document in job.warm:
            make(document)
        yield lambda: [make(document) for document in job.documents]
        browser.close()


WAYS = (
    Way(
        name="chromium-cli",
        title="Chromium, a command a document",
        lacks="no checks, no notices, neither PDF/UA nor archival; no running heads, cuts off what reaches into the margin",
        is_sampled=True,
        prepare=_by_command,
        missing=_missing,
    ),
    Way(
        name="chromium-cdp",
        title="Chromium, one warm browser over CDP",
        lacks="no checks, no notices, neither PDF/UA nor archival; no running heads, cuts off what reaches into the margin; not counted: starting, warming",
        is_sampled=False,
        prepare=_warm,
        missing=_missing_playwright,
    ),
)

"""Page → PDF bytes, by WeasyPrint; nothing is read but what the page brings along.

The fetcher serves images and fonts from memory by `annexe:` addresses. Whatever else a page or a style sheet
asks for — a file, a host, a data address — is refused and reported.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from math import inf

from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.document import Document
from weasyprint.logger import PROGRESS_LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from pipeline.core.model import Asset, Kit, Page
from pipeline.render.finish import write_pdf
from pipeline.render.fitting import LayOut, fit
from pipeline.render.speedups import check_weasyprint, patched
from pipeline.render.speedups.marked_content import PageMarks

_BASE_URL = "annexe:page/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A finished PDF (None where there is none), and what was logged on the way: (level, message) pairs."""

    data: bytes | None = field(repr=False)
    pages: int
    log: tuple[tuple[int, str], ...]


class _Fetcher(URLFetcher):  # type: ignore[misc] # weasyprint ships no types
    """Serves assets by their `annexe:` address and refuses everything else."""

    def __init__(self, assets: tuple[Asset, ...]) -> None:
        super().__init__(allowed_protocols=("annexe",), allow_redirects=False)
        self.serve(assets)

    def serve(self, assets: tuple[Asset, ...]) -> None:
        """Serve these assets from now on, and none of those before."""
        self._assets = {f"annexe:{asset.name}": asset for asset in assets}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - WeasyPrint's
        asset = self._assets.get(url)
        if asset is None:
            raise ValueError(f"{url} is neither an image of the post nor a font of the house")
        message = EmailMessage()
        message["Content-Type"] = asset.media_type
        return URLFetcherResponse(url, asset.data, message)


class _Log(logging.Handler):
    """Gathers what WeasyPrint only logs: a missing image, a bad declaration."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append((record.levelno, record.getMessage()))


class _TooManyPagesError(Exception):
    """A document needs more pages than it may have."""


@contextmanager
def _page_limit(most: float) -> Iterator[None]:
    """Raise _TooManyPagesError inside the block as soon as WeasyPrint begins a page beyond the first `most`.

    WeasyPrint announces each page to its progress logger, and counts pages only when all are laid out.
    """

    def check(record: logging.LogRecord) -> bool:
        if " - Page %d" in record.msg and isinstance(record.args, tuple):
            page = record.args[0]
            if isinstance(page, int) and page > most:
                raise _TooManyPagesError
        return False

    level = PROGRESS_LOGGER.level
    PROGRESS_LOGGER.addFilter(check)
    PROGRESS_LOGGER.setLevel(logging.INFO)
    try:
        yield
    finally:
        PROGRESS_LOGGER.setLevel(level)
        PROGRESS_LOGGER.removeFilter(check)


class Renderer:
    """Renders pages with one kit: style sheets are parsed and fonts loaded once.

    `write` turns what was laid out into the bytes of a PDF. Without `speedups` WeasyPrint does everything its
    own, slower way, to the same bytes. Raises MachineError for another WeasyPrint than ours.
    """

    def __init__(
        self,
        kit: Kit,
        *,
        write: Callable[[Document, list[PageMarks]], bytes] = write_pdf,
        speedups: bool = True,
    ) -> None:
        check_weasyprint()
        self._write = write
        self._speedups = speedups
        self._logger = logging.getLogger("weasyprint")
        self._font_configuration = FontConfiguration()
        self._counter_style = CounterStyle()
        fetcher = _Fetcher(kit.fonts)
        self._fetcher = _Fetcher(())
        log = _Log()
        self._logger.addHandler(log)
        try:
            self._sheets = [
                CSS(
                    string=text,
                    base_url="annexe:styles/",
                    url_fetcher=fetcher,
                    font_config=self._font_configuration,
                    counter_style=self._counter_style,
                )
                for _, text in (("fonts", kit.font_faces), *kit.sheets)
            ]
        finally:
            self._logger.removeHandler(log)
        #: What the style sheets themselves gave to complain about.
        self.complaints = tuple(log.records)

    def render(self, page: Page) -> Rendering:
        """Render a page; whatever keeps it from being whole is in the rendering's log."""
        log = _Log()
        self._logger.addHandler(log)
        try:
            with patched(speedups=self._speedups) as marks:
                document = fit(self.layout_of(page))
                data = self._write(document, marks)
            return Rendering(data=data, pages=len(document.pages), log=tuple(log.records))
        except RecursionError:
            message = "the elements are nested too deeply to be laid out"
        except FatalURLFetchingError as error:
            message = str(error)
        finally:
            self._logger.removeHandler(log)
        return Rendering(data=None, pages=0, log=(*log.records, (logging.ERROR, message)))

    def layout_of(self, page: Page) -> LayOut:
        """Return what lays a page out in a setting (a class of its root element) or in none, for `fit`."""
        self._fetcher.serve(page.assets)
        # Parsed once: what a page consists of does not depend on the setting.
        parsed = HTML(string=page.html, base_url=_BASE_URL, url_fetcher=self._fetcher)

        def lay_out(setting: str | None, most: float = inf) -> Document | None:
            if setting is not None:
                parsed.etree_element.set("class", setting)
                # An element that selectors were matched with remembers its classes.
                parsed.wrapper_element = type(parsed.wrapper_element).from_html_root(parsed.etree_element)
            try:
                with _page_limit(most):
                    document = parsed.render(
                        font_config=self._font_configuration,
                        counter_style=self._counter_style,
                        stylesheets=self._sheets,
                    )
            except _TooManyPagesError:
                return None
            return document if len(document.pages) <= most else None

        return lay_out

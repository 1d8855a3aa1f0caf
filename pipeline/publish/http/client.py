"""HTTP at the edge: one bounded, verified connection to a site, retried where that is safe.

What was only asked for is asked for again; what was to be written is sent again only where the site certainly did nothing.
"""

import json as json_text
import logging
import urllib.parse
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Self

import httpx2
import stamina

from pipeline.core.settings.addresses import is_loopback, is_safe
from pipeline.core.settings.targets import TargetSettings
from pipeline.publish.errors import FateUnknownError, TroubleError
from pipeline.publish.http.diagnosis import file_refusal, is_certain_refusal, refusal
from pipeline.publish.http.exchange import Exchange, NoAnswerError
from pipeline.publish.http.no_response import no_answer, too_many_redirects, unsafe_address
from pipeline.publish.http.responses import Answer
from pipeline.publish.http.retry import PATIENCE, Patience, asked_wait
from pipeline.publish.http.secrets import Secret

__all__ = ["PATIENCE", "Answer", "Client", "Patience"]

_TOO_MANY_REQUESTS = 429
_SERVER_FAULTS = range(500, 600)
_NOT_IMPLEMENTED = 501
_MOVED = frozenset({301, 302, 303, 307, 308})
_NOT_SHOWN_TO_EVERYBODY = frozenset({401, 403})
_REDIRECTS = 5

# They log addresses and headers as sites send them, and a site may repeat what it was sent.
logging.getLogger("httpx2").setLevel(logging.WARNING)
logging.getLogger("httpcore2").setLevel(logging.WARNING)
# stamina tells of every repetition through this logger; where nobody listens, Python would print it.
logging.getLogger("stamina").addHandler(logging.NullHandler())

#: Query parameters of an address.
Params = Mapping[str, str | int | Sequence[str | int]]


class _FailedError(Exception):
    """An attempt that failed with `error`; it may pass where `is_passing`, after `wait` seconds where the site says so."""

    def __init__(self, error: TroubleError, *, is_passing: bool, wait: float | None = None) -> None:
        super().__init__(error.trouble.name)
        self.error = error
        self.is_passing = is_passing
        self.wait = wait


class Client:
    """Talks to one site. What it raises is a TroubleError or a FateUnknownError, and shows no secret.

    `authorisation` is the value of the header of that name; it is sent to the site's own origin alone.
    """

    def __init__(
        self, settings: TargetSettings, *, authorisation: str | None, patience: Patience = PATIENCE
    ) -> None:
        if settings.url is not None and not is_safe(settings.url):
            raise unsafe_address(settings, settings.url)
        if authorisation is not None and not (authorisation.isascii() and authorisation.isprintable()):
            raise ValueError("the authorisation holds characters that no header can hold")
        self._settings = settings
        self._patience = patience
        self._base = httpx2.URL(settings.url or "")
        self._authorisation = None if authorisation is None else Secret(authorisation)
        self._is_local = is_loopback(self._base.host)
        self._exchange = Exchange(settings.name, time_limit=settings.time_limit, is_local=self._is_local)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(
        self,
        path: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        expect: Collection[int] = (200,),
        doing: str = "",
    ) -> Answer:
        """Return the answer to a GET below the site's address; `path` may be a whole address below it, too.

        Asked again, with growing pauses, where the site is busy, fails or can't be reached. Raises TroubleError where
        its status isn't one of `expect`; `doing` says what was being done ("reading post 12").
        """
        url = self._address(path, params)

        def attempt() -> Answer:
            answer = self._send("GET", url, headers or {}, None, self._settings.bytes_limit, doing=doing)
            if answer.status in expect:
                return answer
            raise self._refused(answer, doing, is_passing=_is_passing(answer.status))

        return self._patiently(attempt)

    def write(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        json: object = None,
        expect: Collection[int],
        doing: str = "",
    ) -> Answer:
        """Return the answer to a request that changes something.

        Sent again only where the site certainly did nothing: it couldn't be reached, or asks to come later (429).
        Raises FateUnknownError where it may have happened or not, TroubleError where the site refuses.
        """
        url = self._address(path, params)
        all_headers = dict(headers or {})
        if json is not None:
            content = json_text.dumps(json, ensure_ascii=False).encode()
            if not any(name.lower() == "content-type" for name in all_headers):
                all_headers["Content-Type"] = "application/json"

        def attempt() -> Answer:
            answer = self._send(
                method, url, all_headers, content, self._settings.bytes_limit, doing=doing, is_write=True
            )
            if answer.status in expect:
                return answer
            if answer.status in _SERVER_FAULTS and not is_certain_refusal(answer):
                raise self._fate_unknown(method, url, f"the site failed with {answer.status}")
            raise self._refused(answer, doing, is_passing=answer.status == _TOO_MANY_REQUESTS)

        return self._patiently(attempt)

    def download(self, url: str, most: int) -> bytes:
        """Return the bytes at an address as a reader gets them; more than `most` of them are trouble.

        At most five redirects are followed. What the site doesn't show to everybody (a file that no post links yet) is
        asked for once more with our authorisation, on the site's own origin alone.
        """
        return self._patiently(lambda: self._downloaded(url, most)).body

    def close(self) -> None:
        """Close the connections; the client is of no use after that."""
        self._exchange.close()

    def _downloaded(self, url: str, most: int) -> Answer:
        headers = {"Accept-Encoding": "identity", "Cache-Control": "no-cache"}
        for _ in range(_REDIRECTS + 1):
            address = self._reader_address(url)
            answer = self._send("GET", address, headers, None, most, is_reader=True)
            if answer.status in _NOT_SHOWN_TO_EVERYBODY and self._is_own(address) and self._authorisation:
                answer = self._send("GET", address, headers, None, most)
            if answer.status in _MOVED and "location" in answer.headers:
                url = _joined(url, answer.headers["location"])
                continue
            if answer.status == httpx2.codes.OK:
                return answer
            error = file_refusal(answer, self._settings)
            raise self._failed(error, answer, is_passing=_is_passing(answer.status))
        raise too_many_redirects(self._settings, url)

    def _send(
        self,
        method: str,
        url: httpx2.URL,
        headers: Mapping[str, str],
        content: bytes | None,
        most: int,
        *,
        doing: str = "",
        is_write: bool = False,
        is_reader: bool = False,
    ) -> Answer:
        authorisation = self._authorisation if self._is_own(url) and not is_reader else None
        try:
            answer = self._exchange.send(
                method, url, headers=headers, authorisation=authorisation, content=content, most=most
            )
            return replace(answer, hidden=self._authorisation)
        except NoAnswerError as error:
            failure = error
        if is_write and failure.was_sent:
            raise self._fate_unknown(method, url, "no whole answer came")
        trouble = no_answer(failure, self._settings, str(url), most, doing)
        raise _FailedError(trouble, is_passing=failure.reason in ("unreachable", "time_limit", "broken"))

    def _patiently(self, attempt: Callable[[], Answer]) -> Answer:
        """Return what an attempt gives, made again while its failure may pass."""
        patience = self._patience
        again = stamina.RetryingCaller(
            attempts=patience.attempts,
            timeout=patience.in_all,
            wait_initial=patience.first_wait,
            wait_max=patience.longest_wait,
            wait_jitter=patience.jitter,
        )
        try:
            return again(_pause, attempt)
        except _FailedError as failed:
            error = failed.error
        raise error

    def _address(self, path: str, params: Params | None) -> httpx2.URL:
        """Return the address of a path below the site's; raises TroubleError where it leads out of there."""
        is_whole = path.startswith(("https://", "http://"))
        text = path if is_whole else f"{str(self._base).rstrip('/')}/{path.lstrip('/')}"
        url = self._url(text)
        if params:
            url = url.copy_merge_params(dict(params))
        below = self._base.path.rstrip("/") + "/"
        if not self._is_own(url) or not f"{url.path}/".startswith(below):
            raise unsafe_address(self._settings, text)
        return url

    def _reader_address(self, text: str) -> httpx2.URL:
        """Return the address of a file; raises TroubleError where it isn't https, nor http on this very machine."""
        url = self._url(text)
        is_plain_and_here = url.scheme == "http" and is_loopback(url.host) and self._is_local
        if url.userinfo or not url.host or not (url.scheme == "https" or is_plain_and_here):
            raise unsafe_address(self._settings, text)
        return url

    def _url(self, text: str) -> httpx2.URL:
        try:
            return httpx2.URL(text)
        except httpx2.InvalidURL:
            pass
        raise unsafe_address(self._settings, text)

    def _is_own(self, url: httpx2.URL) -> bool:
        own = self._base
        return bool(own.host) and (url.scheme, url.host, url.port) == (own.scheme, own.host, own.port)

    def _refused(self, answer: Answer, doing: str, *, is_passing: bool) -> _FailedError:
        return self._failed(refusal(answer, self._settings, doing), answer, is_passing=is_passing)

    def _failed(self, error: TroubleError, answer: Answer, *, is_passing: bool) -> _FailedError:
        wait = asked_wait(answer.headers.get("retry-after", ""))
        is_soon = wait is None or wait <= self._patience.longest_asked
        return _FailedError(error, is_passing=is_passing and is_soon, wait=wait)

    def _fate_unknown(self, method: str, url: httpx2.URL, what: str) -> FateUnknownError:
        return FateUnknownError(
            f"{self._settings.name}: {method} {url} was sent and {what}, so that nobody knows whether it happened"
        )


def _joined(url: str, location: str) -> str:
    """Return the address that a redirect leads to; what is no address stays as it is, and is refused as such."""
    try:
        return urllib.parse.urljoin(url, location)
    except ValueError:
        return location


def _pause(error: Exception) -> bool | float:
    """Return whether, and where the site says so after how many seconds, to try again."""
    if not isinstance(error, _FailedError) or not error.is_passing:
        return False
    return True if error.wait is None else float(error.wait)


def _is_passing(status: int) -> bool:
    return status == _TOO_MANY_REQUESTS or (status in _SERVER_FAULTS and status != _NOT_IMPLEMENTED)

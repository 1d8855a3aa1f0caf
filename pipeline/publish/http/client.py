"""Requests to one site, repeated where that is safe.

A read is repeated after any failure that may pass; a write only where the site certainly did nothing.
"""

import json as json_text
import logging
import urllib.parse
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import httpx2
import stamina

from pipeline.core.settings.addresses import is_loopback, is_safe
from pipeline.core.settings.targets import TargetSettings
from pipeline.publish.errors import OutcomeUnknownError, SiteProblemError
from pipeline.publish.http.diagnosis import (
    certainly_did_nothing,
    file_error,
    no_response,
    status_error,
    too_many_redirects,
    unsafe_address,
)
from pipeline.publish.http.exchange import Exchange, NoResponseError, Response
from pipeline.publish.http.secrets import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and for how long a request is repeated; all times in seconds.

    The first wait is `first_wait`, each next one twice as long up to `longest_wait`, and up to `jitter` more.
    A wait that the site asks for by Retry-After comes instead; where that is longer than
    `longest_retry_after`, the request is not repeated, since an earlier one would only be refused. After
    `total_time` no attempt is begun.
    """

    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 8.0
    jitter: float = 0.5
    longest_retry_after: float = 120.0
    total_time: float = 300.0


DEFAULT_RETRIES = RetryPolicy()

_TOO_MANY_REQUESTS = 429
_SERVER_FAULTS = range(500, 600)
_NOT_IMPLEMENTED = 501
_MOVED = frozenset({301, 302, 303, 307, 308})
_NOT_SHOWN_TO_EVERYBODY = frozenset({401, 403})
_REDIRECTS = 5

# They log addresses and headers as sites send them, and a site may repeat a secret that it was sent.
logging.getLogger("httpx2").setLevel(logging.WARNING)
logging.getLogger("httpcore2").setLevel(logging.WARNING)
# stamina reports each repetition through this logger; without a handler, Python would print it.
logging.getLogger("stamina").addHandler(logging.NullHandler())

#: Query parameters of an address.
Params = Mapping[str, str | int | Sequence[str | int]]


class _FailedError(Exception):
    """A failed attempt; `wait` says whether to repeat it, or after how many seconds."""

    def __init__(self, error: SiteProblemError, *, wait: bool | float) -> None:
        super().__init__(error.problem.name)
        self.error = error
        self.wait = wait


class Client:
    """Talks to one site. It raises only SiteProblemError and OutcomeUnknownError, and neither shows a secret.

    `authorisation` is the value of the header of that name; it is sent to the site's own origin alone.
    """

    def __init__(
        self, settings: TargetSettings, *, authorisation: str | None, retries: RetryPolicy = DEFAULT_RETRIES
    ) -> None:
        if settings.url is not None and not is_safe(settings.url):
            raise unsafe_address(settings, settings.url)
        if authorisation is not None and not (authorisation.isascii() and authorisation.isprintable()):
            raise ValueError("the authorisation holds characters that no header can hold")
        self._settings = settings
        self._retries = retries
        self._base = httpx2.URL(settings.url or "")
        self._authorisation = None if authorisation is None else Secret(authorisation)
        self._is_local = is_loopback(self._base.host)
        self._exchange = Exchange(settings.name, time_limit=settings.time_limit, is_local=self._is_local)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._exchange.close()

    def read(
        self,
        path: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        expect: Collection[int] = (200,),
        doing: str = "",
    ) -> Response:
        """Return the answer to a GET below the site's address; `path` may be a whole address below it, too.

        It is repeated, with growing pauses, where the site is busy, fails or can't be reached. Raises
        SiteProblemError where its status isn't one of `expect`; `doing` says what was being done ("reading
        post 12").
        """
        url = self._address(path, params)

        def attempt() -> Response:
            response = self._send("GET", url, headers or {}, None, self._settings.bytes_limit, doing=doing)
            if response.status in expect:
                return response
            raise self._failed(status_error(response, self._settings, doing), response)

        return self._with_retries(attempt)

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
    ) -> Response:
        """Return the response to a request that changes something.

        It is repeated only where the site certainly did nothing: it couldn't be reached, or asks to come
        later (429). Raises OutcomeUnknownError where it may have happened or not, SiteProblemError where the
        site refuses.
        """
        url = self._address(path, params)
        all_headers = dict(headers or {})
        if json is not None:
            content = json_text.dumps(json, ensure_ascii=False).encode()
            if not any(name.lower() == "content-type" for name in all_headers):
                all_headers["Content-Type"] = "application/json"

        def attempt() -> Response:
            response = self._send(
                method, url, all_headers, content, self._settings.bytes_limit, doing=doing, is_write=True
            )
            if response.status in expect:
                return response
            if response.status in _SERVER_FAULTS and not certainly_did_nothing(response):
                raise self._outcome_unknown(method, url, f"the site failed with {response.status}")
            error = status_error(response, self._settings, doing)
            raise self._failed(error, response, is_repeatable=response.status == _TOO_MANY_REQUESTS)

        return self._with_retries(attempt)

    def download(self, url: str, most: int) -> bytes:
        """Return the bytes at an address as a reader gets them; more than `most` raise SiteProblemError.

        At most five redirects are followed. What the site doesn't show to everybody (a file that no post
        links yet) is requested once more with our authorisation, on the site's own origin alone.
        """
        return self._with_retries(lambda: self._downloaded(url, most)).body

    def _downloaded(self, url: str, most: int) -> Response:
        headers = {"Accept-Encoding": "identity", "Cache-Control": "no-cache"}
        for _ in range(_REDIRECTS + 1):
            address = self._reader_address(url)
            response = self._send("GET", address, headers, None, most, is_reader=True)
            if response.status in _NOT_SHOWN_TO_EVERYBODY and self._is_own(address) and self._authorisation:
                response = self._send("GET", address, headers, None, most)
            if response.status in _MOVED and "location" in response.headers:
                url = _joined(url, response.headers["location"])
                continue
            if response.status == httpx2.codes.OK:
                return response
            raise self._failed(file_error(response, self._settings), response)
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
    ) -> Response:
        authorisation = self._authorisation if self._is_own(url) and not is_reader else None
        try:
            response = self._exchange.send(
                method, url, headers=headers, authorisation=authorisation, content=content, most=most
            )
            return replace(response, hidden=self._authorisation)
        except NoResponseError as error:
            failure = error
        if is_write and failure.was_sent:
            raise self._outcome_unknown(method, url, "no whole answer came")
        problem = no_response(failure, self._settings, str(url), most, doing)
        raise _FailedError(problem, wait=failure.reason in ("unreachable", "time_limit", "broken"))

    def _with_retries(self, attempt: Callable[[], Response]) -> Response:
        """Return the response of an attempt, which is repeated while its failure may pass."""
        retries = self._retries
        again = stamina.RetryingCaller(
            attempts=retries.attempts,
            timeout=retries.total_time,
            wait_initial=retries.first_wait,
            wait_max=retries.longest_wait,
            wait_jitter=retries.jitter,
        )
        try:
            return again(lambda error: isinstance(error, _FailedError) and error.wait, attempt)
        except _FailedError as failed:
            error = failed.error
        raise error

    def _address(self, path: str, params: Params | None) -> httpx2.URL:
        """Return the address of a path below the site's; raises SiteProblemError where it is outside."""
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
        """Return a file's address; raises SiteProblemError unless it is https, or http on this machine."""
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

    def _failed(
        self, error: SiteProblemError, response: Response, *, is_repeatable: bool | None = None
    ) -> _FailedError:
        """Return the failure of an attempt, by default of a read: repeatable where the site may recover."""
        status, wait = response.status, response.retry_after()
        if is_repeatable is None:
            may_recover = status in _SERVER_FAULTS and status != _NOT_IMPLEMENTED
            is_repeatable = status == _TOO_MANY_REQUESTS or may_recover
        if wait is None or not is_repeatable:
            return _FailedError(error, wait=is_repeatable)
        return _FailedError(error, wait=wait if wait <= self._retries.longest_retry_after else False)

    def _outcome_unknown(self, method: str, url: httpx2.URL, what: str) -> OutcomeUnknownError:
        return OutcomeUnknownError(
            f"{self._settings.name}: {method} {url} was sent and {what}, so that nobody knows whether it "
            "happened"
        )


def _joined(url: str, location: str) -> str:
    """Return the address that a redirect leads to; an invalid one is returned as it is, and refused later."""
    try:
        return urllib.parse.urljoin(url, location)
    except ValueError:
        return location

"""One request to a site and its response: verified, and limited in time, size and connections.

The limit of time holds for the whole response: a site that sends a byte now and then, in its headers or in
its body, is cut off like one that sends nothing. That takes an event loop; anyio runs it in a thread of its
own, so that callers stay plain functions.
"""

import datetime as dt
import email.utils
import html
import http.cookiejar
import json
import os
import re
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import anyio
import anyio.from_thread
import httpx2

from pipeline import __version__
from pipeline.publish.errors import SiteProblemError
from pipeline.publish.http.secrets import Secret, without_secret

#: Where sites ask people to sign in: WordPress, Drupal, and what stands before them.
_LOGIN_ADDRESS = re.compile(
    r"wp-login\.php|/user/login|log-?in\b|sign-?in\b|/(?:sso|saml|adfs|cas|oauth2?)\b", re.IGNORECASE
)
_LOGIN_PAGE = re.compile(rb"<input[^>]+type\s*=\s*[\"']?password", re.IGNORECASE)
_LONGEST_MESSAGE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response as received: status, requested address, headers by name in lower case, body.

    `target` is the site's name in the settings. `hidden` is the authorisation that was sent: a site may
    repeat it, and no message of ours does.
    """

    status: int
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    target: str = ""
    hidden: Secret | None = field(default=None, repr=False)

    def json(self) -> Any:
        """Return the body as data; raises SiteProblemError where it isn't JSON, such as a page to sign in."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            # What it raises quotes the body, and goes no further.
            pass
        where = f"{self.target}: {self.url}" if self.target else self.url
        if self.is_login_page:
            raise login_page_problem(where)
        shown = self.words() or "nothing"
        raise SiteProblemError(
            "not_json",
            f"{where} answered with something that is no data: {shown}",
            "open the address in a browser, and ask the site's administrator what stands before or in the "
            "data there (a cache, a firewall, a plugin's notice)",
        )

    @property
    def is_redirect(self) -> bool:
        """Say whether this leads to another address."""
        return 300 <= self.status < 400  # noqa: PLR2004 - the statuses that lead elsewhere

    @property
    def is_login_page(self) -> bool:
        """Say whether this is a page where people sign in, or leads to one."""
        if self.is_redirect:
            return _LOGIN_ADDRESS.search(self.headers.get("location", "")) is not None
        return _LOGIN_PAGE.search(self.body) is not None

    def data(self) -> Any:
        """Return the body as data, or None where it isn't JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def code(self) -> str:
        """Return WordPress's code of an error (`rest_post_invalid_id`), or an empty string."""
        data = self.data()
        code = data.get("code") if isinstance(data, dict) else None
        return code if isinstance(code, str) else ""

    def words(self) -> str:
        """Return the site's own message, cut to one printable line; empty where it gives none."""
        data = self.data()
        if data is None:
            return _line(self.shown(_page_words(self.body.decode("utf-8", "replace"))))
        return _line(self.shown(" ".join(_messages(data))))

    def shown(self, text: str) -> str:
        """Return a text of the site without the authorisation that was sent."""
        return without_secret(text, self.hidden)

    def retry_after(self) -> float | None:
        """Return the seconds that Retry-After asks for, as a number or a date (RFC 9110, 10.2.3), or None."""
        text = self.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return float(text)
        try:
            then = email.utils.parsedate_to_datetime(text)
        except ValueError:
            return None
        if then.tzinfo is None:
            then = then.replace(tzinfo=dt.UTC)
        return max(then.timestamp() - time.time(), 0.0)


def login_page_problem(where: str) -> SiteProblemError:
    """Return the problem that a page to sign in came where data was requested."""
    return SiteProblemError(
        "login_page",
        f"{where} leads to a page that asks people to sign in",
        "set url in the target's settings to the site's own address, or ask the site's administrator to "
        "let programs reach the interface without that page",
        is_whole_site=True,
    )


def _messages(data: object) -> Iterator[str]:
    """Yield the messages of WordPress (`message`) or JSON:API (`errors[].detail`, else `title`)."""
    if not isinstance(data, dict):
        return
    if isinstance(data.get("message"), str):
        yield data["message"]
    errors = data.get("errors")
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict):
            words = error.get("detail") or error.get("title")
            if isinstance(words, str):
                yield words


def _page_words(page: str) -> str:
    """Return the words of a web page without tags, scripts and styles; its title comes first."""
    text = re.sub(r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^>]*>", " ", page)
    return html.unescape(text)


def _line(text: str) -> str:
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return line if len(line) <= _LONGEST_MESSAGE else f"{line[:_LONGEST_MESSAGE].rstrip()}…"


#: How many bytes are read of a response that is no success: enough for its message.
EXCERPT = 256 * 1024
_CONNECTIONS = 4
_LONGEST_CONNECT = 15.0
_SUCCESSES = range(200, 300)

Reason = Literal["certificate", "unreachable", "time_limit", "too_large", "broken"]


class NoResponseError(Exception):
    """No whole response came; `was_sent` says that the request may have reached the site."""

    def __init__(self, reason: Reason, *, was_sent: bool, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.was_sent = was_sent
        self.detail = detail


class Exchange:
    """Connections to one site, kept for the next request; at most four at a time."""

    def __init__(self, target: str, *, time_limit: float, is_local: bool) -> None:
        self._target = target
        self._time_limit = time_limit
        self._open = ExitStack()
        self._portal = self._open.enter_context(anyio.from_thread.start_blocking_portal(name="annexe-http"))
        client = self._portal.wrap_async_context_manager(_client(time_limit, is_local=is_local))
        self._client = self._open.enter_context(client)

    def send(
        self,
        method: str,
        url: httpx2.URL,
        *,
        headers: Mapping[str, str],
        authorisation: Secret | None,
        content: bytes | None,
        most: int,
    ) -> Response:
        """Return the response to one request, redirects not followed; raises NoResponseError.

        A body of more than `most` bytes, counted after decompression, raises; the body of a response that is
        no success is cut off at EXCERPT.
        """
        failure: NoResponseError
        try:
            return self._wait_for(method, url, headers, authorisation, content, most)
        except NoResponseError as error:
            failure = error
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            failure = _no_answer(error)
        # Raised here and not above: the library's own error holds the request, and goes no further.
        raise failure

    def close(self) -> None:
        """Close all connections; nothing can be sent any more."""
        self._open.close()

    def _wait_for(self, *request: Any) -> Response:
        """Run `_exchange` in the event loop and return its response; an interrupt cancels the request."""
        future = self._portal.start_task_soon(self._exchange, *request)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    async def _exchange(
        self,
        method: str,
        url: httpx2.URL,
        headers: Mapping[str, str],
        authorisation: Secret | None,
        content: bytes | None,
        most: int,
    ) -> Response:
        all_headers = dict(headers)
        if authorisation is not None:
            all_headers["Authorization"] = authorisation.reveal()
        with anyio.fail_after(self._time_limit):
            async with self._client.stream(method, url, headers=all_headers, content=content) as response:
                return Response(
                    status=response.status_code,
                    url=str(response.url),
                    headers=MappingProxyType({k.lower(): value for k, value in response.headers.items()}),
                    body=await _body(response, most),
                    target=self._target,
                )


def _client(time_limit: float, *, is_local: bool) -> httpx2.AsyncClient:
    """Return a client that verifies, stores no cookies, follows nothing, and needs no proxy for this host."""
    no_cookies = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    return httpx2.AsyncClient(
        verify=httpx2.create_ssl_context(),
        trust_env=not is_local,
        cookies=no_cookies,
        follow_redirects=False,
        limits=httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS),
        # Connecting has its own limit: where that is exceeded, the site certainly did nothing yet.
        timeout=httpx2.Timeout(time_limit, connect=min(_LONGEST_CONNECT, time_limit / 3)),
        headers={"User-Agent": f"Annexe/{__version__}", "Accept": "*/*", "Accept-Encoding": "gzip"},
    )


async def _body(response: httpx2.Response, most: int) -> bytes:
    is_success = response.status_code in _SUCCESSES
    limit = most if is_success else EXCERPT
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > limit:
            if is_success:
                raise NoResponseError("too_large", was_sent=True)
            del body[limit:]
            break
    return bytes(body)


def _no_answer(error: Exception) -> NoResponseError:
    """Return a library's error as one of ours, in our words: its own might hold what we sent."""
    certificate = next((one for one in _causes(error) if isinstance(one, ssl.SSLError)), None)
    if certificate is not None and isinstance(error, httpx2.ConnectError):
        return NoResponseError("certificate", was_sent=False, detail=_tls_words(certificate))
    if isinstance(error, httpx2.ConnectTimeout | httpx2.PoolTimeout):
        return NoResponseError("unreachable", was_sent=False, detail="nobody answers there")
    if isinstance(error, httpx2.ProxyError):
        return NoResponseError("unreachable", was_sent=False, detail="the proxy of this machine refuses")
    if isinstance(error, httpx2.ConnectError | httpx2.UnsupportedProtocol | httpx2.InvalidURL):
        return NoResponseError("unreachable", was_sent=False, detail=_system_words(error))
    if isinstance(error, TimeoutError | httpx2.TimeoutException):
        return NoResponseError("time_limit", was_sent=True)
    return NoResponseError("broken", was_sent=True)


def _tls_words(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return (error.reason or "no agreement about encryption").replace("_", " ").lower()


def _system_words(error: Exception) -> str:
    """Return what the operating system says of a connection, such as "Connection refused"."""
    causes = [one for one in _causes(error) if isinstance(one, OSError)]
    if not causes:
        return "no connection"
    # An unknown host name has a negative number, and words of its own.
    number, words = causes[-1].errno or 0, causes[-1].strerror
    return os.strerror(number) if number > 0 else words or "no connection"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it came from, the nearest first."""
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None:
            continue
        yield one
        waiting.append(one.__cause__ or one.__context__)
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(one.exceptions)

"""One request and its answer: verified, and bounded in time, in size and in connections.

The limits are whole: a site that sends a byte now and then, in its headers or in its body, is cut off as one that sends
nothing. That takes an event loop; anyio runs it in a thread of its own, so that callers stay plain functions.
"""

import http.cookiejar
import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from types import MappingProxyType
from typing import Any, Literal

import anyio
import anyio.from_thread
import httpx2

from pipeline import __version__
from pipeline.publish.http.responses import Answer
from pipeline.publish.http.secrets import Secret

#: How much is read of an answer that is no success: enough for what it says.
EXCERPT = 256 * 1024
_CONNECTIONS = 4
_LONGEST_CONNECT = 15.0
_SUCCESSES = range(200, 300)

Reason = Literal["certificate", "unreachable", "time_limit", "too_large", "broken"]


class NoAnswerError(Exception):
    """No whole answer came. `was_sent` says that the request may have reached the site; no part of it is told."""

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
    ) -> Answer:
        """Return the answer to one request, redirects not followed; raises NoAnswerError.

        A body of more than `most` bytes, counted after decompression, is no answer; one of an answer that is no success
        is cut off at EXCERPT.
        """
        failure: NoAnswerError
        try:
            return self._wait_for(method, url, headers, authorisation, content, most)
        except NoAnswerError as error:
            failure = error
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            failure = _no_answer(error)
        # Raised here and not above: what the library raised knows the request, and goes no further.
        raise failure

    def close(self) -> None:
        """Close all connections; nothing can be sent any more."""
        self._open.close()

    def _wait_for(self, *request: Any) -> Answer:
        """Run `_exchange` in the event loop and return what it gives; an interrupted wait ends the request."""
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
    ) -> Answer:
        all_headers = dict(headers)
        if authorisation is not None:
            all_headers["Authorization"] = authorisation.reveal()
        with anyio.fail_after(self._time_limit):
            async with self._client.stream(method, url, headers=all_headers, content=content) as response:
                return Answer(
                    status=response.status_code,
                    url=str(response.url),
                    headers=MappingProxyType({k.lower(): value for k, value in response.headers.items()}),
                    body=await _body(response, most),
                    target=self._target,
                )


def _client(time_limit: float, *, is_local: bool) -> httpx2.AsyncClient:
    """Return a client that verifies, keeps no cookies, follows nothing, and asks no proxy for this very machine."""
    no_cookies = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    return httpx2.AsyncClient(
        verify=httpx2.create_ssl_context(),
        trust_env=not is_local,
        cookies=no_cookies,
        follow_redirects=False,
        limits=httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS),
        # Connecting is told from answering: where it takes too long, the site certainly did nothing yet.
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
                raise NoAnswerError("too_large", was_sent=True)
            del body[limit:]
            break
    return bytes(body)


def _no_answer(error: Exception) -> NoAnswerError:
    """Return in our own words what a library's error means; its own words might hold what we sent."""
    certificate = next((one for one in _causes(error) if isinstance(one, ssl.SSLError)), None)
    if certificate is not None and isinstance(error, httpx2.ConnectError):
        return NoAnswerError("certificate", was_sent=False, detail=_tls_words(certificate))
    if isinstance(error, httpx2.ConnectTimeout | httpx2.PoolTimeout):
        return NoAnswerError("unreachable", was_sent=False, detail="nobody answers there")
    if isinstance(error, httpx2.ProxyError):
        return NoAnswerError("unreachable", was_sent=False, detail="the proxy of this machine refuses")
    if isinstance(error, httpx2.ConnectError | httpx2.UnsupportedProtocol | httpx2.InvalidURL):
        return NoAnswerError("unreachable", was_sent=False, detail=_system_words(error))
    if isinstance(error, TimeoutError | httpx2.TimeoutException):
        return NoAnswerError("time_limit", was_sent=True)
    return NoAnswerError("broken", was_sent=True)


def _tls_words(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return (error.reason or "no agreement about encryption").replace("_", " ").lower()


def _system_words(error: Exception) -> str:
    """Return what the operating system says of a connection, such as "Connection refused"."""
    causes = [one for one in _causes(error) if isinstance(one, OSError)]
    if not causes:
        return "no connection"
    # A name that nobody knows has a negative number, and words of its own.
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

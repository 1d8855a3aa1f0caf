"""A small web server on this machine that answers as it is told, for the tests of what talks to sites."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.settings.targets import TargetKind, TargetSettings
from pipeline.publish.errors import SiteProblemError
from pipeline.publish.http.client import Client, RetryPolicy

MEBIBYTE = 1024 * 1024
#: As patient as always, but without waiting.
SOON = RetryPolicy(first_wait=0, longest_wait=0, jitter=0)
BASIC = "Basic YWRhOnNlY3JldCB3b3Jk"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRequest:
    """A request as it reached the server; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedResponse:
    """An answer to give. With `broken`, the connection is closed in the middle of it."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    broken: bool = False


def data(value: object, status: int = 200, **headers: str) -> CannedResponse:
    """Return an answer of JSON."""
    kind = {
        "Content-Type": "application/json",
        **{name.replace("_", "-"): text for name, text in headers.items()},
    }
    return CannedResponse(status=status, body=json.dumps(value).encode(), headers=kind)


def page(text: str, status: int = 200) -> CannedResponse:
    """Return an answer that is a web page."""
    return CannedResponse(
        status=status, body=text.encode(), headers={"Content-Type": "text/html; charset=UTF-8"}
    )


Giving = Callable[[BufferedIOBase], None]
Answering = Callable[[ReceivedRequest], CannedResponse | Giving]


class Site:
    """A running server: `url` is its address, `asked` what reached it, in order."""

    def __init__(self, url: str, response: Answering | CannedResponse | list[CannedResponse]) -> None:
        self.url = url
        self.asked: list[ReceivedRequest] = []
        self._answer = response

    def response(self, asked: ReceivedRequest) -> CannedResponse | Giving:
        """Return what to answer; the last of a list is given again and again."""
        self.asked.append(asked)
        if isinstance(self._answer, CannedResponse):
            return self._answer
        if isinstance(self._answer, list):
            return self._answer.pop(0) if len(self._answer) > 1 else self._answer[0]
        return self._answer(asked)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site

    def handle_error(self, *_: object) -> None:
        """Say nothing: a client that goes away is what many tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _handle(self) -> None:
        assert isinstance(self.server, _Server)
        asked = ReceivedRequest(
            method=self.command,
            path=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        said = self.server.site.response(asked)
        if not isinstance(said, CannedResponse):
            self.close_connection = True
            said(self.wfile)
            return
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(said.body) + (1 if said.broken else 0)))
        self.end_headers()
        self.wfile.write(said.body)
        self.close_connection = self.close_connection or said.broken

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _handle  # noqa: N815 - the names that http.server asks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
        """Say nothing."""


@contextmanager
def site(
    response: Answering | CannedResponse | list[CannedResponse], tls: ssl.SSLContext | None = None
) -> Iterator[Site]:
    """Run a server that gives an answer, or each of a list in turn, or what a function makes of each request.

    A function may return another one, which then writes to the connection itself.
    """
    server = _Server(("127.0.0.1", 0), _Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    address = f"localhost:{server.server_address[1]}" if tls else f"127.0.0.1:{server.server_address[1]}"
    server.site = Site(f"{'https' if tls else 'http'}://{address}", response)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def target(url: str | None, **changes: Any) -> TargetSettings:
    """Return the settings of a WordPress called blog."""
    values: dict[str, Any] = {
        "name": "blog",
        "kind": TargetKind.WORDPRESS,
        "url": url,
        "path": None,
        "user": "ada",
        "size_labels": "wordpress",
        "label_language": "en",
        "create": False,
        "content_type": "article",
        "field": "field_attachments",
        "translations": False,
        "time_limit": 5,
        "bytes_limit": MEBIBYTE,
        "file": str(Path("pyproject.toml")),
        "line": 3,
    }
    return TargetSettings(**{**values, **changes})


@contextmanager
def talking(
    response: Answering | CannedResponse | list[CannedResponse],
    authorisation: str | None = BASIC,
    **changes: Any,
) -> Iterator[tuple[Client, Site]]:
    """Run a server and a client that talks to it, as patient as always but without waiting."""
    with site(response) as running:
        settings = target(running.url, **changes)
        with Client(settings, authorisation=authorisation, retries=SOON) as client:
            yield client, running


def problem_of(call: Callable[[], object]) -> SiteProblemError:
    """Return the problem that a call runs into."""
    with pytest.raises(SiteProblemError) as caught:
        call()
    return caught.value

"""A small web server on this machine that answers as it is told, for the tests of what talks to sites."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pipeline.target_settings import TargetKind, TargetSettings

#: What a site would wait for seconds, in a test: nothing.
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it reached the server; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer to give. With `broken`, the connection is closed in the middle of it."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    broken: bool = False


def data(value: object, status: int = 200, **headers: str) -> Said:
    """Return an answer of JSON."""
    kind = {
        "Content-Type": "application/json",
        **{name.replace("_", "-"): text for name, text in headers.items()},
    }
    return Said(status=status, body=json.dumps(value).encode(), headers=kind)


def page(text: str, status: int = 200) -> Said:
    """Return an answer that is a web page."""
    return Said(status=status, body=text.encode(), headers={"Content-Type": "text/html; charset=UTF-8"})


class Site:
    """A running server: `url` is its address, `asked` what reached it, in order."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[Asked] = []


Answering = Callable[[Asked], Said | Callable[[Any], None]]


@contextmanager
def site(answer: Answering | Said | list[Said], tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Run a server that gives an answer, or each of a list in turn, or what a function makes of each request.

    A function may return another one, which then writes to the connection itself.
    """
    waiting = list(answer) if isinstance(answer, list) else None

    def answer_to(asked: Asked) -> Said | Callable[[Any], None]:
        if waiting is not None:
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return answer if isinstance(answer, Said) else answer(asked)  # type: ignore[operator] # no list is left

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(
                method=self.command,
                path=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(length),
            )
            running.asked.append(asked)
            said = answer_to(asked)
            if not isinstance(said, Said):
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
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    port = server.server_address[1]
    running = Site(f"{'https' if tls else 'http'}://{'localhost' if tls else '127.0.0.1'}:{port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield running
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

"""A proxy on loopback between us and a site, which loses chosen writes before or after they reach the site."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import urlsplit

When = Literal["before", "after"]
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Headers that belong to one connection, not to the request (RFC 9110, 7.6.1), and those that we write anew.
_OWN = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "server", "date"}
)


@dataclass(slots=True)
class FaultProxy:
    """What goes through: `writes` counts requests that change something; the one numbered `number` is lost.

    `act` is called in the moment of the loss (to kill the process that wrote, say), `meanwhile` before any
    request is passed on.
    """

    url: str
    upstream: str
    number: int = 0
    when: When = "before"
    act: Callable[[], None] = lambda: None
    meanwhile: Callable[[], None] = lambda: None
    writes: int = 0
    log: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def lose(self, number: int, when: When, act: Callable[[], None] = lambda: None) -> None:
        """Lose the write of that number, counted from now; 0 loses none."""
        self.number, self.when, self.act = number, when, act
        self.writes = 0
        self.log.clear()

    def fate(self, method: str, path: str) -> When | None:
        """Count a request and say what happens to it."""
        if method in _READS:
            return None
        with self.lock:
            self.writes += 1
            self.log.append(f"{method} {path}")
            return self.when if self.writes == self.number else None


@contextmanager
def fault_proxy(upstream: str) -> Iterator[FaultProxy]:
    """Run a proxy in front of a site for as long as the block lasts."""
    proxy = FaultProxy(url="", upstream=upstream)

    class Handler(_Handler):
        pass

    Handler.proxy = proxy
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    proxy: FaultProxy
    protocol_version = "HTTP/1.1"

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.proxy.meanwhile()
        fate = self.proxy.fate(self.command, self.path)
        if fate == "before":
            self._lose()
            return
        response, data = self._forward(body)
        if fate == "after":
            self._lose()
            return
        self.send_response_only(response.status)
        for name, value in response.getheaders():
            if name.lower() not in _OWN:
                self.send_header(name, value.replace(self.proxy.upstream, self.proxy.url))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _forward(self, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        parts = urlsplit(self.proxy.upstream)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
        connection.request(self.command, self.path, body=body or None, headers=headers)
        response = connection.getresponse()
        data = response.read()
        connection.close()
        return response, data

    def _lose(self) -> None:
        """Break the connection off without a word."""
        self.proxy.act()
        self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _pass  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's signature
        """Say nothing."""

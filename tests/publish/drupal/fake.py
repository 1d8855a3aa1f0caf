"""A strict fake Drupal on this machine.

It does what a real one was measured to do, and refuses what that refuses.

Every request that writes is logged in `writes`. `fault` may lose one: before it is done, or after it was done
and before it is answered.
"""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import unquote, urlsplit

from tests.publish.drupal.documents import JsonObject, error_document
from tests.publish.drupal.pages import node_page
from tests.publish.drupal.queries import read_query
from tests.publish.drupal.resources import Resources, Response
from tests.publish.drupal.site import ANONYMOUS, FILES, Refusal, Site, User

JSON_API = "application/vnd.api+json"
BINARY = "application/octet-stream"
Loss = Literal["before", "after"]
#: (number of the write, from 1; method; path) → when to lose it, or None.
Fault = Callable[[int, str, str], Loss | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRequest:
    """A request as it reached the server; header names in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True, kw_only=True)
class Write:
    """A request that writes.

    `status` is what was or would have been answered, None where it was lost before.
    """

    asked: ReceivedRequest
    status: int | None = None


@dataclass(slots=True, kw_only=True)
class CannedResponse:
    """An answer."""

    status: int
    kind: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class FakeDrupal:
    """A running Drupal: `site` is what it holds, `url` its address, `reads` and `writes` what reached it."""

    def __init__(self, url: str, site: Site) -> None:
        self.url = url
        self.site = site
        self.reads: list[ReceivedRequest] = []
        self.writes: list[Write] = []
        self.fault: Fault | None = None
        #: Called before each request is handled, with the request: what others do meanwhile.
        self.meanwhile: Callable[[ReceivedRequest], None] | None = None
        self._lock = threading.Lock()

    def response(self, asked: ReceivedRequest) -> CannedResponse | None:
        """Return the answer to a request, or None where the connection is to break instead."""
        with self._lock:
            if self.meanwhile is not None:
                self.meanwhile(asked)
            if asked.method == "GET":
                self.reads.append(asked)
                return self._said(asked)
            write = Write(asked=asked)
            self.writes.append(write)
            loss = self.fault(len(self.writes), asked.method, asked.path) if self.fault else None
            if loss == "before":
                return None
            said = self._said(asked)
            write.status = said.status
            return None if loss == "after" else said

    def _said(self, asked: ReceivedRequest) -> CannedResponse:
        language, path = self._language_of(asked.path)
        is_interface = path == "/jsonapi" or path.startswith("/jsonapi/")
        try:
            self._check_maintenance()
            if not is_interface:
                return self._page(asked, language, path)
            status, document = self._interface(asked, language, path)
        except Refusal as refusal:
            if not is_interface:
                text = f"<!DOCTYPE html><title>{refusal.detail}</title>"
                return CannedResponse(
                    status=refusal.status, kind="text/html; charset=UTF-8", body=text.encode()
                )
            found = error_document(refusal, self.url + asked.path)
            return CannedResponse(
                status=refusal.status, kind=JSON_API, body=_bytes(found), headers=refusal.headers
            )
        headers = {"Content-Language": language}
        return CannedResponse(status=status, kind=JSON_API, body=_bytes(document), headers=headers)

    def _check_maintenance(self) -> None:
        if self.site.is_in_maintenance:
            # A real one asks for 5 to 10 seconds.
            what = "Drupal is currently under maintenance. We should be back shortly. Thank you for your patience."
            raise Refusal(503, what, {"Retry-After": "0"})

    def _language_of(self, path: str) -> tuple[str, str]:
        """Return the language of a path, and the path without the language's prefix.

        The default one has none.
        """
        for language in self.site.languages[1:]:
            if path == f"/{language}" or path.startswith(f"/{language}/"):
                return language, path.removeprefix(f"/{language}") or "/"
        return self.site.languages[0], path

    def _user(self, asked: ReceivedRequest) -> User:
        """Return who asks: a wrong password is nobody's, and no error."""
        scheme, _, value = asked.headers.get("authorization", "").partition(" ")
        for user in self.site.users:
            basic = base64.b64encode(f"{user.name}:{user.password}".encode()).decode()
            if (scheme, value) in {("Basic", basic), ("Bearer", user.token)}:
                return user
        return ANONYMOUS

    def _page(self, asked: ReceivedRequest, language: str, path: str) -> CannedResponse:
        """Return a file or a node's page, as readers get them."""
        if asked.method == "GET" and path.startswith(FILES):
            name = unquote(path.removeprefix(FILES))
            for file in self.site.files:
                if file.name == name:
                    return CannedResponse(status=200, kind="application/pdf", body=file.data)
        if asked.method == "GET" and path.startswith("/node/"):
            for node in self.site.nodes:
                if str(node.number) == path.removeprefix("/node/"):
                    if not node.best(language).published:
                        raise Refusal(403, "Access denied")
                    text = node_page(self.site, node, language, self.url)
                    return CannedResponse(status=200, kind="text/html; charset=UTF-8", body=text.encode())
        raise Refusal(404, "Page not found")

    def _interface(self, asked: ReceivedRequest, language: str, path: str) -> Response:
        """Return what JSON:API answers. In the order of Drupal's router.

        Method, content type, then rights and rest.
        """
        method, parts = asked.method, path.strip("/").split("/")[1:]
        if method != "GET" and self.site.is_read_only:
            where = f"{self.url}/admin/config/services/jsonapi"
            what = "JSON:API is configured to accept only read operations."
            raise Refusal(405, f"{what} Site administrators can configure this at {where}.", {"Allow": "GET"})
        resources = Resources(self.site, self._user(asked), language, self.url)
        match method, parts:
            case "GET", []:
                return resources.entry()
            case "GET", ["user", "user", identifier]:
                return resources.user(identifier)
            case "DELETE", ["file", "file", identifier]:
                return resources.delete_file(identifier)
            case "GET", ["file", "file", *rest]:
                return self._read(resources, "file", rest, asked)
            case "GET", ["node", kind, *rest] if kind in self.site.kinds:
                return self._read(resources, kind, rest, asked)
            case _, ["node", kind, *rest] if kind in self.site.kinds:
                return self._write(resources, kind, rest, asked)
        raise Refusal(404, f'No route found for "{method} {path}"')

    def _read(self, resources: Resources, kind: str, rest: list[str], asked: ReceivedRequest) -> Response:
        query = read_query(asked.query)
        match rest:
            case []:
                return resources.collection(kind, query)
            case [identifier]:
                return resources.individual(kind, identifier, query)
            case [identifier, "relationships", name]:
                return resources.relationship(kind, identifier, name)
        raise Refusal(404, f'No route found for "GET {asked.path}"')

    def _write(self, resources: Resources, kind: str, rest: list[str], asked: ReceivedRequest) -> Response:
        match asked.method, rest:
            case "POST", []:
                _check_type(asked, JSON_API)
                return resources.create(kind, asked.body)
            case "POST", [name]:
                _check_type(asked, BINARY)
                return resources.upload(kind, name, asked.headers.get("content-disposition"), asked.body)
            case "DELETE", [identifier]:
                return resources.delete_node(kind, identifier)
            case "PATCH", [identifier]:
                _check_type(asked, JSON_API)
                return resources.change(kind, identifier, asked.body)
            case "PATCH", [identifier, "relationships", name]:
                _check_type(asked, JSON_API)
                return resources.replace(kind, identifier, name, asked.body)
        raise Refusal(404, f'No route found for "{asked.method} {asked.path}"')


def _check_type(asked: ReceivedRequest, desired: str) -> None:
    kind = asked.headers.get("content-type")
    if kind is None:
        raise Refusal(415, 'No "Content-Type" request header specified')
    if kind.partition(";")[0].strip() != desired:
        raise Refusal(415, f'No route found that matches "Content-Type: {kind}"')


def _bytes(document: JsonObject | None) -> bytes:
    return b"" if document is None else json.dumps(document).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body in one packet: else each answer waits for the other side's acknowledgement.
    wbufsize = -1
    drupal: FakeDrupal

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        asked = ReceivedRequest(
            method=self.command,
            path=parts.path,
            query=parts.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        said = self.drupal.response(asked)
        if said is None:
            self.close_connection = True
            return
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        if said.status != 204:  # an answer of that status has neither type nor body
            self.send_header("Content-Type", said.kind)
            self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        self.wfile.write(said.body)

    do_GET = do_POST = do_PATCH = do_DELETE = _handle  # noqa: N815 - the names that http.server asks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
        pass


@contextmanager
def fake_drupal(site: Site | None = None) -> Iterator[FakeDrupal]:
    """Run a Drupal until the block ends."""
    running = FakeDrupal("", site or Site())

    class Handler(_Handler):
        drupal = running

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

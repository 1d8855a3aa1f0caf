"""The edge to the network: verified, bounded, retried where it is safe, and silent about secrets."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

import pytest

from pipeline.publish.errors import OutcomeUnknownError
from pipeline.publish.http.client import Client, RetryPolicy
from pipeline.publish.http.exchange import Response
from tests.publish.loopback import (
    BASIC,
    SOON,
    CannedResponse,
    ReceivedRequest,
    data,
    problem_of,
    site,
    talking,
    target,
)

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"])


def test_a_read_asks_below_the_sites_address() -> None:
    """A read carries the query, our name and the authorisation, and gives status, headers and data back."""
    with talking(data([{"id": 7}], X_WP_Total="1")) as (client, running):
        response = client.read(
            "/wp-json/wp/v2/posts", params={"slug": "é", "status": "any"}, headers={"X-A": "b"}
        )
    assert (response.status, response.json(), response.headers["x-wp-total"]) == (200, [{"id": 7}], "1")
    (asked,) = running.asked
    assert (asked.method, asked.path) == ("GET", "/wp-json/wp/v2/posts?slug=%C3%A9&status=any")
    assert asked.headers["authorization"] == BASIC
    assert asked.headers["user-agent"].startswith("Annexe/")
    assert asked.headers["x-a"] == "b"


def test_a_read_is_repeated_while_the_failure_may_pass() -> None:
    """Busy, failing and broken answers are asked for again; the good one is given back."""
    with talking(
        [
            CannedResponse(status=429),
            CannedResponse(status=503),
            CannedResponse(body=b"{", broken=True),
            data({}),
        ]
    ) as (
        client,
        running,
    ):
        assert client.read("/x").json() == {}
    assert len(running.asked) == 4


def test_a_write_is_sent_once() -> None:
    """A write that the site failed at has a fate that nobody knows, and isn't sent again."""
    for said in (
        CannedResponse(status=500),
        CannedResponse(status=502),
        CannedResponse(body=b"{", broken=True),
    ):
        with (
            talking(said) as (client, running),
            pytest.raises(OutcomeUnknownError, match=r"blog: POST .* was sent"),
        ):
            client.write("POST", "/x", content=b"%PDF", expect=(201,))
        assert len(running.asked) == 1


def test_a_write_that_comes_too_often_is_sent_again() -> None:
    """429 says that nothing was done, so the same is sent again."""
    with talking([CannedResponse(status=429), data({"id": 1}, 201)]) as (client, running):
        assert client.write("PATCH", "x", json={"a": "é"}, expect=(201,)).json() == {"id": 1}
    assert [asked.body for asked in running.asked] == ['{"a": "é"}'.encode()] * 2
    assert running.asked[0].headers["content-type"] == "application/json"


def test_a_site_that_is_down_is_told() -> None:
    """Nobody listens: the write is tried again, since nothing can have happened, and then told."""
    with site(data({})) as running:
        pass
    with Client(target(running.url), authorisation=BASIC, retries=SOON) as client:
        error = problem_of(lambda: client.write("POST", "/x", content=b"", expect=(201,)))
    assert (error.problem.name, error.is_whole_site) == ("unreachable", True)
    assert "/x can't be reached (Connection refused)" in str(error)


def test_a_name_that_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in the address is a site that can't be reached; asking for the name would leave this machine."""

    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with Client(
        target("https://annexe.invalid"), authorisation=None, retries=RetryPolicy(attempts=1)
    ) as client:
        error = problem_of(lambda: client.read("/"))
    assert (
        error.problem.message == "blog: https://annexe.invalid/ can't be reached (Name or service not known)"
    )
    assert "url in [tool.annexe.publish.blog]" in error.problem.remedy


def _retry_after(text: str) -> float | None:
    return Response(status=429, url="", headers={"retry-after": text}, body=b"").retry_after()


def test_a_site_is_waited_for_as_it_asks() -> None:
    """Retry-After is seconds or a date; anything else means nothing."""
    assert _retry_after("7") == 7
    assert _retry_after(formatdate(time.time() + 30, usegmt=True)) == pytest.approx(30, abs=2)
    assert _retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert [_retry_after(text) for text in ("", "soon", "-3", "1.5", "²")] == [None] * 5


def test_a_site_that_asks_for_longer_than_we_wait_is_told_at_once() -> None:
    """Coming back earlier than asked would only be refused again."""
    busy = CannedResponse(status=429, headers={"Retry-After": "3600"})
    with talking(busy) as (client, running):
        error = problem_of(lambda: client.read("/x"))
    assert len(running.asked) == 1
    assert "run the same command again in 3600 seconds or later, as the site asks" in error.problem.remedy


def test_waiting_follows_the_site() -> None:
    """Between two questions lie the seconds that the site asked for."""
    times: list[float] = []

    def busy(_: ReceivedRequest) -> CannedResponse:
        times.append(time.monotonic())
        return CannedResponse(status=503, headers={"Retry-After": "1"}) if len(times) == 1 else data({})

    with site(busy) as running, Client(target(running.url), authorisation=None) as client:
        client.read("/x")
    assert 0.9 < times[1] - times[0] < 20


def test_a_refused_upload_that_comes_with_500_is_no_unknown_fate() -> None:
    """WordPress says so with the status 500 when it takes no such file; nothing was written."""
    refused = data({"code": "rest_upload_sideload_error", "message": "Sorry, you are not allowed to upload this file type."}, 500)  # fmt: skip
    with talking(refused) as (client, running):
        error = problem_of(lambda: client.write("POST", "/x", content=b"", expect=(201,)))
    assert (error.problem.name, len(running.asked)) == ("extension_forbidden", 1)


def test_connections_are_kept_and_bounded() -> None:
    """One client uses one connection again and again, and works from several threads at once."""
    answered: set[str] = set()

    def response(asked: ReceivedRequest) -> CannedResponse:
        return data({"path": asked.path})

    with talking(response) as (client, _), ThreadPoolExecutor(8) as pool:
        paths = [f"/{number}" for number in range(40)]
        answered.update(pool.map(lambda path: client.read(path).json()["path"], paths))
    assert answered == set(paths)


def test_an_authorisation_that_no_header_can_hold_is_a_mistake() -> None:
    """A line's end would begin another header; the value isn't shown."""
    with pytest.raises(ValueError, match=r"^the authorisation holds characters that no header can hold$"):
        Client(target("https://example.org"), authorisation="Bearer a\nX: b")

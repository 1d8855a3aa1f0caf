"""The edge to the network: verified, bounded, retried where it is safe, and silent about secrets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pipeline.publish.errors import FateUnknownError, TroubleError
from pipeline.publish.http import Client, Patience
from tests.publish.loopback import Answering, Said, Site, data, site, target

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"])

#: As patient as always, but without waiting.
SOON = Patience(first_wait=0, longest_wait=0, jitter=0, longest_asked=0)
BASIC = "Basic YWRhOnNlY3JldCB3b3Jk"


@contextmanager
def talking(
    answer: Answering | Said | list[Said], authorisation: str | None = BASIC, **changes: Any
) -> Iterator[tuple[Client, Site]]:
    """Run a server and a client that talks to it."""
    with site(answer) as running:
        settings = target(running.url, **changes)
        with Client(settings, authorisation=authorisation, patience=SOON) as client:
            yield client, running


def trouble_of(call: Callable[[], object]) -> TroubleError:
    """Return the trouble that a call runs into."""
    with pytest.raises(TroubleError) as caught:
        call()
    return caught.value


def test_a_read_asks_below_the_sites_address() -> None:
    """A read carries the query, our name and the authorisation, and gives status, headers and data back."""
    with talking(data([{"id": 7}], X_WP_Total="1")) as (client, running):
        answer = client.read(
            "/wp-json/wp/v2/posts", params={"slug": "é", "status": "any"}, headers={"X-A": "b"}
        )
    assert (answer.status, answer.json(), answer.headers["x-wp-total"]) == (200, [{"id": 7}], "1")
    (asked,) = running.asked
    assert (asked.method, asked.path) == ("GET", "/wp-json/wp/v2/posts?slug=%C3%A9&status=any")
    assert asked.headers["authorization"] == BASIC
    assert asked.headers["user-agent"].startswith("Annexe/")
    assert asked.headers["x-a"] == "b"


def test_a_read_is_repeated_while_the_failure_may_pass() -> None:
    """Busy, failing and broken answers are asked for again; the good one is given back."""
    with talking([Said(status=429), Said(status=503), Said(body=b"{", broken=True), data({})]) as (
        client,
        running,
    ):
        assert client.read("/x").json() == {}
    assert len(running.asked) == 4


def test_a_write_is_sent_once() -> None:
    """A write that the site failed at has a fate that nobody knows, and isn't sent again."""
    for said in (Said(status=500), Said(status=502), Said(body=b"{", broken=True)):
        with (
            talking(said) as (client, running),
            pytest.raises(FateUnknownError, match=r"blog: POST .* was sent"),
        ):
            client.write("POST", "/x", content=b"%PDF", expect=(201,))
        assert len(running.asked) == 1


def test_a_write_that_comes_too_often_is_sent_again() -> None:
    """429 says that nothing was done, so the same is sent again."""
    with talking([Said(status=429), data({"id": 1}, 201)]) as (client, running):
        assert client.write("PATCH", "x", json={"a": "é"}, expect=(201,)).json() == {"id": 1}
    assert [asked.body for asked in running.asked] == ['{"a": "é"}'.encode()] * 2
    assert running.asked[0].headers["content-type"] == "application/json"

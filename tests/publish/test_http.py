"""The edge to the network: verified, bounded, retried where it is safe, and silent about secrets."""

import gzip
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.utils import formatdate
from typing import Any

import pytest

from pipeline.publish.errors import FateUnknownError, TroubleError
from pipeline.publish.http import Client, Patience
from pipeline.publish.patience import asked_wait
from tests.publish.loopback import Answering, Asked, Said, Site, data, page, site, target

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


def test_what_a_site_calls_elsewhere_is_not_asked() -> None:
    """A path that leads out of the site's own address is refused before anything is sent."""
    with site(data({})) as elsewhere, talking(data({})) as (client, running):
        for path in (f"{elsewhere.url}/x", "http://example.org/x", "https://[x", "http://ada:pw@127.0.0.1.example.org/"):  # fmt: skip
            assert trouble_of(lambda path=path: client.read(path)).trouble.name == "unsafe_address"  # type: ignore[misc] # mypy knows no default of a lambda
        assert client.read(f"{running.url}/next?page=2").status == 200
    assert (elsewhere.asked, [asked.path for asked in running.asked]) == ([], ["/next?page=2"])


def test_a_path_stays_below_the_address_of_a_site_in_a_folder() -> None:
    """A site at /cms is never asked for what lies beside that folder."""
    with site(data({})) as running:
        settings = target(f"{running.url}/cms")
        with Client(settings, authorisation=BASIC, patience=SOON) as client:
            assert client.read("wp-json/").status == 200
            assert trouble_of(lambda: client.read("../admin")).trouble.name == "unsafe_address"
            assert trouble_of(lambda: client.read(f"{running.url}/cmsx")).trouble.name == "unsafe_address"
    assert [asked.path for asked in running.asked] == ["/cms/wp-json/"]


@pytest.mark.parametrize(
    "url", ["http://example.org", "http://192.168.1.1", "https://a.org/?x=1", "file:///etc"]
)
def test_http_is_refused_but_on_this_very_machine(url: str) -> None:
    """No client is made for an address that a password must not travel to."""
    assert trouble_of(lambda: Client(target(url), authorisation=BASIC)).trouble.name == "unsafe_address"


def test_a_redirect_of_a_call_is_told_and_not_followed() -> None:
    """A call is never taken elsewhere, and the message says what url should be."""
    with site(data({})) as elsewhere:
        moved = Said(status=301, headers={"Location": f"{elsewhere.url}/wp-json/"})
        with talking(moved) as (client, running):
            error = trouble_of(lambda: client.read("/wp-json/"))
    assert str(error) == (
        f"blog: {running.url}/wp-json/ leads on to {elsewhere.url}/wp-json/; "
        f'set url in [tool.annexe.publish.blog] to "{elsewhere.url}"'
    )
    assert (error.is_whole_site, elsewhere.asked, len(running.asked)) == (True, [], 1)


def test_a_download_follows_five_redirects_and_no_more() -> None:
    """A file may lie elsewhere; an address that leads on and on is trouble."""

    def steps(asked: Asked) -> Said:
        left = int(asked.path.strip("/"))
        return Said(status=302, headers={"Location": f"/{left - 1}"}) if left else Said(body=b"%PDF")

    with talking(steps) as (client, running):
        assert client.download(f"{running.url}/5", 4) == b"%PDF"
        assert trouble_of(lambda: client.download(f"{running.url}/6", 4)).trouble.name == "too_many_redirects"
    assert not any("authorization" in asked.headers for asked in running.asked)


def test_a_download_is_what_a_reader_gets_before_it_is_what_we_get() -> None:
    """A file that isn't shown to everybody is asked for once more with our authorisation, at the site itself alone."""

    def private(asked: Asked) -> Said:
        return Said(body=b"%PDF") if "authorization" in asked.headers else Said(status=403)

    with site(private) as elsewhere, talking(private) as (client, running):
        assert client.download(f"{running.url}/a.pdf", 4) == b"%PDF"
        assert (
            trouble_of(lambda: client.download(f"{elsewhere.url}/a.pdf", 4)).trouble.name == "file_not_shown"
        )
    assert len(running.asked) == 2
    assert not any("authorization" in asked.headers for asked in elsewhere.asked)


def test_a_download_never_leaves_https_for_http_elsewhere() -> None:
    """A file's address, and each one that it leads to, is https, or http on this very machine for a site there."""
    led_away = Said(status=302, headers={"Location": "http://example.org/a.pdf"})
    with talking(led_away) as (client, running):
        for url in (
            f"{running.url}/a.pdf",
            "http://example.org/a.pdf",
            "ftp://example.org/a",
            "a.pdf",
            "http://[x",
        ):
            assert trouble_of(lambda url=url: client.download(url, 4)).trouble.name == "unsafe_address"  # type: ignore[misc] # as above
    with Client(target("https://example.org"), authorisation=None) as client:
        assert trouble_of(lambda: client.download(f"{running.url}/a", 4)).trouble.name == "unsafe_address"


def test_an_answer_that_is_too_large_is_cut_off() -> None:
    """What is larger than allowed is trouble, plain or compressed, and isn't asked for again."""
    zeros = bytes(50_000_000)
    bomb = Said(body=gzip.compress(zeros), headers={"Content-Encoding": "gzip"})
    twice = Said(body=gzip.compress(gzip.compress(zeros)), headers={"Content-Encoding": "gzip, gzip"})
    for said in (Said(body=bytes(1000)), bomb, twice):
        with talking(said, bytes_limit=999) as (client, running):
            error = trouble_of(lambda client=client: client.read("/x"))  # type: ignore[misc] # as above
        assert str(error) == (
            f"blog: {running.url}/x sends more than 999 bytes; look at what the address serves; where that much is right, "
            "raise bytes_limit in [tool.annexe.publish.blog]"
        )
        assert len(running.asked) == 1
    with talking(Said(body=b"%PDF")) as (client, running):
        error = trouble_of(lambda: client.download(f"{running.url}/x", 3))
    assert "sends more than 3 bytes" in str(error)


def test_a_write_whose_answer_is_too_large_has_an_unknown_fate() -> None:
    """The site did what it was asked, so that only a look tells what there is now."""
    with (
        talking(Said(status=201, body=bytes(1000)), bytes_limit=999) as (client, _),
        pytest.raises(FateUnknownError),
    ):
        client.write("POST", "/x", content=b"", expect=(201,))


def test_a_large_page_of_an_error_is_no_obstacle() -> None:
    """An error is told by its beginning, however much the site sends."""
    with talking(page("x" * 5_000_000, 404)) as (client, running):
        error = trouble_of(lambda: client.download(f"{running.url}/x", 3))
    assert error.trouble.name == "file_not_found"


@pytest.mark.parametrize(
    "beginning", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"]
)
def test_a_site_that_drips_is_cut_off_in_time(beginning: bytes) -> None:
    """The time limit holds for the whole answer, headers or body, though a byte comes every now and then."""

    def drip(to: Any) -> None:
        to.write(beginning)
        for _ in range(200):
            to.write(b"x")
            to.flush()
            time.sleep(0.05)

    with site(lambda _: drip) as running:
        patience = Patience(attempts=1)
        with Client(target(running.url, time_limit=1), authorisation=None, patience=patience) as client:
            began = time.monotonic()
            error = trouble_of(lambda: client.read("/x"))
            took = time.monotonic() - began
            with pytest.raises(FateUnknownError):
                client.write("POST", "/x", content=b"", expect=(201,))
    assert took < 2
    assert "takes longer than 1 seconds" in str(error)
    assert error.is_whole_site


def test_a_site_that_is_down_is_told() -> None:
    """Nobody listens: the write is tried again, since nothing can have happened, and then told."""
    with site(data({})) as running:
        pass
    with Client(target(running.url), authorisation=BASIC, patience=SOON) as client:
        error = trouble_of(lambda: client.write("POST", "/x", content=b"", expect=(201,)))
    assert (error.trouble.name, error.is_whole_site) == ("unreachable", True)
    assert "/x can't be reached (" in str(error)


def test_a_name_that_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in the address is a site that can't be reached; asking for the name would leave this machine."""

    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with Client(
        target("https://annexe.invalid"), authorisation=None, patience=Patience(attempts=1)
    ) as client:
        error = trouble_of(lambda: client.read("/"))
    assert (
        error.trouble.message == "blog: https://annexe.invalid/ can't be reached (Name or service not known)"
    )
    assert "url in [tool.annexe.publish.blog]" in error.trouble.remedy


def test_a_site_is_waited_for_as_it_asks() -> None:
    """Retry-After is seconds or a date; anything else means nothing."""
    assert asked_wait("7") == 7
    assert asked_wait(formatdate(time.time() + 30, usegmt=True)) == pytest.approx(30, abs=2)
    assert asked_wait("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert [asked_wait(text) for text in ("", "soon", "-3", "1.5", "²")] == [None] * 5


def test_a_site_that_asks_for_longer_than_we_wait_is_told_at_once() -> None:
    """Coming back earlier than asked would only be refused again."""
    busy = Said(status=429, headers={"Retry-After": "3600"})
    with talking(busy) as (client, running):
        error = trouble_of(lambda: client.read("/x"))
    assert len(running.asked) == 1
    assert "run the same command again in 3600 seconds or later, as the site asks" in error.trouble.remedy


def test_waiting_follows_the_site() -> None:
    """Between two questions lie the seconds that the site asked for."""
    times: list[float] = []

    def busy(_: Asked) -> Said:
        times.append(time.monotonic())
        return Said(status=503, headers={"Retry-After": "1"}) if len(times) == 1 else data({})

    with site(busy) as running, Client(target(running.url), authorisation=None) as client:
        client.read("/x")
    assert 0.9 < times[1] - times[0] < 3


def test_no_cookie_is_kept() -> None:
    """A site that hands out cookies gets none back."""
    with talking(data({}, Set_Cookie="session=1; Path=/")) as (client, running):
        client.read("/x")
        client.read("/x")
    assert not any("cookie" in asked.headers for asked in running.asked)


def test_a_refused_upload_that_comes_with_500_is_no_unknown_fate() -> None:
    """WordPress says so with the status 500 when it takes no such file; nothing was written."""
    refused = data({"code": "rest_upload_sideload_error", "message": "Sorry, you are not allowed to upload this file type."}, 500)  # fmt: skip
    with talking(refused) as (client, running):
        error = trouble_of(lambda: client.write("POST", "/x", content=b"", expect=(201,)))
    assert (error.trouble.name, len(running.asked)) == ("extension_forbidden", 1)


def test_connections_are_kept_and_bounded() -> None:
    """One client uses one connection again and again, and works from several threads at once."""
    answered: set[str] = set()

    def answer(asked: Asked) -> Said:
        return data({"path": asked.path})

    with talking(answer) as (client, _), ThreadPoolExecutor(8) as pool:
        paths = [f"/{number}" for number in range(40)]
        answered.update(pool.map(lambda path: client.read(path).json()["path"], paths))
    assert answered == set(paths)


def test_a_proxy_is_never_asked_for_this_very_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes to a site on this machine doesn't pass through the network's proxy, which would read the password."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with talking(data({})) as (client, _):
        assert client.read("/x").status == 200


def test_an_authorisation_that_no_header_can_hold_is_a_mistake() -> None:
    """A line's end would begin another header; the value isn't shown."""
    with pytest.raises(ValueError, match=r"^the authorisation holds characters that no header can hold$"):
        Client(target("https://example.org"), authorisation="Bearer a\nX: b")

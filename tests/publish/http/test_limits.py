"""What is never sent, followed or taken from a site: the limits of the edge to the network."""

import gzip
import time
from typing import Any

import pytest

from pipeline.publish.errors import OutcomeUnknownError
from pipeline.publish.http.client import Client, RetryPolicy
from tests.publish.loopback import (
    BASIC,
    SOON,
    CannedResponse,
    ReceivedRequest,
    data,
    page,
    problem_of,
    site,
    talking,
    target,
)

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"])


def test_what_a_site_calls_elsewhere_is_not_asked() -> None:
    """A path that leads out of the site's own address is refused before anything is sent."""
    with site(data({})) as elsewhere, talking(data({})) as (client, running):
        for path in (f"{elsewhere.url}/x", "http://example.org/x", "https://[x", "http://ada:pw@127.0.0.1.example.org/"):  # fmt: skip
            assert problem_of(lambda path=path: client.read(path)).problem.name == "unsafe_address"  # type: ignore[misc] # mypy knows no default of a lambda
        assert client.read(f"{running.url}/next?page=2").status == 200
    assert (elsewhere.asked, [asked.path for asked in running.asked]) == ([], ["/next?page=2"])


def test_a_path_stays_below_the_address_of_a_site_in_a_folder() -> None:
    """A site at /cms is never asked for what lies beside that folder."""
    with site(data({})) as running:
        settings = target(f"{running.url}/cms")
        with Client(settings, authorisation=BASIC, retries=SOON) as client:
            assert client.read("wp-json/").status == 200
            assert problem_of(lambda: client.read("../admin")).problem.name == "unsafe_address"
            assert problem_of(lambda: client.read(f"{running.url}/cmsx")).problem.name == "unsafe_address"
    assert [asked.path for asked in running.asked] == ["/cms/wp-json/"]


@pytest.mark.parametrize(
    "url", ["http://example.org", "http://192.168.1.1", "https://a.org/?x=1", "file:///etc"]
)
def test_http_is_refused_but_on_this_very_machine(url: str) -> None:
    """No client is made for an address that a password must not travel to."""
    assert problem_of(lambda: Client(target(url), authorisation=BASIC)).problem.name == "unsafe_address"


def test_a_redirect_of_a_call_is_told_and_not_followed() -> None:
    """A call is never taken elsewhere, and the message says what url should be."""
    with site(data({})) as elsewhere:
        moved = CannedResponse(status=301, headers={"Location": f"{elsewhere.url}/wp-json/"})
        with talking(moved) as (client, running):
            error = problem_of(lambda: client.read("/wp-json/"))
    assert str(error) == (
        f"blog: {running.url}/wp-json/ leads on to {elsewhere.url}/wp-json/; "
        f'set url in [tool.annexe.publish.blog] to "{elsewhere.url}"'
    )
    assert (error.is_whole_site, elsewhere.asked, len(running.asked)) == (True, [], 1)


def test_a_download_follows_five_redirects_and_no_more() -> None:
    """A file may lie elsewhere; an address that leads on and on is problem."""

    def steps(asked: ReceivedRequest) -> CannedResponse:
        left = int(asked.path.strip("/"))
        return (
            CannedResponse(status=302, headers={"Location": f"/{left - 1}"})
            if left
            else CannedResponse(body=b"%PDF")
        )

    with talking(steps) as (client, running):
        assert client.download(f"{running.url}/5", 4) == b"%PDF"
        assert problem_of(lambda: client.download(f"{running.url}/6", 4)).problem.name == "too_many_redirects"
    assert not any("authorization" in asked.headers for asked in running.asked)


def test_a_download_is_what_a_reader_gets_before_it_is_what_we_get() -> None:
    """A file that isn't shown to everybody is asked for once more with our authorisation, at the site itself alone."""

    def private(asked: ReceivedRequest) -> CannedResponse:
        return (
            CannedResponse(body=b"%PDF") if "authorization" in asked.headers else CannedResponse(status=403)
        )

    with site(private) as elsewhere, talking(private) as (client, running):
        assert client.download(f"{running.url}/a.pdf", 4) == b"%PDF"
        assert (
            problem_of(lambda: client.download(f"{elsewhere.url}/a.pdf", 4)).problem.name == "file_not_shown"
        )
    assert len(running.asked) == 2
    assert not any("authorization" in asked.headers for asked in elsewhere.asked)


def test_a_download_never_leaves_https_for_http_elsewhere() -> None:
    """A file's address, and each one that it leads to, is https, or http on this very machine for a site there."""
    led_away = CannedResponse(status=302, headers={"Location": "http://example.org/a.pdf"})
    with talking(led_away) as (client, running):
        for url in (
            f"{running.url}/a.pdf",
            "http://example.org/a.pdf",
            "ftp://example.org/a",
            "a.pdf",
            "http://[x",
        ):
            assert problem_of(lambda url=url: client.download(url, 4)).problem.name == "unsafe_address"  # type: ignore[misc] # as above
    with talking(CannedResponse(status=302, headers={"Location": "http://[x"})) as (client, running):
        assert problem_of(lambda: client.download(f"{running.url}/a", 4)).problem.name == "unsafe_address"
        assert problem_of(lambda: client.read("/a")).problem.name == "moved"
    with Client(target("https://example.org"), authorisation=None) as client:
        assert problem_of(lambda: client.download(f"{running.url}/a", 4)).problem.name == "unsafe_address"


def test_an_answer_that_is_too_large_is_cut_off() -> None:
    """What is larger than allowed is problem, plain or compressed, and isn't asked for again."""
    zeros = bytes(50_000_000)
    bomb = CannedResponse(body=gzip.compress(zeros), headers={"Content-Encoding": "gzip"})
    twice = CannedResponse(
        body=gzip.compress(gzip.compress(zeros)), headers={"Content-Encoding": "gzip, gzip"}
    )
    for said in (CannedResponse(body=bytes(1000)), bomb, twice):
        with talking(said, bytes_limit=999) as (client, running):
            error = problem_of(lambda client=client: client.read("/x"))  # type: ignore[misc] # as above
        assert str(error) == (
            f"blog: {running.url}/x sends more than 999 bytes; look at what the address serves; where that "
            "much is right, raise bytes_limit in [tool.annexe.publish.blog]"
        )
        assert len(running.asked) == 1
    with talking(CannedResponse(body=b"%PDF")) as (client, running):
        error = problem_of(lambda: client.download(f"{running.url}/x", 3))
    assert "sends more than 3 bytes" in str(error)


def test_a_write_whose_answer_is_too_large_has_an_unknown_fate() -> None:
    """The site did what it was asked, so that only a look tells what there is now."""
    with (
        talking(CannedResponse(status=201, body=bytes(1000)), bytes_limit=999) as (client, _),
        pytest.raises(OutcomeUnknownError),
    ):
        client.write("POST", "/x", content=b"", expect=(201,))


def test_a_large_page_of_an_error_is_no_obstacle() -> None:
    """An error is told by its beginning, however much the site sends."""
    with talking(page("x" * 5_000_000, 404)) as (client, running):
        error = problem_of(lambda: client.download(f"{running.url}/x", 3))
    assert error.problem.name == "file_not_found"


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
        retries = RetryPolicy(attempts=1)
        with Client(target(running.url, time_limit=1), authorisation=None, retries=retries) as client:
            began = time.monotonic()
            error = problem_of(lambda: client.read("/x"))
            took = time.monotonic() - began
            with pytest.raises(OutcomeUnknownError):
                client.write("POST", "/x", content=b"", expect=(201,))
    assert took < 6
    assert "takes longer than the time limit to answer (1 s)" in str(error)
    assert error.is_whole_site


def test_no_cookie_is_kept() -> None:
    """A site that hands out cookies gets none back."""
    with talking(data({}, Set_Cookie="session=1; Path=/")) as (client, running):
        client.read("/x")
        client.read("/x")
    assert not any("cookie" in asked.headers for asked in running.asked)


def test_a_proxy_is_never_asked_for_this_very_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes to a site on this machine doesn't pass through the network's proxy, which would read the password."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with talking(data({})) as (client, _):
        assert client.read("/x").status == 200

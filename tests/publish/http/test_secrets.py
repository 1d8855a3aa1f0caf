"""Secrets: found in the environment or the keyring, sent to their own site alone, and shown nowhere."""

import base64
import copy
import html
import json
import logging
import pickle
import sys
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType
from typing import Any
from urllib.parse import quote

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.core import load_keyring
from keyring.errors import KeyringError, KeyringLocked

from pipeline.core.settings.targets import TargetKind, TargetSettings
from pipeline.publish.errors import PublishError, SiteProblemError
from pipeline.publish.http.client import Client, RetryPolicy
from pipeline.publish.http.secrets import Secret, authorisation, find_secret
from tests.publish.loopback import CannedResponse, ReceivedRequest, data, page, site, target

WORD = "correct horse battery staple é"
BLOG = target("https://blog.example.org")
WEB = target("https://www.example.org", kind=TargetKind.DRUPAL, user=None, name="my-web")


class Kept(KeyringBackend):
    """A keyring that holds one secret, or fails as it is told."""

    priority = 1

    def __init__(self, held: str | None = None, error: Exception | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # keyring's own, which has no types
        self.held = held
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is held for annexe and blog."""
        if self.error is not None:
            raise self.error
        return self.held if (service, username) == ("annexe", "blog") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Refuse: nothing is ever written."""
        # Every keyring must have this method; a search for secrets that called it would be at fault.
        raise NotImplementedError


@pytest.fixture
def before() -> Iterator[None]:
    """The keyring of this machine, put back."""
    own = keyring.get_keyring()
    yield
    keyring.set_keyring(own)


def problem_of(settings: TargetSettings, environment: dict[str, str]) -> SiteProblemError:
    """Return the problem that looking for a secret runs into."""
    with pytest.raises(SiteProblemError) as caught:
        find_secret(settings, environment)
    assert caught.value.is_whole_site
    return caught.value


def test_a_password_comes_from_the_environment() -> None:
    """The variable is named after the target: a password with a user, a token without.

    A line's end is none of it.
    """
    assert find_secret(BLOG, {"ANNEXE_BLOG_PASSWORD": f"{WORD}\n"}).reveal() == WORD
    assert find_secret(WEB, {"ANNEXE_MY_WEB_TOKEN": "abc.def\r\n"}).reveal() == "abc.def"


def test_the_header_is_basic_for_a_user_and_bearer_without() -> None:
    """Basic authentication is in UTF-8, so that a password may have accents."""
    header = authorisation(BLOG, Secret(WORD))
    assert base64.b64decode(header.removeprefix("Basic ")).decode() == f"ada:{WORD}"
    assert authorisation(WEB, Secret("abc.def")) == "Bearer abc.def"


@pytest.mark.usefixtures("before")
def test_the_keyring_is_asked_where_the_environment_has_nothing() -> None:
    """The variable comes before the keyring; the keyring knows the secret by the target's name."""
    keyring.set_keyring(Kept(WORD))
    assert find_secret(BLOG, {}).reveal() == WORD
    assert find_secret(BLOG, {"ANNEXE_BLOG_PASSWORD": "another"}).reveal() == "another"


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (None, "this machine's keyring holds nothing for annexe blog"),
        (KeyringLocked("x"), "this machine's keyring is locked"),
        (KeyringError("x"), "this machine's keyring can't be read (KeyringError)"),
        (RuntimeError("D-Bus is away"), "this machine's keyring can't be read (RuntimeError)"),
    ],
)
def test_a_secret_that_is_nowhere_is_told(error: Exception | None, words: str) -> None:
    """The variable and the keyring's command are named.

    Why the keyring gave nothing, without a traceback.
    """
    keyring.set_keyring(Kept(error=error))
    told = problem_of(BLOG, {})
    assert str(told) == (
        "blog: there is no application password for https://blog.example.org: the environment variable "
        f"ANNEXE_BLOG_PASSWORD isn't set, and {words}; set ANNEXE_BLOG_PASSWORD, or put it into the keyring "
        "with: keyring set annexe blog"
    )
    assert "".join(traceback.format_exception(told)).count("Traceback") == 1


@pytest.mark.usefixtures("before")
def test_a_machine_without_a_keyring_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server has no desktop and no keyring: the variable is the way there."""
    keyring.set_keyring(load_keyring("keyring.backends.fail.Keyring"))
    assert "this machine has no keyring" in str(problem_of(WEB, {}))
    monkeypatch.setitem(sys.modules, "keyring", ModuleType("keyring"))
    monkeypatch.setitem(sys.modules, "keyring.errors", None)
    assert "this machine's keyring can't be used" in str(problem_of(WEB, {}))


@pytest.mark.parametrize("value", ["", "\n", "   ", "two\nlines", "a\x00b"])
def test_a_secret_that_cannot_be_sent_is_refused(value: str) -> None:
    """An empty variable is a mistake and no wish for the keyring; the value is not shown."""
    told = problem_of(BLOG, {"ANNEXE_BLOG_PASSWORD": value})
    assert told.problem.name == "secret_unusable"
    assert told.problem.message.startswith("blog: the environment variable ANNEXE_BLOG_PASSWORD ")
    assert "two" not in str(told)


@pytest.mark.parametrize("value", ["abc def", "jeton-é"])
def test_a_token_is_one_plain_word(value: str) -> None:
    """A token stands in the header as it is, so it has neither spaces nor accents."""
    assert problem_of(WEB, {"ANNEXE_MY_WEB_TOKEN": value}).problem.name == "secret_unusable"


def test_a_secret_shows_nothing_of_itself() -> None:
    """Neither print nor format, copy nor pickle give a secret away."""
    secret = Secret(WORD)
    assert {repr(secret), str(secret), f"{secret}", f"{secret!r}", repr([secret])} == {
        "Secret(***)",
        "[Secret(***)]",
    }
    assert not hasattr(secret, "__dict__")
    with pytest.raises(TypeError, match="never written down"):
        pickle.dumps(secret)
    with pytest.raises(TypeError, match="never written down"):
        copy.copy(secret)


def failure(call: Callable[[], object]) -> PublishError:
    """Return what a call fails with."""
    with pytest.raises(PublishError) as caught:
        call()
    return caught.value


def everything_of(error: PublishError) -> str:
    """Return all that could be shown of an error.

    Its words, its values, and its traceback with every local value.
    """
    frames = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "\n".join([str(error), repr(error), repr(vars(error)), *frames.format()])


def echo(asked: ReceivedRequest) -> CannedResponse:
    """Answer as a badly kept site does: with what it was sent, in the body, in a page or in an address."""
    header = asked.headers.get("authorization", "")
    credentials = header.partition(" ")[2]
    pair = base64.b64decode(credentials).decode() if header.startswith("Basic") else credentials
    if asked.path == "/broken":
        return CannedResponse(body=b"{", broken=True)
    if asked.path == "/moved":
        return CannedResponse(status=302, headers={"Location": f"/{quote(pair, safe='')}?was={credentials}"})
    status = int(asked.path.split("/")[1])
    if asked.path.endswith("/page"):
        return page(f"<p>Authorization: {header}</p><p>{html.escape(pair)}</p>", status)
    return data({"code": "rest_odd", "message": f"you sent {header}, that is {pair}"}, status)


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, 'hunter2 "hunter2" é HUNTER'),
        ({"user": None, "kind": TargetKind.DRUPAL}, "tok.en-0123456789abcdef"),
    ],
    ids=["password", "token"],
)
def test_no_failure_shows_a_secret(
    changes: dict[str, Any], word: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever goes wrong, no log record, message, value or traceback holds the secret, plain or as it is sent."""
    caplog.set_level(logging.DEBUG)
    statuses = (200, 400, 401, 403, 404, 405, 413, 422, 429, 500, 503)
    paths = ["/moved", "/broken", *(f"/{status}{end}" for status in statuses for end in ("", "/page"))]
    with site(echo) as running:
        settings = target(running.url, **changes)
        secret = find_secret(settings, {settings.variable: word})
        header = authorisation(settings, secret)
        soon = RetryPolicy(attempts=2, first_wait=0, longest_wait=0, jitter=0)
        with Client(settings, authorisation=header, retries=soon) as client:
            shown = [repr(secret), repr(client), repr(vars(client)), repr(client.read("/200"))]
            for path in paths:
                shown += [
                    everything_of(failure(partial(client.read, path, expect=(204,)))),
                    everything_of(failure(partial(client.write, "POST", path, json={"a": 1}, expect=(201,)))),
                    everything_of(failure(partial(client.download, running.url + path, 1))),
                ]
            shown.append(everything_of(failure(client.read("/200/page").json)))
    captured = capfd.readouterr()
    shown += [
        captured.out,
        captured.err,
        *(repr(vars(record)) + record.getMessage() for record in caplog.records),
    ]
    assert all(asked.headers.get("authorization") in (None, header) for asked in running.asked)
    assert sum("***" in text for text in shown) > 20
    for hidden in (
        word,
        header.partition(" ")[2],
        quote(word, safe=""),
        word.replace(" ", ""),
        json.dumps(word)[1:-1],
    ):
        assert not any(hidden in text for text in shown)

"""The command itself, through everything that goes wrong with a site.

No secret in anything that it prints or writes.
"""

import base64
import html
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.projects import ENGLISH, Project, patched
from tests.publish.certificates import self_signed
from tests.publish.loopback import CannedResponse, ReceivedRequest, Site, data, page, site

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

PASSWORD = 'Hunter "2" höhle & co'
TOKEN = "tok.en-0123456789abcdef/XYZ+~"
WORDPRESS = ('kind = "wordpress"\nuser = "ada"', "ANNEXE_BLOG_PASSWORD", PASSWORD)
DRUPAL = ('kind = "drupal"\nuser = "ada"', "ANNEXE_BLOG_PASSWORD", PASSWORD)
WITH_TOKEN = ('kind = "drupal"', "ANNEXE_BLOG_TOKEN", TOKEN)

#: Fails in the place that knows most, with its frames printed besides.
_BUG = """
import faulthandler
import pipeline.publish.http.exchange as exchange

async def broken(self, method, url, headers, authorisation, content, most):
    all_headers = {**headers, "Authorization": authorisation.reveal()}
    faulthandler.dump_traceback(all_threads=True)
    raise RuntimeError("provoked by a test, with headers", list(all_headers))

exchange.Exchange._exchange = broken
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a command ended, what it printed, and all that was printed or written anywhere."""

    code: int
    printed: str
    everything: bytes
    bug_reports: int


def forms(secret: str) -> set[bytes]:
    """Return a secret in every form in which it could be told."""
    pair = f"ada:{secret}"
    words = {
        secret,
        secret.replace(" ", ""),
        html.escape(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        repr(secret.encode())[2:-1],
    }
    for text in (secret, pair):
        words |= {quote(text), quote(text, safe=""), quote_plus(text)}
        words |= {base64.b64encode(text.encode()).decode(), base64.urlsafe_b64encode(text.encode()).decode()}
        words |= {quote(base64.b64encode(text.encode()).decode(), safe="")}
    return {word.encode() for word in words}


def echo(asked: ReceivedRequest) -> str:
    """Return all that a badly kept site could repeat of what it was sent."""
    header = asked.headers.get("authorization", "")
    credentials = header.partition(" ")[2]
    pair = base64.b64decode(credentials).decode() if header.startswith("Basic") else credentials
    secret = pair.removeprefix("ada:")
    return f"Authorization: {header}; {pair}; {secret}; {quote(secret, safe='')}; {quote(pair)}; {secret.replace(' ', '')}"


def _wrong_password(asked: ReceivedRequest) -> CannedResponse:
    return data({"code": "incorrect_password", "message": f"No: {echo(asked)}"}, 401)


def _refused(asked: ReceivedRequest) -> CannedResponse:
    return data({"errors": [{"title": echo(asked), "detail": f"You may not: {echo(asked)}"}]}, 403)


def _failing(asked: ReceivedRequest) -> CannedResponse:
    return data({"code": "odd", "message": echo(asked)}, 500, Retry_After="0")


def _failing_page(asked: ReceivedRequest) -> CannedResponse:
    said = page(f"<title>{echo(asked)}</title><pre>{html.escape(echo(asked))}</pre>", 503)
    return CannedResponse(status=503, body=said.body, headers={**said.headers, "Retry-After": "0"})


def _login(asked: ReceivedRequest) -> CannedResponse:
    secret = echo(asked).split("; ")[2]
    return CannedResponse(
        status=302, headers={"Location": f"/wp-login.php/{quote(secret)}?was={quote(echo(asked))}"}
    )


def _moved(asked: ReceivedRequest) -> CannedResponse:
    return CannedResponse(status=301, headers={"Location": f"/other/{quote(echo(asked), safe='')}"})


def _broken(asked: ReceivedRequest) -> CannedResponse:
    return CannedResponse(body=echo(asked).encode(), broken=True)


def _garbage(asked: ReceivedRequest) -> CannedResponse:
    return CannedResponse(body=b"\x00\xff\x1b[31m" + echo(asked).encode() + bytes(range(256)))


def _odd_shape(value: object) -> Callable[[ReceivedRequest], CannedResponse]:
    def response(asked: ReceivedRequest) -> CannedResponse:
        return data({"name": echo(asked), "namespaces": value, "meta": value, "links": value, "data": value})

    return response


def _later_odd(asked: ReceivedRequest) -> CannedResponse:
    """Be a WordPress as far as signing in goes, and answer with nonsense after that."""
    if asked.path.startswith("/wp-json/?"):
        return data({"name": echo(asked), "namespaces": ["wp/v2"], "authentication": {}})
    if "/users/me" in asked.path:
        rights = "upload_files edit_posts edit_published_posts delete_published_posts".split()
        return data(
            {"name": echo(asked), "roles": [echo(asked)], "capabilities": dict.fromkeys(rights, True)}
        )
    return data([{"id": echo(asked), "slug": 3, "content": echo(asked), "description": [echo(asked)]}])


CASES = {
    "wrong password": (WORDPRESS, _wrong_password, 5),
    "wrong token": (WITH_TOKEN, _refused, 5),
    "refused": (DRUPAL, _refused, 5),
    "failing": (WORDPRESS, _failing, 5),
    "failing with a page": (WITH_TOKEN, _failing_page, 5),
    "login page": (WORDPRESS, _login, 5),
    "moved": (DRUPAL, _moved, 5),
    "broken off": (WORDPRESS, _broken, 5),
    "garbage": (WITH_TOKEN, _garbage, 5),
    "odd shape, WordPress": (WORDPRESS, _odd_shape(3), 5),
    "odd shape, Drupal": (WITH_TOKEN, _odd_shape([3]), 5),
    "odd after signing in": (WORDPRESS, _later_odd, 5),
}


@pytest.fixture
def desk(project: Project) -> Project:
    """A built project whose post belongs on a site."""
    project.write("testing/en.md", ENGLISH.replace("label:", "publish: {blog: {en: 1, fr: 1}}\nlabel:"))
    return project


def told(desk: Project, kind: tuple[str, str, str], url: str, *arguments: str, bug: str = "") -> Told:
    """Run a command with a secret in its environment, with `bug` in a process of its own.

    Return all that could tell it.
    """
    settings, variable, secret = kind
    (desk.folder / "pyproject.toml").write_text(
        f'[tool.annexe]\n\n[tool.annexe.publish.blog]\n{settings}\nurl = "{url}"\n', encoding="utf-8"
    )
    scratch = desk.folder.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    environment = {"TMPDIR": str(scratch), variable: secret}
    if bug:
        environment |= {**patched(desk.folder.parent / "patch", bug), "PYTHONFAULTHANDLER": "1"}
    ran = desk.run(*arguments, "--to", "blog", environment=environment)
    printed = ran.out + ran.err
    files = [file for folder in (desk.folder, scratch) for file in _files(folder)]
    return Told(
        code=ran.code,
        printed=printed,
        everything=b"\n".join((printed.encode(), *(file.read_bytes() for file in files))),
        bug_reports=len(list(scratch.glob("annexe-bug-*.txt"))),
    )


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def assert_silent(found: Told, secret: str) -> None:
    """Assert that a secret stands nowhere, in no form."""
    assert [form for form in forms(secret) if form in found.everything] == []


def _was_sent(running: Site) -> bool:
    return any(asked.headers.get("authorization") for asked in running.asked)


@pytest.mark.parametrize("case", CASES)
def test_no_failure_tells_a_secret(desk: Project, case: str) -> None:
    """Whatever a site answers, and however much of the request it repeats.

    Words for a person, and no secret anywhere.
    """
    kind, response, code = CASES[case]
    with site(response) as running:
        commands = (
            ("publish", "--yes"),
            ("publish", "--yes", "--json"),
            ("publish", "-q"),
            ("verify", "--json"),
        )
        # Each of them comes first somewhere; two a case are enough.
        first = list(CASES).index(case)
        for arguments in (commands[first % 4], commands[(first + 1) % 4]):
            found = told(desk, kind, running.url, *arguments)
            assert_silent(found, kind[2])
            assert (found.code, found.bug_reports) == (code, 0), found.printed
            assert "Traceback" not in found.printed
        assert _was_sent(running)


def test_a_certificate_that_is_not_trusted_tells_no_secret(desk: Project, tmp_path: Path) -> None:
    """Where nobody knows who answers, nothing is sent, and the secret is told to nobody."""
    with site(_failing, tls=self_signed(tmp_path).context) as running:
        found = told(desk, WORDPRESS, running.url, "publish", "--yes")
        assert found.code == 5
        assert "certificate can't be trusted" in found.printed
        assert_silent(found, PASSWORD)
        assert running.asked == []


@pytest.mark.parametrize("kind", [WORDPRESS, WITH_TOKEN], ids=["password", "token"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("publish", "--yes"),
        pytest.param(("verify", "-q"), marks=pytest.mark.heavy),
        pytest.param(("publish", "--json"), marks=pytest.mark.heavy),
    ],
)
def test_a_bug_tells_no_secret(desk: Project, kind: tuple[str, str, str], arguments: tuple[str, ...]) -> None:
    """A bug in the very function that holds the secret.

    Neither the message, the report's file nor the frames show it.
    """
    with site(_failing) as running:
        found = told(desk, kind, running.url, *arguments, bug=_BUG)
    assert (found.code, found.bug_reports) == (70, 1), found.printed
    assert "provoked by a test" in found.printed
    assert b"provoked by a test" in found.everything.partition(b"annexe-bug-")[2]
    assert_silent(found, kind[2])


def test_what_is_looked_for_would_be_found(desk: Project) -> None:
    """Each form of a secret is found where it stands, so that finding none means something."""
    with site(_failing) as running:
        (desk.output / "leak.txt").write_text(f"{base64.b64encode(f'ada:{PASSWORD}'.encode()).decode()}")
        found = told(desk, WORDPRESS, running.url, "verify")
    assert sum(form in found.everything for form in forms(PASSWORD)) == 1

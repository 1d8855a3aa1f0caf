"""The problems of a whole site: maintenance, certificates, pages to sign in, and what nobody foresaw."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.publish.errors import OutcomeUnknownError
from pipeline.publish.http.client import Client
from tests.publish.certificates import self_signed
from tests.publish.loopback import CannedResponse, data, page, problem_of, site, target
from tests.publish.refusals import DRUPAL, SOON, facts, told, wordpress_says

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"])


@pytest.mark.parametrize(
    ("said", "changes", "seat"),
    [
        (wordpress_says("wp_die", "Briefly unavailable for scheduled maintenance. Check back in a minute.", 503), {}, ".maintenance"),
        (page("<title>Maintenance</title>Brièvement indisponible pour cause de maintenance planifiée.", 503), {}, ".maintenance"),
        (page("Posts is currently under maintenance. We should be back shortly.", 503), DRUPAL, "/admin/config/development/maintenance"),
        (page("El sitio está en mantenimiento.", 503), DRUPAL, "/admin/config/development/maintenance"),
    ],
)  # fmt: skip
def test_a_site_in_maintenance_is_told(said: CannedResponse, changes: dict[str, Any], seat: str) -> None:
    """It passes by itself, or somebody forgot to end it."""
    error = told(said, **changes)
    assert facts(error) == ("maintenance", True)
    assert "SITE/x is in maintenance mode; run the same command again later" in str(error)
    assert seat in str(error)


@pytest.mark.parametrize(
    "said",
    [
        CannedResponse(status=302, headers={"Location": "/wp-login.php?redirect_to=x"}),
        CannedResponse(status=302, headers={"Location": "/fr/user/login?destination=/jsonapi"}),
        CannedResponse(status=307, headers={"Location": "https://login.example.org/adfs/ls?SAMLRequest=x"}),
        page('<form><input name="log"><input type="password" name="pwd"></form>'),
        page('<form><input type="password"></form>', 401),
    ],
    ids=["WordPress", "Drupal", "organisation", "page", "page with 401"],
)
def test_a_login_page_is_told(said: CannedResponse) -> None:
    """Where data was asked for and a page for people comes, no program gets on."""
    with site(said) as running, Client(target(running.url), authorisation=None, retries=SOON) as client:
        error = problem_of(lambda: client.read("/x").json())
    assert facts(error) == ("login_page", True)
    assert "leads to a page that asks people to sign in; set url in the target's settings" in str(error)


def test_an_answer_that_is_no_data_is_quoted() -> None:
    """A notice of PHP before the data makes it none; the message shows what came."""
    said = page(
        '<br />\n<b>Warning</b>:  Undefined variable $a in <b>/srv/x.php</b> on line <b>3</b><br />{"id": 7}'
    )
    with site(said) as running, Client(target(running.url), authorisation=None) as client:
        response = client.read("/x")
        error = problem_of(response.json)
    assert facts(error) == ("not_json", False)
    assert f"blog: {running.url}/x answered with something that is no data: Warning : Undefined" in str(error)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({}, "self-signed certificate"), ({"days": -1}, "certificate has expired"), ({"host": "www.example.org"}, "Hostname mismatch")],
    ids=["self-signed", "expired", "another host"],
)  # fmt: skip
def test_a_certificate_that_cannot_be_trusted_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], words: str
) -> None:
    """Nothing is sent to a site whose certificate is nobody's, of the past or another host's.

    A write isn't in doubt.
    """
    certificate = self_signed(tmp_path, **changes)
    if changes:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    with (
        site(data({}), certificate.context) as running,
        Client(target(running.url), authorisation="Basic x", retries=SOON) as client,
    ):
        error = problem_of(lambda: client.write("POST", "/x", content=b"", expect=(201,)))
    assert facts(error) == ("certificate", True)
    assert f"{running.url}/x: the site's certificate can't be trusted ({words}" in str(error)
    assert "ask the hosting to renew it" in str(error)
    assert running.asked == []


def test_an_authority_of_ones_own_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SSL_CERT_FILE names the authority of an organisation that signs its own certificates."""
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    with (
        site(data({"id": 7}), certificate.context) as running,
        Client(target(running.url), authorisation="Basic x") as client,
    ):
        assert client.read("/x").json() == {"id": 7}
    assert running.asked[0].headers["authorization"] == "Basic x"


def test_what_nobody_foresaw_is_quoted_on_one_line() -> None:
    """Any other answer is told with its status and the site's own words, cut and printable."""
    error = told(wordpress_says("rest_odd", "Line one\nline\x1b[31m two \u202e" + "x" * 400, 418))
    assert facts(error) == ("unexpected_answer", False)
    assert 'SITE/x answered with status 418 (it says "Line one line [31m two x' in str(error)
    assert str(error).isprintable()
    assert len(str(error)) < 500


def test_a_write_in_maintenance_is_looked_after() -> None:
    """A failing site leaves a write in doubt; the look that follows tells what is the matter."""
    unknown = r"the site failed with 503, so that nobody knows whether it happened"
    with (
        site(page("maintenance", 503)) as running,
        Client(target(running.url), authorisation=None) as client,
        pytest.raises(OutcomeUnknownError, match=unknown),
    ):
        client.write("DELETE", "/x", expect=(200,))

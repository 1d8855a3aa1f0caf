"""The night on sites that attachments are published to: checked, published to, found wrong, down."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.nightly.many import SETTINGS, Told, run_night
from tests.projects import ENGLISH, FRENCH, HEAVY, Project
from tests.publish.drupal.fake import FakeDrupal, fake_drupal
from tests.publish.drupal.site import PASSWORD, Site

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

SECRET = {"ANNEXE_WEB_PASSWORD": PASSWORD}
LABEL = "publish: {web: {en: %d, fr: %d}, shelf: %s}\nlabel:"


@pytest.fixture
def drupal() -> Iterator[FakeDrupal]:
    """A running fake Drupal with a node for each of the two posts."""
    with fake_drupal(Site()) as running:
        running.site.add_node()
        running.site.add_node()
        yield running


@pytest.fixture
def published(few: Project, drupal: FakeDrupal) -> Project:
    """The two posts, published to the Drupal called web and to the folder called shelf by a night."""
    settle(few, drupal.url)
    for place in (0, 1):
        for language, text in (("en", ENGLISH), ("fr", FRENCH)):
            few.write(f"post-{place:02}/{language}.md", sourced(place, text))
    told = night(few, 2, "--publish")
    assert told.code == 0, told.ran.err
    return few


def settle(project: Project, url: str) -> None:
    """Write the settings of the two sites."""
    (project.folder / "pyproject.toml").write_text(
        f'{SETTINGS}\n[tool.annexe.publish.web]\nkind = "drupal"\nurl = "{url}"\nuser = "annexe"\n'
        '\n[tool.annexe.publish.shelf]\nkind = "folder"\npath = "shelf"\n',
        encoding="utf-8",
    )


def sourced(place: int, text: str) -> str:
    """Return a source that says where its post is on the sites."""
    return text.replace("label:", LABEL % (place + 1, place + 1, f"post-{place:02}"))


def night(project: Project, day: int, *arguments: str, environment: dict[str, str] | None = None) -> Told:
    """Run the night of a day of November, with the password of the site."""
    return run_night(
        project,
        f"2026-11-{day:02}T02:00:00",
        *arguments,
        environment=SECRET if environment is None else environment,
    )


def site(told: Told, name: str) -> dict[str, Any]:
    """Return what the report says of a site, its findings by severity and id."""
    (found,) = [one for one in told.night["sites"] if one["name"] == name]
    ids = [f"{finding['severity']}: {finding['check']}" for finding in found["findings"]]
    return {"down": found["nights_down"], "published": found["published"], "found": ids}


def test_a_night_publishes_what_changed_and_nothing_else(published: Project, drupal: FakeDrupal) -> None:
    """What a night changed is published that night; where nothing changed, nothing is written.

    Without the option neither.
    """
    names = [file.name for file in drupal.site.files]
    assert len(names) == 4
    drupal.writes.clear()
    told = night(published, 3, "--publish")
    assert (told.code, drupal.writes) == (0, [])
    assert site(told, "web") == site(told, "shelf") == {"down": 0, "published": 0, "found": []}
    published.write("post-00/en.md", sourced(0, ENGLISH.replace("true", "faithful")))
    told = night(published, 4)
    assert drupal.writes == []
    assert site(told, "web")["found"] == ["error: publish.outdated"]
    told = night(published, 5, "--publish")
    assert (told.code, told.changes()) == (0, {})
    assert site(told, "web") == site(told, "shelf") == {"down": 0, "published": 1, "found": []}
    assert "sites: web: as it should be; 1 attachment published, shelf: " in told.ran.out


def test_a_post_with_an_error_holds_up_no_other(published: Project, drupal: FakeDrupal) -> None:
    """A post is published only where all its checks passed: one bad edition keeps the other one back, too."""
    before = {file.name for file in drupal.site.files}
    for place in (0, 1):
        published.write(f"post-{place:02}/en.md", sourced(place, ENGLISH.replace("true", "faithful")))
    published.write("post-01/fr.md", sourced(1, HEAVY.replace("language", "l")))
    told = night(published, 3, "--publish")
    assert (told.code, told.checks()) == (1, {"size.over"})
    assert told.kept() == ["post-01-fr"]
    new = {file.name for file in drupal.site.files} - before
    assert [name.rsplit("-", 1)[0] for name in new] == ["post-00-en"]
    assert site(told, "web")["published"] == 1


def test_a_lie_on_a_site_is_an_error_of_the_night(published: Project, drupal: FakeDrupal) -> None:
    """A label edited by hand and a file that is gone end the night with 5, and the report names both."""
    (item, *_) = drupal.site.items(drupal.site.nodes[0])
    item.description = "On testing (9 KB)"
    (gone, *_) = (published.folder / "shelf").rglob("post-01-fr-*.pdf")
    gone.unlink()
    told = night(published, 3)
    assert told.code == told.report["exit_code"] == told.codes()[-1] == 5
    assert site(told, "web")["found"] == ["error: publish.label"]
    assert set(site(told, "shelf")["found"]) >= {"error: publish.file_gone"}
    assert told.report["outcomes"]["unchanged"] == 4


def test_a_site_that_is_down_has_two_nights(published: Project, drupal: FakeDrupal) -> None:
    """Down is a warning that night and the next, and an error the third.

    Once it is back, nights are counted anew.
    """
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        settle(published, f"http://127.0.0.1:{unheard.getsockname()[1]}")
        for day, code, severity in ((3, 0, "warning"), (4, 0, "warning"), (5, 5, "error")):
            told = night(published, day)
            assert told.code == told.codes()[-1] == code
            assert site(told, "web") == {
                "down": day - 2, "published": 0, "found": [f"{severity}: publish.unreachable"]
            }  # fmt: skip
            assert site(told, "shelf")["found"] == []
            assert told.ran.err.count(f", for {day - 2} nights now") == int(day > 3)
        settle(published, drupal.url)
        assert site(night(published, 6), "web")["found"] == []
        settle(published, f"http://127.0.0.1:{unheard.getsockname()[1]}")
        assert site(night(published, 7), "web")["down"] == 1


def test_a_site_without_its_secret_costs_no_other(published: Project) -> None:
    """Without a password the site can't be looked at, which is an error in words.

    The night goes on to the next site.
    """
    told = night(
        published, 3, "--publish", environment={"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    )
    assert told.code == 5
    assert site(told, "web")["found"] == ["error: publish.secret_missing"]
    assert "ANNEXE_WEB_PASSWORD" in told.ran.err
    assert site(told, "shelf")["found"] == []
    assert told.report["outcomes"]["unchanged"] == 4

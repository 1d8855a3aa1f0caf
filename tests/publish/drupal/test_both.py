"""One way through everything, on the fake Drupal and, where the environment names one, on a real one.

ANNEXE_TEST_DRUPAL_URL, _USER and _PASSWORD name it; docs/publishing.md tells how to set one up. The test
makes a draft of its own there and takes everything away again.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pipeline.publish.apply import ApplyContext, apply_post
from pipeline.publish.drupal.target import Drupal
from pipeline.publish.errors import SiteProblemError
from pipeline.publish.http.client import Client
from pipeline.publish.model import DesiredPlace, DesiredPost, LocalFile
from tests.publish.drupal.fake import fake_drupal
from tests.publish.drupal.site import PASSWORD, Site
from tests.publish.drupal.sites import (
    HOSTS,
    HOUSE_LANGUAGES,
    NAMES,
    SOON,
    Desk,
    basic,
    draft,
    new_link,
    real_settings,
    settings_of,
    texts,
)

pytestmark = pytest.mark.allow_hosts(HOSTS)


@pytest.fixture(params=NAMES)
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A desk at each Drupal there is."""
    with ExitStack() as stack:
        if request.param == "real":
            settings, password = real_settings(os.environ)
        else:
            site = Site()
            site.allow("administer nodes")
            settings = settings_of(stack.enter_context(fake_drupal(site)).url, create=True)
            password = PASSWORD
        authorisation = basic(settings.user, password)
        client = stack.enter_context(Client(settings, authorisation=authorisation, retries=SOON))
        target = Drupal(settings, client, draft, HOUSE_LANGUAGES)
        yield Desk(target=target, client=client, settings=settings, folder=tmp_path)


@pytest.fixture
def slug(either: Desk) -> Iterator[str]:
    """A slug that no other run uses; what it left on the site is taken away."""
    name = f"annexe-test-{uuid.uuid4().hex[:12]}"
    yield name
    post = either.post(name, name, either.file(name, "en"))
    state = either.look(post)
    for file in state.files:
        either.target.delete(file)
    if state.places[0].key is not None:
        either.client.write("DELETE", state.places[0].key, expect=(204,))


def _apply(desk: Desk, post: DesiredPost) -> list[str]:
    done: list[str] = []
    context = ApplyContext(
        target=desk.target, wait=lambda _: None, report=lambda one: done.append(str(one.kind))
    )
    apply_post(context, post)
    return done


def test_a_post_is_created_published_changed_and_withdrawn(either: Desk, slug: str) -> None:
    """A draft is made and gets its links; a changed language alone is replaced.

    A third run writes nothing.
    """
    assert either.target.check()
    english, french = either.file(slug, "en"), either.file(slug, "fr")
    post = either.post(slug, slug, english, french)
    assert _apply(either, post) == ["create draft", "upload", "upload", "link", "link"]
    assert texts(either.place(post).links) == [english.text, french.text]
    assert _apply(either, post) == []
    changed = either.post(slug, slug, either.file(slug, "en", "changed"), french)
    assert _apply(either, changed) == ["upload", "link", "delete"]
    state = either.look(changed)
    assert len(state.files) == 2
    for link, file in zip(state.places[0].links, changed.places[0].files, strict=True):
        assert either.target.fetch(link.url, 10_000) == file.path.read_bytes()
    nothing = DesiredPlace(reference=slug, files=(), languages=())
    assert _apply(either, DesiredPost(slug=slug, places=(nothing,))) == [
        "unlink",
        "unlink",
        "delete",
        "delete",
    ]


def test_other_peoples_entries_survive_on_either(either: Desk, slug: str) -> None:
    """A file under another name is somebody else's: its entry keeps its place, description and display."""
    file = either.file(slug, "en")
    post = either.post(slug, slug, file)
    either.target.link(post.places[0], either.place(post), [], post)
    theirs = _other_file(either, slug)
    path = f"{either.place(post).key}/relationships/{either.settings.field}"
    entry = {"type": "file--file", "id": theirs, "meta": {"description": 'Theirs "1" & 2', "display": False}}
    headers = {"Content-Type": "application/vnd.api+json"}
    either.client.write("PATCH", path, json={"data": [entry]}, headers=headers, expect=(204,))
    before = either.client.read(path).json()["data"]
    either.publish(post)
    after = either.client.read(path).json()["data"]
    assert after[:1] == before
    assert len(after) == 2
    either.client.write("DELETE", f"/jsonapi/file/file/{theirs}", expect=(204,))


def _other_file(desk: Desk, slug: str) -> str:
    """Return the UUID of an uploaded file that isn't ours by its name."""
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f'file; filename="{slug}.pdf"',
    }
    path = f"/jsonapi/node/{desk.settings.content_type}/{desk.settings.field}"
    response = desk.client.write("POST", path, headers=headers, content=b"%PDF-1.7\n", expect=(201,))
    return str(response.json()["data"]["id"])


def test_a_name_that_is_taken_is_still_ours_on_either(either: Desk, slug: str) -> None:
    """The same file uploaded twice gets another name, and both are found."""
    file: LocalFile = either.file(slug, "en")
    post = either.post(slug, slug, file)
    first, second = (either.target.upload(file, either.place(post)) for _ in range(2))
    assert first.url != second.url
    assert {one.key for one in either.look(post).files} == {first.key, second.key}
    either.target.link(post.places[0], either.place(post), [new_link(file, second)], post)
    assert [link.file_key for link in either.place(post).links] == [second.key]


def test_a_wrong_password_is_told_on_either(either: Desk) -> None:
    """Whatever a site answers to a wrong password, the check says so."""
    wrong = basic(either.settings.user, "wrong")
    with (
        Client(either.settings, authorisation=wrong, retries=SOON) as client,
        pytest.raises(SiteProblemError) as caught,
    ):
        Drupal(either.settings, client, draft).check()
    assert caught.value.problem.name == "wrong_password"

"""What stands in the way on a Drupal is told by name, with the setting or the person that mends it."""

import pytest

from pipeline.publish.errors import SiteProblemError
from pipeline.publish.model import RemoteFile
from tests.publish.drupal.conftest import MakeDesk
from tests.publish.drupal.fake import FakeDrupal
from tests.publish.drupal.site import Site
from tests.publish.drupal.sites import Desk, basic

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_a_check_says_who_we_are(desk: Desk, drupal: FakeDrupal) -> None:
    """Address, password, content type and field are tried without a write."""
    assert desk.target.check() == f"annexe at {drupal.url}"
    assert drupal.writes == []


def test_a_token_signs_in_too(make_desk: MakeDesk, drupal: FakeDrupal) -> None:
    """OAuth's token does what a password does."""
    desk = make_desk("Bearer a token", user=None)
    assert desk.target.check() == f"annexe at {drupal.url}"


@pytest.mark.parametrize("user", ["annexe", None])
def test_a_wrong_password_is_told_although_drupal_answers(make_desk: MakeDesk, user: str | None) -> None:
    """Drupal answers a wrong password like anybody's question, with 200: the check tells it all the same."""
    desk = make_desk(basic("annexe", "wrong"), user=user)
    with pytest.raises(SiteProblemError, match="takes us for nobody") as caught:
        desk.target.check()
    assert caught.value.problem.name == "wrong_password"
    assert caught.value.is_whole_site
    variable = "ANNEXE_SITE_TOKEN" if user is None else "ANNEXE_SITE_PASSWORD"
    assert variable in caught.value.problem.remedy


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("content_type", "the site has no content type blog"),
        ("field", "the content type article has no file field blog"),
    ],
)
def test_a_setting_that_the_site_does_not_know_is_named(make_desk: MakeDesk, setting: str, told: str) -> None:
    """A content type or field that isn't there is told before anything is written, on a site without posts too."""
    with pytest.raises(SiteProblemError, match=told) as caught:
        make_desk(**{setting: "blog"}).target.check()
    assert f"set {setting} in [tool.annexe.publish.site]" in caught.value.problem.remedy


def _upload(desk: Desk, site: Site) -> RemoteFile:
    file = desk.file("annexe", "en")
    return desk.target.upload(file, desk.place(desk.post("annexe", str(site.add_node().number), file)))


def test_a_read_only_interface_is_told_on_the_first_write(desk: Desk, drupal: FakeDrupal, site: Site) -> None:
    """Drupal says only then that JSON:API takes no writes; the remedy names the administrator's page."""
    site.is_read_only = True
    assert desk.target.check() == f"annexe at {drupal.url}"
    with pytest.raises(SiteProblemError, match="JSON:API only lets itself be read") as caught:
        _upload(desk, site)
    assert caught.value.problem.name == "read_only"
    assert f"{drupal.url}/admin/config/services/jsonapi" in caught.value.problem.remedy


def test_a_list_is_not_written_to_a_read_only_interface(desk: Desk, site: Site) -> None:
    """A refused list is told as what it is, not as a missing translation."""
    post = desk.post("annexe", str(site.add_node().number), desk.file("annexe", "en"))
    place = desk.place(post)
    site.is_read_only = True
    with pytest.raises(SiteProblemError) as caught:
        desk.target.link(post.places[0], place, [], post)
    assert caught.value.problem.name == "read_only"


def test_a_field_without_pdf_is_told(desk: Desk, site: Site) -> None:
    """A field that doesn't allow the extension is named."""
    site.extensions = ("txt",)
    with pytest.raises(SiteProblemError, match="the site takes no PDF") as caught:
        _upload(desk, site)
    assert "field field_attachments of article" in caught.value.problem.remedy


def test_a_file_that_is_too_large_is_told(desk: Desk, site: Site) -> None:
    """The field's own limit is named."""
    site.max_upload = 3
    with pytest.raises(SiteProblemError) as caught:
        _upload(desk, site)
    assert caught.value.problem.name == "upload_limit"


@pytest.mark.parametrize("permission", ["create article content", "edit any article content"])
def test_a_missing_permission_is_told(desk: Desk, site: Site, permission: str) -> None:
    """Uploading asks for the right to create, linking for the right to edit; nothing is changed without."""
    node = site.add_node()
    site.forbid(permission)
    post = desk.post("annexe", str(node.number), desk.file("annexe", "en"))
    with pytest.raises(SiteProblemError, match="annexe may not do this") as caught:
        desk.publish(post)
    assert caught.value.problem.name == "missing_permission"
    assert permission in str(caught.value)
    assert site.items(node) == []


def test_another_accounts_file_is_not_deleted(desk: Desk, site: Site) -> None:
    """A file of our name that another account uploaded stays, and the missing right is told."""
    site.add_file("annexe-en-00000000.pdf", owner=1)
    (found,) = desk.look(desk.post("annexe", str(site.add_node().number), desk.file("annexe", "en"))).files
    with pytest.raises(SiteProblemError, match="Only the file owner can update or delete"):
        desk.target.delete(found)
    assert len(site.files) == 1


def test_maintenance_is_told(desk: Desk, site: Site) -> None:
    """A site in maintenance mode is named as that, for reads and writes."""
    site.is_in_maintenance = True
    with pytest.raises(SiteProblemError, match="is in maintenance mode"):
        desk.target.check()


def test_a_site_that_renames_files_is_told_and_left_clean(desk: Desk, site: Site) -> None:
    """A name that we couldn't know again is no use: the file is taken away, and the setting is named."""
    site.renamed = lambda name: name.replace("-", "_")
    with pytest.raises(SiteProblemError, match="the site stores annexe-en-") as caught:
        _upload(desk, site)
    assert caught.value.problem.name == "renamed"
    assert site.files == []

"""How sites refuse: each problem told apart by what WordPress or Drupal really answer, with who mends it."""

from typing import Any

import pytest

from pipeline.core.settings.targets import TargetKind
from tests.publish.loopback import CannedResponse, data, page
from tests.publish.refusals import DRUPAL, drupal_says, facts, told, wordpress_says

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"])


@pytest.mark.parametrize(
    ("code", "message", "status"),
    [
        ("incorrect_password", "The provided password is an invalid application password.", 401),
        ("invalid_username", "Unknown username. Check again or try your email address.", 401),
        ("incorrect_password", "The provided password is an invalid application password.", 403),
    ],
)
def test_a_wrong_password_is_told(code: str, message: str, status: int) -> None:
    """WordPress knows the name, the password or neither.

    The settings and the variable to look at are named.
    """
    error = told(wordpress_says(code, message, status))
    assert facts(error) == ("wrong_password", True)
    assert str(error) == (
        f'blog: reading post 7: SITE/x doesn\'t take the password of ada (it says "{message}"); see that '
        "user in [tool.annexe.publish.blog] is right and that ANNEXE_BLOG_PASSWORD holds an application "
        "password of that user"
    )


def test_a_wrong_token_is_told() -> None:
    """Where no user is set, it is the token that the site doesn't take."""
    error = told(data({"message": "The resource owner or authorization server denied the request."}, 401), kind=TargetKind.DRUPAL, user=None)  # fmt: skip
    assert facts(error) == ("wrong_password", True)
    assert "doesn't take the token" in str(error)
    assert "set ANNEXE_BLOG_TOKEN to a token" in str(error)


def test_a_password_that_gets_lost_on_its_way_is_told() -> None:
    """A web server that drops the header makes us nobody.

    That is the hosting's to mend, not the password's fault.
    """
    error = told(
        wordpress_says("rest_cannot_create", "Sorry, you are not allowed to create posts as this user.", 401)
    )
    assert facts(error) == ("not_signed_in", True)
    assert "ask the hosting to hand the header Authorization on to PHP" in str(error)


@pytest.mark.parametrize(
    "said",
    [
        wordpress_says("rest_cannot_access", "DRA: Only authenticated users can access the REST API.", 401),
        wordpress_says("rest_disabled", "The REST API on this site has been disabled.", 403),
        wordpress_says("rest_no_route", "No route was found matching the URL and request method.", 404),
        page("<title>Page not found</title><p>Nothing was found at this location.</p>", 404),
        page("The REST API has been disabled by a security plugin.", 403),
    ],
    ids=["plugin", "disabled", "no route", "plain permalinks", "page"],
)
def test_a_closed_interface_is_told(said: CannedResponse) -> None:
    """Plugins close WordPress's interface in several ways, and plain permalinks hide it."""
    error = told(said)
    assert facts(error) == ("rest_disabled", True)
    assert "SITE/x: the REST interface is switched off or isn't there" in str(error)
    assert "ask the site's administrator to allow it for signed-in users in the plugin that closes it" in str(
        error
    )
    assert "url in [tool.annexe.publish.blog]" in str(error)


def test_a_drupal_without_its_interface_is_told() -> None:
    """Drupal's JSON:API is a module that may be off."""
    error = told(page("<h1>Page not found</h1>", 404), **DRUPAL)
    assert facts(error) == ("rest_disabled", True)
    assert "switch the module JSON:API on (/admin/modules)" in str(error)


def test_a_drupal_that_may_only_be_read_is_told() -> None:
    """Drupal comes with JSON:API read-only; the page where that is changed is named."""
    said = "JSON:API is configured to accept only read operations. Site administrators can configure this at https://a/b."
    error = told(drupal_says("Method Not Allowed", said, 405), method="POST", **DRUPAL)
    assert facts(error) == ("read_only", True)
    assert str(error) == (
        "blog: putting a.pdf there: SITE/x: JSON:API only lets itself be read; ask the site's "
        "administrator to choose "
        '"Accept all JSON:API create, read, update, and delete operations" at '
        "SITE/admin/config/services/jsonapi"
    )


def test_a_missing_permission_is_told() -> None:
    """An author who may not touch another's post gets to know which role can; other posts may go on."""
    error = told(wordpress_says("rest_cannot_edit", "Sorry, you are not allowed to edit this post.", 403), method="POST")  # fmt: skip
    assert facts(error) == ("missing_permission", False)
    assert str(error) == (
        'blog: putting a.pdf there: SITE/x: ada may not do this (it says "Sorry, you are not allowed to edit '
        "this post.\"); ask the site's administrator to give ada the role Editor, or Author for posts of "
        "its own"
    )
    drupal = told(drupal_says("Forbidden", "The current user is not allowed to PATCH the selected resource.", 403), method="PATCH", **DRUPAL)  # fmt: skip
    assert facts(drupal) == ("missing_permission", False)
    assert "see that ANNEXE_BLOG_PASSWORD is right (Drupal takes a wrong password for a visitor)" in str(
        drupal
    )
    assert '"Delete own files" (/admin/people/permissions)' in str(drupal)
    firewall = told(page("<h1>403 Forbidden</h1><hr>nginx", 403))
    assert "ask the hosting whether a firewall stops programs" in str(firewall)


@pytest.mark.parametrize(
    ("said", "changes", "whom"),
    [
        (page("<h1>413 Request Entity Too Large</h1><hr>nginx", 413), {}, '"Max upload file size"'),
        (wordpress_says("rest_upload_file_too_big", "This file is too big. Files must be less than 1500 KB in size.", 400), {}, '"Max upload file size"'),
        (wordpress_says("rest_upload_limited_space", "Not enough space to upload. 20 KB needed.", 400), {}, '"Max upload file size"'),
        (wordpress_says("rest_upload_unknown_error", "The uploaded file exceeds the upload_max_filesize directive in php.ini.", 500), {}, '"Max upload file size"'),
        (drupal_says("Unprocessable Content", "Unprocessable Entity: file validation failed.\nThe file is 3.2 MB exceeding the maximum file size of 2 MB.", 422), DRUPAL, '"Maximum upload size" of the field'),
    ],
    ids=["web server", "network of sites", "space", "PHP", "Drupal"],
)  # fmt: skip
def test_a_file_that_is_too_large_is_told(said: CannedResponse, changes: dict[str, Any], whom: str) -> None:
    """Four limits can stand in an upload's way, each with its owner."""
    error = told(said, method="POST", **changes)
    assert facts(error) == ("upload_limit", False)
    for word in (whom, "upload_max_filesize", "post_max_size", "client_max_body_size"):
        assert word in str(error)


def test_a_site_that_takes_no_pdf_is_told() -> None:
    """A plugin, a network of sites or a Drupal field can forbid the extension."""
    wordpress = told(wordpress_says("rest_upload_sideload_error", "Désolé, vous n’avez pas l’autorisation de téléverser ce type de fichier.", 500), method="POST")  # fmt: skip
    assert facts(wordpress) == ("extension_forbidden", True)
    assert "allow PDF files (a plugin, or in a network of sites its setting Upload file types" in str(
        wordpress
    )
    detail = 'Unprocessable Entity: file validation failed.\nOnly files with the following extensions are allowed: <em class="placeholder">txt</em>.'  # fmt: skip
    drupal = told(drupal_says("Unprocessable Content", detail, 422), method="POST", **DRUPAL)
    assert facts(drupal) == ("extension_forbidden", True)
    assert 'add pdf to "Allowed file extensions" of the field field_attachments of article' in str(drupal)


def test_a_disk_that_is_full_is_no_forbidden_extension() -> None:
    """WordPress has one code for both; its words tell them apart."""
    error = told(wordpress_says("rest_upload_sideload_error", "The uploaded file could not be moved to wp-content/uploads.", 500), method="POST")  # fmt: skip
    assert facts(error) == ("site_failing", False)
    assert "could not be moved to wp-content/uploads" in str(error)


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        (wordpress_says("rest_post_invalid_id", "Invalid post ID.", 404), {}),
        (drupal_says("Not Found", 'The "entity" parameter was not converted for the path.', 404), DRUPAL),
        (wordpress_says("rest_post_invalid_id", "Invalid post ID.", 400), {}),
    ],
    ids=["WordPress", "Drupal", "odd status"],
)
def test_a_post_that_is_not_there_is_told(said: CannedResponse, changes: dict[str, Any]) -> None:
    """The front matter's id leads nowhere: that is one post's problem, and the key to write is named."""
    error = told(said, **changes)
    assert facts(error) == ("post_not_found", False)
    assert "the site has no such post" in str(error)
    assert "front matter (publish: {blog: …}), or set create = true in [tool.annexe.publish.blog]" in str(
        error
    )


def test_a_translation_that_is_not_there_is_told() -> None:
    """JSON:API can't make a translation; an editor of the site can."""
    said = "The requested translation of the resource object does not exist, instead modify one of the translations that do exist: en."
    error = told(drupal_says("Method Not Allowed", said, 405), method="PATCH", **DRUPAL)
    assert facts(error) == ("post_not_found", False)
    assert "set translations = false in [tool.annexe.publish.blog]" in str(error)


@pytest.mark.parametrize("said", ['Field "field_attachments" does not exist.', 'No route found for "GET https://a/jsonapi/node/article"'])  # fmt: skip
def test_a_field_that_is_called_otherwise_is_told(said: str) -> None:
    """A slip in content_type or field is the whole site's problem, and no post that is missing."""
    error = told(drupal_says("Not Found", said, 404), **DRUPAL)
    assert facts(error) == ("no_such_field", True)
    assert "content_type and field in [tool.annexe.publish.blog]" in str(error)
    assert "SITE/admin/structure/types" in str(error)

"""The fake Drupal is as strict as the real one was measured to be."""

import json
from typing import Any

import pytest

from pipeline.publish.errors import OutcomeUnknownError
from pipeline.publish.http.exchange import Response
from tests.publish.drupal.fake import BINARY, JSON_API, FakeDrupal
from tests.publish.drupal.site import Node, Site
from tests.publish.drupal.sites import Desk

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
_ANY = range(200, 600)
_UPLOAD = "/jsonapi/node/article/field_attachments"


def _upload(desk: Desk, disposition: str, kind: str = BINARY, data: bytes = b"no PDF at all") -> Response:
    headers = {"Content-Type": kind, "Content-Disposition": disposition}
    return desk.client.write("POST", _UPLOAD, headers=headers, content=data, expect=_ANY)


@pytest.mark.parametrize(
    ("disposition", "kind", "status", "words"),
    [
        ('file; filename="a.pdf"', BINARY, 201, ""),
        ('file; filename="a.pdf"', "application/pdf", 415, 'matches "Content-Type: application/pdf"'),
        ("file; filename*=\"UTF-8''a.pdf\"", BINARY, 400, 'extended "filename*" format'),
        ("file", BINARY, 400, "No filename found"),
        ('file; filename="a.exe"', BINARY, 422, "following extensions are allowed: txt pdf."),
    ],
)
def test_an_upload_is_taken_or_refused(
    desk: Desk, disposition: str, kind: str, status: int, words: str
) -> None:
    """Raw bytes with a plain name alone are taken, whatever they are."""
    response = _upload(desk, disposition, kind)
    assert response.status == status
    assert words in response.words()


def test_a_name_that_is_taken_gets_a_number(desk: Desk, site: Site) -> None:
    """The second file of a name becomes `_0`, and both are temporary and without a hash."""
    for _ in range(2):
        _upload(desk, 'file; filename="a.pdf"')
    listed = desk.client.read("/jsonapi/file/file").json()["data"]
    assert [one["attributes"]["filename"] for one in listed] == ["a.pdf", "a_0.pdf"]
    assert [one["attributes"]["status"] for one in listed] == [False, False]
    assert "sha" not in json.dumps(listed)
    site.run_cron()
    assert site.files == []


def _replace(desk: Desk, node: Node, data: object, language: str = "", **headers: str) -> Response:
    return desk.client.write(
        "PATCH",
        f"{language}/jsonapi/node/article/{node.uuid}/relationships/field_attachments",
        json={"data": data},
        headers={"Content-Type": JSON_API, **headers},
        expect=_ANY,
    )


def test_a_list_is_replaced_whole(desk: Desk, site: Site) -> None:
    """What isn't in the new list is gone from the node, and stays on the site."""
    node = site.add_node()
    site.attach(node, site.add_file("old.pdf"), "Old")
    new = site.add_file("new.pdf")
    entry = {"type": "file--file", "id": new.uuid, "meta": {"description": "New", "display": True}}
    assert _replace(desk, node, [entry]).status == 204
    assert [item.description for item in site.items(node)] == ["New"]
    assert len(site.files) == 2


@pytest.mark.parametrize(
    ("meta", "language", "status"),
    [
        ({"description": "x", "display": True}, "/fr", 405),
        ({"drupal_internal__target_id": 501}, "", 500),
        ({"description": "x", "arity": 0}, "", 204),
    ],
)
def test_a_list_is_taken_or_refused(
    desk: Desk, site: Site, meta: dict[str, Any], language: str, status: int
) -> None:
    """A translation that isn't there, and what Drupal doesn't take back, are refused."""
    node = site.add_node()
    entry = {"type": "file--file", "id": site.add_file("a.pdf").uuid, "meta": meta}
    assert _replace(desk, node, [entry], language).status == status


def test_a_body_of_another_type_is_refused(desk: Desk, site: Site) -> None:
    """Only JSON:API's own media type is taken."""
    assert _replace(desk, site.add_node(), [], **{"Content-Type": "application/json"}).status == 415


def test_a_file_in_use_can_be_deleted(desk: Desk, site: Site) -> None:
    """Nothing stops the deletion of a file that a post links to; the entry stays behind as `missing`."""
    node = site.add_node()
    file = site.add_file("a.pdf", owner=7)
    site.attach(node, file, "A")
    response = desk.client.write("DELETE", f"/jsonapi/file/file/{file.uuid}", expect=_ANY)
    assert response.status == 204
    path = f"/jsonapi/node/article/{node.uuid}/relationships/field_attachments"
    assert [one["id"] for one in desk.client.read(path).json()["data"]] == ["missing"]


def test_a_page_holds_fifty_at_most(desk: Desk, site: Site) -> None:
    """However many are asked for, 50 come, and a link to the next page."""
    for number in range(51):
        site.add_file(f"{number}.pdf")
    response = desk.client.read("/jsonapi/file/file", params={"page[limit]": "500"}).json()
    assert len(response["data"]) == 50
    assert "next" in response["links"]


def test_an_unknown_operator_and_field_are_refused(desk: Desk) -> None:
    """A filter that Drupal doesn't know is an error, not everything."""
    for params in ({"filter[id][operator]": "LIKE", "filter[id][value]": "x"}, {"filter[nid]": "1"}):
        assert desk.client.read("/jsonapi/node/article", params=params, expect=(400,)).status == 400


@pytest.mark.parametrize("loss", ["before", "after"])
def test_a_write_is_lost_where_the_test_says(desk: Desk, drupal: FakeDrupal, loss: str) -> None:
    """The first write is lost, before or after it was done, and logged either way."""
    drupal.fault = lambda *_: "before" if loss == "before" else "after"
    with pytest.raises(OutcomeUnknownError):
        _upload(desk, 'file; filename="a.pdf"')
    assert [write.status for write in drupal.writes] == [None if loss == "before" else 201]
    assert len(drupal.site.files) == (0 if loss == "before" else 1)

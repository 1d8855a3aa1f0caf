"""Whatever write is lost, publishing again converges: one file a language, right links, nothing left over."""

import pytest

from pipeline.publish.apply import ApplyContext, apply_post
from pipeline.publish.errors import PublishError
from pipeline.publish.model import DesiredPlace, DesiredPost
from pipeline.publish.verify import verify_post
from tests.publish.drupal.conftest import MakeDesk
from tests.publish.drupal.fake import FakeDrupal, Loss
from tests.publish.drupal.site import Site
from tests.publish.drupal.sites import Desk

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def _apply(desk: Desk, post: DesiredPost) -> None:
    apply_post(ApplyContext(target=desk.target, wait=lambda _: None, report=lambda _: None), post)


def _post(desk: Desk, reference: str, text: str) -> DesiredPost:
    files = (desk.file("annexe", "en", text), desk.file("annexe", "fr", text if text == "first" else "same"))
    return desk.post("annexe", reference, *files)


def _is_right(desk: Desk, site: Site, post: DesiredPost, others: list[str]) -> None:
    """Say that a site carries exactly what it should."""
    place = desk.place(post)
    assert [(link.language, link.text) for link in place.links] == [
        (file.language, file.text) for file in post.places[0].files
    ]
    for link, file in zip(place.links, post.places[0].files, strict=True):
        assert desk.target.fetch(link.url, 10_000) == file.path.read_bytes()
    ours = [file.name for file in site.files if file.name.startswith("annexe-")]
    assert len(ours) == len(post.places[0].files)
    assert [file.name for file in site.files if file.name not in ours] == others


@pytest.mark.parametrize("loss", ["before", "after"])
@pytest.mark.parametrize("kind", ["draft", "first", "update"])
def test_a_lost_write_is_made_good(
    make_desk: MakeDesk, drupal: FakeDrupal, site: Site, kind: str, loss: Loss
) -> None:
    """Each write lost once, before or after it was done.

    The same run ends right, and the next one writes nothing.
    """
    site.allow("administer nodes")
    desk = make_desk(create=True)
    lost = 0
    for number in range(1, 20):
        site.nodes.clear()
        site.files.clear()
        theirs = site.add_node("Theirs")
        site.attach(theirs, site.add_file("theirs.pdf"), "Theirs")
        reference = "annexe" if kind == "draft" else str(theirs.number)
        if kind == "update":
            _apply(desk, _post(desk, reference, "first"))
        drupal.writes.clear()
        drupal.fault = lambda write, *_, at=number: loss if write == at else None
        post = _post(desk, reference, "second")
        _apply(desk, post)
        was_lost = len(drupal.writes) >= number
        drupal.fault = None
        drupal.writes.clear()
        _is_right(desk, site, post, ["theirs.pdf"])
        _apply(desk, post)
        assert drupal.writes == []
        if not was_lost:
            break
        lost += 1
    assert lost >= {"draft": 4, "first": 3, "update": 5}[kind]


def test_only_the_changed_language_is_written(desk: Desk, drupal: FakeDrupal, site: Site) -> None:
    """A changed English edition costs one upload, one list and one deletion.

    The French file is the same as before.
    """
    node = site.add_node()
    english, french = desk.file("annexe", "en"), desk.file("annexe", "fr")
    _apply(desk, desk.post("annexe", str(node.number), english, french))
    before = {item.file for item in site.items(node)}
    drupal.writes.clear()
    _apply(desk, desk.post("annexe", str(node.number), desk.file("annexe", "en", "changed"), french))
    assert [write.asked.method for write in drupal.writes] == ["POST", "PATCH", "DELETE"]
    assert len(before & {item.file for item in site.items(node)}) == 1


def test_a_leftover_with_the_right_bytes_is_used(desk: Desk, drupal: FakeDrupal, site: Site) -> None:
    """A temporary file of an interrupted run is linked, not uploaded again.

    One with other bytes is deleted.
    """
    node = site.add_node()
    file, old = desk.file("annexe", "en"), desk.file("annexe", "en", "old")
    post = desk.post("annexe", str(node.number), file)
    place = desk.place(post)
    for leftover in (file, old):
        desk.target.upload(leftover, place)
    drupal.writes.clear()
    _apply(desk, post)
    assert [write.asked.method for write in drupal.writes] == ["PATCH", "DELETE"]
    _is_right(desk, site, post, [])


def test_a_file_that_cron_takes_in_between_is_uploaded_again(
    desk: Desk, drupal: FakeDrupal, site: Site
) -> None:
    """The look before the list is written sees the file gone, and it is uploaded anew."""
    node = site.add_node()
    post = desk.post("annexe", str(node.number), desk.file("annexe", "en"))
    uploads = 0

    def cron_once(asked: object) -> None:
        nonlocal uploads
        is_look = getattr(asked, "path", "") == "/jsonapi/node/article"
        if is_look and uploads == 0 and len(drupal.writes) == 1:
            uploads += 1
            site.run_cron()

    drupal.meanwhile = cron_once
    with pytest.raises(PublishError):
        _apply(desk, post)
    drupal.meanwhile = None
    _apply(desk, post)
    _is_right(desk, site, post, [])


def test_what_is_withdrawn_leaves_nothing_of_ours(desk: Desk, site: Site) -> None:
    """A post that is to carry nothing of ours any more loses our links and files.

    It keeps everybody else's.
    """
    node = site.add_node()
    site.attach(node, site.add_file("theirs.pdf"), "Theirs")
    _apply(desk, desk.post("annexe", str(node.number), desk.file("annexe", "en"), desk.file("annexe", "fr")))
    place = DesiredPlace(reference=str(node.number), files=(), languages=())
    _apply(desk, DesiredPost(slug="annexe", places=(place,)))
    assert [item.description for item in site.items(node)] == ["Theirs"]
    assert [file.name for file in site.files] == ["theirs.pdf"]


def test_what_was_published_verifies(desk: Desk, site: Site) -> None:
    """The shared verification finds nothing wrong with the links, the bytes behind them and the page that readers see."""
    node = site.add_node()
    post = desk.post("annexe", str(node.number), desk.file("annexe", "en"), desk.file("annexe", "fr"))
    _apply(desk, post)
    assert [str(one) for one in verify_post(desk.target, post, desk.look(post)).findings] == []
    site.files[0].data = b"replaced by hand" + site.files[0].data[16:]
    (finding,) = verify_post(desk.target, post, desk.look(post)).findings
    assert finding.check == "publish.replaced"

"""Uploading, linking and deleting: what is ours changes, and nothing else."""

import json

import pytest

from pipeline.publish.errors import ChangedMeanwhileError, SiteProblemError
from pipeline.publish.model import AttachmentLink, DesiredPlace, DesiredPost
from tests.publish.drupal.conftest import MakeDesk
from tests.publish.drupal.fake import FakeDrupal, ReceivedRequest
from tests.publish.drupal.site import ListItem, Site
from tests.publish.drupal.sites import Desk, new_link, texts

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_an_attachment_is_uploaded_linked_and_fetched(desk: Desk, site: Site) -> None:
    """A first attachment ends on the node with its label as description, and comes back byte for byte."""
    node = site.add_node()
    file = desk.file("annexe", "en", label="Reflections")
    post = desk.post("annexe", str(node.number), file)
    (stored,) = desk.publish(post)
    state = desk.look(post)
    (link,) = state.places[0].links
    assert (link.language, link.text, link.file_key) == ("en", "Reflections", stored.key)
    assert state.files == (stored,)
    assert stored.holds(file.identity)
    assert desk.target.fetch(stored.url, 10_000) == file.path.read_bytes()


def test_the_page_shows_the_label_and_the_size_beside_it(desk: Desk, site: Site) -> None:
    """Drupal prints the size itself; the page of the place is where readers see both."""
    node = site.add_node()
    post = desk.post("annexe", str(node.number), desk.file("annexe", "en", label="Réflexions & more"))
    desk.publish(post)
    url = desk.place(post).page_url
    assert url is not None
    page = desk.target.fetch(url, 100_000).decode()
    assert ">Réflexions &amp; more</a></span>" in page
    assert f"<span>({post.places[0].files[0].size_label})</span>" in page


def test_a_file_that_is_only_uploaded_is_seen_and_collected(desk: Desk, site: Site) -> None:
    """A leftover of an interrupted run counts as ours until cron takes it; the next look sees it gone."""
    post = desk.post("annexe", str(site.add_node().number), desk.file("annexe", "en"))
    stored = desk.target.upload(post.places[0].files[0], desk.place(post))
    assert desk.look(post).files == (stored,)
    site.run_cron()
    assert desk.look(post).files == ()


def test_a_file_collected_before_it_was_linked_is_told(desk: Desk, site: Site) -> None:
    """Linking a file that cron has just collected says so, and changes nothing."""
    node = site.add_node()
    file = desk.file("annexe", "en")
    post = desk.post("annexe", str(node.number), file)
    stored = desk.target.upload(file, desk.place(post))
    place = desk.place(post)
    site.run_cron()
    with pytest.raises(
        SiteProblemError, match="a file for the post 1 is gone since it was uploaded"
    ) as caught:
        desk.target.link(post.places[0], place, [new_link(file, stored)], post)
    assert caught.value.problem.name == "file_gone"
    assert site.items(node) == []


def test_other_peoples_files_stay_as_they_are(desk: Desk, site: Site) -> None:
    """Order, description and display of everybody else's entries survive.

    Ours come where the first of ours stood.
    """
    node = site.add_node()
    before, hidden, after = (site.add_file(name) for name in ("Agenda.pdf", "notes.txt", "annexe-en.pdf"))
    site.attach(node, before, 'Agenda "1" & <2>')
    old = site.add_file("annexe-fr-00000000.pdf", owner=7)
    site.attach(node, old, "Français")
    site.attach(node, hidden, display=False)
    site.attach(node, after, "")
    site.attach(node, before, "The agenda again")
    others = [item for item in site.items(node) if item.file != old.uuid]
    post = desk.post("annexe", str(node.number), desk.file("annexe", "en"), desk.file("annexe", "fr"))
    english, french = desk.publish(post)
    items = site.items(node)
    assert [item.file for item in items[:3]] == [before.uuid, english.key, french.key]
    assert [items[0], *items[3:]] == others


def test_a_link_that_stays_keeps_its_text(desk: Desk, site: Site) -> None:
    """The link of an edition that can't be published now stays as it is beside a new one."""
    node = site.add_node()
    site.attach(node, site.add_file("annexe-fr-00000000.pdf"), "Vieux")
    file = desk.file("annexe", "en")
    place = DesiredPlace(reference=str(node.number), files=(file,), languages=("en", "fr"))
    post = DesiredPost(slug="annexe", places=(place,))
    stored = desk.target.upload(file, desk.place(post))
    state = desk.place(post)
    desk.target.link(place, state, [new_link(file, stored), state.links[0]], post)
    assert texts(desk.place(post).links) == ["annexe en", "Vieux"]


def test_an_entry_whose_file_is_gone_does_not_stop_us(desk: Desk, site: Site) -> None:
    """Drupal takes back no entry whose file was deleted; a new list is written without it."""
    node = site.add_node()
    lost = site.add_file("lost.pdf")
    site.attach(node, lost, "Lost")
    site.files.remove(lost)
    post = desk.post("annexe", str(node.number), desk.file("annexe", "en"))
    desk.publish(post)
    assert [item.description for item in site.items(node)] == ["annexe en"]


def test_a_post_changed_meanwhile_is_left_alone(desk: Desk, drupal: FakeDrupal, site: Site) -> None:
    """What an editor saved between our look and our write is not overwritten, and nothing is written."""
    node = site.add_node()
    file = desk.file("annexe", "en")
    post = desk.post("annexe", str(node.number), file)
    stored = desk.target.upload(file, desk.place(post))
    place = desk.place(post)
    site.attach(node, site.add_file("theirs.pdf"), "Theirs")
    writes = len(drupal.writes)
    with pytest.raises(ChangedMeanwhileError, match="somebody changed the post 1 on site"):
        desk.target.link(post.places[0], place, [new_link(file, stored)], post)
    assert len(drupal.writes) == writes
    assert [item.description for item in site.items(node)] == ["Theirs"]


def test_a_list_changed_within_one_second_has_another_version(desk: Desk, site: Site) -> None:
    """Drupal counts changes in seconds; a version tells those within one apart."""
    node = site.add_node()
    post = desk.post("annexe", str(node.number), desk.file("annexe", "en"))
    before = desk.place(post).version
    node.translations["en"].fields["field_attachments"] = [ListItem(file=site.add_file("x.pdf").uuid)]
    assert desk.place(post).version != before


def test_a_list_that_the_site_changes_on_saving_is_told(desk: Desk, drupal: FakeDrupal, site: Site) -> None:
    """The list is read back; where a module of the site changed it, that is said."""
    node = site.add_node()
    file = desk.file("annexe", "en")
    post = desk.post("annexe", str(node.number), file)
    stored = desk.target.upload(file, desk.place(post))
    place = desk.place(post)

    def tamper(_: ReceivedRequest) -> None:
        for item in site.items(node):
            item.description = item.description.upper()

    drupal.meanwhile = tamper
    with pytest.raises(SiteProblemError, match="doesn't show the list of files that was just written"):
        desk.target.link(post.places[0], place, [new_link(file, stored)], post)


def test_a_hidden_link_makes_the_place_stale(desk: Desk, site: Site) -> None:
    """Where an editor took our file out of display, the place is to be written.

    It shows it again afterwards.
    """
    node = site.add_node()
    post = desk.post("annexe", str(node.number), desk.file("annexe", "en"))
    (stored,) = desk.publish(post)
    site.items(node)[0].display = False
    state = desk.place(post)
    assert state.stale == "a link is hidden from readers"
    kept: list[AttachmentLink] = list(state.links)
    desk.target.link(post.places[0], state, kept, post)
    assert desk.place(post).stale is None
    assert site.items(node) == [ListItem(file=stored.key, description="annexe en", display=True)]


def test_a_stale_file_is_deleted_once(desk: Desk, site: Site) -> None:
    """A file of ours is taken off the site; that it is gone already is no problem."""
    post = desk.post("annexe", str(site.add_node().number), desk.file("annexe", "en"))
    stored = desk.target.upload(post.places[0].files[0], desk.place(post))
    desk.target.delete(stored)
    desk.target.delete(stored)
    assert site.files == []


def test_a_field_for_one_file_takes_one(desk: Desk, site: Site) -> None:
    """A field that takes a single value is written as one.

    A second file is a problem, whose remedy names the setting.
    """
    site.cardinality["field_attachments"] = 1
    node = site.add_node()
    post = desk.post("annexe", str(node.number), desk.file("annexe", "en"))
    desk.publish(post)
    assert texts(desk.place(post).links) == ["annexe en"]
    both = desk.post(
        "annexe", str(node.number), desk.file("annexe", "en", "second"), desk.file("annexe", "fr")
    )
    with pytest.raises(SiteProblemError, match='"Allowed number of values" of the field to unlimited'):
        desk.publish(both)


def test_the_last_link_of_a_single_field_is_taken_away(desk: Desk, site: Site) -> None:
    """An empty list is written as nothing where the field takes one value."""
    site.cardinality["field_attachments"] = 1
    node = site.add_node()
    post = desk.post("annexe", str(node.number), desk.file("annexe", "en"))
    desk.publish(post)
    desk.target.link(post.places[0], desk.place(post), [], post)
    assert site.items(node) == []


def test_no_body_ever_names_a_language(make_desk: MakeDesk, drupal: FakeDrupal, site: Site) -> None:
    """`langcode` in a body changes the original's language (the fake does that, too): we never send it."""
    desk = make_desk(create=True)
    site.allow("administer nodes")
    node = site.add_node(languages=("fr", "en"))
    first = desk.post("annexe", str(node.number), desk.file("annexe", "fr"))
    desk.publish(first)
    new = desk.post("another", "another", desk.file("another", "en"))
    desk.target.link(new.places[0], desk.place(new), [], new)
    desk.publish(new)
    assert len(drupal.writes) >= 5
    assert not [write for write in drupal.writes if b"langcode" in write.asked.body]
    body = {"data": {"type": "node--article", "id": node.uuid, "attributes": {"langcode": "es"}}}
    desk.client.write(
        "PATCH",
        f"/jsonapi/node/article/{node.uuid}",
        json=body,
        headers={"Content-Type": "application/vnd.api+json"},
        expect=(200,),
    )
    assert (node.language, sorted(node.translations)) == ("es", ["en", "es"])


def test_what_is_sent_back_is_what_drupal_takes(desk: Desk, drupal: FakeDrupal, site: Site) -> None:
    """What Drupal tells beside an entry and doesn't take back (its own number of the file) is left out."""
    node = site.add_node()
    site.attach(node, site.add_file("theirs.pdf"), "Theirs")
    post = desk.post("annexe", str(node.number), desk.file("annexe", "en"))
    desk.publish(post)
    (write,) = [write for write in drupal.writes if write.asked.method == "PATCH"]
    listed = json.loads(write.asked.body)["data"]
    assert [sorted(entry["meta"]) for entry in listed] == [["description", "display"]] * 2
    assert write.status == 204

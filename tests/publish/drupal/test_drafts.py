"""Drafts: made once, found again, never published."""

import pytest

from pipeline.publish.errors import ChangedMeanwhileError, OutcomeUnknownError, SiteProblemError
from pipeline.publish.model import DesiredPlace, DesiredPost
from tests.publish.drupal.conftest import MakeDesk
from tests.publish.drupal.fake import FakeDrupal
from tests.publish.drupal.site import Site
from tests.publish.drupal.sites import Desk, new_link, texts

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def creating(make_desk: MakeDesk, site: Site) -> Desk:
    """A desk that makes posts which the site lacks, with an account that may."""
    site.allow("administer nodes")
    return make_desk(create=True)


def test_a_draft_is_made_unpublished_and_found_by_its_slug(creating: Desk, site: Site) -> None:
    """A post that isn't there becomes a draft with title and text, and is the place of the next look."""
    site.formats = ("full_html",)
    site.add_node().translations["en"].body = {"value": "<p>x</p>", "format": "full_html"}
    post = creating.post("annexe", "annexe", creating.file("annexe", "en"))
    place = creating.place(post)
    assert (place.key, place.problem) == (None, None)
    creating.target.link(post.places[0], place, [], post)
    node = site.nodes[-1]
    shown = node.translations["en"]
    assert (shown.title, shown.published) == ("Draft of annexe", False)
    assert shown.body == {"value": "<p>In en.</p>", "format": "full_html"}
    assert creating.place(post).key == f"/jsonapi/node/article/{node.uuid}"
    creating.publish(post)
    assert texts(creating.place(post).links) == ["annexe en"]


def test_a_draft_is_made_with_its_links_at_once(creating: Desk) -> None:
    """Links that are given with a place to be created stand on the new node."""
    file = creating.file("annexe", "en")
    post = creating.post("annexe", "annexe", file)
    stored = creating.target.upload(file, creating.place(post))
    creating.target.link(post.places[0], creating.place(post), [new_link(file, stored)], post)
    assert texts(creating.place(post).links) == ["annexe en"]


def test_a_post_without_a_text_field_gets_none(creating: Desk, site: Site) -> None:
    """Where posts of the type have no text, a draft has none either."""
    site.has_body = False
    site.add_node()
    post = creating.post("annexe", "annexe", creating.file("annexe", "en"))
    creating.target.link(post.places[0], creating.place(post), [], post)
    assert site.nodes[-1].translations["en"].body is None


def test_a_draft_whose_answer_was_lost_is_found_again(creating: Desk, drupal: FakeDrupal, site: Site) -> None:
    """The UUID follows from site, type and slug, so that no second draft is ever made."""
    post = creating.post("annexe", "annexe", creating.file("annexe", "en"))
    place = creating.place(post)
    drupal.fault = lambda *_: "after"
    with pytest.raises(OutcomeUnknownError):
        creating.target.link(post.places[0], place, [], post)
    drupal.fault = None
    assert len(site.nodes) == 1
    assert creating.place(post).key == f"/jsonapi/node/article/{site.nodes[0].uuid}"


def test_two_runs_at_once_make_one_draft(creating: Desk, site: Site) -> None:
    """The run that comes second is told that the draft is there, and writes nothing."""
    post = creating.post("annexe", "annexe", creating.file("annexe", "en"))
    place = creating.place(post)
    creating.target.link(post.places[0], place, [], post)
    with pytest.raises(ChangedMeanwhileError, match="another run has just created the draft"):
        creating.target.link(post.places[0], place, [], post)
    assert len(site.nodes) == 1


def test_a_draft_that_we_may_not_see_names_the_permission(creating: Desk, site: Site) -> None:
    """Without the right to see its own drafts, an account would make one again and again.

    It is told instead.
    """
    post = creating.post("annexe", "annexe", creating.file("annexe", "en"))
    creating.target.link(post.places[0], creating.place(post), [], post)
    site.forbid("view own unpublished content")
    place = creating.place(post)
    with pytest.raises(SiteProblemError, match='the permission "View own unpublished content"'):
        creating.target.link(post.places[0], place, [], post)
    assert len(site.nodes) == 1


def test_an_account_that_can_only_publish_makes_nothing(creating: Desk, site: Site) -> None:
    """Without the right to leave a post unpublished, nothing is created.

    A draft is never published by accident.
    """
    site.forbid("administer nodes")
    post = creating.post("annexe", "annexe", creating.file("annexe", "en"))
    with pytest.raises(SiteProblemError, match='the permission "Administer content"'):
        creating.target.link(post.places[0], creating.place(post), [], post)
    assert site.nodes == []


def test_an_account_that_may_create_nothing_is_told(creating: Desk, site: Site) -> None:
    """A missing right to create is the general problem of permissions."""
    site.forbid("create article content")
    post = creating.post("annexe", "annexe", creating.file("annexe", "en"))
    with pytest.raises(SiteProblemError, match="annexe may not do this") as caught:
        creating.target.link(post.places[0], creating.place(post), [], post)
    assert caught.value.problem.name == "missing_permission"


def test_a_number_that_is_not_there_is_never_created(creating: Desk) -> None:
    """A draft is made of a slug alone; a wrong number stays problem."""
    assert creating.place(creating.post("annexe", "404", creating.file("annexe", "en"))).problem is not None


def test_with_translations_only_the_default_language_is_created(make_desk: MakeDesk, site: Site) -> None:
    """The draft is made in the site's default language; the others wait for their translation on the site."""
    site.allow("administer nodes")
    desk = make_desk(create=True, translations=True)
    places = tuple(
        DesiredPlace(
            reference="annexe",
            files=(desk.file("annexe", language),),
            languages=(language,),
            translation=language,
        )
        for language in ("fr", "en")
    )
    french, english = desk.look(DesiredPost(slug="annexe", places=places)).places
    assert french.problem is not None
    assert french.problem.name == "translation_missing"
    assert (english.key, english.problem) == (None, None)

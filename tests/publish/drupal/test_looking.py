"""Looking at a site: which posts, which links, which files of ours."""

import pytest

from pipeline.publish.model import DesiredPlace, DesiredPost
from tests.publish.drupal.conftest import MakeDesk
from tests.publish.drupal.fake import FakeDrupal
from tests.publish.drupal.site import Site
from tests.publish.drupal.sites import Desk, texts

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_posts_are_found_by_number_and_by_uuid(desk: Desk, site: Site) -> None:
    """Both references lead to the same node, a UUID in either case of letters."""
    node = site.add_node()
    keys = {
        desk.place(desk.post("annexe", reference, desk.file("annexe", "en"))).key
        for reference in (str(node.number), node.uuid, node.uuid.upper())
    }
    assert keys == {f"/jsonapi/node/article/{node.uuid}"}


def test_a_post_that_is_not_there_is_its_own_problem(desk: Desk, site: Site) -> None:
    """A wrong number is told by post, names what to mend, and takes no other post down."""
    node = site.add_node()
    good = desk.post("good", str(node.number), desk.file("good", "en"))
    bad = desk.post("bad", "404", desk.file("bad", "en"))
    states = desk.target.observe([bad, good])
    problem = states[0].places[0].problem
    assert problem is not None
    assert problem.name == "post_not_found"
    assert "there is no article 404, or annexe may not see it" in problem.message
    assert states[1].places[0].problem is None


def test_a_post_of_another_content_type_is_not_there(desk: Desk, site: Site) -> None:
    """Only nodes of the content type in the settings are looked at."""
    node = site.add_node(kind="page")
    problem = desk.place(desk.post("annexe", str(node.number), desk.file("annexe", "en"))).problem
    assert problem is not None


def test_a_slug_alone_finds_nothing(desk: Desk) -> None:
    """Drupal knows no slugs: without `create`, the editor is asked for the number."""
    problem = desk.place(desk.post("annexe", "annexe", desk.file("annexe", "en"))).problem
    assert problem is not None
    assert "Drupal knows posts by number or UUID" in problem.message
    assert "publish: {site: 123}" in problem.remedy


def test_an_unpublished_post_has_no_page(desk: Desk, site: Site) -> None:
    """A draft of ours is seen, and has no page for readers."""
    node = site.add_node(owner=7)
    node.translations["en"].published = False
    place = desk.place(desk.post("annexe", str(node.number), desk.file("annexe", "en")))
    assert (place.problem, place.page_url) == (None, None)


def test_many_posts_take_few_requests(desk: Desk, drupal: FakeDrupal, site: Site) -> None:
    """120 posts with two files each are looked at in 10 requests, 4 for nodes and 6 for files."""
    posts = []
    for number in range(120):
        node, slug = site.add_node(), f"post-{number:03}"
        files = (desk.file(slug, "en"), desk.file(slug, "fr"))
        for file in files:
            site.attach(node, site.add_file(file.identity.file_name, file.path.read_bytes()), file.text)
        posts.append(desk.post(slug, node.uuid if number % 2 else str(node.number), *files))
    states = desk.target.observe(posts)
    assert [len(state.files) for state in states] == [2] * 120
    assert [texts(state.places[0].links) for state in states[:2]] == [
        ["post-000 en", "post-000 fr"],
        ["post-001 en", "post-001 fr"],
    ]
    nodes = [read for read in drupal.reads if read.path.startswith("/jsonapi/node/")]
    assert len(nodes) <= 4
    assert len(drupal.reads) - len(nodes) == 6
    assert max(len(read.query) for read in drupal.reads) < 7000


def test_files_are_read_page_by_page(desk: Desk, site: Site) -> None:
    """More files than Drupal gives at once are all found."""
    for number in range(130):
        site.add_file(f"annexe-en-{number:08x}.pdf")
    post = desk.post("annexe", str(site.add_node().number), desk.file("annexe", "en"))
    assert len(desk.look(post).files) == 130


def test_only_names_that_we_give_are_ours(desk: Desk, site: Site) -> None:
    """A name must be slug, known language and eight digits to the letter; `_0` may follow."""
    names = (
        "annexe-en-0123abcd.pdf",
        "annexe-fr-0123abcd_12.pdf",
        "annexe-es-0123abcd.pdf",
        "annexe-de-0123abcd.pdf",
        "annexe-en-0123abc.pdf",
        "annexe-en-0123ABCD.pdf",
        "annexe-en-0123abcd.txt",
        "annexe-en-0123abcd (copy).pdf",
        "annexe-report-en-0123abcd.pdf",
        "my-annexe-en-0123abcd.pdf",
        "annexe-en.pdf",
    )
    for name in names:
        site.add_file(name)
    post = desk.post(
        "annexe", str(site.add_node().number), desk.file("annexe", "en"), desk.file("annexe", "fr")
    )
    told = {(file.language, file.sha256) for file in desk.look(post).files}
    assert told == {("en", "0123abcd"), ("fr", "0123abcd"), ("es", "0123abcd")}


def test_a_slug_that_begins_another_takes_no_file_of_it(desk: Desk, site: Site) -> None:
    """`annexe` and `annexe-fr` each find their own file, looked at together or alone."""
    site.add_file("annexe-fr-en-0123abcd.pdf")
    site.add_file("annexe-fr-0123abcd.pdf")
    short = desk.post("annexe", str(site.add_node().number), desk.file("annexe", "fr"))
    long = desk.post("annexe-fr", str(site.add_node().number), desk.file("annexe-fr", "en"))
    for posts in ([short, long], [long, short], [short], [long]):
        for post, state in zip(posts, desk.target.observe(posts), strict=True):
            assert [(file.slug, file.language) for file in state.files] == [
                (post.slug, post.places[0].languages[0])
            ]


def test_a_name_that_older_drupals_leave_alone_is_read_from_the_address(desk: Desk, site: Site) -> None:
    """What tells whose a file is may stand in its name or in its address."""
    site.shown_name = lambda name: name.replace("_0", "")
    data = desk.file("annexe", "en").path.read_bytes()
    for _ in range(2):
        site.add_file(desk.file("annexe", "en").identity.file_name, data)
    post = desk.post("annexe", str(site.add_node().number), desk.file("annexe", "en"))
    files = desk.look(post).files
    assert len(files) == 2
    assert len({file.url for file in files}) == 2


def test_a_file_that_another_post_uses_is_kept(desk: Desk, site: Site) -> None:
    """A file of ours that somebody put on another node is never to be deleted.

    The reason names the node.
    """
    file = site.add_file("annexe-en-00000000.pdf", owner=7)
    site.attach(site.add_node(), file, "Borrowed")
    post = desk.post("annexe", str(site.add_node().number), desk.file("annexe", "en"))
    (found,) = desk.look(post).files
    assert found.keep_reason == "node 1 uses it"


def test_a_file_in_another_field_of_the_post_is_kept(desk: Desk, site: Site) -> None:
    """Another file field of the same node counts, too."""
    node = site.add_node()
    site.attach(node, site.add_file("annexe-en-00000000.pdf"), "Borrowed", field="field_more")
    post = desk.post("annexe", str(node.number), desk.file("annexe", "en"))
    (found,) = desk.look(post).files
    assert found.keep_reason == "another field of the post holds it"


def test_a_file_that_nobody_uses_is_not_kept(desk: Desk, site: Site) -> None:
    """An unlinked file of ours that stays on the site may be deleted."""
    file = site.add_file("annexe-en-00000000.pdf", owner=7)
    file.permanent = True
    post = desk.post("annexe", str(site.add_node().number), desk.file("annexe", "en"))
    assert [found.keep_reason for found in desk.look(post).files] == [None]


def test_a_temporary_file_needs_no_look_for_who_uses_it(desk: Desk, drupal: FakeDrupal, site: Site) -> None:
    """What was only uploaded is used by no node.

    A look at it costs what any look does, a request for nodes and one for files.
    """
    post = desk.post("annexe", str(site.add_node().number), desk.file("annexe", "en"))
    desk.target.upload(post.places[0].files[0], desk.place(post))
    drupal.reads.clear()
    assert [found.keep_reason for found in desk.look(post).files] == [None]
    assert len(drupal.reads) == 2


def test_one_post_per_language_each_carries_its_own(desk: Desk, site: Site) -> None:
    """Of two nodes, one a language, each holds its own link.

    The French one is written on an English site, too.
    """
    english, french = site.add_node(languages=("en",)), site.add_node(languages=("fr",))
    files = {"en": desk.file("annexe", "en"), "fr": desk.file("annexe", "fr")}
    places = tuple(
        DesiredPlace(reference=str(node.number), files=(files[language],), languages=(language,))
        for node, language in ((english, "en"), (french, "fr"))
    )
    for place in places:
        desk.publish(DesiredPost(slug="annexe", places=(place,)))
    state = desk.look(DesiredPost(slug="annexe", places=places))
    assert [texts(place.links) for place in state.places] == [["annexe en"], ["annexe fr"]]
    assert [file.keep_reason for file in state.files] == [None, None]
    assert [item.description for item in site.items(french)] == ["annexe fr"]


def _translated(desk: Desk, reference: str, *languages: str) -> DesiredPost:
    places = tuple(
        DesiredPlace(
            reference=reference,
            files=(desk.file("annexe", language),),
            languages=(language,),
            translation=language,
        )
        for language in languages
    )
    return DesiredPost(slug="annexe", places=places)


def test_two_translations_carry_their_own_links(make_desk: MakeDesk, site: Site) -> None:
    """Each language's link stands on its own translation of one node, and neither write touches the other."""
    desk = make_desk(translations=True)
    node = site.add_node(languages=("en", "fr"))
    post = _translated(desk, str(node.number), "en", "fr")
    for place in post.places:
        desk.publish(DesiredPost(slug="annexe", places=(place,)))
    state = desk.look(post)
    assert [texts(place.links) for place in state.places] == [["annexe en"], ["annexe fr"]]
    assert [place.key for place in state.places] == [
        f"/jsonapi/node/article/{node.uuid}",
        f"/fr/jsonapi/node/article/{node.uuid}",
    ]
    assert [place.page_url for place in state.places] == [
        f"{desk.settings.url}/node/1",
        f"{desk.settings.url}/fr/node/1",
    ]
    pages = [desk.target.fetch(str(place.page_url), 100_000).decode() for place in state.places]
    assert ["annexe fr" in page for page in pages] == [False, True]
    assert {language: len(site.items(node, language)) for language in ("en", "fr")} == {"en": 1, "fr": 1}


def test_a_translation_is_written_where_the_original_is_another_language(
    make_desk: MakeDesk, site: Site
) -> None:
    """A node whose original is French carries both lists."""
    desk = make_desk(translations=True)
    node = site.add_node(languages=("fr", "en"))
    for place in _translated(desk, str(node.number), "en", "fr").places:
        desk.publish(DesiredPost(slug="annexe", places=(place,)))
    assert [item.description for item in site.items(node, "fr")] == ["annexe fr"]
    assert [item.description for item in site.items(node, "en")] == ["annexe en"]


def test_a_language_is_called_as_drupal_calls_it(make_desk: MakeDesk, site: Site) -> None:
    """Drupal writes codes of languages small: the translation of `zh-Hans` is `zh-hans` there."""
    desk = make_desk(translations=True)
    site.languages = ("en", "zh-hans")
    node = site.add_node(languages=("en", "zh-hans"))
    post = _translated(desk, str(node.number), "zh-Hans")
    desk.publish(post)
    assert [item.description for item in site.items(node, "zh-hans")] == ["annexe zh-Hans"]
    assert texts(desk.place(post).links) == ["annexe zh-Hans"]


@pytest.mark.parametrize("language", ["fr", "de"])
def test_a_translation_that_is_not_there_is_problem(make_desk: MakeDesk, site: Site, language: str) -> None:
    """JSON:API creates no translation.

    One that the node or the whole site lacks must be added there first.
    """
    desk = make_desk(translations=True)
    node = site.add_node(languages=("en",))
    state = desk.look(_translated(desk, str(node.number), "en", language))
    assert state.places[0].problem is None
    problem = state.places[1].problem
    assert problem is not None
    assert problem.name == "translation_missing"
    assert f"node 1 has no translation in {language}, and JSON:API can create none" in problem.message
    assert "/node/1 → Translate" in problem.remedy

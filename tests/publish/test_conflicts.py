"""Two of our posts on one post of a site: the later one is left alone, and told."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.projects import ENGLISH, Project, Ran
from tests.publish.drupal.fake import FakeDrupal, fake_drupal
from tests.publish.drupal.site import PASSWORD, Node
from tests.publish.faults.suite import settle_in
from tests.publish.faults.test_drupal import DrupalRig

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
_ENVIRONMENT = {"ANNEXE_BLOG_PASSWORD": PASSWORD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A project of the posts testing and testing-two.

    A Drupal with one post that holds somebody else's file.
    """

    project: Project
    drupal: FakeDrupal
    node: Node

    def name(self, slug: str, publish: str) -> None:
        """Write on which posts of the site a post of ours belongs, and build it."""
        self.project.add_post(slug)
        self.project.write(
            f"{slug}/en.md", ENGLISH.replace("label:", f"publish: {{blog: {publish}}}\nlabel:")
        )
        assert self.project.run("build").code == 0

    def run(self, *arguments: str) -> Ran:
        """Run a command on the site."""
        return self.project.run(*arguments, "--to", "blog", environment=_ENVIRONMENT)

    def listed(self) -> list[str]:
        """Return the names of the files that the site's post lists."""
        site = self.drupal.site
        return [file.name for item in site.items(self.node) if (file := site.file(item.file)) is not None]


@pytest.fixture
def desk(project: Project) -> Iterator[Desk]:
    """A desk at which nothing is published yet."""
    with fake_drupal() as drupal:
        rig = DrupalRig(drupal)
        rig.reset()
        settle_in(project, rig)
        assert rig.node is not None
        yield Desk(project=project, drupal=drupal, node=rig.node)


def test_the_later_of_two_posts_is_left_alone(desk: Desk) -> None:
    """With all posts or with the later one named, it is refused with both names.

    The first is published as always.
    """
    desk.name("testing", "{en: 1, fr: 1}")
    desk.name("testing-two", "{en: 1, fr: 1}")
    ran = desk.run("publish", "--yes")
    assert ran.code == 5
    assert "testing-two: error: testing-two and testing name the same post of blog (1)" in ran.err
    assert "correct `publish` in the front matter of testing-two or of testing" in ran.err
    assert [name[:11] for name in desk.listed()] == ["agenda.pdf", "testing-en-", "testing-fr-"]
    assert not any(file.name.startswith("testing-two") for file in desk.drupal.site.files)

    desk.drupal.writes.clear()
    for arguments in (
        ("publish", "testing-two", "--yes"),
        ("publish", "testing-two", "--withdraw", "--yes"),
        ("verify",),
        ("verify", "testing-two"),
    ):
        ran = desk.run(*arguments)
        assert (ran.code, ran.err.count("publish.shared_post")) == (5, 1), arguments
    assert desk.drupal.writes == []
    assert desk.run("publish", "testing", "--yes").code == 0
    desk.name("testing-two", "{en: 12, fr: 12}")
    assert "publish.shared_post" not in desk.run("publish", "testing-two").err


def test_a_number_and_an_id_may_name_the_same(desk: Desk) -> None:
    """Two posts, or two languages of one, that call the same post differently are told.

    Nothing is written.
    """
    desk.name("testing", f"{{en: 1, fr: {desk.node.uuid}}}")
    ran = desk.run("publish", "--yes")
    assert ran.code == 5
    assert f"1 and {desk.node.uuid} are the same post of blog" in ran.err
    assert desk.drupal.writes == []

    desk.name("testing", "{en: 1, fr: 1}")
    desk.name("testing-two", f"{{en: {desk.node.uuid}, fr: {desk.node.uuid}}}")
    ran = desk.run("publish", "--yes")
    assert (ran.code, ran.err.count("publish.shared_post")) == (5, 1)
    assert "testing-two and testing name the same post" in ran.err
    assert len(desk.listed()) == 3

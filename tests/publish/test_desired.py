"""What a site is to carry: only what is built from the sources as they are, and never less than it has."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from pipeline.build.candidates import read_materials
from pipeline.core.files import machine_folder
from pipeline.core.model import Severity
from pipeline.core.settings import load_settings
from pipeline.core.settings.targets import TargetKind, TargetSettings
from pipeline.ledger.opening import open_ledger
from pipeline.publish.desired import BATCH, DesiredBatch, DesiredPosts
from pipeline.publish.model import DesiredPost
from pipeline.sources.house import read_house
from tests.projects import ENGLISH, FRENCH, Project
from tests.publish.loopback import target

BLOG = target("https://blog.example.org")


@contextmanager
def desired_posts(
    project: Project, settings: TargetSettings = BLOG, *, withdraw: bool = False
) -> Iterator[DesiredPosts]:
    """Yield what says what a site is to carry of a project."""
    loaded = load_settings(project.folder)
    house = read_house(project.sources / "house.yaml")
    with open_ledger(machine_folder(project.output)) as ledger:
        yield DesiredPosts(loaded, settings, read_materials(loaded, house), ledger, withdraw=withdraw)


def desired(project: Project, settings: TargetSettings = BLOG, *, withdraw: bool = False) -> DesiredBatch:
    """Return what a site is to carry of a project's posts, all in one batch."""
    with desired_posts(project, settings, withdraw=withdraw) as asked:
        (batch,) = asked.batches(())
        return batch


def references(post: DesiredPost) -> list[tuple[str, list[str], str | None]]:
    """Return the places of a post: its name there, the languages of its files, the translation."""
    return [
        (place.reference, [file.language for file in place.files], place.translation) for place in post.places
    ]


def named(text: str, publish: str) -> str:
    """Return a source that names its post on a site."""
    return text.replace("label:", f"publish: {publish}\nlabel:")


def test_a_post_that_no_source_names_is_not_published(project: Project) -> None:
    """Where the front matter names no post of a site, nothing of it belongs there, and nothing is said."""
    assert desired(project) == DesiredBatch(posts=(), findings=())


def test_one_post_with_both_languages(project: Project) -> None:
    """Two editions that name the same post stand in one list, in the house's order."""
    project.write("testing/en.md", named(ENGLISH, "{blog: {en: 123, fr: 123}}"))
    found = desired(project)
    assert references(found.posts[0]) == [("123", ["en", "fr"], None)]
    assert found.findings == ()


def test_one_post_a_language(project: Project) -> None:
    """Two editions that name different posts stand in two lists."""
    project.write("testing/en.md", named(ENGLISH, "{blog: 123}"))
    project.write("testing/fr.md", named(FRENCH, "{blog: le-poste}"))
    assert references(desired(project).posts[0]) == [("123", ["en"], None), ("le-poste", ["fr"], None)]


def test_a_language_without_a_post_is_told(project: Project) -> None:
    """Where one edition names a post and another doesn't, the other is left out with a warning.

    Its link kept.
    """
    project.write("testing/en.md", named(ENGLISH, "{blog: 123}"))
    found = desired(project)
    assert references(found.posts[0]) == [("123", ["en"], None)]
    assert found.posts[0].places[0].unchanged_languages == ("fr",)
    assert [(finding.check, finding.severity) for finding in found.findings] == [
        ("publish.unnamed", Severity.WARNING)
    ]


def test_a_folder_carries_every_post(project: Project) -> None:
    """A folder needs no names: every post stands there under its own."""
    found = desired(project, replace(BLOG, kind=TargetKind.FOLDER))
    assert references(found.posts[0]) == [("testing", ["en", "fr"], None)]


def test_with_create_every_post_is_wanted(project: Project) -> None:
    """A site on which drafts may be made gets every post, under its own name."""
    assert references(desired(project, replace(BLOG, create=True)).posts[0]) == [
        ("testing", ["en", "fr"], None)
    ]


def test_translations_are_places_of_their_own(project: Project) -> None:
    """On a site with translations each language's link stands on its own translation of the post."""
    project.write("testing/en.md", named(ENGLISH, "{blog: {en: 12, fr: 12}}"))
    found = desired(project, replace(BLOG, kind=TargetKind.DRUPAL, translations=True))
    assert references(found.posts[0]) == [("12", ["en"], "en"), ("12", ["fr"], "fr")]


def test_the_link_is_written_as_the_site_prints_it(project: Project) -> None:
    """WordPress's links carry the size in their text; Drupal prints it itself beside the label."""
    on_wordpress = desired(project, replace(BLOG, create=True)).posts[0].places[0].files[0]
    size = on_wordpress.identity.size
    assert on_wordpress.text == f"On testing ({round(size / 1024)} KB)"
    on_drupal = desired(project, replace(BLOG, kind=TargetKind.DRUPAL, create=True, size_labels="drupal"))
    assert on_drupal.posts[0].places[0].files[0].text == "On testing"


def test_an_attachment_older_than_its_source_is_not_published(project: Project) -> None:
    """An edited source whose attachment isn't built yet keeps what is published of it, and is told."""
    project.write("testing/fr.md", FRENCH.replace("nuit après nuit", "jour après jour"))
    found = desired(project, replace(BLOG, create=True))
    assert references(found.posts[0]) == [("testing", ["en"], None)]
    assert found.posts[0].places[0].unchanged_languages == ("fr",)
    (finding,) = found.findings
    assert (finding.check, finding.language, finding.severity) == ("publish.not_ready", "fr", Severity.ERROR)
    assert "older than what it is made from (changed: source)" in finding.message


def test_an_attachment_changed_by_hand_is_not_published(project: Project) -> None:
    """A file in the build folder that Annexe didn't write never leaves it."""
    project.attachment().write_bytes(project.attachment().read_bytes() + b"\n")
    found = desired(project, replace(BLOG, create=True))
    assert "changed by hand" in found.findings[0].message


def test_a_broken_source_keeps_what_is_published(project: Project) -> None:
    """A source that can't be read costs its own edition nothing that is published, and the other goes on."""
    project.write("testing/fr.md", "no front matter")
    found = desired(project, replace(BLOG, create=True))
    assert references(found.posts[0]) == [("testing", ["en"], None)]
    assert found.posts[0].places[0].unchanged_languages == ("fr",)
    assert [finding.check for finding in found.findings] == ["publish.not_ready"]


def test_a_post_whose_languages_cannot_be_told_is_left_alone(project: Project) -> None:
    """A file that may be any language could be one that is published: nothing of the post is touched."""
    (project.sources / "testing" / "fr.md").rename(project.sources / "testing" / "french.md")
    found = desired(project, replace(BLOG, create=True))
    assert found.posts == ()
    assert [finding.check for finding in found.findings] == ["publish.not_ready"]


def test_a_size_out_of_bounds_is_not_published(project: Project) -> None:
    """An attachment that the size check refuses since the source was edited isn't published."""
    project.write("testing/en.md", ENGLISH.replace("label:", "published_size: 1 KB\nlabel:"))
    found = desired(project, replace(BLOG, create=True))
    assert [finding.check for finding in found.findings] == ["publish.not_ready"]
    assert "over" in found.findings[0].message


def test_withdrawing_wants_nothing(project: Project) -> None:
    """What is withdrawn is wanted nowhere: no file, no language kept."""
    found = desired(project, replace(BLOG, create=True), withdraw=True)
    assert [(place.files, place.languages) for place in found.posts[0].places] == [((), ())]


@pytest.mark.parametrize("number", [BATCH, BATCH + 1])
def test_posts_are_read_in_batches(project: Project, number: int) -> None:
    """So many posts at a time are held in memory, whatever their number."""
    for index in range(number - 1):
        project.write(f"post-{index}/en.md", "broken")
    with desired_posts(project, replace(BLOG, create=True)) as asked:
        sizes = [len(batch.posts) + len(batch.findings) for batch in asked.batches(())]
    assert sizes == ([BATCH] if number == BATCH else [BATCH, 1])

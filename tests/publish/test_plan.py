"""Plans: pure, complete, and empty where everything is right."""

from dataclasses import replace
from pathlib import Path

from pipeline.publish.errors import SiteProblem
from pipeline.publish.model import (
    AttachmentLink,
    DesiredPost,
    Identity,
    NewLink,
    PlaceState,
    PostState,
    RemoteFile,
    read_marker,
)
from pipeline.publish.plan import ActionKind, PostPlan, plan_post
from tests.publish.desired_posts import desired_post
from tests.publish.memory_site import identity_of

ENGLISH, FRENCH = b"%PDF english", b"%PDF french"


def remote(desired: DesiredPost, language: str, *, key: str, place: int = 0) -> RemoteFile:
    """Return the file on the site that an edition's attachment would be."""
    identity = next(file.identity for file in desired.places[place].files if file.language == language)
    return RemoteFile(
        key=key,
        url=f"https://x/{key}",
        slug=desired.slug,
        language=language,
        sha256=identity.sha256,
        size=identity.size,
    )


def link_to(desired: DesiredPost, file: RemoteFile, text: str | None = None) -> AttachmentLink:
    """Return the link to a file as it should read."""
    shown = next(one.text for one in desired.places[0].files if one.language == file.language)
    return AttachmentLink(language=file.language, text=text or shown, url=file.url, file_key=file.key)


def state(
    desired: DesiredPost, *, links: tuple[AttachmentLink, ...] = (), files: tuple[RemoteFile, ...] = ()
) -> PostState:
    """Return what a site carries of a post of one place."""
    place = PlaceState(key="1", version="1", links=links)
    return PostState(slug=desired.slug, places=(place,), files=files)


def kinds(plan: PostPlan) -> list[tuple[str, str | None]]:
    """Return what a plan does, and for which language."""
    return [(str(action.kind), action.language) for action in plan.actions]


def test_a_first_publication_uploads_and_links(tmp_path: Path) -> None:
    """Where the site has nothing, every edition is uploaded and linked, and nothing deleted."""
    desired = desired_post(tmp_path, {"en": ENGLISH, "fr": FRENCH})
    plan = plan_post(desired, state(desired))
    assert kinds(plan) == [("upload", "en"), ("link", "en"), ("upload", "fr"), ("link", "fr")]
    assert [file.language for _, file in plan.uploads] == ["en", "fr"]
    assert plan.deletes == ()


def test_nothing_is_done_where_all_is_right(tmp_path: Path) -> None:
    """A plan over a site that carries what it should has no work in it, and says so line by line."""
    desired = desired_post(tmp_path, {"en": ENGLISH, "fr": FRENCH})
    files = (remote(desired, "en", key="10"), remote(desired, "fr", key="11"))
    there = state(desired, links=tuple(link_to(desired, file) for file in files), files=files)
    plan = plan_post(desired, there)
    assert not plan.has_work
    assert kinds(plan) == [("nothing", "en"), ("nothing", "fr")]


def test_a_changed_edition_takes_its_old_file_away_last(tmp_path: Path) -> None:
    """Only the changed edition is uploaded; its old file is deleted, the other edition's link stays."""
    before = desired_post(tmp_path, {"en": ENGLISH, "fr": FRENCH})
    files = (remote(before, "en", key="10"), remote(before, "fr", key="11"))
    there = state(before, links=tuple(link_to(before, file) for file in files), files=files)
    after = desired_post(tmp_path, {"en": ENGLISH, "fr": b"%PDF french, changed"})
    plan = plan_post(after, there)
    assert kinds(plan) == [("nothing", "en"), ("upload", "fr"), ("link", "fr"), ("delete", "fr")]
    assert [file.key for file in plan.deletes] == ["11"]


def test_two_files_of_one_address_are_both_replaced(tmp_path: Path) -> None:
    """Where two entries lead to the same file, deleting one would empty the other.

    A third is uploaded, then both go.
    """
    desired = desired_post(tmp_path, {"en": ENGLISH})
    one = remote(desired, "en", key="10")
    both = (one, replace(one, key="11"))
    plan = plan_post(desired, state(desired, links=(link_to(desired, one),), files=both))
    assert kinds(plan) == [("upload", "en"), ("link", "en"), ("delete", "en"), ("delete", "en")]
    new = replace(one, key="12", url="https://x/12")
    after = plan_post(desired, state(desired, links=(link_to(desired, one),), files=(*both, new)))
    assert [link.file.key for link in after.links[0].links if isinstance(link, NewLink)] == ["12"]
    assert [file.key for file in after.deletes] == ["10", "11"]
    last = plan_post(desired, state(desired, links=(link_to(desired, new),), files=(new,)))
    assert not last.has_work


def test_a_file_that_is_there_already_is_not_uploaded_again(tmp_path: Path) -> None:
    """A file of ours with the right bytes that nothing links to is taken, as after a lost answer."""
    desired = desired_post(tmp_path, {"en": ENGLISH})
    plan = plan_post(desired, state(desired, files=(remote(desired, "en", key="10"),)))
    assert kinds(plan) == [("link", "en")]


def test_of_two_files_with_the_same_bytes_the_linked_one_stays(tmp_path: Path) -> None:
    """A file that was uploaded twice is kept once: the one that the post links to."""
    desired = desired_post(tmp_path, {"en": ENGLISH})
    twice = (remote(desired, "en", key="10"), remote(desired, "en", key="12"))
    plan = plan_post(desired, state(desired, links=(link_to(desired, twice[1]),), files=twice))
    assert [file.key for file in plan.deletes] == ["10"]
    assert plan.links == ()


def test_a_label_that_lies_is_put_right(tmp_path: Path) -> None:
    """Where the link's text is not what it should be, the link alone is written."""
    desired = desired_post(tmp_path, {"en": ENGLISH})
    file = remote(desired, "en", key="10")
    there = state(desired, links=(link_to(desired, file, "Reflections (9 bytes)"),), files=(file,))
    assert kinds(plan_post(desired, there)) == [("link", "en")]


def test_links_in_another_order_are_put_in_order(tmp_path: Path) -> None:
    """The order of the links is a function of the post: another order is work, and is told."""
    desired = desired_post(tmp_path, {"en": ENGLISH, "fr": FRENCH})
    files = (remote(desired, "en", key="10"), remote(desired, "fr", key="11"))
    there = state(desired, links=tuple(link_to(desired, file) for file in reversed(files)), files=files)
    plan = plan_post(desired, there)
    assert plan.has_work
    assert plan.actions[-1].kind is ActionKind.WRITE
    assert plan.actions[-1].what == "the order of the links"


def test_a_language_that_is_gone_is_unlinked_and_deleted(tmp_path: Path) -> None:
    """An edition that no source makes any more loses its link, then its file."""
    before = desired_post(tmp_path, {"en": ENGLISH, "fr": FRENCH})
    files = (remote(before, "en", key="10"), remote(before, "fr", key="11"))
    there = state(before, links=tuple(link_to(before, file) for file in files), files=files)
    plan = plan_post(desired_post(tmp_path, {"en": ENGLISH}), there)
    assert kinds(plan) == [("nothing", "en"), ("unlink", "fr"), ("delete", "fr")]


def test_a_language_that_cannot_be_published_now_keeps_all_it_has(tmp_path: Path) -> None:
    """An edition that is not ready keeps its link and its files, in its place among the others."""
    before = desired_post(tmp_path, {"en": ENGLISH, "fr": FRENCH})
    old = replace(remote(before, "en", key="9"), sha256="0" * 64)
    french = remote(before, "fr", key="11")
    there = state(
        before,
        links=(link_to(before, old, "Reflections (1 byte)"), link_to(before, french)),
        files=(old, french, replace(old, key="8")),
    )
    plan = plan_post(desired_post(tmp_path, {"fr": FRENCH}, kept=("en",)), there)
    assert not plan.has_work
    assert kinds(plan) == [("nothing", "en"), ("nothing", "fr")]


def test_a_place_in_problem_is_left_and_nothing_of_the_post_is_deleted(tmp_path: Path) -> None:
    """What can't be seen may link to any file, so none is deleted; the other place is brought up to date."""
    desired = desired_post(tmp_path, {"en": ENGLISH, "fr": FRENCH}, references={"fr": "other"})
    problem = SiteProblem(name="post_not_found", message="there is none", remedy="make one")
    places = (
        PlaceState(key="1", version="1", links=()),
        PlaceState(key=None, version="", links=(), problem=problem),
    )
    stray = replace(remote(desired, "en", key="9"), sha256="0" * 64)
    plan = plan_post(desired, PostState(slug="a-post", places=places, files=(stray,)))
    assert kinds(plan) == [("upload", "en"), ("link", "en")]
    assert plan.problems == (("other", problem),)


def test_a_file_that_somebody_else_uses_is_kept(tmp_path: Path) -> None:
    """A stale file of ours that an editor links to by hand is not deleted."""
    desired = desired_post(tmp_path, {"en": ENGLISH})
    file = remote(desired, "en", key="10")
    old = replace(
        file, key="9", url="https://x/9", sha256="0" * 64, keep_reason="the post's text links to it"
    )
    plan = plan_post(desired, state(desired, links=(link_to(desired, file),), files=(file, old)))
    assert not plan.has_work


def test_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    """A file known not to hold what it says is uploaded anew, relinked and deleted."""
    desired = desired_post(tmp_path, {"en": ENGLISH})
    file = remote(desired, "en", key="10")
    there = state(desired, links=(link_to(desired, file),), files=(file,))
    plan = plan_post(desired, there, damaged={"10"})
    assert kinds(plan) == [("upload", "en"), ("link", "en"), ("delete", "en")]


def test_a_stale_page_is_written_although_its_links_are_right(tmp_path: Path) -> None:
    """A site that shows the text too is written when the text changed, and says why."""
    desired = desired_post(tmp_path, {"en": ENGLISH})
    file = remote(desired, "en", key="10")
    place = PlaceState(key="1", version="1", links=(link_to(desired, file),), stale="the text changed")
    plan = plan_post(desired, PostState(slug="a-post", places=(place,), files=(file,)))
    assert kinds(plan) == [("nothing", "en"), ("write", None)]
    assert plan.actions[-1].what == "the text changed"


def test_a_file_that_two_places_share_is_uploaded_once(tmp_path: Path) -> None:
    """Two places with the same attachment share one file."""
    one = desired_post(tmp_path, {"en": ENGLISH})
    desired = replace(one, places=(one.places[0], replace(one.places[0], reference="other")))
    place = PlaceState(key="1", version="1", links=())
    plan = plan_post(desired, PostState(slug="a-post", places=(place, place), files=()))
    assert len(plan.uploads) == 1
    assert len(plan.links) == 2


def test_a_marker_is_read_to_the_letter() -> None:
    """What is ours is told by a text that is a marker and nothing else."""
    identity = Identity(slug="a-post", language="fr", sha256="0" * 64, size=12)
    assert read_marker(identity.marker) == identity
    assert read_marker(f" {identity.marker}\n") == identity
    assert read_marker(f"{identity.marker} and more") is None
    assert read_marker(identity.marker.upper()) is None
    assert identity.file_name == "a-post-fr-00000000.pdf"


def test_a_file_of_another_size_is_another_file() -> None:
    """A site that tells another size doesn't hold the attachment; one that tells none may hold it."""
    identity = identity_of("a-post", "en", b"one")
    sizes = {"same": identity.size, "other": identity.size + 1, "unknown": None}
    held = {
        name: RemoteFile(
            key="1", url="https://x/1", slug="a-post", language="en", sha256=identity.sha256, size=size
        ).holds(identity)
        for name, size in sizes.items()
    }
    assert held == {"same": True, "other": False, "unknown": True}

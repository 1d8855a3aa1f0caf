"""Two runs at once, runs that are killed, other people.

Nothing is lost, and the next run comes to the same folder.
"""

import fcntl
import os
from pathlib import Path

import pytest

from pipeline.core.files import write_atomically
from pipeline.publish.errors import ChangedMeanwhileError, PublishError, SiteProblemError
from pipeline.publish.folder import disk as folder_disk
from pipeline.publish.folder.target import Folder
from pipeline.publish.model import DesiredPost, LocalFile
from pipeline.publish.plan import plan_post
from pipeline.publish.site.site import Site
from tests.publish.folder.trees import tree
from tests.sites import desired_post, folder_settings, make_post, publish


def test_the_loser_of_two_runs_says_so(folder: Folder, site: Site, root: Path, built: Path) -> None:
    """Whoever linked from an older look writes nothing."""
    desired = desired_post(make_post(), built)
    publish(folder, desired)
    (state,) = folder.observe([desired])
    other = Folder(folder_settings(root), site)
    publish(other, desired_post(make_post(bodies={"en": "Other.\n", "fr": "Autre.\n"}), built))
    before = tree(root)
    with pytest.raises(ChangedMeanwhileError, match="somebody changed its pages"):
        folder.link(desired.places[0], state.places[0], state.places[0].links, desired)
    assert tree(root) == before


def test_a_folder_that_another_process_holds_is_left_alone(
    folder: Folder, root: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another process writes, ours waits a while, then says who is in the way."""
    monkeypatch.setattr(folder_disk, "_LOCK_TIMEOUT", 0.1)
    desired = desired_post(make_post(), built)
    publish(folder, desired)
    descriptor = os.open(root / ".annexe-lock", os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    (state,) = folder.observe([desired])
    with pytest.raises(ChangedMeanwhileError, match="another process is publishing into this folder"):
        folder.delete(state.files[0])
    os.close(descriptor)


def test_a_file_that_a_page_links_to_is_not_deleted(folder: Folder, root: Path, built: Path) -> None:
    """Deleting looks once more: what is linked again meanwhile stays."""
    desired = desired_post(make_post(), built)
    publish(folder, desired)
    (state,) = folder.observe([desired])
    with pytest.raises(ChangedMeanwhileError, match="a page links to"):
        folder.delete(state.files[0])
    assert (root / state.files[0].key).is_file()


def test_a_link_to_a_file_that_vanished_is_not_written(folder: Folder, root: Path, built: Path) -> None:
    """Somebody who removed an attachment between look and link is told of, and no page leads nowhere."""
    desired = desired_post(make_post(), built)
    (state,) = folder.observe([desired])
    for file in desired.places[0].files:
        folder.upload(file, state.places[0])
    (state,) = folder.observe([desired])
    plan = plan_post(desired, state)
    (root / state.files[0].key).unlink()
    links = [link for link in plan.links[0].links if not isinstance(link, LocalFile)]
    with pytest.raises(ChangedMeanwhileError, match="somebody removed"):
        folder.link(desired.places[0], state.places[0], links, desired)
    assert not (root / "a-post" / "en").exists()


def test_what_a_killed_run_left_is_cleared_by_the_next(folder: Folder, root: Path, built: Path) -> None:
    """Half-written files of ours are named as a reason to write, and are gone afterwards."""
    desired = desired_post(make_post(), built)
    publish(folder, desired)
    for path in (
        "a-post/.post.json.abcd1234.part",
        "a-post/fr/.index.html.abcd1234.part",
        "assets/.x.css.abcd1234.part",
    ):
        (root / path).write_text("half")
    (state,) = folder.observe([desired])
    assert state.places[0].stale == "a run was killed while it wrote"
    publish(folder, desired)
    assert not list(root.rglob("*.part"))


def test_a_run_that_is_killed_anywhere_is_finished_by_the_next(
    folder: Folder, site: Site, root: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before any single write, on first publish and on update, the next run comes to the same folder."""
    posts = [
        desired_post(make_post(), built / "one"),
        desired_post(make_post(bodies={"en": "Other.\n", "fr": "Autre.\n"}), built / "two"),
    ]
    other = root.parent / "whole"
    whole = Folder(folder_settings(other), site)
    writes = _count_writes(monkeypatch)
    for desired in posts:
        start = len(writes)
        publish(whole, desired)
        for number in range(len(writes) - start):
            if number < 3 or number > len(site.assets):
                _kill_at(number, root, site, desired, monkeypatch)
        publish(folder, desired)
        assert {path: data for path, (data, _, _) in tree(root).items()} == {
            path: data for path, (data, _, _) in tree(other).items()
        }


class _Killed(BaseException):
    pass


def _count_writes(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    writes: list[Path] = []

    def write(path: Path, data: bytes) -> None:
        writes.append(path)
        write_atomically(path, data)

    monkeypatch.setattr(folder_disk, "write_atomically", write)
    return writes


def _kill_at(
    number: int, root: Path, site: Site, desired: DesiredPost, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [number]

    def write(path: Path, data: bytes) -> None:
        if left[0] == 0:
            raise _Killed
        left[0] -= 1
        write_atomically(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(folder_disk, "write_atomically", write)
        try:
            publish(Folder(folder_settings(root), site), desired)
        except _Killed:
            return


@pytest.mark.parametrize(
    "address", ["../../etc/passwd", "a-post/../../x", "https://example.org/x", "a-post//x"]
)
def test_nothing_outside_the_folder_is_fetched(folder: Folder, root: Path, address: str) -> None:
    """An address that leads out of the folder, or into another site, is no address of ours."""
    url = address if "://" in address else f"{root.as_uri()}/{address}"
    with pytest.raises(SiteProblemError, match="there is no such file"):
        folder.fetch(url, 1000)


def test_a_file_that_is_too_large_is_not_handed_out(folder: Folder, root: Path, built: Path) -> None:
    """Fetching more than is asked for is problem."""
    publish(folder, desired_post(make_post(), built))
    with pytest.raises(SiteProblemError, match="more than 10 bytes"):
        folder.fetch((root / "index.html").as_uri(), 10)


def test_an_attachment_that_changed_while_publishing_is_not_published(
    folder: Folder, root: Path, built: Path
) -> None:
    """What is uploaded are the bytes that the plan spoke of, or nothing."""
    desired = desired_post(make_post(), built)
    (state,) = folder.observe([desired])
    desired.places[0].files[0].path.write_bytes(b"other")
    with pytest.raises(PublishError, match="changed while it was being published"):
        folder.upload(desired.places[0].files[0], state.places[0])
    assert not (root / "a-post").exists()

"""Applying a plan: whatever is lost, doubled or changed meanwhile, a site ends as it should.

A last run writes nothing.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.publish.apply import ApplyContext, apply_post
from pipeline.publish.errors import (
    ChangedMeanwhileError,
    CompetingRunError,
    OutcomeUnknownError,
    OverwroteChangeError,
    PublishError,
    SiteProblemError,
)
from pipeline.publish.model import DesiredPlace, DesiredPost, PlacedLink, PlaceState
from pipeline.publish.plan import Action, versions_of
from tests.publish.desired_posts import desired_post
from tests.publish.memory_site import MemoryPost, MemorySite

FIRST = {"en": b"%PDF english", "fr": b"%PDF french"}
CHANGED = {"en": b"%PDF english", "fr": b"%PDF french, changed"}


class _Meddling(MemorySite):
    """A site that adds a byte to whatever it is given."""

    def fetch(self, url: str, most: int) -> bytes:
        """Return a file's bytes and one more."""
        return super().fetch(url, most) + b"!"


class _Forgetful(MemorySite):
    """A site that answers well and keeps no link."""

    def link(
        self,
        desired: DesiredPlace,
        place: PlaceState,
        links: Sequence[PlacedLink],
        post: DesiredPost,
    ) -> None:
        """Keep nothing."""


class _Contended(MemorySite):
    """A site to which another run publishes from other sources, a whole run in the moment after each of our links."""

    def __init__(self, other: DesiredPost, *, times: int) -> None:
        super().__init__(posts={"a-post": MemoryPost()})
        self._other, self._times = other, times

    def link(
        self,
        desired: DesiredPlace,
        place: PlaceState,
        links: Sequence[PlacedLink],
        post: DesiredPost,
    ) -> None:
        """Set a post's links, which the other run undoes at once."""
        super().link(desired, place, links, post)
        if self._times and post is not self._other:
            self._times -= 1
            apply_post(ApplyContext(target=self, wait=lambda _: None, report=lambda _: None), self._other)


class _Emptied(MemorySite):
    """A site on which another run takes our files away after each of our links, so many times."""

    def __init__(self, times: int) -> None:
        super().__init__(posts={"a-post": MemoryPost()})
        self._times = times

    def link(
        self,
        desired: DesiredPlace,
        place: PlaceState,
        links: Sequence[PlacedLink],
        post: DesiredPost,
    ) -> None:
        """Set a post's links, which then lead to nothing."""
        super().link(desired, place, links, post)
        if self._times:
            self._times -= 1
            self.files.clear()


class _Overtaken(MemorySite):
    """A site on which another run takes a file of ours away in the very moment before we link to it, once."""

    def link(
        self,
        desired: DesiredPlace,
        place: PlaceState,
        links: Sequence[PlacedLink],
        post: DesiredPost,
    ) -> None:
        """Set a post's links, of which one leads to nothing."""
        super().link(desired, place, links, post)
        if sum(what.startswith("link") for what in self.log) == 1:
            self.files.popitem()
            raise OverwroteChangeError("somebody saved it in the very moment before we did")


def applied(site: MemorySite, desired: DesiredPost, **more: tuple[str, ...]) -> list[str]:
    """Apply and return what was told."""
    told: list[Action] = []
    apply_post(ApplyContext(target=site, wait=lambda _: None, report=told.append), desired, **more)
    return [f"{action.kind} {action.language}" for action in told]


def holds(site: MemorySite, files: dict[str, bytes]) -> None:
    """Assert that a site of one post carries precisely these attachments, each linked once."""
    links = [link for post in site.posts.values() for link in post.links]
    assert [link.language for link in links] == list(files)
    assert set(site.files) == {link.file_key for link in links}
    assert [site.files[link.file_key or ""][1] for link in links] == list(files.values())
    assert all(post.text == "What an editor wrote." for post in site.posts.values())


def settle(site: MemorySite, desired: DesiredPost) -> int:
    """Run as often as it takes after a run that was broken off, then once more.

    Return the last run's writes.
    """
    for _ in range(10):
        try:
            applied(site, desired)
        except PublishError:
            continue
        break
    site.writes = 0
    applied(site, desired)
    return site.writes


def test_the_new_file_is_linked_before_the_old_one_goes(tmp_path: Path) -> None:
    """A changed edition's file is uploaded, then linked, and only then what it replaces is deleted."""
    site = MemorySite(posts={"a-post": MemoryPost()})
    assert applied(site, desired_post(tmp_path, FIRST)) == ["upload en", "upload fr", "link en", "link fr"]
    assert applied(site, desired_post(tmp_path, CHANGED)) == ["upload fr", "link fr", "delete fr"]
    holds(site, CHANGED)


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    """Once a site is as it should be, applying again sends no write at all."""
    site = MemorySite(posts={"a-post": MemoryPost()})
    applied(site, desired_post(tmp_path, FIRST))
    site.writes = 0
    assert applied(site, desired_post(tmp_path, FIRST)) == []
    assert site.writes == 0


def test_a_draft_is_created_first(tmp_path: Path) -> None:
    """Where there is no post and one is to be created, that comes before the uploads."""
    site = MemorySite(creates=True)
    assert applied(site, desired_post(tmp_path, FIRST))[0] == "create draft None"
    holds(site, FIRST)


@pytest.mark.parametrize("fate", ["before", "after"])
@pytest.mark.parametrize("start", ["nothing", "a post", "published"])
def test_every_write_may_be_lost(tmp_path: Path, start: str, fate: str) -> None:
    """Each write in turn is lost before or after it reached the site.

    The same run looks, and ends as it should.
    """
    number = 0
    while True:
        number += 1
        site = MemorySite(creates=True, posts={} if start == "nothing" else {"a-post": MemoryPost()})
        if start == "published":
            applied(site, desired_post(tmp_path, FIRST))
        site.writes = 0
        site.fault = lambda write, lost=number: fate if write == lost else None  # type: ignore[misc]  # bound by default
        applied(site, desired_post(tmp_path, CHANGED))
        holds(site, CHANGED)
        if site.writes < number:
            break
        site.fault = lambda _: None
        assert settle(site, desired_post(tmp_path, CHANGED)) == 0
    assert number > 2


@given(
    fates=st.lists(st.sampled_from([None, None, "before", "after"]), max_size=40),
    versions=st.lists(
        st.dictionaries(st.sampled_from(["en", "fr", "es"]), st.binary(min_size=1, max_size=3), min_size=1),
        min_size=1,
        max_size=4,
    ),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_ends_right(
    tmp_path: Path, fates: list[str | None], versions: list[dict[str, bytes]]
) -> None:
    """Whatever was lost while whatever was published before, a site ends with one file a language and no orphan."""
    site = MemorySite(creates=True)
    listed = dict(enumerate(fates))
    site.fault = lambda write: listed.pop(write - 1, None)
    for version in versions:
        try:
            applied(site, desired_post(tmp_path, version))
        except PublishError:
            continue
    site.fault = lambda _: None
    last = desired_post(tmp_path, dict(sorted(versions[-1].items())))
    assert settle(site, last) == 0
    holds(site, dict(sorted(versions[-1].items())))


def test_a_write_that_is_lost_again_and_again_is_given_up(tmp_path: Path) -> None:
    """A site that never answers a write ends the run with the last unknown fate, not with an endless loop."""
    site = MemorySite(posts={"a-post": MemoryPost()}, fault=lambda _: "before")
    desired = desired_post(tmp_path, FIRST)
    with pytest.raises(OutcomeUnknownError):
        applied(site, desired)
    assert site.writes == 5


def test_a_change_since_the_plan_stops_before_any_write(tmp_path: Path) -> None:
    """Where a post is no longer of the version that was planned for, nothing is written.

    The message says so.
    """
    site = MemorySite(posts={"a-post": MemoryPost()})
    desired = desired_post(tmp_path, FIRST)
    planned = versions_of(site.observe([desired])[0])
    site.posts["a-post"].changes += 1
    with pytest.raises(ChangedMeanwhileError, match="somebody changed the post on memory since the plan"):
        applied(site, desired, versions=planned)
    assert site.writes == 0


def test_a_change_between_look_and_write_is_not_overwritten(tmp_path: Path) -> None:
    """Somebody who saves the post in the last moment wins; we say so and lose nothing of theirs."""
    site = MemorySite(posts={"a-post": MemoryPost()})

    def save(site: MemorySite) -> None:
        site.posts["a-post"].changes += 1

    site.meddle = save
    desired = desired_post(tmp_path, FIRST)
    with pytest.raises(ChangedMeanwhileError):
        applied(site, desired)
    assert site.posts["a-post"].links == ()
    site.meddle = None
    assert settle(site, desired) == 0


def test_whoever_overtook_somebody_puts_it_right_before_saying_so(tmp_path: Path) -> None:
    """Where our write came after another one's, no link to a file that the other took away stays.

    Then it is told.
    """
    site = _Overtaken(posts={"a-post": MemoryPost()})
    desired = desired_post(tmp_path, FIRST)
    with pytest.raises(OverwroteChangeError):
        applied(site, desired)
    holds(site, FIRST)
    assert settle(site, desired) == 0


@pytest.mark.parametrize("times", [1, 2, 1000])
def test_whoever_is_undone_again_and_again_gives_way(tmp_path: Path, times: int) -> None:
    """Two runs from other sources that answer each other.

    One that is undone now and then ends right, else it gives way.
    """
    other = tmp_path / "other"
    other.mkdir()
    site = _Contended(desired_post(other, CHANGED), times=times)
    desired = desired_post(tmp_path, FIRST)
    if times > 2:
        with pytest.raises(
            CompetingRunError, match="another run publishes the same post to memory from other sources"
        ):
            applied(site, desired)
        holds(site, CHANGED)
    else:
        applied(site, desired)
        holds(site, FIRST)


def test_nobody_gives_way_while_a_link_leads_to_nothing(tmp_path: Path) -> None:
    """Two runs that give way at the same time leave no dead link: it is mended first, though not for ever."""
    site = _Emptied(5)
    desired = desired_post(tmp_path, FIRST)
    applied(site, desired)
    holds(site, FIRST)
    with pytest.raises(CompetingRunError, match="was undone 12 times"):
        applied(_Emptied(1000), desired)


def test_an_upload_that_comes_back_different_is_taken_away(tmp_path: Path) -> None:
    """A site that changes what it is given never gets a link to it.

    The copy is deleted and the difference told.
    """
    site = _Meddling(posts={"a-post": MemoryPost()})
    desired = desired_post(tmp_path, FIRST)
    with pytest.raises(SiteProblemError, match="came back from memory with 13 bytes instead of 12"):
        applied(site, desired)
    assert site.files == {}


def test_a_site_that_shows_nothing_of_what_it_took_is_told(tmp_path: Path) -> None:
    """A site that answers well and keeps nothing ends the run with words, not with an endless loop."""
    site = _Forgetful(posts={"a-post": MemoryPost()})
    desired = desired_post(tmp_path, FIRST)
    with pytest.raises(PublishError, match="took what was written and doesn't show it"):
        applied(site, desired)


def test_a_file_changed_meanwhile_is_not_uploaded(tmp_path: Path) -> None:
    """An attachment that was built anew between plan and upload is not published under the old one's name."""
    site = MemorySite(posts={"a-post": MemoryPost()})
    desired = desired_post(tmp_path, FIRST)
    (tmp_path / "a-post-en.pdf").write_bytes(b"%PDF other")
    with pytest.raises(PublishError, match="was changed while it was being published"):
        applied(site, desired)
    assert site.writes == 0

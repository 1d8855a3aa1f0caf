"""Verifying: what a live site says wrong is found, and nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pipeline.core.model import Finding, Severity
from pipeline.publish.apply import ApplyContext, apply_post
from pipeline.publish.errors import SiteProblemError
from pipeline.publish.model import DesiredPlace, DesiredPost, PlaceState, PostState
from pipeline.publish.verify import verify_post
from tests.publish.desired_posts import desired_post
from tests.publish.memory_site import MemoryPost, MemorySite

FILES = {"en": b"%PDF english", "fr": b"%PDF french"}
PAGE = "https://memory/page"


@dataclass(slots=True)
class LiveSite(MemorySite):
    """A site in memory whose post can be seen; `spoil` changes the page that readers get."""

    spoil: Callable[[str], str] = lambda page: page
    problems: dict[str, SiteProblemError] = field(default_factory=dict)

    def fetch(self, url: str, most: int) -> bytes:
        """Return a file's bytes, or the page."""
        if url in self.problems:
            raise self.problems[url]
        if url != PAGE:
            return MemorySite.fetch(self, url, most)
        items = "".join(
            f'<li><a href="{link.url}">{link.text}</a></li>' for link in self.posts["a-post"].links
        )
        return self.spoil(f"<html><body><ul>{items}</ul><p>Text.</p></body></html>").encode()

    def _state(self, place: DesiredPlace) -> PlaceState:
        return replace(MemorySite._state(self, place), page_url=PAGE)


def published(folder: Path) -> tuple[LiveSite, DesiredPost]:
    """Return a site that carries both attachments of a post."""
    site = LiveSite(posts={"a-post": MemoryPost()})
    desired = desired_post(folder, FILES)
    apply_post(ApplyContext(target=site, wait=lambda _: None, report=lambda _: None), desired)
    return site, desired


def found(site: LiveSite, desired: DesiredPost) -> list[str]:
    """Return what verifying finds: id and language."""
    return [f"{finding.check} {finding.language}" for finding in findings(site, desired)]


def findings(site: LiveSite, desired: DesiredPost) -> Sequence[Finding]:
    """Return all that verifying finds."""
    return verify_post(site, desired, site.observe([desired])[0]).findings


def test_a_site_that_is_right_is_told_nothing(tmp_path: Path) -> None:
    """Nothing is found where files, links, labels and the page are as they should be."""
    assert found(*published(tmp_path)) == []


def test_a_label_that_lies_is_found(tmp_path: Path) -> None:
    """A link whose text was edited by hand is an error that quotes both texts."""
    site, desired = published(tmp_path)
    post = site.posts["a-post"]
    post.links = (replace(post.links[0], text="Reflections (9 KB)"), post.links[1])
    told = findings(site, desired)
    assert [finding.check for finding in told] == ["publish.label"]
    assert 'says "Reflections (9 KB)" instead of "Reflections (12 bytes)"' in told[0].message


def test_a_file_replaced_by_hand_is_found(tmp_path: Path) -> None:
    """Other bytes behind a file's address, of the same length or not, are found.

    The way to put them right told.
    """
    site, desired = published(tmp_path)
    key = site.posts["a-post"].links[1].file_key or ""
    site.replace_by_hand(key, b"%PDF FRENCH")
    told = verify_post(site, desired, site.observe([desired])[0])
    assert [(finding.check, finding.language) for finding in told.findings] == [("publish.replaced", "fr")]
    assert "--repair" in told.findings[0].remedy
    assert told.damaged == (key,)
    apply_post(
        ApplyContext(target=site, wait=lambda _: None, report=lambda _: None), desired, damaged=told.damaged
    )
    assert found(site, desired) == []
    assert key not in site.files


def test_a_lost_link_is_found(tmp_path: Path) -> None:
    """A link that an editor took out is an error, and its file is told to be unlinked."""
    site, desired = published(tmp_path)
    site.posts["a-post"].links = site.posts["a-post"].links[:1]
    assert found(site, desired) == ["publish.link_lost fr", "publish.unlinked_file fr"]
    assert findings(site, desired)[1].severity is Severity.WARNING


def test_a_link_to_a_file_that_is_gone_is_found(tmp_path: Path) -> None:
    """A link that leads to no file of ours is an error."""
    site, desired = published(tmp_path)
    del site.files[site.posts["a-post"].links[0].file_key or ""]
    assert found(site, desired) == ["publish.file_gone en"]


def test_an_older_attachment_is_found(tmp_path: Path) -> None:
    """What was built since it was published is an error until it is published."""
    site, _ = published(tmp_path)
    assert found(site, desired_post(tmp_path, {**FILES, "fr": b"%PDF newer"})) == ["publish.outdated fr"]


def test_a_link_of_a_language_that_is_gone_is_found(tmp_path: Path) -> None:
    """A link that no source makes any more is an error; one that merely isn't ready now is none."""
    site, _ = published(tmp_path)
    assert found(site, desired_post(tmp_path, {"en": FILES["en"]})) == ["publish.unwanted_link fr"]
    assert found(site, desired_post(tmp_path, {"en": FILES["en"]}, kept=("fr",))) == []


def test_a_page_that_hides_a_link_is_found(tmp_path: Path) -> None:
    """A theme or cache that shows readers no link is found on the page itself."""
    site, desired = published(tmp_path)
    site.spoil = lambda page: page.replace(site.posts["a-post"].links[0].url, "#")
    assert found(site, desired) == ["publish.link_hidden en"]


def test_a_page_with_an_old_label_is_found(tmp_path: Path) -> None:
    """A cached page that still prints the old size is found."""
    site, desired = published(tmp_path)
    site.spoil = lambda page: page.replace("(12 bytes)", "(13 bytes)")
    told = findings(site, desired)
    assert [finding.check for finding in told] == ["publish.label"]
    assert 'says "Reflections (13 bytes)" instead of "Reflections (12 bytes)"' in told[0].message


@pytest.mark.parametrize("page", ["", "no html", "\x00"])
def test_a_page_that_is_none_is_found(tmp_path: Path, page: str) -> None:
    """Whatever stands at the page's address, verifying ends with findings."""
    site, desired = published(tmp_path)
    site.spoil = lambda _: page
    assert found(site, desired) == ["publish.link_hidden en", "publish.link_hidden fr"]


def test_what_cannot_be_fetched_is_found(tmp_path: Path) -> None:
    """A file that can't be downloaded is told with its problem, and the others are verified all the same."""
    site, desired = published(tmp_path)
    site.problems[site.posts["a-post"].links[0].url] = SiteProblemError("unexpected", "403", "ask")
    site.problems[PAGE] = SiteProblemError("unexpected", "403", "ask")
    assert found(site, desired) == ["publish.unexpected en", "publish.unexpected None"]


def test_a_site_that_is_down_ends_verifying(tmp_path: Path) -> None:
    """Where nothing can be asked any more, the problem is raised, not told once a file."""
    site, desired = published(tmp_path)
    down = SiteProblemError("unreachable", "down", "wait", is_whole_site=True)
    site.problems[site.posts["a-post"].links[0].url] = down
    state = site.observe([desired])[0]
    with pytest.raises(SiteProblemError):
        verify_post(site, desired, state)


def test_what_was_never_published_is_found(tmp_path: Path) -> None:
    """A post that the site is to get and hasn't is an error."""
    site = LiveSite(creates=True)
    assert found(site, desired_post(tmp_path, FILES)) == ["publish.not_published None"]


def test_a_post_in_problem_is_told(tmp_path: Path) -> None:
    """A post that isn't found is told by the problem's own name."""
    assert found(LiveSite(), desired_post(tmp_path, FILES)) == ["publish.post_not_found None"]


def test_a_stale_page_is_found(tmp_path: Path) -> None:
    """A page whose text is out of date is an error although its links are right."""
    site, desired = published(tmp_path)
    state = site.observe([desired])[0]
    stale = PostState(
        slug=state.slug, places=(replace(state.places[0], stale="the text changed"),), files=state.files
    )
    assert [finding.check for finding in verify_post(site, desired, stale).findings] == [
        "publish.page_outdated"
    ]

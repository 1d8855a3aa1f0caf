"""Two runs at once on a real WordPress: neither corrupts what the other one does."""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.projects import ENGLISH, Project
from tests.publish.desired_posts import desired_post
from tests.publish.fault_proxy import FaultProxy, fault_proxy
from tests.publish.faults.meetings import Turns, both_end, converges, met_at_each_step, started
from tests.publish.faults.suite import Built, built_twice, settle_in
from tests.publish.wordpress.publishing import blog_of, pdfs
from tests.publish.wordpress.site import WordPressSite
from tests.publish.wordpress.test_every_fault import WordPressRig

#: Holds the next upload up between its entry in the library and the entry's file, which WordPress writes in two
#: steps, until somebody has asked for an entry of the library.
_SLOW = """
add_filter('update_attached_file', function ($file) {
    if (@unlink(WP_CONTENT_DIR . '/slow')) {
        for ($i = 0; $i < 2000 && !file_exists(WP_CONTENT_DIR . '/asked'); $i++) {
            usleep(10000);
            clearstatcache();
        }
    }
    return $file;
});
add_filter('rest_pre_dispatch', function ($result, $server, $request) {
    if ($request->get_method() === 'GET' && preg_match('#^/wp/v2/media/[0-9]+$#', $request->get_route())) {
        touch(WP_CONTENT_DIR . '/asked');
    }
    return $result;
}, 10, 3);
"""

pytestmark = [pytest.mark.wordpress, pytest.mark.allow_hosts(["127.0.0.1"])]


class WordPressMeeting:
    """A real WordPress behind two proxies, one for each run."""

    def __init__(self, site: WordPressSite, ours: FaultProxy, theirs: FaultProxy) -> None:
        self.post = site.create_post()
        self.ours = WordPressRig(site, ours, self.post)
        self.theirs = WordPressRig(site, theirs, self.post)
        self.proxies = (ours, theirs)
        self._act: Callable[[], None] = lambda: None
        self._number, self._asked = 0, 0

    def at(self, number: int, act: Callable[[], None]) -> None:
        """Let this happen before our request of that number, counted from now."""
        self._number, self._act, self._asked = number, act, 0
        self.proxies[0].meanwhile = self._step

    def _step(self) -> None:
        self._asked += 1
        if self._asked == self._number:
            self._act()


@pytest.fixture
def meeting(site: WordPressSite) -> Iterator[WordPressMeeting]:
    """The site as two runs meet there."""
    with fault_proxy(site.url) as ours, fault_proxy(site.url) as theirs:
        yield WordPressMeeting(site, ours, theirs)


@pytest.fixture
def twice(built: Project, tmp_path: Path, meeting: WordPressMeeting) -> Built:
    """A project before an edit of its French source and after it, both built, which name the post."""
    named = f"publish: {{blog: {{en: {meeting.post}, fr: {meeting.post}}}}}\nlabel:"
    return built_twice(built, tmp_path, ENGLISH.replace("label:", named))


def test_another_run_at_each_request_is_survived(
    meeting: WordPressMeeting, twice: Built, capsys: pytest.CaptureFixture[str]
) -> None:
    """A whole run from other sources before each of our requests.

    Nothing is corrupted, and one more run ends right.
    """
    met = met_at_each_step(meeting, None, twice.after, twice.before)
    with capsys.disabled():
        sys.stdout.write(f"\nWordPress: {met.number} runs in the middle of another survived\n")
    assert met.number >= 12
    assert any("somebody changed" in message for message in met.said)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("is_same", [False, True], ids=["other sources", "same sources"])
def test_two_processes(
    meeting: WordPressMeeting, twice: Built, tmp_path: Path, stride: int, *, is_same: bool
) -> None:
    """Two real commands that ask in turns both end well or say why not, and one more run ends right."""
    theirs = twice.before
    if is_same:
        theirs = twice.after.copied(tmp_path / "theirs")
    settle_in(twice.after, meeting.ours)
    settle_in(theirs, meeting.theirs)
    meeting.ours.reset()
    turns = Turns(stride)
    meeting.proxies[0].meanwhile = lambda: turns.wait("ours")
    meeting.proxies[1].meanwhile = lambda: turns.wait("theirs")
    both_end(started(twice.after, meeting.ours), started(theirs, meeting.theirs), turns)
    converges(meeting.ours, twice.after, theirs, f"{stride} in turn")


def test_a_file_is_not_deleted_while_it_is_being_made(site: WordPressSite, slug: str, tmp_path: Path) -> None:
    """What another run uploads this very moment is deleted once WordPress knows its file, so that none stays on its disk."""
    number = str(site.create_post())
    theirs = desired_post(tmp_path, pdfs(en="theirs"), slug=slug, references={"en": number})
    (tmp_path / "ours").mkdir()
    ours = desired_post(tmp_path / "ours", pdfs(en="ours"), slug=slug, references={"en": number})
    flag, asked = site.root / "wp-content/slow", site.root / "wp-content/asked"
    asked.unlink(missing_ok=True)
    with (
        site.plugin(_SLOW),
        blog_of(site, "admin") as our_blog,
        blog_of(site, "admin") as their_blog,
        ThreadPoolExecutor() as pool,
    ):
        flag.touch()
        (file,) = theirs.places[0].files
        upload = pool.submit(their_blog.target.upload, file, their_blog.observe(theirs).places[0])
        while flag.exists():
            time.sleep(0.01)
        done = our_blog.publish(ours)
        upload.result()
    assert asked.exists()
    assert done == ["upload en", "link en", "delete en"]
    names = {str(file["file"]) for file in site.attachments(slug)}
    assert {path.name for path in (site.root / "wp-content/uploads").rglob(f"{slug}-*.pdf")} == names
    assert len(names) == 1

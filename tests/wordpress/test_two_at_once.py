"""Two runs at once on a real WordPress: neither corrupts what the other one does."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.meetings import Turns, both_end, converges, met_at_each_step, started
from tests.faults.suite import Built, built_twice, settle_in
from tests.projects import ENGLISH, Project
from tests.publish.fault_proxy import FaultProxy, fault_proxy
from tests.wordpress.site import WordPressSite
from tests.wordpress.test_every_fault import WordPressRig

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
    """A whole run from other sources before each of our requests: nothing is corrupted, and one more run ends right."""
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
        theirs = Project(tmp_path / "theirs")
        shutil.rmtree(theirs.folder)
        shutil.copytree(twice.after.folder, theirs.folder)
    settle_in(twice.after, meeting.ours)
    settle_in(theirs, meeting.theirs)
    meeting.ours.reset()
    turns = Turns(stride)
    meeting.proxies[0].meanwhile = lambda: turns.wait("ours")
    meeting.proxies[1].meanwhile = lambda: turns.wait("theirs")
    both_end(started(twice.after, meeting.ours), started(theirs, meeting.theirs), turns)
    converges(meeting.ours, twice.after, theirs, f"{stride} in turn")

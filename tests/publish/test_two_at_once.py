"""Two runs at once on a Drupal and on a folder: neither corrupts what the other one does."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.publish.folder import disk as folder_disk
from tests.projects import ENGLISH, Project
from tests.publish.drupal.fake import CannedResponse, FakeDrupal, ReceivedRequest, fake_drupal
from tests.publish.drupal.site import Site
from tests.publish.drupal.sites import basic
from tests.publish.faults.meetings import Turns, both_end, converges, has_begun, met_at_each_step, started
from tests.publish.faults.suite import Built, built_twice, run, settle_in
from tests.publish.faults.test_drupal import DrupalRig
from tests.publish.faults.test_folder import FolderRig

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
#: A meeting at every single step takes a whole run each. One of a kind is quick; the heavy ones are its variations.
heavy = pytest.mark.heavy


class DrupalMeeting:
    """A Drupal with two accounts; what the first one asks for may wait for the other."""

    def __init__(self, drupal: FakeDrupal) -> None:
        first, *_ = drupal.site.users
        drupal.site.users.append(replace(first, name="second", token=""))
        self.ours = DrupalRig(drupal)
        self.theirs = DrupalRig(drupal)
        self.theirs.settings = self.ours.settings.replace("annexe", "second")
        self._act: Callable[[], None] = lambda: None
        self._number, self._asked = 0, 0
        self.turns: Turns | None = None
        self._answer = drupal.response
        drupal.response = self._meet  # type: ignore[method-assign] # it stands before the fake's own lock

    def at(self, number: int, act: Callable[[], None]) -> None:
        """Let this happen before our request of that number, counted from now."""
        self._number, self._act, self._asked = number, act, 0

    def _meet(self, asked: ReceivedRequest) -> CannedResponse | None:
        who = asked.headers.get("authorization")
        if who is not None and self.turns is not None:
            self.turns.wait(who)
        if who == basic("annexe"):
            self._asked += 1
            if self._asked == self._number:
                self._act()
        return self._answer(asked)


class FolderMeeting:
    """A folder: the other run happens before ours takes the lock (`outside`), or while ours holds it."""

    def __init__(self, rig: FolderRig, patch: pytest.MonkeyPatch, *, outside: bool) -> None:
        self.ours = self.theirs = rig
        self._act: Callable[[], None] = lambda: None
        self._number, self._count = 0, 0
        writing = folder_disk.Disk.writing

        @contextmanager
        def watched(disk: folder_disk.Disk) -> Iterator[None]:
            if outside:
                self._step()
            with writing(disk):
                if not outside:
                    self._step()
                yield

        patch.setattr(folder_disk.Disk, "writing", watched)
        patch.setattr(folder_disk, "_LOCK_TIMEOUT", 0.0)

    def at(self, number: int, act: Callable[[], None]) -> None:
        """Let this happen before our write of that number, counted from now."""
        self._number, self._act, self._count = number, act, 0

    def _step(self) -> None:
        self._count += 1
        if self._count == self._number:
            # What happens now counts no steps.
            self._number = 0
            self._act()


@pytest.fixture
def twice(built: Project, tmp_path: Path) -> Built:
    """A project before an edit of its French source and after it, both built, which name node 1 of a Drupal."""
    return built_twice(built, tmp_path, ENGLISH.replace("label:", "publish: {blog: {en: 1, fr: 1}}\nlabel:"))


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder that lies in memory where the system has one: many files are flushed to it."""
    in_memory = Path("/dev/shm")  # noqa: S108 - Linux's folder in memory; what is made in it has a name nobody knows
    with tempfile.TemporaryDirectory(dir=in_memory if in_memory.is_dir() else None) as folder:
        yield Path(folder)


@heavy
@pytest.mark.parametrize("is_update", [False, True], ids=["first, other sources", "update, same sources"])
def test_a_drupal_survives_another_run_at_each_request(
    twice: Built, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, is_update: bool
) -> None:
    """A whole run of somebody else before each of our requests.

    Nothing is corrupted, and one more run ends right.
    """
    theirs = (twice.after if is_update else twice.before).copied(tmp_path / "theirs")
    start = twice.before if is_update else None
    with fake_drupal(Site()) as drupal:
        met = met_at_each_step(DrupalMeeting(drupal), start, twice.after, theirs)
    with capsys.disabled():
        sys.stdout.write(f"\nDrupal: {met.number} runs in the middle of another survived\n")
    assert met.number >= 15
    assert any("somebody changed" in message for message in met.said)


@pytest.mark.parametrize("stride", [pytest.param(1, marks=heavy), 2, pytest.param(3, marks=heavy)])
@pytest.mark.parametrize("is_same", [False, True], ids=["other sources", "same sources"])
def test_two_processes_on_a_drupal(twice: Built, tmp_path: Path, stride: int, *, is_same: bool) -> None:
    """Two real commands that ask in turns both end well or say why not, and one more run ends right."""
    theirs = (twice.after if is_same else twice.before).copied(tmp_path / "theirs")
    with fake_drupal(Site()) as drupal:
        meeting = DrupalMeeting(drupal)
        settle_in(twice.after, meeting.ours)
        settle_in(theirs, meeting.theirs)
        meeting.ours.reset()
        meeting.turns = Turns(stride)
        both_end(started(twice.after, meeting.ours), started(theirs, meeting.theirs), meeting.turns)
        converges(meeting.ours, twice.after, theirs, f"{stride} in turn")


@pytest.mark.parametrize("is_update", [False, pytest.param(True, marks=heavy)], ids=["first", "update"])
@pytest.mark.parametrize(
    "outside", [False, pytest.param(True, marks=heavy)], ids=["holding the lock", "before the lock"]
)
def test_a_folder_survives_another_run_at_each_write(
    twice: Built,
    tmp_path: Path,
    memory: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    outside: bool,
    is_update: bool,
) -> None:
    """A whole run of somebody else at each of our writes.

    One of the two says that the other was there, nothing is corrupted.
    """
    rig = FolderRig(memory)
    rig.reset()
    settle_in(twice.before, rig)
    assert run(twice.before, rig).exit_code == 0
    rig.keep_assets()
    theirs = twice.before.copied(tmp_path / "theirs")
    with rig.watched(monkeypatch):
        meeting = FolderMeeting(rig, monkeypatch, outside=outside)
        met = met_at_each_step(meeting, twice.before if is_update else None, twice.after, theirs)
    assert met.number >= 4
    assert any(("somebody" if outside else "another process") in message for message in met.said)


@pytest.mark.parametrize(
    "trace",
    [
        "",
        *(
            pytest.param(path, marks=heavy)
            for path in (".annexe-lock", "testing/*.pdf", "testing/*/index.html")
        ),
    ],
)
@pytest.mark.parametrize(
    "is_same", [False, pytest.param(True, marks=heavy)], ids=["other sources", "same sources"]
)
def test_two_processes_on_a_folder(
    twice: Built,
    tmp_path: Path,
    memory: Path,
    monkeypatch: pytest.MonkeyPatch,
    trace: str,
    *,
    is_same: bool,
) -> None:
    """Two real commands on one folder both end well or say why not, and one more run ends right.

    The second one starts with the first, or once the first has taken the lock, uploaded a file, or written a page.
    """
    theirs = (twice.after if is_same else twice.before).copied(tmp_path / "theirs")
    rig = FolderRig(memory)
    settle_in(twice.after, rig)
    settle_in(theirs, rig)
    rig.reset()
    one = started(twice.after, rig)
    if trace:
        has_begun(one, lambda: any(rig.site.glob(trace)))
    both_end(one, started(theirs, rig), Turns(1))
    with rig.watched(monkeypatch):
        converges(rig, twice.after, theirs, f"after {trace or 'nothing'}")

"""One suite of faults for every kind of site.

Each write lost before or after it arrived, and a SIGKILL at each.

After each fault the same command is run again, and must end with one file a language, right links and no
orphan; a third run must write nothing.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from pipeline.cli.options import house_file
from pipeline.core.settings import load_settings, target_named
from pipeline.publish.errors import PublishError
from pipeline.publish.result import PublishResult
from pipeline.publish.run import Interaction, publish
from pipeline.publish.targets import PublishRequest
from tests.projects import ENGLISH, FRENCH, Project

When = Literal["before", "after"]
#: How long a run in a process of its own may take.
_SECONDS = 120
#: More writes than publishing one post can take: a loop that passes this doesn't end by itself.
_MOST_WRITES = 40
TARGET = "blog"


class Rig(Protocol):
    """A site with one post, and a way to lose writes to it."""

    @property
    def settings(self) -> str:
        """Return what `[tool.annexe.publish.blog]` says, without its header."""

    @property
    def environment(self) -> Mapping[str, str]:
        """Return the environment that a command needs besides the usual one (secrets)."""

    def reset(self) -> None:
        """Make the site what it is before anything is published."""

    def lose(self, number: int, when: When) -> None:
        """Lose the write of that number from now on; 0: none."""

    def kill(self, number: int, when: When, victim: Callable[[], int]) -> None:
        """Kill the process that `victim` returns in the moment of that write."""

    def writes(self) -> int:
        """Return how many writes there were since the last `lose` or `kill`."""

    def carried(self) -> dict[str, bytes]:
        """Return, by language, the attachments that the post's links lead to.

        Raises AssertionError for what is odd.
        """

    def orphans(self) -> list[str]:
        """Return our files that no link leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A project before an edit of its French source and after it, both built."""

    before: Project
    after: Project


def built_twice(built: Project, folder: Path, english: str = ENGLISH) -> Built:
    """Return a copy of a built project with this en.md.

    With it comes another one, with a word of fr.md changed and built.
    """
    copies = []
    for name in ("before", "after"):
        copy = built.copied(folder / name)
        copy.write("testing/en.md", english)
        copies.append(copy)
    before, after = copies
    after.write("testing/fr.md", FRENCH.replace("nuit après nuit", "jour après jour"))
    ran = after.run("build")
    assert ran.code == 0, ran.err
    return Built(before=before, after=after)


def settle_in(project: Project, rig: Rig) -> None:
    """Write the settings of a rig's site into a project."""
    text = f"[tool.annexe]\n\n[tool.annexe.publish.{TARGET}]\n{rig.settings}\n"
    (project.folder / "pyproject.toml").write_text(text, encoding="utf-8")


def request_of(project: Project, rig: Rig) -> PublishRequest:
    """Return the order to publish a project to a rig's site."""
    loaded = load_settings(project.folder)
    return PublishRequest(
        settings=loaded,
        house_file=house_file(loaded),
        target=target_named(loaded, TARGET),
        slugs=(),
        environment=rig.environment,
    )


def run(project: Project, rig: Rig) -> PublishResult:
    """Publish a project in this process, without waiting."""
    interaction = Interaction(
        confirm=lambda _: True, report=lambda _: None, progress=lambda _: None, wait=lambda _: None
    )
    return publish(request_of(project, rig), interaction)


def survived(rig: Rig, built: Built) -> int:
    """Provoke every fault on a first publication and on an update, and return how many were survived."""
    for project in (built.before, built.after):
        settle_in(project, rig)
    return sum(
        1
        for start in (None, built.before)
        for provoke, when in _FAULTS
        for _ in _faults(rig, start, built.after, provoke, when)
    )


def _faults(
    rig: Rig,
    start: Project | None,
    after: Project,
    provoke: Callable[[Rig, Project, int, When], bool],
    when: When,
) -> Iterator[int]:
    """Yield the number of each write that was lost and made up for."""
    for number in range(1, _MOST_WRITES):
        rig.reset()
        rig.lose(0, "before")
        if start is not None:
            assert run(start, rig).exit_code == 0
        if not provoke(rig, after, number, when):
            return
        rig.lose(0, "before")
        again = run(after, rig)  # looks first, and goes on from there
        assert again.findings == (), f"write {number} lost {when}: {again.findings}"
        carries_all(rig, after)
        rig.lose(0, "before")
        third = run(after, rig)
        assert (third.exit_code, rig.writes(), third.work) == (0, 0, ()), (
            f"write {number} lost {when}: {third}"
        )
        yield number
    raise AssertionError("publishing writes without end")


def carries_all(rig: Rig, project: Project) -> None:
    """Assert that a site carries both attachments of a project, and nothing else of ours."""
    expected = {language: project.attachment(language=language).read_bytes() for language in ("en", "fr")}
    assert rig.carried() == expected
    left = rig.orphans()
    assert not left, left


def _lost(rig: Rig, project: Project, number: int, when: When) -> bool:
    """Lose a write of a run in this process; say whether there was such a write."""
    rig.lose(number, when)
    try:
        run(project, rig)
    except PublishError:
        return True
    return rig.writes() >= number


def _killed(rig: Rig, project: Project, number: int, when: When) -> bool:
    """Kill a run in a process of its own at a write; say whether there was such a write."""
    with _started(project, rig, number, when) as process:
        process.wait(_SECONDS)
    assert process.returncode in (0, -signal.SIGKILL), process.returncode
    return process.returncode != 0


@contextmanager
def _started(project: Project, rig: Rig, number: int, when: When) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the command in a process of its own that will be killed at that write."""
    pids: list[int] = []
    rig.kill(number, when, lambda: pids[0])
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "publish", "--to", TARGET, "--yes", "--quiet"],
        cwd=project.folder,
        env={**os.environ, **rig.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        pids.append(process.pid)
        yield process


#: To be killed after a write is to be killed before the next one, so that killing before each is killing at
#: each step.
_FAULTS: tuple[tuple[Callable[[Rig, Project, int, When], bool], When], ...] = (
    (_lost, "before"),
    (_lost, "after"),
    (_killed, "before"),
)

"""Every fault on the way to a Drupal, and to be made up for."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.projects import ENGLISH, Project
from tests.publish.drupal.fake import FakeDrupal, fake_drupal
from tests.publish.drupal.site import PASSWORD, Node, Site
from tests.publish.faults.suite import When, built_twice, survived

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


class DrupalRig:
    """The strict fake Drupal, with one post that another person's file is attached to."""

    def __init__(self, drupal: FakeDrupal) -> None:
        self._drupal = drupal
        self.node: Node | None = None
        self.settings = f'kind = "drupal"\nurl = "{drupal.url}"\nuser = "annexe"'
        self.environment: Mapping[str, str] = {"ANNEXE_BLOG_PASSWORD": PASSWORD}
        self._before = 0

    def reset(self) -> None:
        """Begin with one post, to which somebody else attached a file."""
        site = self._drupal.site
        site.nodes.clear()
        site.files.clear()
        self.node = site.add_node()
        site.attach(self.node, site.add_file("agenda.pdf"), "The agenda")

    def lose(self, number: int, when: When) -> None:
        """Lose the write of that number from now on; 0: none."""
        self._fault(number, when, lambda: None)

    def kill(self, number: int, when: When, victim: Callable[[], int]) -> None:
        """Kill the process that `victim` returns in the moment of that write."""
        self._fault(number, when, lambda: os.kill(victim(), signal.SIGKILL))

    def _fault(self, number: int, when: When, act: Callable[[], None]) -> None:
        self._drupal.writes.clear()

        def fault(count: int, _method: str, _path: str) -> When | None:
            if count != number:
                return None
            act()
            return when

        self._drupal.fault = fault

    def writes(self) -> int:
        """Return how many writes there were since the last fault was set."""
        return len(self._drupal.writes)

    def carried(self) -> dict[str, bytes]:
        """Return the attachments that the post lists, by language; the agenda still stands first."""
        assert self.node is not None
        first, *ours = self._drupal.site.items(self.node)
        assert first.description == "The agenda"
        files = {file.uuid: file for file in self._drupal.site.files}
        return {files[item.file].name.split("-")[1]: files[item.file].data for item in ours}

    def orphans(self) -> list[str]:
        """Return the files that the post doesn't list."""
        assert self.node is not None
        listed = {item.file for item in self._drupal.site.items(self.node)}
        return [file.name for file in self._drupal.site.files if file.uuid not in listed]


@pytest.mark.heavy
def test_every_fault_is_survived(built: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each write lost before or after it arrived, and a SIGKILL at each.

    Running again converges, a third run writes nothing.
    """
    source = ENGLISH.replace("label:", "publish: {blog: {en: 1, fr: 1}}\nlabel:")
    twice = built_twice(built, tmp_path, source)
    with fake_drupal(Site()) as drupal:
        number = survived(DrupalRig(drupal), twice)
    with capsys.disabled():
        sys.stdout.write(f"\nDrupal: {number} faults survived\n")
    assert number >= 18

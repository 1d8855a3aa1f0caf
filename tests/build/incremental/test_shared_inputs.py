"""What all posts share is compared by stats, and these are relied on only where they are old enough."""

import datetime as dt
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.build.incremental import shared_inputs
from pipeline.build.incremental.shared_inputs import shared_place
from pipeline.build.request import Goal, Request
from pipeline.core.settings import load_settings
from tests.projects import Project

LATER = 10**18


@pytest.fixture
def request_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Request:
    """A request of a project; of what its posts share, only the standard wording and the code are looked at."""
    project = Project(tmp_path / "project")
    monkeypatch.setattr(shared_inputs, "_watched_files", lambda _: ())
    monkeypatch.setattr(shared_inputs, "_content", lambda *_: "content")
    return Request(
        settings=load_settings(project.folder, sources=project.sources, output=project.output),
        house_file=project.sources / "house.yaml",
        goal=Goal.BUILD,
        slugs=(),
        languages=(),
        now=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
    )


def test_stats_that_are_too_young_are_not_relied_on(request_here: Request) -> None:
    """A file as young as the time from which stamps can't be relied on makes the state racy; older ones don't."""
    newest = shared_inputs.shared_stats(request_here, ())[1]
    assert shared_place(request_here, "here", None, newest).is_racy
    assert not shared_place(request_here, "here", None, newest + 1).is_racy


def test_a_state_is_read_again_unless_its_stats_can_be_relied_on(
    request_here: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where every stat is what it was, nothing is read; where stats were too young, or one differs, all is."""
    known = shared_place(request_here, "here", None, time.time_ns() + LATER)
    monkeypatch.setattr(shared_inputs, "_content", lambda *_: "read again")
    assert shared_place(request_here, "here", known, 0) is known
    young = replace(known, is_racy=True)
    assert shared_place(request_here, "here", young, 0).shared == "read again"
    request_here.house_file.write_bytes(request_here.house_file.read_bytes() + b"\n")
    assert shared_place(request_here, "here", known, 0).shared == "read again"

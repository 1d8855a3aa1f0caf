"""Editions are composed as workers ask for them: however many there are, only a few are held at a time."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.build import outcomes
from pipeline.build.recorder import BuildRun
from pipeline.build.request import Goal, Progress, Request
from pipeline.build.run import run
from pipeline.build.tasks import Task, TaskPlan
from pipeline.core.results import EditionResult
from pipeline.core.settings import load_settings
from tests.projects import Project

POSTS, WORKERS, AHEAD = 12, 1, 4


class Held:
    """Counts the tasks that were made and whose attachments are not placed yet."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = self.most = self.made = 0
        made, placed = TaskPlan.tasks, outcomes.place_attachment

        def tasks(plan: TaskPlan) -> Iterator[Task]:
            for task in made(plan):
                self.made += 1
                self.now += 1
                self.most = max(self.most, self.now)
                yield task

        def place_attachment(at_work: BuildRun, task: Task, outcome: Any) -> EditionResult:
            self.now -= 1
            return placed(at_work, task, outcome)

        monkeypatch.setattr(TaskPlan, "tasks", tasks)
        monkeypatch.setattr(outcomes, "place_attachment", place_attachment)


def test_only_a_few_tasks_are_held_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of twelve posts in two languages, one worker has at most those ahead of it that it may have, and one in hand."""
    project = Project(tmp_path / "project")
    for number in range(POSTS):
        project.add_post(f"post-{number:02}")
    monkeypatch.chdir(project.folder)
    held = Held(monkeypatch)
    request = Request(
        settings=replace(
            load_settings(project.folder, sources=project.sources, output=project.output), workers=WORKERS
        ),
        house_file=project.sources / "house.yaml",
        goal=Goal.BUILD,
        slugs=(),
        languages=(),
        now=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
    )
    result = run(request, Progress(start=lambda _: None, advance=lambda _: None))
    assert (len(result.editions), held.made, held.now) == (2 * POSTS, 2 * POSTS, 0)
    assert held.most <= WORKERS * (1 + AHEAD) + 1

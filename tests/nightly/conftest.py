"""Projects that have had their first night."""

from pathlib import Path

import pytest

from tests.nightly.many import add_posts, run_night
from tests.projects import Project

FIRST = "2026-11-01T02:00:00"


@pytest.fixture(scope="session")
def fifty(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Fifty posts in two languages after their first night; not to be changed by a test."""
    project = Project(tmp_path_factory.mktemp("fifty") / "project")
    add_posts(project, 50)
    told = run_night(project, FIRST)
    assert told.code == 0, told.ran.err
    assert told.report["outcomes"]["built"] == 100
    return project


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two posts in two languages after their first night; not to be changed by a test."""
    project = Project(tmp_path_factory.mktemp("few") / "project")
    add_posts(project, 2)
    told = run_night(project, FIRST)
    assert told.code == 0, told.ran.err
    return project


@pytest.fixture
def few(first: Project, tmp_path: Path) -> Project:
    """A copy of the two posts, to be changed."""
    return first.copied(tmp_path / "project")

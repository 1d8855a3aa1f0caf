"""The site that all tests of this folder talk to; each makes posts of its own there."""

import secrets
from collections.abc import Iterator

import pytest

from tests.publish.wordpress.publishing import Blog, blog_of
from tests.publish.wordpress.site import WordPressSite, started_wordpress


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPressSite]:
    """A real WordPress on loopback, started once."""
    with started_wordpress(tmp_path_factory.mktemp("wordpress")) as site:
        yield site


@pytest.fixture(params=["admin", "author"])
def user(request: pytest.FixtureRequest) -> str:
    """Each user that may publish posts of its own: one whose HTML is kept as it is, one whose is filtered."""
    return str(request.param)


@pytest.fixture
def blog(site: WordPressSite, user: str) -> Iterator[Blog]:
    """The site as a target for this user."""
    with blog_of(site, user) as blog:
        yield blog


@pytest.fixture
def slug() -> str:
    """A post's name that no other test has."""
    return f"post-{secrets.token_hex(4)}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many faults were survived."""
    reports = terminalreporter.getreports("passed")
    survived = sum("test_every_fault_is_survived" in report.nodeid for report in reports)
    if survived:
        terminalreporter.write_line(f"faults survived on a real WordPress: {survived}")

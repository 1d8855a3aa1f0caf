"""The site that all tests of this folder talk to; each makes posts of its own there."""

from collections.abc import Iterator

import pytest

from tests.wordpress.site import WordPressSite, started_wordpress


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPressSite]:
    """A real WordPress on loopback, started once."""
    with started_wordpress(tmp_path_factory.mktemp("wordpress")) as site:
        yield site

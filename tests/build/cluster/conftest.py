"""The cluster that tests share which don't harm it."""

from collections.abc import Iterator

import pytest

from tests.build.cluster.dask import Cluster, started


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and two workers, not to be harmed."""
    with started(tmp_path_factory.mktemp("dask") / "cluster", workers=2) as cluster:
        yield cluster

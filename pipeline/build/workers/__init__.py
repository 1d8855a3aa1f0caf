"""Where jobs run: in processes of this machine, or on a Dask cluster; one interface, `run`.

Jobs and results are plain data, so that the same jobs give the same results wherever they run.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from pipeline.build.workers.outcomes import Limits, Outcome, Trouble

__all__ = ["Limits", "Outcome", "Trouble", "run"]

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")


def run(
    function: Callable[[JobT], ResultT],
    jobs: Iterable[JobT],
    *,
    workers: int,
    limits: Limits,
    prepare: Callable[[Path | None], None],
    preload: Sequence[str],
    cluster: str | None = None,
    warn: Callable[[str], None] = lambda _: None,
) -> Iterator[Outcome[ResultT]]:
    """Run `function` on each job in worker processes and yield the outcomes as they come.

    `workers` is the number of processes, 0 for one a core. `prepare` is called once in each process; on another
    machine with a folder for its files, on this one with None. The modules in `preload` are imported once, in the
    process that workers are forked from. Everything passed must pickle. Jobs are taken from `jobs` a few at a time.

    With the address of a Dask scheduler as `cluster`, the processes are those of its workers; `warn` is told which of
    them could not be used and why. Raises ClusterError where it can't be used, or is gone before the end.
    """
    if cluster is None:
        from pipeline.build.workers import local  # noqa: PLC0415 - loads Pebble, which a run without work has no use for

        yield from local.run(function, jobs, workers=workers, limits=limits, prepare=prepare, preload=preload)
        return
    from pipeline.build.workers import cluster as remote  # noqa: PLC0415 - only for who has a cluster

    yield from remote.run(
        function, jobs, address=cluster, limits=limits, prepare=prepare, preload=preload, warn=warn
    )

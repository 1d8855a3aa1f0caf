"""What tests do with a cluster, in a process of its own.

`python -m tests.build.cluster.client ADDRESS WHAT …`.

It prints JSON.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from pipeline.build.workers import Limits, cluster, run
from pipeline.core.errors import AnnexeError
from tests.build.cluster.acts import act, prepare

#: Seconds that these jobs wait for a worker.
PATIENCE = 20.0


def jobs(address: str, *orders: str) -> Any:
    """Run jobs, and return (outcomes, warnings), or what was raised."""
    warnings: list[str] = []
    cluster.PATIENCE = PATIENCE
    try:
        found = run(
            act,
            orders,
            workers=1,
            limits=Limits(seconds=5, mebibytes=300),
            prepare=prepare,
            preload=(),
            cluster=address,
            warn=warnings.append,
        )
        outcomes = sorted(found, key=lambda outcome: outcome.index)
    except AnnexeError as error:
        return [int(error.exit_code), str(error)]
    return [
        [[outcome.result, outcome.trouble and str(outcome.trouble), outcome.detail] for outcome in outcomes],
        warnings,
    ]


def kits_of(dask_worker: Any) -> int:
    """Return how many kits a worker has taken."""
    plugins = dask_worker.plugins
    return sum(bool(plugin.processes) for name, plugin in plugins.items() if name.startswith("annexe-"))


def kits(address: str) -> list[int]:
    """Return how many kits each worker has taken."""
    from distributed import Client

    with Client(address) as client:
        return list(client.run(kits_of).values())


def wait(address: str, number: str) -> int:
    """Wait until there are so many workers, and return how many there are."""
    from distributed import Client

    with Client(address) as client:
        client.wait_for_workers(int(number))
        return len(client.nthreads())


if __name__ == "__main__":
    known: dict[str, Callable[..., Any]] = {"jobs": jobs, "kits": kits, "wait": wait}
    _, where, what, *rest = sys.argv
    print(json.dumps(known[what](where, *rest)))

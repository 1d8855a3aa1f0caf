"""What tests do with a cluster, in a process of its own; prints JSON. `python -m tests.build.cluster.client ADDRESS WHAT …`."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from pipeline.build.workers import Limits, cluster
from pipeline.build.workers.cluster_worker import Introduction, introduce
from pipeline.build.workers.dask_client import Link
from pipeline.core.errors import AnnexeError
from tests.build.cluster.acts import act, prepare


def jobs(address: str, *orders: str) -> Any:
    """Run jobs, and return (outcomes, warnings), or what was raised."""
    warnings: list[str] = []
    limits = Limits(seconds=5, mebibytes=300)
    try:
        outcomes = sorted(
            cluster.run(
                act,
                orders,
                address=address,
                limits=limits,
                prepare=prepare,
                preload=(),
                warn=warnings.append,
                patience=20,
            ),
            key=lambda outcome: outcome.index,
        )
    except AnnexeError as error:
        return [int(error.exit_code), str(error)]
    return [
        [[outcome.result, outcome.trouble and str(outcome.trouble), outcome.detail] for outcome in outcomes],
        warnings,
    ]


def received(address: str) -> list[int]:
    """Return how often each worker was given what jobs need."""
    link = Link(address)
    said = link.ask(introduce, workers=link.workers())
    link.close()
    return [one.received for one in said.values() if isinstance(one, Introduction)]


def wait(address: str, number: str) -> int:
    """Wait until there are so many workers, and return how many there are."""
    link = Link(address)
    while (there := len(link.workers())) < int(number):
        time.sleep(0.05)
    link.close()
    return there


if __name__ == "__main__":
    known: dict[str, Callable[..., Any]] = {"jobs": jobs, "received": received, "wait": wait}
    _, where, what, *rest = sys.argv
    print(json.dumps(known[what](where, *rest)))

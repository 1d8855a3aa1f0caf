"""Jobs on a Dask cluster: Dask chooses the worker of each, among those with the same tools as this machine.

Dask gives each worker what jobs need before its first, and does a job again whose worker died.
"""

import hashlib
import logging
import pickle
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.build.workers import Limits, Outcome, WorkersDiedError, bug
from pipeline.core.errors import ClusterError, CommandError

#: How long, in seconds, the cluster may have no worker that can be used.
PATIENCE = 60.0
#: Seconds that connecting may take, and between two looks at which workers there are.
_CONNECTING, _LOOK = 10, 1.0


class Cluster:
    """The workers of the scheduler at an address that may be given jobs.

    Raises CommandError without Dask, and ClusterError where there is no scheduler, where it breaks off, and
    where a worker that is there from the beginning has other tools; `warn` is told why of a later one.
    """

    pause: float | None = _LOOK

    def __init__(
        self,
        address: str,
        *,
        limits: Limits,
        prepare: Callable[[Path | None], None],
        preload: Sequence[str],
        warn: Callable[[str], None],
    ) -> None:
        self._address = address
        self._client = _connect(address)
        from pipeline.build.workers import cluster_worker as remote  # noqa: PLC0415 - after Dask was silenced

        self._remote = remote
        self._here = remote.introduce()
        preparation = remote.Preparation(limits=limits, prepare=prepare, preload=tuple(preload))
        self._name, self._kit = _kit_plugin(preparation, self._here)
        self._executor = self._client.get_executor(pure=False, retries=0, allow_other_workers=False)
        self._warn = warn
        self._patience = PATIENCE
        #: The workers that may be given jobs, with the number of threads of each, and why others may not.
        self._workers: dict[str, int] = {}
        self._refused: dict[str, str] = {}
        self._is_prepared = False
        #: The jobs under way, and which workers each may go to.
        self._sent: dict[Future[Any], frozenset[str]] = {}
        self._looked = 0.0

    def room(self) -> int:
        """Return how many jobs may be under way at once; waits for a worker."""
        give_up = time.monotonic() + self._patience
        if time.monotonic() - self._looked >= _LOOK:
            self._look()
        while not self._workers:
            if time.monotonic() > give_up:
                raise self._nobody()
            time.sleep(_LOOK / 4)
            self._look()
        # One job more than a worker has threads, so that none waits for the way here and back.
        return sum(threads + 1 for threads in self._workers.values())

    def submit(self, function: Callable[..., Any], *arguments: object) -> Future[Any]:
        """Have a worker call a function; `outcome` says what came of it."""
        self._check_connection()
        payload = pickle.dumps((function, *arguments), protocol=5)
        future: Future[Any] = self._executor.submit(
            self._remote.work, self._name, payload, workers=list(self._workers)
        )
        self._sent[future] = frozenset(self._workers)
        return future

    def outcome(self, index: int, future: Future[Any]) -> Outcome[Any]:
        """Return what became of a job; raises WorkersDiedError where Dask gave it up with its workers."""
        from distributed import KilledWorker  # noqa: PLC0415 - optional

        workers = self._sent.pop(future)
        try:
            return replace(future.result(), index=index)
        except KilledWorker as error:
            raise WorkersDiedError(error.allowed_failures + 1, error.last_worker.address) from error
        except (CancelledError, OSError) as error:
            self._check_connection()
            raise WorkersDiedError(1, min(workers)) from error
        except Exception as error:  # noqa: BLE001 - whatever a job raises is reported as its bug
            return bug(index, error)

    def close(self) -> None:
        """Leave the cluster; what is still at work there is forgotten."""
        with suppress(Exception):
            self._client.close(timeout=5)

    def _look(self) -> None:
        """See which workers there are, accept new ones, and take jobs back that no worker can do any more."""
        there: Mapping[str, int] = self._ask(self._client.nthreads)
        strangers = [address for address in there if address not in {**self._workers, **self._refused}]
        good = self._compare(strangers)
        if good and not self._is_prepared:
            self._ask(self._client.register_plugin, self._kit, self._name)
            self._is_prepared = True
        self._workers = {name: threads for name, threads in there.items() if name in {*self._workers, *good}}
        for future, workers in self._sent.items():
            if workers.isdisjoint(self._workers):
                future.cancel()
        self._looked = time.monotonic()

    def _compare(self, addresses: Sequence[str]) -> list[str]:
        """Return those of some workers that have the same tools as this machine; the others are refused."""
        if not addresses:
            return []
        answers = self._ask(
            self._client.run, self._remote.introduce, workers=list(addresses), on_error="return"
        )
        complaints = {address: self._complaint(address, answer) for address, answer in answers.items()}
        refused = {address: complaint for address, complaint in complaints.items() if complaint}
        if refused and not self._is_prepared:
            raise ClusterError("; ".join(refused.values()) + "; install the same on all of them")
        for complaint in refused.values():
            self._warn(complaint)
        self._refused.update(refused)
        return [address for address in answers if complaints[address] == ""]

    def _complaint(self, address: str, answer: object) -> str | None:
        """Return why a worker can't be given jobs; empty where it can, None where it is gone already."""
        if isinstance(answer, OSError):
            return None
        if not isinstance(answer, self._remote.Introduction):
            return f"worker {address} has not this Annexe ({type(answer).__name__}: {answer})"
        if differing := self._remote.differences(answer, self._here):
            return f"worker {address} has {', '.join(differing)}"
        if not answer.may_start_processes:
            return (
                f"worker {address} may start no processes: start it with "
                "DASK_DISTRIBUTED__WORKER__DAEMON=False"
            )
        return ""

    def _ask(self, question: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        self._check_connection()
        try:
            return question(*arguments, **more)
        except (OSError, CancelledError) as error:
            raise self._gone() from error

    def _check_connection(self) -> None:
        """Raise ClusterError where the scheduler is gone: Dask would wait, though all jobs are lost."""
        if self._client.status != "running":
            raise self._gone()

    def _gone(self) -> ClusterError:
        return ClusterError(
            f"the scheduler at {self._address} is gone; what was finished is kept and recorded: start a "
            "scheduler and workers, then run again to go on"
        )

    def _nobody(self) -> ClusterError:
        why = "; ".join(self._refused.values())
        return ClusterError(
            f"the scheduler at {self._address} has had no worker for {self._patience:g} s"
            f"{f' that may be used ({why})' if why else ''}; what was finished is kept and recorded: start "
            f"workers with `dask worker {self._address}`, then run again to go on"
        )


def _kit_plugin(preparation: Any, here: Any) -> tuple[str, Any]:
    """Return the plugin that gives a worker what jobs need, and the name that it has by its content.

    Dask gives it to each worker that comes, also to those of somebody else or with another Annexe: those go
    on as if it weren't there. So its class is sent along (a local class can't be found by its name), and
    imports nothing that a worker may lack.
    """
    from distributed import WorkerPlugin  # noqa: PLC0415 - optional

    packed = pickle.dumps(preparation, protocol=5)
    expected = (here.versions, here.code)

    class Kit(WorkerPlugin):  # type: ignore[misc] # Dask's types are not looked at
        """What jobs need, on one worker."""

        #: It is sent once, however many builds register it.
        idempotent = True
        processes: Any = None

        def setup(self, worker: Any) -> None:
            """Take the kit where this worker's tools are the same."""
            try:
                from pipeline.build.workers import cluster_worker as ours  # noqa: PLC0415 - it may be missing

                me = ours.introduce()
                if (me.versions, me.code) == expected:
                    self.processes = ours.take(packed, worker)
            except Exception:  # noqa: BLE001, S110 - a worker that can't is refused by the client, with the reason
                pass

    return f"annexe-{hashlib.sha256(packed + pickle.dumps(expected)).hexdigest()}", Kit()


def _connect(address: str) -> Any:
    """Return Dask's client of the scheduler at an address, silent where it would write to stderr."""
    try:
        import distributed  # noqa: PLC0415 - optional, and a second to import
        from dask import config  # noqa: PLC0415 - optional
    except ImportError as error:
        raise CommandError(
            "a cluster needs Dask, which is not installed here; run `make set-up-cluster`"
        ) from error
    # What goes wrong is reported in our words; Dask's log would repeat it in the middle of a progress bar.
    for name in logging.Logger.manager.loggerDict:
        if name.split(".")[0] in {"distributed", "tornado"}:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    # A job with large images is no mistake here, and a certificate's place comes from Dask's own settings.
    config.set({"distributed.admin.large-graph-warning-threshold": "1GiB"})
    try:
        return distributed.Client(
            address, timeout=_CONNECTING, set_as_default=False, name="annexe", heartbeat_interval=5000
        )
    except OSError as error:
        raise ClusterError(
            f"no scheduler answers at {address} ({str(error) or type(error).__name__}); start one with "
            "`dask scheduler`, or build without --cluster"
        ) from error

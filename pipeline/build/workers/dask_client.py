"""The connection to a Dask scheduler: the only place that knows Dask.

Who is connected decides itself which worker gets which job: Dask carries it there and back, says which workers there
are, and notices when one is gone.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any

from pipeline.core.errors import ClusterError, CommandError

#: Seconds that connecting may take, and each question to the scheduler and its workers.
_CONNECTING, _PATIENCE = 10, 60
#: A result lies ready when it is fetched; where that takes longer than these seconds, its worker is gone.
_FETCHING = 20


class LostError(Exception):
    """A job's result can't be had, since its worker is gone."""


def dask() -> Any:
    """Return the package `distributed`, silent where it would write to stderr; raises CommandError without it."""
    try:
        import distributed  # noqa: PLC0415 - optional, and a second to import
    except ImportError as error:
        raise CommandError(
            "a cluster needs Dask, which is not installed here; run `make set-up-cluster`"
        ) from error
    # What goes wrong is told in our own words; Dask's own log would tell it again, in the middle of a progress bar.
    for name in logging.Logger.manager.loggerDict:
        if name.split(".")[0] in {"distributed", "tornado"}:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return distributed


class Link:
    """A connection to the scheduler at an address; raises ClusterError where there is none, or it breaks."""

    def __init__(self, address: str) -> None:
        distributed = dask()
        from dask import config  # noqa: PLC0415 - optional

        self.address = address
        # A job with large images is no mistake here, and a certificate's place comes from Dask's own settings.
        config.set({"distributed.admin.large-graph-warning-threshold": "1GiB"})
        try:
            self._client = distributed.Client(
                address, timeout=_CONNECTING, set_as_default=False, name="annexe", heartbeat_interval=5000
            )
        except (OSError, TimeoutError) as error:
            raise ClusterError(
                f"no scheduler answers at {address} ({_in_words(error)}); start one with `dask scheduler`, "
                "or build without --cluster"
            ) from error

    def workers(self) -> Mapping[str, int]:
        """Return the addresses of all workers and the number of threads of each."""
        threads: Mapping[str, int] = self._asking(self._client.scheduler.ncores)
        return threads

    def ask(self, function: Callable[..., Any], *arguments: Any, workers: Iterable[str]) -> Mapping[str, Any]:
        """Call a function on some workers at once; an exception is an answer too."""
        there = list(workers)
        if not there:
            return {}
        call = self._client._run  # noqa: SLF001 - Client.run, which offers no limit of time
        answers: Mapping[str, Any] = self._asking(
            call, function, *arguments, workers=there, on_error="return"
        )
        return answers

    def send(
        self, worker: str, function: Callable[..., Any], *arguments: Any, done: Callable[[], None]
    ) -> Any:
        """Have a worker call a function in its turn, and return the future; `done` is called when it is through."""
        self._alive()
        future = self._client.submit(
            function, *arguments, workers=[worker], allow_other_workers=False, pure=False, retries=0
        )
        future.add_done_callback(lambda _: done())
        return future

    def fetch(self, future: Any) -> Any:
        """Return a future's result; raises LostError where its worker is gone, and whatever the function raised."""
        from distributed import KilledWorker  # noqa: PLC0415 - optional

        try:
            return future.result(timeout=_FETCHING)
        except (OSError, TimeoutError, CancelledError, KilledWorker) as error:
            self._alive()
            raise LostError(_in_words(error)) from error
        finally:
            self.forget(future)

    def forget(self, future: Any) -> None:
        """Have the scheduler and the worker forget a job."""
        with suppress(Exception):
            future.cancel()
            future.release()

    def close(self) -> None:
        """Leave the cluster; what is still at work there is forgotten."""
        with suppress(Exception):
            self._client.close(timeout=5)

    def _asking(self, question: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        self._alive()
        try:
            return self._client.sync(question, *arguments, callback_timeout=_PATIENCE, **more)
        except (OSError, TimeoutError, CancelledError) as error:
            raise self._gone() from error

    def _alive(self) -> None:
        """Raise ClusterError where the scheduler is gone; Dask would wait for it, and has forgotten all jobs by then."""
        if self._client.status != "running":
            raise self._gone()

    def _gone(self) -> ClusterError:
        return ClusterError(
            f"the scheduler at {self.address} is gone; what was finished is kept and recorded: start a scheduler and "
            "workers, then run again to go on"
        )


def _in_words(error: BaseException) -> str:
    return str(error) or type(error).__name__

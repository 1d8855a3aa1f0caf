"""Jobs on a real cluster: limits, deaths of documents, workers and the scheduler, and other versions."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.build.cluster.dask import KIT, Cluster, answer, kill, started, until
from tests.repository import ROOT

pytestmark = pytest.mark.cluster


def test_limits_hold_on_a_worker(cluster: Cluster) -> None:
    """A document that dies, hangs, eats memory or fails is named; its worker lives on and does the others."""
    outcomes, warnings = cluster.ask("jobs", "a", "die", "hang", "eat", "fail", "b")
    assert outcomes == [
        ["A", None, ""],
        [None, "death", "exit code -9"],
        [None, "time", ""],
        [None, "memory", ""],
        [None, "bug", "ValueError: this document is odd"],
        ["B", None, ""],
    ]
    assert warnings == []


def test_a_poisoned_document_is_given_up_and_all_others_are_done(tmp_path: Path) -> None:
    """A document that kills its workers is tried alone, named after the third.

    Costs no other document.
    """
    with started(tmp_path / "cluster", workers=0, failures=0) as cluster:
        cluster.start_worker("--nworkers", "2", "--nanny")
        cluster.wait_for_workers(2)
        orders = [f"order {number}" for number in range(10)]
        outcomes, _ = cluster.ask("jobs", *orders[:3], "poison", *orders[3:])
        poisoned = outcomes.pop(3)
        assert [result for result, _, _ in outcomes] == [order.upper() for order in orders]
        assert poisoned[:2] == [None, "death"]
        assert poisoned[2].startswith("3 workers of the cluster died with it, the last at tcp://127.0.0.1:")


def test_a_cluster_whose_scheduler_dies_is_told(tmp_path: Path) -> None:
    """When the scheduler dies with jobs under way, the run ends at once with a clear error."""
    with started(tmp_path / "cluster", workers=1) as cluster:
        client = cluster.ask("jobs", "a", f"wait {tmp_path / 'never'}", background=True)
        until(lambda: KIT in cluster.log(), "the worker's preparation")
        kill(cluster.scheduler)
        begun = time.monotonic()
        code, said = answer(client)
        assert code == 4
        assert said == (
            f"the scheduler at {cluster.address} is gone; what was finished is kept and recorded: start a "
            "scheduler and workers, then run again to go on"
        )
        assert time.monotonic() - begun < 10


def test_a_cluster_without_workers_is_told(tmp_path: Path) -> None:
    """A scheduler without workers is waited for a while, then told with the command that starts one."""
    with started(tmp_path / "cluster", workers=0) as cluster:
        code, said = cluster.ask("jobs", "a")
    assert code == 4
    assert said.startswith(f"the scheduler at {cluster.address} has had no worker for 20 s; ")
    assert f"`dask worker {cluster.address}`" in said


def other_version(folder: Path) -> Path:
    """Return a folder with an Annexe of another version."""
    shutil.copytree(ROOT / "pipeline", folder / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    start = folder / "pipeline" / "__init__.py"
    start.write_text(start.read_text().replace('"0.1.0"', '"0.0.9"'))
    return folder


def test_a_worker_of_another_version_is_refused_by_name(tmp_path: Path) -> None:
    """Before any job is sent, workers with other tools are named, each with what differs."""
    with started(tmp_path / "cluster", workers=1) as cluster:
        cluster.start_worker("--no-nanny", code=[other_version(tmp_path / "other")])
        cluster.wait_for_workers(2)
        code, said = cluster.ask("jobs", "a")
    assert code == 4
    assert said.startswith("worker tcp://127.0.0.1:")
    assert said.endswith(" has annexe 0.0.9, this machine 0.1.0; install the same on all of them")


def test_a_worker_that_comes_later_with_another_version_gets_no_job(tmp_path: Path) -> None:
    """One that joins while jobs are under way is compared too: it is warned of, and given nothing."""
    go = tmp_path / "go"
    with started(tmp_path / "cluster", workers=1) as cluster:
        client = cluster.ask("jobs", *[f"wait {go}"] * 4, background=True)
        until(lambda: KIT in cluster.log(), "the first worker's preparation")
        cluster.start_worker("--no-nanny", code=[other_version(tmp_path / "other")])
        until(lambda: cluster.log().count("'introduce'") > 1, "the second worker's introduction")
        go.touch()
        outcomes, (warning,) = answer(client)
        assert [result for result, _, _ in outcomes] == [f"WAIT {go}".upper()] * 4
        assert warning.endswith(" has annexe 0.0.9, this machine 0.1.0")
        assert sorted(cluster.ask("kits")) == [0, 1]


def test_a_worker_that_may_start_no_processes_is_told_how_to(tmp_path: Path) -> None:
    """A worker whose limits could not be kept is refused with the variable that mends it."""
    with started(tmp_path / "cluster", workers=0) as cluster:
        cluster.start_worker("--nanny", environment={"DASK_DISTRIBUTED__WORKER__DAEMON": "True"})
        cluster.wait_for_workers(1)
        code, said = cluster.ask("jobs", "a")
    assert code == 4
    assert "may start no processes: start it with DASK_DISTRIBUTED__WORKER__DAEMON=False" in said


def processes_below(process: subprocess.Popen[bytes]) -> set[int]:
    """Return the numbers of all processes that a process has started, directly or not."""
    import psutil

    return {child.pid for child in psutil.Process(process.pid).children(recursive=True)}


def test_a_killed_worker_leaves_no_process_behind(tmp_path: Path) -> None:
    """What a worker started for its jobs ends with it, also where a job never would."""
    import psutil

    with started(tmp_path / "cluster", workers=0) as cluster:
        worker = cluster.start_worker()
        cluster.wait_for_workers(1)
        client = cluster.ask("jobs", "a", "hang", background=True)
        until(lambda: len(processes_below(worker)) > 2, "the worker's processes")
        below = processes_below(worker)
        kill(worker)
        until(lambda: not any(psutil.pid_exists(pid) for pid in below), "the end of all processes", 20)
        client.kill()
        client.communicate()

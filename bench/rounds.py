"""All ways, round by round in turn, on the same posts."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.arithmetic import evenly
from bench.facts import facts_of
from bench.job import Job, Way
from bench.measuring import BrokenWayError, Taken, measure
from bench.pages import prepare_sheet
from bench.posts import Document, write_posts
from bench.project import Project

#: How the posts of a run that warm a process up are made: from another seed than those that are timed.
_WARM_POSTS, _OTHER_SEED = 1, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much to measure: posts, timed rounds, documents that a slow way takes a round, the seed of the posts."""

    posts: int
    rounds: int
    sample: int
    seed: int


def prepare(folder: Path, plan: Plan) -> Job:
    """Make posts, projects, style sheet and fonts in an empty folder, and return the job of round 0."""
    for name in ("annexe", "annexe-cold"):
        project = Project(folder / name)
        project.make()
        write_posts(project.sources, count=plan.posts, seed=plan.seed)
        # The fonts are made once on a machine, and the attachments that stay are built once.
        project.run("build", "--quiet")
    peers = folder / "peers"
    prepare_sheet(peers)
    (peers / "out").mkdir()
    return Job(
        folder=folder,
        documents=write_posts(peers / "sources", count=plan.posts, seed=plan.seed),
        warm=write_posts(peers / "warm", count=_WARM_POSTS, seed=plan.seed + _OTHER_SEED),
        turn=0,
    )


def measure_all(ways: Sequence[Way], first: Job, plan: Plan) -> dict[str, Any]:
    """Measure round by round and return what each way took, by its name.

    In round 0 memory is watched and the files are looked into; its times count for nothing. A way that is missing or
    breaks is told as such, and the others go on.
    """
    told: dict[str, Any] = {way.name: _blank(way) for way in ways}
    for turn in range(plan.rounds + 1):
        for way in ways:
            if told[way.name]["missing"] is not None:
                continue
            job = replace(first, turn=turn, documents=tuple(_documents(way, first, plan, turn)))
            _say(f"round {turn} of {plan.rounds}: {way.title}")
            try:
                taken = measure(way.name, job, is_watched=turn == 0, log=first.folder / "said.txt")
                _note(told[way.name], taken, turn)
            except BrokenWayError as error:
                told[way.name]["missing"] = f"broken: {error}"
                _say(str(error))
    return told


def _documents(way: Way, job: Job, plan: Plan, turn: int) -> Iterator[Document]:
    wanted = plan.sample if way.is_sampled else len(job.documents)
    # Those of a sample are spread over short and long ones, so that it has the weight of the whole.
    by_length = sorted(job.documents, key=lambda document: document.path.stat().st_size)
    yield from (by_length[place] for place in evenly(len(by_length), wanted, turn))


def _blank(way: Way) -> dict[str, Any]:
    return {
        "title": way.title, "lacks": way.lacks, "sampled": way.is_sampled, "missing": way.missing(),
        "rounds": [], "memory": None, "facts": None,
    }  # fmt: skip


def _note(told: dict[str, Any], taken: Taken, turn: int) -> None:
    if turn == 0:
        told["memory"] = round(taken.memory or 0.0, 1)
        facts = facts_of(taken.files)
        told["facts"] = {**facts, "pages": round(facts["pages"] / taken.documents, 2)}
        return
    told["rounds"].append(
        {
            "seconds": round(taken.seconds, 4),
            "cpu": round(taken.cpu, 3),
            "documents": taken.documents,
            "bytes": taken.size,
        }
    )


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def empty(folder: Path) -> Path:
    """Return a folder, made empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder

"""One change's own effect: the same posts built from nothing by two checkouts in turn, on one worker.

    python -m bench.lever "words for the change" --before FOLDER [--after FOLDER] [--rounds 5] [--posts 20]

Prints the table of all changes that are recorded, this one among them.
"""

import argparse
import datetime as dt
import os
import sys
import time
from pathlib import Path
from typing import Any

from bench import results
from bench.posts import write_posts
from bench.project import ROOT, Project
from bench.report import rewrite
from bench.rounds import empty
from bench.tables import levers_table
from bench.tree import adopt_orphans, cpu_seconds

_FOLDER = ROOT / "build" / "bench-lever"


def main() -> None:
    """Carry out what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", help="words for the change, as they stand in the table")
    parser.add_argument("--before", type=Path, required=True, help="a checkout without the change")
    parser.add_argument("--after", type=Path, default=ROOT, help="a checkout with it; this one unless named")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--posts", type=int, default=20)
    parser.add_argument("--dry", action="store_true", help="print, record nothing")
    arguments = parser.parse_args()
    for checkout in (arguments.before, arguments.after):
        if not (checkout / "pipeline" / "cli").is_dir():
            parser.error(f"{checkout} is no checkout of Annexe; name the folder that holds pipeline/")
    before = results.surroundings()["load"]
    adopt_orphans()
    lever = compare(
        arguments.before.resolve(), arguments.after.resolve(), rounds=arguments.rounds, posts=arguments.posts
    )
    others = results.read().get("levers", {}).get("levers", {})
    measured = {
        "rounds": arguments.rounds, "posts": arguments.posts, "load_before": before,
        "levers": {**others, arguments.name: lever},
    }  # fmt: skip
    sys.stdout.write(levers_table(measured))
    if not arguments.dry:
        results.record("levers", measured)
        rewrite()


def compare(before: Path, after: Path, *, rounds: int, posts: int, folder: Path = _FOLDER) -> dict[str, Any]:
    """Return when this was and what each round took with either checkout; which comes first changes each round."""
    empty(folder)
    projects = {
        "before": Project(folder / "before", checkout=before),
        "after": Project(folder / "after", checkout=after),
    }
    for project in projects.values():
        project.make()
        project.set_workers(1)
        write_posts(project.sources, count=posts, seed=1)
        # Fonts and byte code are made once on a machine.
        project.run("build", "--quiet")
    taken: dict[str, list[dict[str, float]]] = {side: [] for side in projects}
    for turn in range(rounds):
        for side in sorted(projects, reverse=bool(turn % 2)):
            taken[side].append(_build(projects[side]))
    return {"taken": dt.datetime.now(dt.UTC).isoformat(timespec="minutes"), **taken}


def _build(project: Project) -> dict[str, float]:
    project.forget()
    cpu, began = cpu_seconds(os.getpid()), time.perf_counter()
    project.run("build", "--quiet")
    seconds = time.perf_counter() - began
    return {"seconds": round(seconds, 4), "cpu": round(cpu_seconds(os.getpid()) - cpu, 3)}


if __name__ == "__main__":
    main()

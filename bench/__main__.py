"""Measure the whole way from Markdown files to PDF files, through Annexe and through what a user would take instead.

    python -m bench [--posts 50] [--rounds 5] [--sample 8] [--seed 1] [--only NAME ...]

Prints a table and writes bench/results.json, docs/performance.md's table and docs/performance.svg. With `--only` it
prints and writes nothing: what is left out then has no place in the documents.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from bench.report import rewrite, table
from bench.results import read, record, surroundings
from bench.rounds import Plan, empty, measure_all, prepare
from bench.tables import summary
from bench.ways import WAYS

_FOLDER = Path(__file__).resolve().parents[1] / "build" / "bench"


def main() -> None:
    """Carry out what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=50, help="posts, of two editions each")
    parser.add_argument("--rounds", type=int, default=5, help="timed rounds; one more comes first")
    parser.add_argument("--sample", type=int, default=8, help="documents a round, of the slow ways")
    parser.add_argument("--seed", type=int, default=1, help="what the posts depend on")
    parser.add_argument("--folder", type=Path, default=_FOLDER, help="where to work; it is emptied first")
    parser.add_argument(
        "--only", nargs="+", choices=[way.name for way in WAYS], help="measure these, keep nothing"
    )
    arguments = parser.parse_args()
    plan = Plan(posts=arguments.posts, rounds=arguments.rounds, sample=arguments.sample, seed=arguments.seed)
    before = surroundings()["load"]
    ways = [way for way in WAYS if arguments.only is None or way.name in arguments.only]
    job = prepare(empty(arguments.folder.resolve()), plan)
    measured = {
        "posts": plan.posts, "timed_rounds": plan.rounds, "sample": plan.sample, "seed": plan.seed, "load_before": before,
        "ways": measure_all(ways, job, plan),
    }  # fmt: skip
    sys.stdout.write(table(measured))
    if arguments.only is None:
        record("ways", {**measured, "earlier": earlier(read().get("ways"), measured)})
        rewrite()


def earlier(before: dict[str, Any] | None, measured: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the last runs before this one came to, two at most, the oldest first.

    Only runs of as many posts and rounds of the same with the same versions on the same machine are told beside it.
    """
    if before is None:
        return []
    same = {name: measured[name] for name in ("posts", "timed_rounds", "sample", "seed")}
    same |= {name: value for name, value in surroundings().items() if name != "load"}
    if any(before.get(name) != value for name, value in same.items()):
        return []
    return [*before.get("earlier", ()), summary(before)][-2:]


if __name__ == "__main__":
    main()

"""How long the shortest commands take, and which imports they spend it on.

python -m bench.start [--rounds 15]
"""

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.posts import write_posts
from bench.project import Project, environment
from bench.report import rewrite
from bench.results import record, surroundings
from bench.rounds import empty
from bench.tables import imports_table, start_table

_FOLDER = Path(__file__).resolve().parents[1] / "build" / "bench-start"
_POSTS, _IMPORTS = 3, 15
#: A line of `-X importtime` (Python's documentation, "Command line and environment"): microseconds, nested by blanks.
_IMPORT = re.compile(r"^import time:\s+(\d+) \|\s+(\d+) \|\s+(\S+)$", re.MULTILINE)


def main() -> None:
    """Measure, print the tables, record them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--dry", action="store_true", help="print, record nothing")
    arguments = parser.parse_args()
    before = surroundings()["load"]
    project = Project(empty(_FOLDER) / "project")
    project.make()
    write_posts(project.sources, count=_POSTS, seed=1)
    project.run("build", "--quiet")
    commands = {
        "`python -c pass`, for comparison": [sys.executable, "-c", "pass"],
        "`annexe --help`": project.command("--help"),
        f"`annexe sizes`, {_POSTS} posts": project.command("sizes"),
        f"`annexe build`, {_POSTS} posts, nothing changed": project.command("build"),
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(arguments.rounds):
        for name, command in commands.items():
            taken[name].append(_seconds(project, command))
    measured = {
        "rounds": arguments.rounds,
        "load_before": before,
        "commands": [{"command": name, "seconds": seconds} for name, seconds in taken.items()],
        "imports": imports(_import_times(project)),
    }
    sys.stdout.write(f"{start_table(measured)}\n{imports_table(measured)}")
    if not arguments.dry:
        record("start", measured)
        rewrite()


def imports(told: str) -> list[dict[str, Any]]:
    """Return what Python told of its imports, the longest first: microseconds with all they bring, and by themselves."""
    found = [
        {"module": module, "own": int(own), "cumulative": int(cumulative)}
        for own, cumulative, module in _IMPORT.findall(told)
    ]
    return sorted(found, key=lambda entry: -int(str(entry["cumulative"])))[:_IMPORTS]


def _seconds(project: Project, command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(
        command,
        cwd=project.folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return round(time.perf_counter() - began, 4)


def _import_times(project: Project) -> str:
    command = [sys.executable, "-X", "importtime", *project.command("sizes")[1:]]
    done = subprocess.run(
        command,
        cwd=project.folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


if __name__ == "__main__":
    main()

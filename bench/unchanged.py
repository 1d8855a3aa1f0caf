"""What a run takes that finds nothing to do, or one edited post, among many: seconds and memory.

python -m bench.unchanged [POSTS]... [--rounds 5]

100, 1,000 and 10,000 posts unless others are named, of two editions each. The state after a whole build is made up: one
post is built, its attachments and pages are copied, and the ledger is told of each copy in its own words, so that a run
finds what it would have left itself. Each round runs every command once, in a process of its own, beside a bare look
(scandir and stat) at the same files.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.report import rewrite
from bench.results import record, surroundings
from bench.tables import unchanged_table
from pipeline.build.incremental.stat_records import stats_of, sums_of
from pipeline.core.files import machine_folder
from pipeline.ledger.fingerprints import Entry
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.opening import open_ledger
from pipeline.ledger.rows import PostRecord

MODEL = "a-post-of-some-title-00000"
_HOUSE = Path(__file__).resolve().parent.parent / "sources" / "house.yaml"
_TEXT = {
    "en": "Testing is what keeps an attachment true to its source, night after night.\n\nIt says what is wrong.\n",
    "fr": "L'essai garde une pièce jointe fidèle à sa source, nuit après nuit.\n\nIl dit ce qui ne va pas.\n",
}
_SOURCE = "---\ntitle: {title}\nauthor: Ada Author\ndate: 2020-07-09\nlabel: {title}\n{size}---\n\n{text}"
#: Older than what may have been written in the tick of the clock in which it was looked at.
_PAUSE = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """Seconds on the clock, seconds of all processors, MiB at most."""

    wall: float
    processor: float
    memory: int


def _write(project: Path, slug: str, sizes: dict[str, str]) -> None:
    folder = project / "sources" / slug
    folder.mkdir(parents=True, exist_ok=True)
    for language, text in _TEXT.items():
        size = f"published_size: {sizes[language]}\n" if language in sizes else ""
        title = "On testing" if language == "en" else "De l'essai"
        (folder / f"{language}.md").write_text(_SOURCE.format(title=title, size=size, text=text), "utf-8")


def _run(project: Path, *arguments: str) -> Took:
    """Run the command once and return what it took; raises RuntimeError where it does not end well."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "pipeline.cli", *arguments]
    with subprocess.Popen(
        command, cwd=project, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        said = process.stderr.read() if process.stderr else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise RuntimeError(said.decode("utf-8", "replace"))
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(wall=time.perf_counter() - began, processor=processor, memory=used.ru_maxrss // 1024)


def _environment() -> dict[str, str]:
    """Return an environment in which modules are byte-compiled, as setting up leaves them."""
    rest = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**rest, "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "annexe-bench-bytecode")}


def _bare(project: Path) -> Took:
    """Look at every file of all posts, in a process of its own, and do nothing with it."""
    code = (
        "import os\n"
        "for root in ('sources', 'build'):\n"
        "    for folder in os.scandir(root):\n"
        "        if folder.is_dir():\n"
        "            for file in os.scandir(folder.path): file.stat()\n"
    )
    began = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-I", "-S", "-c", code], cwd=project, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(wall=time.perf_counter() - began, processor=processor, memory=0)


def make_project(project: Path, posts: int) -> None:
    """Make a project of so many posts, in the state that a whole build leaves."""
    (project / "sources").mkdir(parents=True)
    (project / "sources" / "house.yaml").write_bytes(_HOUSE.read_bytes())
    (project / "pyproject.toml").write_text("[tool.annexe]\n", "utf-8")
    _write(project, MODEL, {})
    _run(project, "build")
    _run(project, "sizes", "--accept")
    time.sleep(_PAUSE)
    # The second of these writes the record whose time stamps can be relied on.
    for _ in range(2):
        _run(project, "build")
    slugs = [f"{MODEL[:-5]}{number:05}" for number in range(1, posts)]
    for slug in slugs:
        _copy(project, slug)
    with open_ledger(machine_folder(project / "build")) as ledger:
        _tell(project, ledger, slugs)
    time.sleep(_PAUSE)


def _copy(project: Path, slug: str) -> None:
    for root in ("sources", "build"):
        folder = project / root / slug
        folder.mkdir(parents=True)
        for file in (project / root / MODEL).iterdir():
            (folder / file.name.replace(MODEL, slug)).write_bytes(file.read_bytes())


def _tell(project: Path, ledger: Ledger, slugs: list[str]) -> None:
    """Tell the ledger of each copy what it knows of the model."""
    resolved = project.resolve()
    place = ledger.place(_place_of(resolved))
    if place is None:
        raise RuntimeError("the model was not recorded")
    model = ledger.post_records(place.name, (MODEL,))[0]
    entries = [entry for language in _TEXT if (entry := ledger.entry(MODEL, language)) is not None]
    rows: list[tuple[PostRecord, bytes]] = []
    for slug in slugs:
        for entry in entries:
            ledger.record(_renamed(entry, slug))
        stats = stats_of(str(resolved / "sources"), str(resolved / "build"), slug)
        row = PostRecord(
            slug=slug,
            is_racy=False,
            languages=model.languages,
            notes=model.notes.replace(MODEL.encode(), slug.encode()),
            orphans=(),
            stats=stats,
            told=model.told.replace(MODEL.encode(), slug.encode()),
        )
        rows.append((row, sums_of(stats, str(resolved / "sources"), str(resolved / "build"), slug)))
    number = ledger.runs(1)[0].number
    ledger.record_posts(number, place, rows)


def _renamed(entry: Entry, slug: str) -> Entry:
    return Entry(
        slug=slug,
        language=entry.language,
        inputs=entry.inputs,
        origins=entry.origins,
        sha256=entry.sha256,
        size=entry.size,
        pages=entry.pages,
        built=entry.built,
        seconds=entry.seconds,
        reason=entry.reason,
    )


def _place_of(project: Path) -> str:
    from pipeline.core.settings import load_settings  # noqa: PLC0415 - for this alone

    settings = load_settings(project)
    parts = (project, settings.sources, settings.output, settings.project, project / "sources" / "house.yaml")
    return "\0".join(map(str, parts))


def _edit(project: Path, number: int) -> None:
    file = project / "sources" / MODEL / "en.md"
    file.write_text(
        _SOURCE.format(title="On testing", size="", text=f"Edited for the {number}th time.\n"), "utf-8"
    )


def measure(posts: int, rounds: int) -> dict[str, Any]:
    """Return what a project of so many posts takes, round by round."""
    with tempfile.TemporaryDirectory() as name:
        project = Path(name) / "project"
        make_project(project, posts)
        taken: dict[str, list[Took]] = {}
        for _ in range(2):
            _run(project, "build")
        for number in range(rounds):
            taken.setdefault("a bare look (scandir, stat) at the same files", []).append(_bare(project))
            taken.setdefault("`annexe build`, nothing to do", []).append(_run(project, "build"))
            taken.setdefault("`annexe sizes`", []).append(_run(project, "sizes"))
            _edit(project, number)
            taken.setdefault("`annexe build`, one post edited", []).append(_run(project, "build"))
            time.sleep(_PAUSE)
            taken.setdefault("`annexe build`, files too young to rely on", []).append(_run(project, "build"))
    return {
        "posts": posts,
        "commands": [{"command": what, "rounds": _values(runs)} for what, runs in taken.items()],
    }


def _values(runs: list[Took]) -> list[dict[str, float]]:
    return [
        {"seconds": round(run.wall, 4), "cpu": round(run.processor, 4), "memory": run.memory} for run in runs
    ]


def main() -> None:
    """Measure each number of posts that is named, print the table, record it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("posts", nargs="*", type=int, default=[100, 1_000, 10_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dry", action="store_true", help="print, record nothing")
    arguments = parser.parse_args()
    before = surroundings()["load"]
    measured = {
        "rounds": arguments.rounds,
        "load_before": before,
        "projects": [measure(posts, arguments.rounds) for posts in arguments.posts],
    }
    sys.stdout.write(unchanged_table(measured))
    if not arguments.dry:
        record("unchanged", measured)
        rewrite()


if __name__ == "__main__":
    main()

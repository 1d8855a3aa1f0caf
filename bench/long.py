"""Long documents: time and memory a page, at 2, 20, 90 and 260 pages.

    python -m bench.long [--rounds 5] [--pages 2 20 90 260]

Builds each alone, from nothing, on one worker, and takes seconds, pages and memory from the build's own report. The texts
are of lengths that end well, so that each is laid out once.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from bench.in_process import layouts_in
from bench.posts import write_long_post
from bench.project import Project
from bench.report import rewrite
from bench.results import record, surroundings
from bench.rounds import empty
from bench.tables import long_table

_FOLDER = Path(__file__).resolve().parents[1] / "build" / "bench-long"
#: Words that a page of a made-up post holds, with its table, notes and image.
_WORDS_A_PAGE = 338
#: Words more where a text ends badly: some lines.
_WORDS_MORE = 60
_SMALL = 40


def main() -> None:
    """Measure, print the table, record it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, nargs="+", default=[2, 20, 90, 260])
    parser.add_argument("--dry", action="store_true", help="print, record nothing")
    arguments = parser.parse_args()
    before = surroundings()["load"]
    folder = empty(_FOLDER)
    project = Project(folder)
    project.make()
    project.set_workers(1)
    held = _built(project, _SMALL)["memory"]
    documents = [_Document(_words(project, pages), held) for pages in arguments.pages]
    for _ in range(arguments.rounds):
        for document in documents:
            document.note(_built(project, document.words))
    measured = {
        "rounds": arguments.rounds, "load_before": before, "documents": [document.told() for document in documents],
    }  # fmt: skip
    sys.stdout.write(long_table(measured))
    if not arguments.dry:
        record("long", measured)
        rewrite()


class _Document:
    """One length, and what its rounds took."""

    def __init__(self, words: int, held: int) -> None:
        self.words, self._held, self._pages = words, held, 0
        self._seconds: list[float] = []
        self._memory: list[int] = []
        self._whole: list[float] = []

    def note(self, edition: dict[str, Any]) -> None:
        """Keep what a round took."""
        self._pages = edition["pages"]
        self._seconds.append(edition["seconds"])
        self._memory.append(edition["memory"])
        self._whole.append(edition["whole"])

    def told(self) -> dict[str, Any]:
        """Return what is recorded."""
        return {
            "words": self.words, "pages": self._pages, "seconds": self._seconds, "whole": self._whole, "memory": self._memory,
            "memory_before": self._held,
        }  # fmt: skip


def _words(project: Project, pages: int) -> int:
    """Return how many words make a post of so many pages that ends well: one that doesn't is laid out again, and again."""
    words = pages * _WORDS_A_PAGE
    _write(project, words)
    while layouts_in(project.folder) > 1:
        words += _WORDS_MORE
        _write(project, words)
    return words


def _write(project: Project, words: int) -> None:
    for post in project.sources.glob("bench-long-*"):
        empty(post).rmdir()
    write_long_post(project.sources, words=words, seed=1)


def _built(project: Project, words: int) -> dict[str, Any]:
    """Build one post of so many words alone, from nothing, and return its edition in the report."""
    _write(project, words)
    project.forget()
    began = time.perf_counter()
    # What the checks say of a text that repeats itself over hundreds of pages is not what is measured.
    (edition,) = json.loads(project.run("build", "--json", codes=(0, 1)))["editions"]
    if edition["seconds"] is None or edition["pages"] is None:
        raise RuntimeError(f"the post of {words} words was not built: {edition['findings'][:3]}")
    return {**edition, "whole": round(time.perf_counter() - began, 3)}


if __name__ == "__main__":
    main()

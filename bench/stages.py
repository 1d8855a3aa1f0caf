"""Where the time of an attachment goes: each stage, each step of finishing and each check, as medians.

python -m bench.stages [--rounds 50]

Measures the posts of this project, one process, everything warm. Where the machine is busy with other things, trust the
ratios between lines of one run.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from bench.in_process import posts_in, renderer_of
from bench.report import rewrite
from bench.results import record, surroundings
from bench.tables import stages_table
from pipeline.build.candidates import Candidate, Materials, make_candidate
from pipeline.checks import CHECKS, run_checks
from pipeline.checks.evidence import Evidence
from pipeline.core.model import Attachment, Thresholds
from pipeline.core.settings import load_settings

ResultT = TypeVar("ResultT")


class Clock:
    """Gathers times by name, in milliseconds."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    def run(self, name: str, function: Callable[[], ResultT]) -> ResultT:
        """Call a function and note how long it took."""
        started = time.perf_counter()
        result = function()
        self.times.setdefault(name, []).append((time.perf_counter() - started) * 1000)
        return result


def main() -> None:
    """Measure each edition, print the table, record it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--dry", action="store_true", help="print, record nothing")
    arguments = parser.parse_args()
    before = surroundings()["load"]
    measured = {
        "rounds": arguments.rounds,
        "load_before": before,
        "editions": [
            {
                "name": name,
                "stages": [
                    {"stage": stage, "milliseconds": _rounded(times)} for stage, times in clock.times.items()
                ],
            }
            for name, clock in measure(arguments.rounds)
        ],
    }
    sys.stdout.write(stages_table(measured))
    if not arguments.dry:
        record("stages", measured)
        rewrite()


def _rounded(times: list[float]) -> list[float]:
    return [round(one, 3) for one in times]


def measure(rounds: int) -> Iterator[tuple[str, Clock]]:
    """Yield each edition of this project's posts with what its stages took."""
    with tempfile.TemporaryDirectory() as folder:
        materials, posts = posts_in(load_settings(Path.cwd(), output=Path(folder)))
        for post in posts:
            languages = [edition.language for edition in post.editions]
            for edition in post.editions:
                clock = Clock()
                compose = partial(make_candidate, materials, edition, languages)
                for _ in range(rounds):
                    _measure(clock, materials, clock.run("compose", compose)[0])
                yield edition.name, clock


def _measure(clock: Clock, materials: Materials, candidate: Candidate) -> None:
    """Take one attachment through the stages and checks."""
    renderer = renderer_of(materials)
    from pipeline.render.finish import write_pdf  # noqa: PLC0415 - after the fonts are told to fontconfig
    from pipeline.render.fitting import fit  # noqa: PLC0415 - as above
    from pipeline.render.speedups import patched  # noqa: PLC0415 - as above

    page = candidate.page
    with patched() as marks:
        document = clock.run(
            "lay out (with fitting)",
            lambda: fit(renderer.layout_of(page)),
        )
        data = clock.run("paint, finish and write", lambda: write_pdf(document, marks))
    evidence = _evidence(clock, materials, candidate, data)
    clock.run("all checks", lambda: run_checks(evidence))
    for check in CHECKS:
        name = f"{check.__module__.rpartition('.')[2]}.{check.__name__}"
        clock.run(f"– {name}", lambda c=check: list(c(evidence)))  # type: ignore[misc] # a default binds the loop's value


def _evidence(clock: Clock, materials: Materials, candidate: Candidate, data: bytes) -> Evidence:
    from pipeline.pdf.byte_shares import bytes_by_cause  # noqa: PLC0415 - as above
    from pipeline.pdf.facts import read_facts  # noqa: PLC0415 - as above
    from pipeline.pdf.pdfium import read_back  # noqa: PLC0415 - as above
    from pipeline.pdf.reader import OpenPdf  # noqa: PLC0415 - as above
    from pipeline.pdf.structure import read_structure  # noqa: PLC0415 - as above

    read = clock.run("read back (pdfium)", lambda: read_back(data))
    pdf = OpenPdf(data)
    facts = clock.run("read facts (pypdf)", lambda: read_facts(pdf))
    structure = clock.run("read the structure (pypdf)", lambda: read_structure(pdf))
    edition = candidate.edition
    return Evidence(
        edition=edition,
        words=candidate.words,
        house=materials.house,
        page=candidate.page,
        attachment=Attachment(
            slug=edition.slug, language=edition.language, data=data, sha256="", pages=len(read.pages)
        ),
        read_back=read,
        facts=facts,
        structure=structure,
        shares=lambda: bytes_by_cause(pdf),
        outline=candidate.outline,
        previous_size=None,
        thresholds=Thresholds(),
    )


if __name__ == "__main__":
    main()

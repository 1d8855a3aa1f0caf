"""What the history of many nights takes: bytes on the disk, and seconds a night, on made-up posts.

`python -m bench.history [POSTS] [NIGHTS]`: two editions a post, two findings an edition that stay, one edition in two
hundred edited and one in a thousand failing each night, a new style for all every thirtieth night.
"""

import datetime as dt
import random
import sys
import tempfile
import time
from pathlib import Path

from pipeline.core.model import Finding, Severity
from pipeline.core.reasons import Reason, ReasonKind
from pipeline.core.results import EditionResult, Verdict
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.opening import open_ledger
from pipeline.ledger.rows import RunEnding

_TOOLS = tuple((f"tool-{number}", "1.2.3") for number in range(12))
_OUTCOMES = ("built", "unchanged", "failed")
_STYLE_EVERY = 30
_SOURCE, _STYLES = (Reason(kind=ReasonKind.CHANGED, changed=(name,)) for name in ("source", "styles"))


def _standing(slug: str, language: str) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            check=check,
            severity=Severity.WARNING,
            message=f"a finding of some length, as they are, about an edition that nobody mends ({slug})",
            remedy="write `published_size: 17.76 KB` into the front matter once it is attached to the live post",
            slug=slug,
            language=language,
            file=f"sources/{slug}/{language}.md",
        )
        for check in ("size.unpublished", "notice.draft")
    )


def _night(ledger: Ledger, number: int, rows: list[EditionResult], findings: tuple[Finding, ...]) -> float:
    """Record a night and return the seconds that this took."""
    began = time.perf_counter()
    started = dt.datetime(2026, 1, 1, 2, tzinfo=dt.UTC) + dt.timedelta(days=number)
    run = ledger.begin_run(started, "nightly")
    for row in rows:
        ledger.record_result(run, row)
    outcomes = {outcome: sum(row.outcome == outcome for row in rows) for outcome in _OUTCOMES}
    ledger.finish_run(
        run, RunEnding(exit_code=0, seconds=900.0, tools=_TOOLS, outcomes=outcomes, findings=findings)
    )
    ledger.apply_retention(400)
    return time.perf_counter() - began


def _rows(editions: list[tuple[str, str]], number: int, sums: dict[int, str]) -> list[EditionResult]:
    rows = []
    for place, (slug, language) in enumerate(editions):
        chance = random.random()  # noqa: S311 - made-up nights, no secret
        is_restyled = number % _STYLE_EVERY == 0
        outcome, reason = "unchanged", None
        if is_restyled or chance < 1 / 200:
            outcome, reason = "built", _STYLES if is_restyled else _SOURCE
            sums[place] = random.randbytes(32).hex()  # noqa: S311 - as above
        elif chance > 1 - 1 / 1000:
            outcome, reason = "failed", _SOURCE
        row = EditionResult(
            slug=slug, language=language, file=None, outcome=Verdict(outcome), attachment=None, label=None,
            published=None, sha256=sums[place], size=20_000 + place, pages=3, seconds=0.4, memory=90,
            reason=reason, findings=(),
        )  # fmt: skip
        rows.append(row)
    return rows


def main() -> None:
    """Record the nights and print what they took."""
    posts, nights = (int(value) for value in [*sys.argv[1:], "10000", "365"][:2])
    editions = [
        (f"a-post-of-some-title-{post}", language) for post in range(posts) for language in ("en", "fr")
    ]
    findings = tuple(finding for edition in editions for finding in _standing(*edition))
    sums: dict[int, str] = {}
    out = sys.stdout
    with tempfile.TemporaryDirectory() as name, open_ledger(Path(name)) as ledger:
        file = ledger.path
        for number in range(nights):
            seconds = _night(ledger, number, _rows(editions, number, sums), findings)
            if number in {0, 1, nights - 1} or number % _STYLE_EVERY in {0, 1}:
                out.write(f"night {number}: {seconds:.2f} s, {file.stat().st_size / 2**20:.1f} MiB\n")
                out.flush()
        began = time.perf_counter()
        for slug, language in editions:
            ledger.points(slug, language)
        out.write(f"points of all {len(editions)} editions: {time.perf_counter() - began:.2f} s\n")
        began = time.perf_counter()
        ledger.findings(ledger.runs(1)[0].number)
        ledger.runs(400)
        out.write(f"findings of a night and the last 400 nights: {time.perf_counter() - began:.2f} s\n")
        again = Path(name)
        began = time.perf_counter()
        with open_ledger(again):
            out.write(f"opening it: {time.perf_counter() - began:.2f} s\n")


if __name__ == "__main__":
    main()

"""The report for people: one line an attachment on standard output, what was found on standard error."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from pipeline.core.model import Finding, Severity
from pipeline.core.results import EditionResult, RunResult, Verdict
from pipeline.report.json import results_of
from pipeline.report.printable import encodable, is_for_people, on_one_line
from pipeline.report.reasons import reason_text
from pipeline.report.table import padded

#: A piece of a line, and its style.
Piece = tuple[str, str]

#: So many attachments have a line each in any case; of more, those that are unchanged are only counted.
LISTED = 50
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "dim"}
_VERDICT_STYLES = {Verdict.REJECTED: "bold red", Verdict.FAILED: "bold red", Verdict.BUILT: "green"}


def print_run(run: RunResult, *, out: TextIO, err: TextIO, quiet: bool) -> None:
    """Print a run's attachments to `out`, its findings and a summary to `err`; `quiet` prints errors alone.

    Of many attachments, those that are unchanged share one line. Colours only where the stream is a terminal
    and NO_COLOR is not set; lines are never wrapped, so that what is printed can be searched and cut.
    """
    if not quiet:
        listed, left_out = _listed(run)
        _print(_aligned([_row(edition) for edition in listed]), out)
        _print([[(f"{left_out:,} unchanged", "")]] if left_out else [], out)
    print_findings(run.different_findings, err=err, quiet=quiet)
    if not quiet:
        _print([_summary(run)], err)


def print_findings(findings: Iterable[Finding], *, err: TextIO, quiet: bool) -> None:
    """Print findings by file and line, each with its remedy; `quiet` prints errors alone."""
    listed = _in_order(findings)
    _print((_described(one) for one in listed if not quiet or one.severity is Severity.ERROR), err)


def _listed(run: RunResult) -> tuple[list[EditionResult], int]:
    """Return the results that have a line each, and the number of those that have none."""
    whole = sum(run.outcomes.values())
    if whole > LISTED:
        listed = [edition for edition in run.editions if edition.outcome is not Verdict.UNCHANGED]
        return listed, whole - len(listed)
    up_to_date = (edition for post in run.kept for edition in results_of(post.told))
    # Sorting keeps the order of a post's editions.
    return sorted((*run.editions, *up_to_date), key=lambda edition: edition.slug), 0


def _print(lines: Iterable[Sequence[Piece]], stream: TextIO) -> None:
    if not is_for_people(stream):
        stream.writelines(encodable("".join(text for text, _ in line), stream) + "\n" for line in lines)
        return
    from rich.console import Console  # noqa: PLC0415 - only where there may be colours
    from rich.text import Text  # noqa: PLC0415 - only where there may be colours

    console = Console(file=stream, highlight=False, emoji=False, markup=False)
    for line in lines:
        styled = Text.assemble(*((encodable(text, stream), style) for text, style in line))
        console.print(styled, soft_wrap=True)


def _row(edition: EditionResult) -> tuple[tuple[str, str], ...]:
    """Return the cells of an attachment's line, each with its style."""
    size = "" if edition.size is None else f"{edition.size:,} bytes"
    published = f"published {edition.published.label}" if edition.published else "not published yet"
    verdict = str(edition.outcome)
    if edition.outcome is Verdict.BUILT and edition.reason:
        verdict += f" ({reason_text(edition.reason)})"
    if edition.rejected:
        verdict += f", put aside as {edition.rejected}"
    where = edition.attachment or edition.file or edition.slug
    pages = "" if edition.pages is None else f"{edition.pages} page{'s' if edition.pages > 1 else ''}"
    return (
        (where, "bold"),
        (pages, ""),
        (size, ""),
        (edition.label or "no attachment", ""),
        (published, "dim"),
        (verdict, _VERDICT_STYLES.get(edition.outcome, "")),
    )


def _aligned(rows: Sequence[Sequence[Piece]]) -> Iterator[list[Piece]]:
    """Yield rows of cells as lines with aligned columns; numbers of bytes and pages stand right."""
    texts = padded([[on_one_line(text) for text, _ in row] for row in rows], right=(1, 2, 3))
    for row, cells in zip(rows, texts, strict=True):
        *first, last = zip(cells, (style for _, style in row), strict=True)
        yield [*((f"{text}  ", style) for text, style in first), (last[0].rstrip(), last[1])]


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by file and line, the worst of a line first."""
    ranks = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
    return sorted(findings, key=lambda one: (one.file or "", one.line or 0, ranks[one.severity]))


def _described(finding: Finding) -> list[Piece]:
    """Return a finding as `file:line: severity: message (id)` and the remedy below it."""
    place = finding.place or "-".join(filter(None, (finding.slug, finding.language))) or "annexe"
    page = f", page {finding.page}" if finding.page else ""
    return [
        (f"{on_one_line(place)}: ", "bold"),
        (f"{finding.severity}: ", _STYLES[finding.severity]),
        (f"{on_one_line(finding.message)} ({finding.check}{page})\n", ""),
        (f"    {on_one_line(finding.remedy)}", "dim"),
    ]


def _summary(run: RunResult) -> list[Piece]:
    counts = [f"{count} {verdict}" for verdict, count in run.outcomes.items() if count]
    what = ", ".join(counts) or "nothing to do"
    found_of = run.counts
    errors, warnings, notes = (found_of[one] for one in (Severity.ERROR, Severity.WARNING, Severity.INFO))
    found = ", ".join((_number(errors, "error"), _number(warnings, "warning"), _number(notes, "note")))
    style = "bold red" if errors else "bold green" if not warnings else "bold yellow"
    return [(f"{what}; {found}; {run.seconds:.1f} s", style)]


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}" if count else f"no {what}s"

"""The report for people: one line an attachment on standard output, what was found on standard error."""

from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.console import Console
from rich.text import Text

from pipeline.model import Finding, Severity
from pipeline.report.plain import encodable, on_one_line
from pipeline.report.result import EditionResult, RunResult, Verdict

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "dim"}
_VERDICT_STYLES = {Verdict.REJECTED: "bold red", Verdict.FAILED: "bold red", Verdict.BUILT: "green"}


def print_run(run: RunResult, *, out: TextIO, err: TextIO, quiet: bool) -> None:
    """Print what came of a run: attachments to `out`, findings and a summary to `err`; `quiet` prints errors alone.

    Colours only where the stream is a terminal and NO_COLOR is not set; lines are never wrapped, so that what is
    printed can be searched and cut.
    """
    if not quiet:
        _print(_aligned([_row(edition) for edition in run.editions]), out)
    print_findings(run.different_findings, err=err, quiet=quiet)
    if not quiet:
        _print([_summary(run)], err)


def print_findings(findings: Iterable[Finding], *, err: TextIO, quiet: bool) -> None:
    """Print findings by file and line, each with its remedy; `quiet` prints errors alone."""
    listed = _in_order(findings)
    _print((_told(finding) for finding in listed if not quiet or finding.severity is Severity.ERROR), err)


def _print(lines: Iterable[Text], stream: TextIO) -> None:
    console = Console(file=stream, highlight=False, emoji=False, markup=False)
    for line in lines:
        # The same length, so that the styles stay where they are.
        line.plain = encodable(line.plain, stream)
        console.print(line, soft_wrap=True)


def _row(edition: EditionResult) -> tuple[tuple[str, str], ...]:
    """Return the cells of an attachment's line, each with its style."""
    size = "" if edition.size is None else f"{edition.size:,} bytes"
    published = f"published {edition.published.label}" if edition.published else "not published yet"
    verdict = str(edition.outcome)
    if edition.outcome is Verdict.BUILT and edition.reason:
        verdict += f" ({edition.reason})"
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


def _aligned(rows: Sequence[Sequence[tuple[str, str]]]) -> Iterable[Text]:
    """Yield rows of cells as lines with aligned columns; numbers of bytes and pages stand right."""
    rows = [[(on_one_line(text), style) for text, style in row] for row in rows]
    widths = [max(len(row[column][0]) for row in rows) for column in range(len(rows[0]))] if rows else []
    for row in rows:
        line = Text()
        for column, (text, style) in enumerate(row):
            is_number = column in (1, 2, 3)
            padded = text.rjust(widths[column]) if is_number else text.ljust(widths[column])
            line.append(padded if column < len(row) - 1 else text, style=style)
            line.append("  " if column < len(row) - 1 else "")
        yield line


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by file and line, the worst of a line first."""
    ranks = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
    return sorted(
        findings, key=lambda finding: (finding.file or "", finding.line or 0, ranks[finding.severity])
    )


def _told(finding: Finding) -> Text:
    """Return a finding as `file:line: severity: message (id)` and the remedy below it."""
    text = Text()
    place = finding.place or "-".join(filter(None, (finding.slug, finding.language))) or "annexe"
    text.append(f"{on_one_line(place)}: ", style="bold")
    text.append(f"{finding.severity}: ", style=_STYLES[finding.severity])
    page = f", page {finding.page}" if finding.page else ""
    text.append(f"{on_one_line(finding.message)} ({finding.check}{page})\n")
    text.append(f"    {on_one_line(finding.remedy)}", style="dim")
    return text


def _summary(run: RunResult) -> Text:
    counts: dict[str, int] = {}
    for edition in run.editions:
        counts[str(edition.outcome)] = counts.get(str(edition.outcome), 0) + 1
    what = ", ".join(f"{number} {outcome}" for outcome, number in counts.items()) or "nothing to do"
    errors, warnings = run.count(Severity.ERROR), run.count(Severity.WARNING)
    notes = run.count(Severity.INFO)
    found = ", ".join((_number(errors, "error"), _number(warnings, "warning"), _number(notes, "note")))
    style = "bold red" if errors else "bold green" if not warnings else "bold yellow"
    return Text(f"{what}; {found}; {run.seconds:.1f} s", style=style)


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}" if count else f"no {what}s"

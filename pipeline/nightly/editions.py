"""The editions of a night as its report shows them: their past, their appearance, what changed and why."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.build.appearance import Look, Seen, compare_looks, look_findings
from pipeline.build.previous import previous_attachment
from pipeline.build.recorder import Record
from pipeline.core.files import read_if_there
from pipeline.core.model import Finding, Severity
from pipeline.core.night import Change, NightEdition, Point
from pipeline.core.paths import shown_path
from pipeline.core.reasons import Reason, ReasonKind
from pipeline.core.results import EditionResult, RunResult, Verdict
from pipeline.core.settings import Settings
from pipeline.ledger.fingerprints import Entry
from pipeline.ledger.rows import HistoryPoint
from pipeline.pdf.compare import compare
from pipeline.pdf.pictures import UnreadablePdfError

#: So many changed attachments are compared in words; of a change of style in thousands, more would say
#: nothing new.
_MOST_COMPARED = 25
#: Differences named of one attachment.
_MOST_DIFFERENCES = 6
_MOST_POINTS = 60


def night_editions(
    settings: Settings, record: Record, run: RunResult, appearances: Mapping[str, Look], *, last_reported: int
) -> Iterator[NightEdition]:
    """Yield every edition of a night's run as the report shows it.

    `last_reported` is the number of the last night that came to its end: what was built after it, in a run
    that was killed or by somebody's own command, is reported as a change by this one.
    """
    ledger, compared = record.ledger, 0
    for result in run.editions:
        entry = ledger.entry(result.slug, result.language) if result.language else None
        path = settings.output / result.slug / f"{result.name}.pdf"
        is_there = result.attachment is not None
        points = ledger.points(result.slug, result.language, most=_MOST_POINTS)
        was = next((point.sha256 for point in reversed(points) if point.run <= last_reported), None)
        is_new = result.outcome is Verdict.BUILT or (bool(points) and was != result.sha256)
        change = _change(
            settings.output, result, entry, path, is_new=is_new, is_compared=compared < _MOST_COMPARED
        )
        compared += change is not None
        appearance = appearances.get(result.name)
        yield NightEdition(
            result=result,
            path=path if is_there else None,
            is_kept=is_there and _is_older(result),
            good_since=None if entry is None or not is_there else dt.datetime.fromisoformat(entry.built),
            points=tuple(_shown(points, record.number, run, result)),
            change=change,
            is_accepted=None if appearance is None else appearance.is_accepted,
        )


def with_earlier_in(editions: Sequence[NightEdition], folder: Path) -> tuple[NightEdition, ...]:
    """Return editions whose earlier attachments were moved into a folder."""
    return tuple(
        replace(edition, change=replace(edition.change, before=folder / edition.change.before.name))
        if edition.change is not None and edition.change.before is not None
        else edition
        for edition in editions
    )


def _is_older(result: EditionResult) -> bool:
    """Say whether the attachment is older than its source; one that was itself found faulty is not."""
    return result.outcome.is_bad and (result.reason is not None or result.pages is None)


def _shown(
    points: Sequence[HistoryPoint], number: int, run: RunResult, result: EditionResult
) -> Iterator[Point]:
    """Yield the recorded points of an attachment's past, and tonight as the last one."""
    seconds = 0.0
    for point in points:
        # A night that found it unchanged made nothing: making it takes what it took last.
        seconds = point.seconds if point.seconds is not None else seconds
        yield Point(started=point.started, size=point.size, pages=point.pages, seconds=seconds)
    # By number: a clock may have been put back since.
    if not points or points[-1].run != number:
        yield Point(
            started=run.started,
            size=result.size,
            pages=result.pages,
            seconds=result.seconds if result.outcome is Verdict.BUILT else seconds,
        )


def _change(
    output: Path, result: EditionResult, entry: Entry | None, path: Path, *, is_new: bool, is_compared: bool
) -> Change | None:
    """Return how an attachment differs from the one of the night before; None where it is the same."""
    before = previous_attachment(output, path.name)
    after = read_if_there(path)
    old = before.read_bytes() if before is not None else None
    if after is None or after == old or (old is None and not is_new):
        return None
    reason = result.reason if result.outcome is Verdict.BUILT else None
    return Change(
        reason=reason or (entry.reason if entry else None) or Reason(kind=ReasonKind.SINCE_LAST_NIGHT),
        differences=_differences(old, after) if is_compared and old is not None else (),
        before=before,
        after=path,
    )


def _differences(before: bytes, after: bytes) -> tuple[str, ...]:
    try:
        found = [f"{item.subject}: {item.what}" for item in compare(before, after)]
    except UnreadablePdfError as error:
        return (f"the one before can't be read ({error})",)
    more = len(found) - _MOST_DIFFERENCES
    return (*found[:_MOST_DIFFERENCES], *([f"and {more} more"] if more > 0 else []))


def compare_appearances(settings: Settings, run: RunResult) -> tuple[dict[str, Look], tuple[Finding, ...]]:
    """Return, by name, the appearance of each attachment that was ever accepted, and findings about it."""
    try:
        appearances = compare_looks(settings, _attachments(settings, run))
    except OSError as error:
        return {}, (
            Finding(
                check="look.unread",
                severity=Severity.ERROR,
                message=f"the looks of the attachments can't be compared ({error.strerror or error})",
                remedy=f"free the disk, or ask for the right to write in {shown_path(settings.output)}",
            ),
        )
    return appearances, tuple(look_findings(appearances.values()))


def _attachments(settings: Settings, run: RunResult) -> Iterator[Seen]:
    for edition in run.editions:
        if edition.language is not None and edition.attachment is not None:
            path = settings.output / edition.slug / f"{edition.name}.pdf"
            yield Seen(slug=edition.slug, language=edition.language, path=path, file=edition.file)

"""The history: the runs in the order of their numbers, and what became of editions and sites in each.

Of an edition there is a row only where something is so that was not so before.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence

from pipeline.core.model import Finding
from pipeline.core.results import EditionResult
from pipeline.ledger.columns import (
    BOOLEAN,
    JSON_MAPPING,
    JSON_PAIRS,
    REASON,
    SHA256,
    TIME,
    Columns,
    Value,
    insertable,
)
from pipeline.ledger.database import Database, Writing
from pipeline.ledger.findings import FINDING_COLUMNS, record_findings
from pipeline.ledger.post_records import PostRecords
from pipeline.ledger.retention import apply_retention
from pipeline.ledger.rows import HistoryPoint, RunEnding, RunRecord, SiteCheck

#: A rebuild that gives the same bytes again adds a point to the trend of time, but not every night.
NIGHTS_BETWEEN_POINTS = 7
#: Outcomes after which the attachment that is there is right: which of the two it was, is no news.
_GOOD = ("built", "unchanged")
_OUTCOMES = ("built", "unchanged", "composed", "rejected", "failed")
#: By the name of a severity, the column that counts its findings.
_SEVERITIES = {"info": "infos", "warning": "warnings", "error": "errors"}


def _as_json(columns: Mapping[str, str]) -> str:
    """Return an expression for a JSON object of some columns, by their keys in it."""
    pairs = ", ".join(f"'{key}', {column}" for key, column in columns.items())
    return f"json_object({pairs})"


_RUN = Columns(
    RunRecord,
    {
        "tools": "coalesce(versions, '[]')",
        "outcomes": _as_json({name: name for name in _OUTCOMES}),
        "counts": _as_json(_SEVERITIES),
    },
    started=TIME,
    is_rebuild=BOOLEAN,
    tools=JSON_PAIRS,
    outcomes=JSON_MAPPING,
    counts=JSON_MAPPING,
    has_findings=BOOLEAN,
)
_POINT = Columns(
    HistoryPoint,
    {"run": "outcome.run", "seconds": "milliseconds / 1000.0", "memory": "outcome.memory", "reason": "text"},
    started=TIME,
    sha256=SHA256,
    reason=REASON,
)
_SITE = Columns(SiteCheck, is_reachable=BOOLEAN)


class History:
    """The runs, and what was recorded in each."""

    _database: Database

    def begin_run(
        self, started: dt.datetime, command: str, scope: Sequence[str] = (), *, is_rebuild: bool = False
    ) -> int:
        """Return the number of a run that begins, limited to `scope`; 0 where the file is damaged."""
        rows: list[tuple[int]] = []
        with self._database.writing() as writing:
            series = writing.number_of("series", command=command, scope=" ".join(scope))
            # Numbers go on from the last run, also where that one never ended.
            rows = writing.run(
                "insert into run (series, started, is_rebuild) values (?, ?, ?) returning number",
                series,
                TIME.store(started),
                int(is_rebuild),
            )
        return rows[0][0] if rows else 0

    def record_result(self, run: int, row: EditionResult) -> None:
        """Record what became of an edition in a run, where that is news or due for its trend.

        News are: it was built for a reason, its attachment is another, or it failed, or is good again.
        """
        last = next(iter(self.points(row.slug, row.language, most=1)), None)
        is_rebuild = bool(self._rebuilds(run))
        is_news = last is None or _is_news(last, row, is_rebuild=is_rebuild)
        is_due = is_rebuild and last is not None and run - last.run >= NIGHTS_BETWEEN_POINTS
        if row.outcome in _GOOD and not is_news and not is_due:
            return
        with self._database.writing() as writing:
            if row.outcome not in _GOOD:
                # What is no longer good must be looked at again, even if none of its files has changed.
                PostRecords.delete_post_records(writing, row.slug)
            if is_news or is_due:
                is_made = row.outcome == "built" or is_rebuild
                _write(writing, run, row, last, is_news=is_news, is_made=is_made)

    def record_site(self, run: int, check: SiteCheck) -> None:
        """Record what a run saw of a site."""
        with self._database.writing() as writing:
            statement = f"insert or replace into site_check {insertable(*_SITE.names, 'run')}"
            writing.run(statement, *_SITE.store(check), run)

    def finish_run(self, run: int, ending: RunEnding) -> None:
        """Record how a run ended; where that was recorded before, the later word counts."""
        if ending.findings is not None:
            record_findings(self._database, run, ending.findings)
        values: dict[str, Value] = {
            "is_finished": 1,
            "exit_code": ending.exit_code,
            "seconds": round(ending.seconds, 3),
            "memory": ending.memory,
            **{name: ending.outcomes.get(name, 0) for name in _OUTCOMES},
            **{column: ending.counts.get(name, 0) for name, column in _SEVERITIES.items()},
        }
        with self._database.writing() as writing:
            values["tools"] = writing.number_of("tools", versions=json.dumps(list(ending.tools)))
            columns = ", ".join(f"{column} = ?" for column in values)
            writing.run(f"update run set {columns} where number = ?", *values.values(), run)

    def runs(self, most: int, *, command: str | None = None) -> tuple[RunRecord, ...]:
        """Return the last recorded runs, of one command or of all, the oldest first."""
        query = f"""
            select {_RUN.selected} from run join series on series.id = run.series
            left join tools on tools.id = run.tools
            where ? is null or command = ? order by number desc limit ?
        """
        return tuple(reversed(self._database.read(query, command, command, most, make=_RUN.load)))

    def nights_down(self, target: str) -> int:
        """Return how many nights up to the last a site was down; runs of one day are one night."""
        query = """
            select is_reachable, started from site_check join run on run.number = site_check.run
            where target = ? order by run desc
        """
        checks = self._database.read(
            query,
            target,
            make=lambda *, is_reachable, started: (bool(is_reachable), TIME.load(started).date()),
        )
        return sum(1 for _ in _days_down(checks))

    def findings(self, run: int) -> tuple[Finding, ...]:
        """Return what a run found, by post, language and line; nothing where its text is no longer kept."""
        query = f"""
            select {FINDING_COLUMNS.selected} from run join sighting on sighting.series = run.series
            join finding on finding.id = sighting.finding
            where number = ? and has_findings and since <= number and (gone is null or gone > number)
            order by slug, language, file, line, check_id, message, key
        """
        return tuple(self._database.read(query, run, make=FINDING_COLUMNS.load))

    def points(self, slug: str, language: str | None, *, most: int = 60) -> tuple[HistoryPoint, ...]:
        """Return the last recorded points of an edition, the oldest first: between two, nothing changed."""
        query = f"""
            select {_POINT.selected}
            from outcome join edition on edition.id = outcome.edition join run on run.number = outcome.run
                 left join reason on reason.id = outcome.reason
            where slug = ? and language = ? order by outcome.run desc limit ?
        """
        return tuple(reversed(self._database.read(query, slug, language or "", most, make=_POINT.load)))

    def languages(self, slug: str) -> tuple[str | None, ...]:
        """Return the languages in which a post has records; None stands for a source without one."""
        query = "select language from edition where slug = ? order by language"
        return tuple(self._database.read(query, slug, make=lambda *, language: language or None))

    def apply_retention(self, nights: int) -> None:
        """Delete what is older than the last `nights` nights, but no run in which something happened."""
        apply_retention(self._database, nights)

    def _rebuilds(self, run: int) -> int | None:
        query = "select is_rebuild from run where number = ?"
        return self._database.first(query, run, make=lambda *, is_rebuild: int(is_rebuild))


def _is_news(last: HistoryPoint, row: EditionResult, *, is_rebuild: bool) -> bool:
    if last.sha256 != row.sha256:
        return True
    if row.outcome in _GOOD:
        return last.outcome not in _GOOD or (row.outcome == "built" and not is_rebuild)
    return last.outcome != row.outcome


def _write(
    writing: Writing, run: int, row: EditionResult, last: HistoryPoint | None, *, is_news: bool, is_made: bool
) -> None:
    is_same = last is not None and last.sha256 == row.sha256
    text = None if row.reason is None else str(REASON.store(row.reason))
    values: dict[str, Value] = {
        "edition": writing.number_of("edition", slug=row.slug, language=row.language or ""),
        "run": run,
        "is_news": int(is_news),
        "outcome": row.outcome,
        "sha256": None if row.sha256 is None else SHA256.store(row.sha256),
        "size": row.size,
        "pages": last.pages if row.pages is None and last is not None and is_same else row.pages,
        "milliseconds": round(row.seconds * 1000) if is_made else None,
        "memory": row.memory if is_made else None,
        "reason": None if text is None else writing.number_of("reason", text=text),
    }
    writing.run(f"insert or replace into outcome {insertable(*values)}", *values.values())


def _days_down(checks: Sequence[tuple[bool, dt.date]]) -> Iterator[dt.date]:
    day: dt.date | None = None
    for is_reachable, date in checks:
        if is_reachable:
            return
        if date != day:
            yield date
        day = date

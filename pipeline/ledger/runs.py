"""The runs and what they saw of the sites, in the order of their numbers."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence

from pipeline.ledger.database import Database
from pipeline.ledger.rows import Ending, Run, SiteCheck

_OUTCOMES = ("built", "unchanged", "composed", "rejected", "failed")
_SEVERITIES = {"info": "infos", "warning": "warnings", "error": "errors"}
_SELECT = f"""
    select number, started, command, scope, is_rebuild, is_finished, exit_code, seconds, memory, versions,
           has_findings, {", ".join((*_OUTCOMES, *_SEVERITIES.values()))}
    from run join series on series.id = run.series left join tools on tools.id = run.tools
"""  # noqa: S608 - the names of columns stand right above


def begin_run(database: Database, started: dt.datetime, command: str, scope: str, *, is_rebuild: bool) -> int:
    """Record that a run began and return its number, 0 where the file is damaged; raises UnrecordedError."""
    rows: list[tuple[int]] = []
    with database.writing() as writing:
        series = writing.number_of("series", command=command, scope=scope)
        # Numbers go on from the last run, also where that one never ended.
        rows = writing.run(
            "insert into run (series, started, is_rebuild) values (?, ?, ?) returning number",
            series,
            started.astimezone(dt.UTC).isoformat(timespec="seconds"),
            int(is_rebuild),
        )
    return rows[0][0] if rows else 0


def finish_run(database: Database, number: int, ending: Ending) -> None:
    """Record how a run ended, but for its findings; raises UnrecordedError."""
    counted = {name: ending.outcomes.get(name, 0) for name in _OUTCOMES}
    counted |= {column: ending.counts.get(name, 0) for name, column in _SEVERITIES.items()}
    with database.writing() as writing:
        tools = writing.number_of("tools", versions=json.dumps(list(ending.tools)))
        columns = ", ".join(f"{column} = ?" for column in counted)
        writing.run(
            f"update run set is_finished = 1, exit_code = ?, seconds = ?, memory = ?, tools = ?, {columns}"  # noqa: S608 - names of columns
            " where number = ?",
            ending.exit_code,
            round(ending.seconds, 3),
            ending.memory,
            tools,
            *counted.values(),
            number,
        )


def last_runs(database: Database, most: int, command: str | None) -> tuple[Run, ...]:
    """Return the last runs, of a command or of all, the oldest first."""
    query = f"{_SELECT} where ? is null or command = ? order by number desc limit ?"
    return tuple(reversed(database.read(query, command, command, most, make=_run)))


def record_site(database: Database, number: int, check: SiteCheck) -> None:
    """Record what a run saw of a site; raises UnrecordedError."""
    with database.writing() as writing:
        writing.run(
            "insert or replace into site_check (target, run, is_reachable, errors, published) values (?, ?, ?, ?, ?)",
            check.target,
            number,
            int(check.is_reachable),
            check.errors,
            check.published,
        )


def nights_down(database: Database, target: str) -> int:
    """Return how many nights in a row, up to the last, a site could not be reached.

    Runs of one day, one after the other, are one night: who tries again in the morning makes no night of it.
    """
    query = (
        "select is_reachable, started from site_check join run on run.number = site_check.run"
        " where target = ? order by run desc"
    )
    return sum(1 for _ in _days_down(database.read(query, target, make=_seen)))


def _days_down(checks: Sequence[tuple[bool, dt.date]]) -> Iterator[dt.date]:
    day: dt.date | None = None
    for is_reachable, date in checks:
        if is_reachable:
            return
        if date != day:
            yield date
        day = date


def _seen(*, is_reachable: int, started: str) -> tuple[bool, dt.date]:
    return bool(is_reachable), dt.datetime.fromisoformat(started).date()


def _run(
    *,
    number: int,
    started: str,
    command: str,
    scope: str,
    is_rebuild: int,
    is_finished: int,
    exit_code: int | None,
    seconds: float | None,
    memory: int | None,
    versions: str | None,
    has_findings: int,
    **counted: int,
) -> Run:
    return Run(
        number=number,
        started=dt.datetime.fromisoformat(started),
        command=command,
        scope=scope,
        is_rebuild=bool(is_rebuild),
        exit_code=exit_code if is_finished else None,
        seconds=seconds if is_finished else None,
        memory=memory,
        tools=tuple((str(name), str(version)) for name, version in json.loads(versions or "[]")),
        outcomes={name: counted[name] for name in _OUTCOMES},
        counts={name: counted[column] for name, column in _SEVERITIES.items()},
        has_findings=bool(has_findings),
    )

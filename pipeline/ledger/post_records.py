"""What was found good, post by post and place by place, so that the next run need not look again."""

import json
from collections.abc import Sequence

from pipeline.ledger.database import Database, Writing
from pipeline.ledger.rows import KeptRow, Place

#: Runs from so many places (folders that the command is started in) are remembered.
_MOST_PLACES = 4


def place_named(database: Database, name: str) -> Place | None:
    """Return what is known of a place, or None."""
    query = "select name, shared_stats, shared, is_racy, watched, tools from place where name = ?"
    return database.first(query, name, make=_place)


def kept_at(database: Database, place: str, slugs: Sequence[str] = ()) -> list[KeptRow]:
    """Return the rows of a place that are as they were written, those of some posts alone if any are named."""
    query = (
        "select slug, kept.is_racy as is_racy, languages, notes, orphans, stats, told, digest from kept"
        " join place on place.id = kept.place where name = ?"
    )
    if not slugs:
        rows = database.read(query, place, make=_row)
    else:
        rows = [
            row for slug in slugs for row in database.read(f"{query} and slug = ?", place, slug, make=_row)
        ]
    return [row for row in rows if row is not None]


def slugs_at(database: Database, place: str) -> list[str]:
    """Return the slugs of the posts that a place has kept."""
    query = "select slug from kept join place on place.id = kept.place where name = ?"
    return database.read(query, place, make=lambda *, slug: str(slug))


def sums_at(database: Database, place: str, slug: str) -> bytes:
    """Return the sums of a post's files as a place has them, empty where it has none."""
    query = "select sums from kept join place on place.id = kept.place where name = ? and slug = ?"
    return database.first(query, place, slug, make=lambda *, sums: bytes(sums)) or b""


def keep(
    database: Database, run: int, place: Place, rows: Sequence[tuple[KeptRow, bytes]], gone: Sequence[str]
) -> None:
    """Record what a run found good at a place, with the sums of the files; raises UnrecordedError.

    Where what all posts share is no longer what it was, all rows of before go; of the posts in `gone`, theirs.
    """
    with database.writing() as writing:
        number = _place_number(writing, run, place)
        writing.run_many("delete from kept where place = ? and slug = ?", [(number, slug) for slug in gone])
        writing.run_many(
            "insert or replace into kept"
            " (place, slug, is_racy, languages, notes, orphans, stats, told, digest, sums)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(number, *_columns(row), sums) for row, sums in rows],
        )


def forget(writing: Writing, slug: str) -> None:
    """Forget that a post was found good, wherever a run was started."""
    writing.run("delete from kept where slug = ?", slug)


def _place_number(writing: Writing, run: int, place: Place) -> int:
    """Return the number of a place, brought up to date; what was kept of another state of what posts share goes."""
    before = writing.run("select id, shared from place where name = ?", place.name)
    if before and before[0][1] != place.shared:
        writing.run("delete from kept where place = ?", before[0][0])
    rows = writing.run(
        "insert into place (name, run, shared_stats, shared, is_racy, watched, tools) values (?, ?, ?, ?, ?, ?, ?)"
        " on conflict (name) do update set run = excluded.run, shared_stats = excluded.shared_stats,"
        " shared = excluded.shared, is_racy = excluded.is_racy, watched = excluded.watched, tools = excluded.tools"
        " returning id",
        place.name,
        run,
        place.shared_stats,
        place.shared,
        int(place.is_racy),
        json.dumps(place.watched),
        json.dumps(place.tools),
    )
    old = writing.run("select id from place order by run desc, id desc limit -1 offset ?", _MOST_PLACES)
    for (number,) in old:
        writing.run("delete from kept where place = ?", number)
        writing.run("delete from place where id = ?", number)
    return int(rows[0][0]) if rows else 0


def _columns(row: KeptRow) -> tuple[str | int | bytes, ...]:
    return (
        row.slug,
        int(row.is_racy),
        " ".join(row.languages),
        row.notes,
        "/".join(row.orphans),
        row.stats,
        row.told,
        row.digest,
    )


def _row(
    *,
    slug: str,
    is_racy: int,
    languages: str,
    notes: bytes,
    orphans: str,
    stats: bytes,
    told: bytes,
    digest: bytes,
) -> KeptRow | None:
    row = KeptRow(
        slug=slug,
        is_racy=bool(is_racy),
        languages=tuple(languages.split()),
        notes=notes,
        orphans=tuple(orphans.split("/")) if orphans else (),
        stats=stats,
        told=told,
    )
    return row if row.digest == digest else None


def _place(
    *, name: str, shared_stats: str, shared: str, is_racy: int, watched: str, tools: str
) -> Place | None:
    try:
        return Place(
            name=name,
            shared_stats=shared_stats,
            shared=shared,
            is_racy=bool(is_racy),
            watched=tuple(map(str, json.loads(watched))),
            tools=tuple((str(tool), str(version)) for tool, version in json.loads(tools)),
        )
    except (ValueError, TypeError):
        # Without its place, everything is read anew.
        return None

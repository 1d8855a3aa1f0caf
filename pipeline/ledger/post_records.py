"""What was found good, post by post and place by place, so that the next run need not look again."""

from collections.abc import Sequence
from typing import Any

from pipeline.ledger.columns import BOOLEAN, JSON_PAIRS, JSON_TEXTS, Columns, Conversion, insertable
from pipeline.ledger.database import Database, Writing
from pipeline.ledger.rows import BuildPlace, PostRecord

#: Runs from so many places (folders that the command is started in) are remembered.
_MOST_PLACES = 4
_PLACE = Columns(BuildPlace, is_racy=BOOLEAN, watched=JSON_TEXTS, tools=JSON_PAIRS)
_ROW = Columns(
    PostRecord,
    is_racy=BOOLEAN,
    languages=Conversion(" ".join, lambda text: tuple(text.split())),
    orphans=Conversion("/".join, lambda text: tuple(text.split("/")) if text else ()),
)
_AT = "from kept where place = (select id from place where name = ?)"


class PostRecords:
    """The posts that were found good, by the places that runs were started at."""

    _database: Database

    def place(self, name: str) -> BuildPlace | None:
        """Return what all posts shared at a place's last run, or None: then everything is read anew."""
        query = f"select {_PLACE.selected} from place where name = ?"
        return self._database.first(query, name, make=_PLACE.load_if_sound)

    def post_records(self, place: str, slugs: Sequence[str] = ()) -> list[PostRecord]:
        """Return the undamaged rows of a place, only those of some posts if any are named."""
        rows = self._read(f"{_ROW.selected}, digest", place, slugs, _load_row)
        return [row for row in rows if row is not None]

    def post_stats(self, place: str, slugs: Sequence[str] = ()) -> list[tuple[str, bytes]]:
        """Return slug and stats of each post of a place: to read whole rows takes ten times as long."""
        return self._read("slug, stats", place, slugs, lambda *, slug, stats: (slug, stats))

    def recorded_slugs(self, place: str) -> list[str]:
        """Return the posts that were found good at a place."""
        return self._read("slug", place, (), lambda *, slug: str(slug))

    def post_sums(self, place: str, slug: str) -> bytes:
        """Return the sha256 of each file of a post, in the order of its stats; empty where it has no row."""
        return next(iter(self._read("sums", place, (slug,), lambda *, sums: bytes(sums))), b"")

    def record_posts(
        self, run: int, place: BuildPlace, rows: Sequence[tuple[PostRecord, bytes]], gone: Sequence[str] = ()
    ) -> None:
        """Record the posts that a run found good, with the sums of their files; delete those in `gone`.

        Where what all posts share is no longer what it was, all rows of before go.
        """
        with self._database.writing() as writing:
            number = _place_number(writing, run, place)
            statement = "delete from kept where place = ? and slug = ?"
            writing.run_many(statement, [(number, slug) for slug in gone])
            writing.run_many(
                f"insert or replace into kept {insertable('place', *_ROW.names, 'digest', 'sums')}",
                [(number, *_ROW.store(row), row.digest, sums) for row, sums in rows],
            )

    @staticmethod
    def delete_post_records(writing: Writing, slug: str) -> None:
        """Delete what was recorded of a post, wherever a run was started: it must be looked at again."""
        writing.run("delete from kept where slug = ?", slug)

    def _read(self, columns: str, place: str, slugs: Sequence[str], make: Any) -> list[Any]:
        """Return what `make` makes of columns of the rows of a place, of all posts or of some."""
        query = f"select {columns} {_AT}"
        if not slugs:
            return self._database.read(query, place, make=make)
        return [
            row
            for slug in slugs
            for row in self._database.read(f"{query} and slug = ?", place, slug, make=make)
        ]


def _load_row(*, digest: bytes, **values: Any) -> PostRecord | None:
    row = _ROW.load_if_sound(**values)
    return row if row is not None and row.digest == digest else None


def _place_number(writing: Writing, run: int, place: BuildPlace) -> int:
    """Return the id of a place, brought up to date; rows of another state of what posts share go."""
    before = writing.run("select id, shared from place where name = ?", place.name)
    if before and before[0][1] != place.shared:
        writing.run("delete from kept where place = ?", before[0][0])
    updates = ", ".join(f"{name} = excluded.{name}" for name in (*_PLACE.names, "run"))
    rows = writing.run(
        f"insert into place {insertable(*_PLACE.names, 'run')}"
        f" on conflict (name) do update set {updates} returning id",
        *_PLACE.store(place),
        run,
    )
    old = writing.run("select id from place order by run desc, id desc limit -1 offset ?", _MOST_PLACES)
    for (number,) in old:
        writing.run("delete from kept where place = ?", number)
        writing.run("delete from place where id = ?", number)
    return int(rows[0][0]) if rows else 0

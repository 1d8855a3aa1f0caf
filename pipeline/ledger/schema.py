"""The ledger's tables, version by version: each migration brings a database from one version to the next.

Tables and columns have the names that were released: `kept` holds the post records, `kept.told` their
editions. Another name would need a migration and help nobody who uses Annexe.
"""

import sqlite3

_ATTACHMENTS = (
    # Ledgers from before migrations may hold the table without saying which version they are.
    """
    create table if not exists attachment (
        slug text not null,
        language text not null,
        inputs text not null,     -- JSON: the fingerprint of each input that the bytes depend on
        origins text not null,    -- JSON: the fingerprint of each thing that the page was composed from
        sha256 text not null,     -- of the attachment's file
        size integer not null,    -- bytes
        pages integer not null,
        built text not null,      -- UTC, ISO 8601
        seconds real not null,
        reason text not null,
        primary key (slug, language)
    ) strict, without rowid
    """,
)

#: What is the same night after night is written once and named by its number: 10,000 posts must stay small.
_HISTORY = (
    # What is compared from run to run: all that `annexe nightly` finds, or all of `annexe build my-post`.
    """
    create table series (
        id integer primary key,
        command text not null,
        scope text not null,      -- the posts and languages that the command named; empty: all
        unique (command, scope)
    ) strict
    """,
    "create table tools (id integer primary key, versions text not null unique) strict",
    """
    create table run (
        number integer primary key,
        series integer not null references series,
        started text not null,    -- UTC, ISO 8601; tells people when, orders nothing: clocks jump
        is_rebuild integer not null,
        is_finished integer not null default 0,
        exit_code integer,
        seconds real,
        memory integer,           -- MiB, the peak of the run's own process
        tools integer references tools,
        built integer not null default 0,
        unchanged integer not null default 0,
        composed integer not null default 0,
        rejected integer not null default 0,
        failed integer not null default 0,
        infos integer not null default 0,
        warnings integer not null default 0,
        errors integer not null default 0,
        has_findings integer not null default 0  -- the text of what it found is kept
    ) strict
    """,
    """
    create table edition (
        id integer primary key, slug text not null, language text not null, unique (slug, language)
    ) strict
    """,
    "create table reason (id integer primary key, text text not null unique) strict",
    # A row where something became of an edition that was not so before, or a night of its trend.
    """
    create table outcome (
        edition integer not null references edition,
        run integer not null references run,
        is_news integer not null, -- 0: a night of a trend, that may be thinned
        outcome text not null,
        sha256 blob,              -- of the good attachment that stands there; null: there is none
        size integer,             -- bytes
        pages integer,
        milliseconds integer,     -- that making took; null where nothing was made
        memory integer,           -- MiB
        reason integer references reason,
        primary key (edition, run)
    ) strict, without rowid
    """,
    "create index outcome_of_run on outcome (run)",
    """
    create table finding (
        id integer primary key,
        key blob not null unique, -- a digest of all that follows
        check_id text not null,
        severity text not null,
        message text not null,
        remedy text not null,
        slug text,
        language text,
        file text,
        line integer,
        page integer
    ) strict
    """,
    # A finding is in every run of its series from `since` on, up to but not in `gone`.
    """
    create table sighting (
        series integer not null references series,
        finding integer not null references finding,
        since integer not null,
        gone integer,
        primary key (series, finding, since)
    ) strict, without rowid
    """,
    """
    create table site_check (
        target text not null,
        run integer not null references run,
        is_reachable integer not null,
        errors integer not null,
        published integer not null,
        primary key (target, run)
    ) strict, without rowid
    """,
)

#: What a run needs that finds everything unchanged: what its posts were made from, by stat and by sha256, and
#: what was reported of them. This only saves time: where a row is missing, the post is read and checked.
_KEPT = (
    # Where a run was started, from which folder to which: that shows in how files are named.
    """
    create table place (
        id integer primary key,
        name text not null unique,
        run integer not null,     -- the last run there, to forget the places that nobody builds from any more
        shared_stats text not null,   -- a digest of the stats of all that posts share
        shared text not null,     -- the fingerprint of the same by content; rows are of this one alone
        is_racy integer not null, -- the stats can't be relied on
        watched text not null,    -- JSON: further files that count
        tools text not null       -- JSON: names and versions
    ) strict
    """,
    """
    create table kept (
        id integer primary key,
        place integer not null references place,
        slug text not null,
        is_racy integer not null,
        languages text not null,  -- of its editions, in their order
        notes blob not null,      -- JSON: the findings of its editions without its name, or empty
        orphans text not null,    -- names of attachments in its folder that nothing makes
        stats blob not null,
        told blob not null,       -- JSON: its editions as report.json has them
        digest blob not null,     -- of what stands before it
        sums blob not null,       -- sha256 of each file
        unique (place, slug)
    ) strict
    """,
)

#: All post records of a place in one row; version 6 deletes the table again.
_INVENTORY = (
    """
    create table inventory (
        place integer primary key references place,
        slugs text not null,      -- of the posts, in their order
        spans blob not null,      -- how many files and folders each has
        paths blob not null,      -- of all of these
        numbers blob not null,    -- their stats
        editions blob not null,   -- how many each post has
        findings blob not null,   -- JSON: what was told of them
        orphans text not null,    -- JSON: attachments in their folders that nothing makes
        digest blob not null      -- of what stands before it
    ) strict
    """,
)

#: A run can be killed between placing an attachment and recording it: the sha256 of what may stand there.
_ANNOUNCED = ("alter table attachment add column announced text",)

_WITHOUT_INVENTORY = ("drop table inventory",)

#: The nth brings a database to version n. What was released is never edited; a change is one more behind it.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    _ATTACHMENTS,
    _HISTORY,
    _KEPT,
    _INVENTORY,
    _ANNOUNCED,
    _WITHOUT_INVENTORY,
)
VERSION = len(MIGRATIONS)


class NewerVersionError(sqlite3.DatabaseError):
    """The database is of a version that this Annexe does not know."""


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of a database; 0 is a new one. Raises NewerVersionError."""
    version = int(connection.execute("pragma user_version").fetchone()[0])
    if not 0 <= version <= VERSION:
        what = f"is of version {version}, written by a newer Annexe; this one knows {VERSION}"
        raise NewerVersionError(what)
    return version


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database to the last version, in one transaction: all of it or nothing. Keeps what it holds."""
    if version_of(connection) == VERSION:
        return
    connection.execute("begin immediate")
    try:
        # Asked again: another process may have done it while this one waited.
        for statements in MIGRATIONS[version_of(connection) :]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"pragma user_version = {VERSION}")
        connection.execute("commit")
    except BaseException:
        connection.rollback()
        raise

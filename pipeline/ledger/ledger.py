"""The ledger itself: what is asked of it and told to it, by everyone."""

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

from pipeline.core.model import Finding
from pipeline.ledger.columns import REASON
from pipeline.ledger.database import Database
from pipeline.ledger.editions import languages_of, points_of, record_row
from pipeline.ledger.findings import findings_of, record_findings
from pipeline.ledger.fingerprints import Entry, Fingerprints
from pipeline.ledger.post_records import forget, keep, kept_at, place_named, slugs_at, sums_at
from pipeline.ledger.retention import thin
from pipeline.ledger.rows import EditionRow, Ending, KeptRow, Place, Point, Run, SiteCheck
from pipeline.ledger.runs import begin_run, finish_run, last_runs, nights_down, record_site


class Ledger:
    """The attachments of one build folder, and the history of its runs.

    Whatever is written raises UnrecordedError where it can't be. Whatever is asked for is empty where the file turned
    out to be damaged: `fault` says so.
    """

    def __init__(
        self, database: Database, *, path: Path, set_aside: Path | None = None, set_aside_why: str = ""
    ) -> None:
        self._database = database
        self._is_rebuild: dict[int, bool] = {}
        #: The ledger's file.
        self.path = path
        #: Where a ledger that could not be used was put when this one was opened, or None, and why.
        self.set_aside = set_aside
        self.set_aside_why = set_aside_why

    @property
    def fault(self) -> str | None:
        """Return what showed, since it was opened, that the ledger can't be used, or None."""
        return self._database.fault

    def entry(self, slug: str, language: str) -> Entry | None:
        """Return the last good build of an attachment, or None."""

        def make(
            *,
            inputs: str,
            origins: str,
            sha256: str,
            size: int,
            pages: int,
            built: str,
            seconds: float,
            reason: str,
            announced: str | None,
        ) -> Entry | None:
            try:
                prints = Fingerprints(inputs=dict(json.loads(inputs)), origins=dict(json.loads(origins)))
                why = REASON.load(reason)
            except (ValueError, TypeError, KeyError):
                # One entry that can't be understood costs one attachment's building, not the whole ledger.
                return None
            return Entry(
                slug=slug,
                language=language,
                fingerprints=prints,
                sha256=sha256,
                size=size,
                pages=pages,
                built=built,
                seconds=seconds,
                reason=why,
                announced=announced,
            )

        query = (
            "select inputs, origins, sha256, size, pages, built, seconds, reason, announced from attachment"
            " where slug = ? and language = ?"
        )
        return self._database.first(query, slug, language, make=make)

    def announce(self, slug: str, language: str, sha256: str) -> None:
        """Record what is about to be put in the place of an attachment that was recorded: a run may be killed then."""
        with self._database.writing() as writing:
            writing.run(
                "update attachment set announced = ? where slug = ? and language = ?", sha256, slug, language
            )

    def record(self, entry: Entry) -> None:
        """Record a good build in the place of the one before; what was kept of its post is no longer so."""
        with self._database.writing() as writing:
            forget(writing, entry.slug)
            writing.run(
                "insert or replace into attachment"
                " (slug, language, inputs, origins, sha256, size, pages, built, seconds, reason)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                entry.slug,
                entry.language,
                json.dumps(dict(entry.fingerprints.inputs), sort_keys=True),
                json.dumps(dict(entry.fingerprints.origins), sort_keys=True),
                entry.sha256,
                entry.size,
                entry.pages,
                entry.built,
                entry.seconds,
                REASON.store(entry.reason),
            )

    def place(self, name: str) -> Place | None:
        """Return what all posts shared when a run was last started at a place, or None where none was."""
        return place_named(self._database, name)

    def kept(self, place: str, slugs: Sequence[str] = ()) -> list[KeptRow]:
        """Return the posts that were found good at a place, of those named by `slugs` if any are."""
        return kept_at(self._database, place, slugs)

    def kept_slugs(self, place: str) -> list[str]:
        """Return the posts that were found good at a place."""
        return slugs_at(self._database, place)

    def kept_sums(self, place: str, slug: str) -> bytes:
        """Return the sha256 of each file of a kept post, in the order of its stats; empty where it isn't kept."""
        return sums_at(self._database, place, slug)

    def keep(
        self, run: int, place: Place, rows: Sequence[tuple[KeptRow, bytes]], gone: Sequence[str] = ()
    ) -> None:
        """Record the posts that a run found good, each with its sums, and forget those that are `gone`."""
        keep(self._database, run, place, rows, gone)

    def begin_run(
        self, started: dt.datetime, command: str, scope: Sequence[str] = (), *, is_rebuild: bool = False
    ) -> int:
        """Record that a run begins and return its number; `scope` are the posts and languages it is limited to."""
        number = begin_run(self._database, started, command, " ".join(scope), is_rebuild=is_rebuild)
        self._is_rebuild[number] = is_rebuild
        return number

    def record_result(self, run: int, row: EditionRow) -> None:
        """Record what became of an edition in a run that was begun here, where it is something else than before."""
        record_row(self._database, run, row, is_rebuild=self._is_rebuild.get(run, False))

    def record_site(self, run: int, check: SiteCheck) -> None:
        """Record what a run saw of a site."""
        record_site(self._database, run, check)

    def finish_run(self, run: int, ending: Ending) -> None:
        """Record how a run ended; where that was recorded before, the later word counts."""
        if ending.findings is not None:
            record_findings(self._database, run, ending.findings)
        finish_run(self._database, run, ending)

    def nights(self, most: int, *, command: str | None = None) -> tuple[Run, ...]:
        """Return the last recorded runs, of one command or of all, the oldest first."""
        return last_runs(self._database, most, command)

    def nights_down(self, target: str) -> int:
        """Return how many nights in a row, up to the last one, a site could not be reached."""
        return nights_down(self._database, target)

    def findings(self, run: int) -> tuple[Finding, ...]:
        """Return what a run found; nothing where its text is no longer kept (`Run.has_findings`)."""
        return findings_of(self._database, run)

    def points(self, slug: str, language: str | None, *, most: int = 60) -> tuple[Point, ...]:
        """Return the last recorded points of an edition, the oldest first: between two, nothing changed."""
        return points_of(self._database, slug, language, most)

    def languages(self, slug: str) -> tuple[str | None, ...]:
        """Return the languages in which something is recorded of a post."""
        return languages_of(self._database, slug)

    def thin(self, nights: int) -> None:
        """Thin what is older than the last `nights` nights, losing no run in which something happened."""
        thin(self._database, nights)

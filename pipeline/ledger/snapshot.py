"""The one row that stands for all posts that were found good at a place."""

import json

from pipeline.ledger.database import Database
from pipeline.ledger.rows import Inventory


def inventory_at(database: Database, place: str) -> Inventory | None:
    """Return the inventory of a place, or None where there is none that is as it was written."""
    query = (
        "select slugs, spans, paths, numbers, editions, findings, orphans, digest from inventory"
        " join place on place.id = inventory.place where name = ?"
    )
    return database.first(query, place, make=_inventory)


def keep_inventory(database: Database, place: str, inventory: Inventory) -> None:
    """Record the inventory of a place that is recorded; raises UnrecordedError."""
    with database.writing() as writing:
        writing.run(
            "insert or replace into inventory"
            " (place, slugs, spans, paths, numbers, editions, findings, orphans, digest)"
            " select id, ?, ?, ?, ?, ?, ?, ?, ? from place where name = ?",
            "/".join(inventory.slugs),
            inventory.spans,
            inventory.paths,
            inventory.numbers,
            inventory.editions,
            inventory.findings,
            json.dumps(inventory.orphans),
            inventory.digest,
            place,
        )


def _inventory(
    *,
    slugs: str,
    spans: bytes,
    paths: bytes,
    numbers: bytes,
    editions: bytes,
    findings: bytes,
    orphans: str,
    digest: bytes,
) -> Inventory | None:
    try:
        inventory = Inventory(
            slugs=tuple(slugs.split("/")),
            spans=spans,
            paths=paths,
            numbers=numbers,
            editions=editions,
            findings=findings,
            orphans=tuple(map(str, json.loads(orphans))),
        )
    except (ValueError, TypeError):
        return None
    return inventory if inventory.digest == digest else None

"""What `annexe sizes --accept` says: which published sizes are others now, and which were left and why."""

import json
from collections.abc import Sequence
from typing import TextIO

from pipeline.core.results import Acceptance
from pipeline.report.printable import encodable, on_one_line
from pipeline.report.table import print_columns

_HEADS = ("attachment", "bytes", "published before", "now", "outcome")


def print_accepted(rows: Sequence[Acceptance], *, out: TextIO, err: TextIO, quiet: bool) -> None:
    """Print a table of what changed and what was left, or that nothing had to; and to `err` what else is to be said of one."""
    told = [row for row in rows if row.before != row.after or row.is_bad]
    if not quiet and told:
        cells = [_cells(row) for row in told]
        bad = [number for number, row in enumerate(told) if row.is_bad]
        print_columns(_HEADS, cells, right=range(1, 4), bad=bad, out=out)
    if not quiet and not told:
        out.write(
            "every published size stands for its attachment; nothing was written\n"
            if rows
            else "there is no such attachment; nothing was written\n"
        )
    for row in rows:
        if row.note is not None:
            err.write(encodable(on_one_line(f"{row.source or row.name}: {row.note}"), err) + "\n")


def accepted_json(rows: Sequence[Acceptance]) -> str:
    """Return the rows, those that stay too, as a JSON list."""
    values = [
        {
            "attachment": row.name,
            "source": row.source,
            "bytes": row.size,
            "before": row.before,
            "after": row.after,
            "outcome": str(row.outcome),
            "note": row.note,
        }
        for row in rows
    ]
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def _cells(row: Acceptance) -> tuple[str, ...]:
    return (
        row.name,
        "-" if row.size is None else f"{row.size:,}",
        row.before or "-",
        row.after or "-",
        str(row.outcome),
    )

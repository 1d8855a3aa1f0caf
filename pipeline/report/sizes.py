"""The table of `annexe sizes`."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from pipeline.core.model import PublishedSize
from pipeline.report.size_reasons import reasons_values
from pipeline.report.table import print_columns

if TYPE_CHECKING:
    from pipeline.pdf.size_advice import Reasons


class Row(Protocol):
    """What a row of the table tells; pipeline.build.sizes makes them."""

    @property
    def name(self) -> str:
        """Return the attachment's name."""

    @property
    def size(self) -> int | None:
        """Return its bytes."""

    @property
    def label(self) -> str | None:
        """Return the label that the site would print."""

    @property
    def published(self) -> PublishedSize | None:
        """Return what the live post publishes."""

    @property
    def ratio(self) -> float | None:
        """Return the size as a share of the published one."""

    @property
    def verdict(self) -> str:
        """Return the verdict."""

    @property
    def is_bad(self) -> bool:
        """Say whether somebody has to do something."""


_HEADS = ("attachment", "bytes", "label", "published", "ratio", "verdict")


def print_sizes(rows: Sequence[Row], *, out: TextIO) -> None:
    """Print the table: ruled and coloured on a terminal, plain aligned columns elsewhere."""
    bad = [number for number, row in enumerate(rows) if row.is_bad]
    print_columns(_HEADS, [_cells(row) for row in rows], right=range(1, 5), bad=bad, out=out)


def sizes_json(rows: Sequence[Row], reasons: Mapping[str, "Reasons"] | None = None) -> str:
    """Return the rows as a JSON list; those that have reasons, by their names, carry them as `why`."""
    why = reasons or {}
    values: list[dict[str, Any]] = [
        {
            "attachment": row.name,
            "bytes": row.size,
            "label": row.label,
            "published": row.published.label if row.published else None,
            "ratio": None if row.ratio is None else round(row.ratio, 4),
            "verdict": str(row.verdict),
            **({"why": reasons_values(why[row.name])} if row.name in why else {}),
        }
        for row in rows
    ]
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        "-" if row.size is None else f"{row.size:,}",
        row.label or "-",
        row.published.label if row.published else "-",
        "-" if row.ratio is None else f"{row.ratio:.1%}",
        str(row.verdict),
    )

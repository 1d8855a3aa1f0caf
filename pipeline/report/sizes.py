"""The table of `annexe sizes`."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from rich.console import Console
from rich.table import Table

from pipeline.model import PublishedSize
from pipeline.report.plain import encodable, on_one_line
from pipeline.report.reasons import reasons_values

if TYPE_CHECKING:
    from pipeline.slimming import Reasons


class Row(Protocol):
    """What a row of the table tells; pipeline.sizing makes them."""

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
    """Print the table."""
    print_table(_HEADS, [_cells(row) for row in rows], bad=[row.is_bad for row in rows], out=out)


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


def print_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    bad: Sequence[bool],
    right: Collection[int] | None = None,
    out: TextIO,
) -> None:
    """Print rows of cells under their heads: coloured on a terminal, plain aligned columns elsewhere.

    The columns numbered in `right` stand right, without it all but the first and the last; `bad` says which rows are to
    catch the eye.
    """
    console = Console(file=out, highlight=False, emoji=False, markup=False)
    cells = [tuple(encodable(on_one_line(text), out) for text in row) for row in rows]
    right = range(1, len(heads) - 1) if right is None else right
    if not console.is_terminal:
        out.writelines(line + "\n" for line in plain_columns([heads, *cells], right=right))
        return
    table = Table(header_style="bold", box=None, pad_edge=False)
    for column, head in enumerate(heads):
        table.add_column(head, justify="right" if column in right else "left")
    for row, is_bad in zip(cells, bad, strict=True):
        table.add_row(*row, style="bold red" if is_bad else None)
    console.print(table)


def plain_columns(rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> list[str]:
    """Return rows of cells as lines with aligned columns; those numbered in `right` stand right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            text.rjust(width) if column in right else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]

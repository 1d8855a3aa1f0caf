"""Rows of cells as a table: ruled and coloured on a terminal, plain aligned columns elsewhere."""

from collections.abc import Collection, Sequence
from typing import TextIO

from pipeline.report.printable import encodable, is_for_people, on_one_line


def print_columns(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Collection[int] = (),
    bad: Collection[int] = (),
    out: TextIO,
) -> None:
    """Print rows under their heads; columns in `right` are aligned right, rows in `bad` are red."""
    cells = [tuple(encodable(on_one_line(text), out) for text in row) for row in rows]
    if not is_for_people(out):
        out.writelines(line + "\n" for line in plain_columns([tuple(heads), *cells], right=right))
        return
    from rich.console import Console  # noqa: PLC0415 - only where there may be colours
    from rich.table import Table  # noqa: PLC0415 - only where there may be colours

    console = Console(file=out, highlight=False, emoji=False, markup=False)
    table = Table(header_style="bold", box=None, pad_edge=False)
    for column, head in enumerate(heads):
        table.add_column(head, justify="right" if column in right else "left")
    for number, row in enumerate(cells):
        table.add_row(*row, style="bold red" if number in bad else None)
    console.print(table)


def plain_columns(rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> list[str]:
    """Return rows of cells as lines with aligned columns; those numbered in `right` stand right."""
    return ["  ".join(row).rstrip() for row in padded(rows, right=right)]


def padded(rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> list[list[str]]:
    """Return rows of cells, all cells of a column with the same width."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        [
            text.rjust(width) if column in right else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in rows
    ]

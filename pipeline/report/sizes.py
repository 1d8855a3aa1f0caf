"""What `annexe sizes` says: the table, its reasons (`--why`), and what `--accept` changed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from pipeline.core.results import Acceptance
from pipeline.core.sizes import SizeRow
from pipeline.report.printable import encodable, on_one_line
from pipeline.report.table import plain_columns, print_columns

if TYPE_CHECKING:
    from pipeline.pdf.size_advice import Reasons

_HEADS = ("attachment", "bytes", "label", "published", "ratio", "verdict")
_ACCEPTED_HEADS = ("attachment", "bytes", "published before", "now", "outcome")


def print_sizes(rows: Sequence[SizeRow], *, out: TextIO) -> None:
    """Print the table: ruled and coloured on a terminal, plain aligned columns elsewhere."""
    bad = [number for number, row in enumerate(rows) if row.is_bad]
    print_columns(_HEADS, [_cells(row) for row in rows], right=range(1, 5), bad=bad, out=out)


def sizes_json(rows: Sequence[SizeRow], reasons: Mapping[str, "Reasons"] | None = None) -> str:
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
            **({"why": _reasons_values(why[row.name])} if row.name in why else {}),
        }
        for row in rows
    ]
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def _cells(row: SizeRow) -> tuple[str, ...]:
    return (
        row.name,
        _bytes(row.size),
        row.label or "-",
        row.published.label if row.published else "-",
        "-" if row.ratio is None else f"{row.ratio:.1%}",
        str(row.verdict),
    )


def _bytes(size: int | None) -> str:
    return "-" if size is None else f"{size:,}"


def print_reasons(rows: Sequence[SizeRow], reasons: Mapping[str, "Reasons"], *, out: TextIO) -> None:
    """Print each attachment's bytes by cause, and what would bring them under its published size."""
    for row in rows:
        if row.name in reasons:
            out.writelines(encodable(line, out) + "\n" for line in ("", *_lines(row, reasons[row.name])))


def _reasons_values(reasons: "Reasons") -> dict[str, Any]:
    return {
        "parts": [{"cause": one.cause.value, "name": one.name, "bytes": one.size} for one in reasons.parts],
        "most": reasons.most,
        "ways": [
            {"action": way.action, "saves": way.saves, "is_enough": way.is_enough} for way in reasons.ways
        ],
    }


def _lines(row: SizeRow, reasons: "Reasons") -> Iterator[str]:
    total = sum(part.size for part in reasons.parts)
    yield on_one_line(row.name)
    cells = [
        (part.cause.value, on_one_line(part.name), f"{part.size:,}", f"{part.size / total:.1%}")
        for part in reasons.parts
    ]
    for line in plain_columns([*cells, ("in all", "", f"{total:,}", "100.0%")], right=(2, 3)):
        yield f"  {line}"
    if reasons.most is not None:
        yield from _room(total, reasons.most, reasons)


def _room(total: int, most: int, reasons: "Reasons") -> Iterator[str]:
    """Yield how far the bytes are from the published size, and what would bring them under it."""
    if total <= most:
        yield f"  {most - total:,} bytes below the most that its published size stands for"
        return
    excess = total - most
    yield f"  {excess:,} bytes above the most that its published size stands for; what would save some:"
    for way in reasons.ways:
        enough = ", enough" if way.is_enough else ""
        yield f"    - {on_one_line(way.action)}: {way.saves:,} bytes at most{enough}"
    saved = sum(way.saves for way in reasons.ways)
    if any(way.is_enough for way in reasons.ways):
        return
    if saved >= excess:
        yield f"    all of these together save {saved:,} bytes at most, enough"
    else:
        yield (
            f"    all of these together save {saved:,} bytes at most, {excess - saved:,} too few: shorten "
            "the text, or publish the attachment with its own label"
        )


def print_accepted(rows: Sequence[Acceptance], *, out: TextIO, err: TextIO, quiet: bool) -> None:
    """Print which published sizes changed or were left; to `err`, the note of each."""
    listed = [row for row in rows if row.before != row.after or row.is_bad]
    if not quiet and listed:
        cells = [_accepted_cells(row) for row in listed]
        bad = [number for number, row in enumerate(listed) if row.is_bad]
        print_columns(_ACCEPTED_HEADS, cells, right=range(1, 4), bad=bad, out=out)
    if not quiet and not listed:
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


def _accepted_cells(row: Acceptance) -> tuple[str, ...]:
    return (row.name, _bytes(row.size), row.before or "-", row.after or "-", str(row.outcome))

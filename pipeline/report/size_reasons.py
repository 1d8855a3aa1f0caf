"""What `annexe sizes --why` says of each attachment: its bytes by what they are there for, and what would save some."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from pipeline.report.printable import encodable, on_one_line

if TYPE_CHECKING:
    from pipeline.pdf.size_advice import Reasons
    from pipeline.report.sizes import Row


def print_reasons(rows: Sequence["Row"], reasons: Mapping[str, "Reasons"], *, out: TextIO) -> None:
    """Print, below the table of sizes, each attachment's bytes by cause and the ways under its published size."""
    for row in rows:
        if row.name in reasons:
            out.writelines(encodable(line, out) + "\n" for line in ("", *_lines(row, reasons[row.name])))


def reasons_values(reasons: "Reasons") -> dict[str, Any]:
    """Return the same as values for JSON."""
    return {
        "parts": [
            {"cause": part.cause.value, "name": part.name, "bytes": part.size} for part in reasons.parts
        ],
        "most": reasons.most,
        "ways": [
            {"action": way.action, "saves": way.saves, "is_enough": way.is_enough} for way in reasons.ways
        ],
    }


def _lines(row: "Row", reasons: "Reasons") -> Iterator[str]:
    total = sum(part.size for part in reasons.parts)
    yield on_one_line(row.name)
    cells = [
        (part.cause.value, on_one_line(part.name), f"{part.size:,}", f"{part.size / total:.1%}")
        for part in reasons.parts
    ]
    cells.append(("in all", "", f"{total:,}", "100.0%"))
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    for cause, name, size, share in cells:
        yield (
            f"  {cause.ljust(widths[0])}  {name.ljust(widths[1])}"
            f"  {size.rjust(widths[2])}  {share.rjust(widths[3])}"
        )
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
        yield f"    - {on_one_line(way.action)}: {way.saves:,} bytes at most{', enough' if way.is_enough else ''}"
    saved = sum(way.saves for way in reasons.ways)
    if any(way.is_enough for way in reasons.ways):
        return
    if saved >= excess:
        yield f"    all of these together save {saved:,} bytes at most, enough"
    else:
        yield (
            f"    all of these together save {saved:,} bytes at most, {excess - saved:,} too few: shorten the text, "
            "or publish the attachment with its own label"
        )

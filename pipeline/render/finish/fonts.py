"""Embedded fonts: nothing in them but what draws glyphs, and a space that is a space in every reader."""

import io
import re
from typing import Any

import pydyf
from fontTools.ttLib.sfnt import SFNTReader, SFNTWriter

#: The tables of an embedded TrueType font (ISO 32000-1, 9.9): a CIDFont addresses glyphs by number.
KEPT = frozenset({"head", "hhea", "hmtx", "maxp", "loca", "glyf", "cvt ", "fpgm", "prep"})

#: One glyph often serves several characters, and a reader is told the first that was used: a no-break space would
#: glue all words of the document together, a hyphen would not be found as the one that is typed.
_PLAIN = {b"00a0": b"0020", b"2010": b"002d", b"2011": b"002d", b"00ad": b"002d"}
_MAPPING = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]{4})>")


def settle_fonts(pdf: Any) -> None:
    """Cut the embedded fonts and make their Unicode maps plain, in place."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and "Length1" in item.extra:
            item.stream = [_cut(b"".join(item.stream))]
            item.extra["Length1"] = len(item.stream[0])
        elif isinstance(item, pydyf.Dictionary) and "ToUnicode" in item:
            unicode_map = pdf.objects[int(item["ToUnicode"].split()[0])]
            unicode_map.stream = [_plain(line) for line in unicode_map.stream]


def _cut(font: bytes) -> bytes:
    """Return a font with those of its tables that are kept, otherwise unchanged."""
    reader = SFNTReader(io.BytesIO(font))
    kept = sorted(tag for tag in reader.keys() if tag in KEPT)  # noqa: SIM118 - not a mapping
    target = io.BytesIO()
    writer = SFNTWriter(target, len(kept), reader.sfntVersion)
    for tag in kept:
        writer[tag] = reader[tag]
    writer.close()
    return target.getvalue()


def _plain(line: bytes) -> bytes:
    match = _MAPPING.fullmatch(line)
    if match is None or match[2] not in _PLAIN:
        return line
    return b"<" + match[1] + b"> <" + _PLAIN[match[2]] + b">"

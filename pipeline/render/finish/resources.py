"""Colours, images and fonts inside the file, as PDF/A-2 wants them (ISO 19005-2, 6.2.3 to 6.2.11)."""

import io
import re
from pathlib import Path

import pydyf
from fontTools.ttLib.sfnt import SFNTReader, SFNTWriter

from pipeline.render.finish.draft import PdfDraft

#: What every red, green and blue in the file means. srgb.icc.license says where the profile comes from.
_PROFILE = Path(__file__).with_name("srgb.icc")
PROFILE_NAME = "sRGB IEC61966-2.1"
_COMPONENTS = 3

#: The tables of an embedded TrueType font (ISO 32000-1, 9.9): a CIDFont addresses glyphs by number.
FONT_TABLES = frozenset({"head", "hhea", "hmtx", "maxp", "loca", "glyf", "cvt ", "fpgm", "prep"})

#: One glyph often serves several characters, and WeasyPrint writes down the first that was used. A no-break
#: space would then glue all words of the document together, and nobody would find a hyphen by typing one.
_PLAIN = {b"00a0": b"0020", b"2010": b"002d", b"2011": b"002d", b"00ad": b"002d"}
_MAPPING = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]{4})>")


def normalise_colours(draft: PdfDraft) -> None:
    """State that colours are sRGB, drop unused colour spaces, and have no image smoothed, all in place."""
    pdf = draft.pdf
    profile = pydyf.Stream([_PROFILE.read_bytes()], pydyf.Dictionary({"N": _COMPONENTS}), compress=True)
    pdf.add_object(profile)
    intent = {
        "Type": "/OutputIntent",
        "S": "/GTS_PDFA1",
        "OutputConditionIdentifier": pydyf.String(PROFILE_NAME),
        "Info": pydyf.String(PROFILE_NAME),
        "DestOutputProfile": profile.reference,
    }
    pdf.catalog["OutputIntents"] = pydyf.Array([pydyf.Dictionary(intent)])
    used = _used_colour_spaces(draft)
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and item.extra.get("Subtype") == "/Image":
            item.extra.pop("Interpolate", None)
        elif isinstance(item, pydyf.Dictionary) and "lab-d50" in item:
            for name in [name for name in item if name not in used]:
                del item[name]


def _used_colour_spaces(draft: PdfDraft) -> set[str]:
    return {
        operator.split()[0].removeprefix(b"/").decode("ascii")
        for stream in draft.drawn_streams()
        for operator in stream.stream
        if isinstance(operator, bytes) and operator.endswith((b" cs", b" CS"))
    }


def normalise_fonts(draft: PdfDraft) -> None:
    """Drop what is not needed from the embedded fonts, and give each glyph its plain character, in place."""
    pdf = draft.pdf
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and "Length1" in item.extra:
            item.stream = [_cut(b"".join(item.stream))]
            item.extra["Length1"] = len(item.stream[0])
        elif isinstance(item, pydyf.Dictionary) and "ToUnicode" in item:
            unicode_map = pdf.objects[int(item["ToUnicode"].split()[0])]
            unicode_map.stream = [_plain(line) for line in unicode_map.stream]


def _cut(font: bytes) -> bytes:
    """Return a font without the tables that drawing glyphs does not need, otherwise unchanged."""
    reader = SFNTReader(io.BytesIO(font))
    tables = sorted(tag for tag in reader.keys() if tag in FONT_TABLES)  # noqa: SIM118 - not a mapping
    target = io.BytesIO()
    writer = SFNTWriter(target, len(tables), reader.sfntVersion)
    for tag in tables:
        writer[tag] = reader[tag]
    writer.close()
    return target.getvalue()


def _plain(line: bytes) -> bytes:
    match = _MAPPING.fullmatch(line)
    if match is None or match[2] not in _PLAIN:
        return line
    return b"<" + match[1] + b"> <" + _PLAIN[match[2]] + b">"

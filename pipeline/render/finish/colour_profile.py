"""The sRGB colour profile that PDF/A asks for, in 500 bytes instead of 3,000: only what ICC.1:2004 (4.2) requires.

The numbers are sRGB's (IEC 61966-2-1): its primaries and white point adapted to D50 by Bradford's matrix, and its
curve. Little CMS computes the same ones; a test compares.
"""

import struct

NAME = "sRGB IEC61966-2.1"

_D50 = (0.964202880859375, 1.0, 0.8249053955078125)
_TO_D50 = (
    1.04788208,
    0.0229187,
    -0.05021667,
    0.0295868,
    0.99047852,
    -0.01707458,
    -0.00924683,
    0.01507568,
    0.75167847,
)
_RED = (0.43603515625, 0.2224884033203125, 0.013916015625)
_GREEN = (0.3851165771484375, 0.7169036865234375, 0.0970611572265625)
_BLUE = (0.1430511474609375, 0.06060791015625, 0.7139129638671875)
#: Exponent, then a, b, c and d of ICC.1:2004, 10.15, function type 3.
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_CURVE_TYPE = 3
_HEADER = 128


def srgb_profile() -> bytes:
    """Return the profile's bytes: always the same."""
    curve = struct.pack(">4s4xHxx", b"para", _CURVE_TYPE) + _numbers(_CURVE)
    tags = {
        b"desc": _text(NAME),
        b"cprt": _text("No copyright"),
        b"wtpt": _xyz(_D50),
        b"chad": b"sf32\0\0\0\0" + _numbers(_TO_D50),
        b"rXYZ": _xyz(_RED),
        b"gXYZ": _xyz(_GREEN),
        b"bXYZ": _xyz(_BLUE),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, body = _tag_table(tags)
    return _header(_HEADER + len(table) + len(body)) + table + body


def _tag_table(tags: dict[bytes, bytes]) -> tuple[bytes, bytes]:
    """Return the table of tags and what they hold; equal contents are stored once."""
    body = b""
    places: dict[bytes, int] = {}
    entries = struct.pack(">I", len(tags))
    start = _HEADER + 4 + 12 * len(tags)
    for name, data in tags.items():
        if data not in places:
            places[data] = start + len(body)
            body += data + b"\0" * (-len(data) % 4)
        entries += struct.pack(">4sII", name, places[data], len(data))
    return entries, body


def _header(size: int) -> bytes:
    """Return the header of a display profile from RGB to XYZ, without date, maker or identifier (ICC.1:2004, 7.2)."""
    head = struct.pack(">I4xI4s4s4s12x4s", size, 0x04200000, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    return (head + bytes(28) + _numbers(_D50)).ljust(_HEADER, b"\0")


def _numbers(values: tuple[float, ...]) -> bytes:
    """Return numbers as s15Fixed16."""
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + _numbers(values)


def _text(words: str) -> bytes:
    encoded = words.encode("utf-16-be")
    return struct.pack(">4s4xII2s2sII", b"mluc", 1, 12, b"en", b"US", len(encoded), 28) + encoded

"""What the codes of a PDF's fonts say: ToUnicode CMaps (ISO 32000-1, 9.10.3) by code."""

import re

_HEX = rb"\s*<([0-9A-Fa-f\s]*)>"
_CHARACTERS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_PAIR = re.compile(_HEX + _HEX)
#: Codes have two bytes; a damaged range may claim billions.
LAST_CODE = 0xFFFF
_TRIPLE = re.compile(_HEX * 3)


def text_by_code(cmap: bytes) -> dict[int, str]:
    """Return the text of each code that a ToUnicode CMap names."""
    texts = {}
    for section in _RANGES.findall(cmap):
        for first, last, text in _TRIPLE.findall(section):
            start, head = hexadecimal(first), _utf16(text)
            for code in range(start, min(hexadecimal(last), LAST_CODE) + 1):
                texts[code] = head[:-1] + chr(ord(head[-1]) + code - start) if head else ""
    for section in _CHARACTERS.findall(cmap):
        texts |= {hexadecimal(code): _utf16(text) for code, text in _PAIR.findall(section)}
    return texts


def hexadecimal(digits: bytes) -> int:
    """Return the number that hexadecimal digits, with blanks between them, stand for."""
    return int(b"".join(digits.split()) or b"0", 16)


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(b"".join(digits.split()).decode("ascii")).decode("utf-16-be", errors="replace")

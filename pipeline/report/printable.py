"""Text that is safe to show: no control character of a source reaches a terminal or an XML file."""

import os
import re
from typing import TextIO

#: Control characters but tab and line feed, marks of direction, and what XML 1.0 (2.2) can't hold.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)

#: What has rich colour a stream that is no terminal.
_FORCED = ("FORCE_COLOR", "TTY_COMPATIBLE")


def is_for_people(stream: TextIO) -> bool:
    """Say whether a stream is a terminal, or to be treated as one: only for those is rich loaded."""
    return stream.isatty() or any(name in os.environ for name in _FORCED)


def printable(text: str) -> str:
    r"""Return a text with what must not be printed written out: `\x1b`, `\u202e`."""
    return _UNPRINTABLE.sub(lambda match: ascii(match[0])[1:-1], text)


def on_one_line(text: str) -> str:
    """Return a printable text without line breaks."""
    return printable(" ".join(text.split()))


def encodable(text: str, stream: TextIO) -> str:
    """Return a text with a question mark for each character that the encoding of a stream lacks."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)

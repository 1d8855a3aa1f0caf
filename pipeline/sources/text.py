"""Bytes → text as a careful editor would have saved it: UTF-8, line feeds, NFC, no characters that can't be seen."""

import re
import unicodedata
from collections.abc import Iterator

from pipeline.core.model import Severity
from pipeline.sources.faults import Faults

_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
#: How much of a file is looked at to tell UTF-16 that has no mark, and from which part of zero bytes on.
_SAMPLE = 1000
_MANY = 0.3

#: Controls but tab and line feed, the two Unicode line ends, surrogates and what XML 1.0 (2.2) does not allow.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
#: Zero width space and byte order mark; joiners, soft hyphens and marks of direction have a meaning and stay.
_UNSEEN = re.compile("[\u200b\ufeff]")
_LOST = "\ufffd"


def decode(data: bytes, faults: Faults) -> str | None:
    """Return the text of a file with line feeds only, or None where it isn't UTF-8 at all.

    A byte that is no UTF-8 is told with its offset and read as Windows-1252, so that the rest can be looked through.
    """
    if _is_utf_16(data):
        faults.tell(
            "encoding",
            1,
            "the file is in UTF-16, not UTF-8",
            'save it again as UTF-8 ("Save as", encoding UTF-8)',
        )
        return None
    if data.startswith(_UTF_8_MARK):
        faults.tell(
            "byte_order_mark",
            1,
            "the file begins with a byte order mark; it was read without",
            'save it as UTF-8 without "BOM" or "signature"',
            Severity.INFO,
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _tell_bad_byte(data, error.start, faults)
        text = _decoded_all_the_same(data)
    return _with_line_feeds(text.removeprefix("\ufeff"), faults)


def tidy(text: str, faults: Faults) -> str:
    """Return the text composed (NFC) and without characters that can't be seen; lines stay where they are."""
    for number, character, count in _first_of_each(_CONTROL, text):
        _tell_control(number, character, count, faults)
    text = _CONTROL.sub(" ", text)
    for number, character, count in _first_of_each(_UNSEEN, text):
        faults.tell(
            "zero_width",
            number,
            f"{_times(count, 'character')} of no width ({_name(character)}) taken out",
            "delete it in the source",
            Severity.INFO,
        )
    text = _UNSEEN.sub("", text)
    if _LOST in text:
        faults.tell(
            "lost_character",
            _line_of(text, text.index(_LOST)),
            "a replacement character (U+FFFD) stands where another was lost",
            "write the character that was meant",
            Severity.WARNING,
        )
    return _composed(text, faults)


def unusable_characters(value: str) -> str:
    """Return the names of the characters in a value that no text may hold, such as `U+0000`; empty where all is well."""
    return ", ".join(sorted({_name(character) for character in _CONTROL.findall(value)}))


def without_unseen(value: str) -> str:
    """Return a value composed (NFC) and without characters of no width."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", value))


def _is_utf_16(data: bytes) -> bool:
    if data.startswith(_UTF_16_MARKS):
        return True
    sample = data[:_SAMPLE]
    fewest, most = sorted((sample[0::2].count(0), sample[1::2].count(0)))
    return most > _MANY * len(sample) and most > 4 * fewest


def _tell_bad_byte(data: bytes, offset: int, faults: Faults) -> None:
    before = data[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    byte = data[offset : offset + 1]
    guess = byte.decode("cp1252", "ignore")
    hint = f' (in Windows-1252 it is "{guess}")' if guess else ""
    faults.tell(
        "encoding",
        before.count(b"\n") + 1,
        f"byte 0x{byte.hex().upper()} at offset {offset} is not UTF-8{hint}",
        "save the file as UTF-8 and look at this line",
    )


def _decoded_all_the_same(data: bytes) -> str:
    text = data.decode("utf-8", "surrogateescape")
    return re.sub("[\udc80-\udcff]", lambda match: _as_windows(match[0]), text)


def _as_windows(escaped: str) -> str:
    return bytes([ord(escaped) - 0xDC00]).decode("cp1252", "ignore") or _LOST


def _with_line_feeds(text: str, faults: Faults) -> str:
    kinds = {"CR LF (as Windows writes them)": r"\r\n", "CR (as old Macs wrote them)": r"\r(?!\n)"}
    for kind, pattern in kinds.items():
        match = re.search(pattern, text)
        if match:
            before = re.findall(r"\r\n|\r|\n", text[: match.start()])
            faults.tell(
                "line_ends",
                len(before) + 1,
                f"lines end in {kind}; they were read as LF",
                "save the file with LF line ends",
                Severity.INFO,
            )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _first_of_each(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str, int]]:
    """Yield (line, character, count) of each different character that the pattern finds, at its first place."""
    found: dict[str, list[int]] = {}
    for match in pattern.finditer(text):
        found.setdefault(match[0], []).append(match.start())
    for character, places in found.items():
        yield _line_of(text, places[0]), character, len(places)


def _tell_control(number: int, character: str, count: int, faults: Faults) -> None:
    guess = character.encode("latin-1", "ignore").decode("cp1252", "ignore")
    meant = f'write "{guess}", if that was meant' if guess.isprintable() and guess else "delete it"
    what = f"{_times(count, 'control character')} {_name(character)}"
    faults.tell("control_character", number, f"{what} in the text", meant)


def _composed(text: str, faults: Faults) -> str:
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        pairs = zip(text.split("\n"), composed.split("\n"), strict=True)
        faults.tell(
            "not_composed",
            next(number for number, (old, new) in enumerate(pairs, start=1) if old != new),
            "letters and their accents are apart (not NFC); they were put together",
            "save the text in Unicode form NFC",
            Severity.INFO,
        )
    return composed


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _name(character: str) -> str:
    return f"U+{ord(character):04X}"


def _times(count: int, what: str) -> str:
    return f"{count} {what}s" if count > 1 else f"a {what}"

"""A source file → clean text: UTF-8, line feeds, NFC, no invisible characters."""

import errno
import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.sources.file_findings import FileFindings

_LARGEST = 5 * 1024 * 1024
_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
#: How many bytes of a file show whether it is UTF-16 without a mark, and from which part of zero bytes on.
_SAMPLE = 1000
_MANY = 0.3

#: Controls but tab and line feed, the two Unicode line ends, surrogates and what XML 1.0 (2.2) does not
#: allow.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
#: Zero width space and byte order mark; joiners, soft hyphens and marks of direction have a meaning and stay.
_INVISIBLE = re.compile("[\u200b\ufeff]")
#: Controls that change the direction of all text behind them.
_DIRECTIONS = {
    "\u202a": "left-to-right embedding",
    "\u202b": "right-to-left embedding",
    "\u202c": "end of an embedding or override",
    "\u202d": "left-to-right override",
    "\u202e": "right-to-left override",
}
_DIRECTION = re.compile(f"[{''.join(_DIRECTIONS)}]")
_LOST = "\ufffd"
_LINE_ENDS = {"CR LF (as Windows writes them)": r"\r\n", "CR (as old Macs wrote them)": r"\r(?!\n)"}

_NO_BREAK = "\u00a0"
_MARK = r"(?:#{1,6}|[-*+]|[0-9]+[.)]|>|:)"
_START = re.compile(rf"(?P<indent>[ \t\u00a0]*)(?P<marks>(?:{_MARK}[ \u00a0]+)*)")
_STRUCTURE = re.compile(rf"{_MARK}[ \u00a0]|\||```|~~~")
#: What no-break spaces glue to one, and such a space between two words: none beside a mark or in a number.
_GLUED = re.compile(r"[^ \t]+")
_GLUE = re.compile(
    r"(?<=[^\s\u00ab])[\u00a0\u202f]+(?=[^\s:;!?\u00bb%\u20ac])(?!(?<=[0-9][\u00a0\u202f])[0-9])"
)
#: So many of them in a row are more than a sentence needs, and longer than a line may be.
_MOST_GLUE = 4
#: Lines that begin so may be code, in which a space is what it is.
_CODE_INDENT = ("    ", "\t")
#: The line that begins fenced code, or ends it.
FENCE = re.compile(r"[ \u00a0]{0,3}(?P<marks>```+|~~~+)")


def read_source(path: Path, home: Path, findings: FileFindings) -> bytes | None:
    """Return the bytes of a source file, or None where it can't or may not be read (reported).

    `home` is the folder that the file must lie in when all links are followed.
    """
    try:
        real = path.resolve()
        status = real.stat()
        fault = _fault_of_file(real, home, status.st_mode, status.st_size)
        if fault is None:
            return real.read_bytes()
        findings.error(fault[0], None, fault[1], fault[2])
    except FileNotFoundError:
        what = "the file is a link that leads nowhere"
        findings.error("unreadable", None, what, "put the file itself into the folder")
    except (OSError, RuntimeError) as error:
        # A circle of links is a RuntimeError before Python 3.13.
        is_known = isinstance(error, OSError) and error.errno != errno.ELOOP
        reason = str(error.strerror) if isinstance(error, OSError) and is_known else "its links form a circle"
        remedy = "give yourself the right to read it, or put the file itself there"
        findings.error("unreadable", None, f"the file can't be read ({reason})", remedy)
    return None


def _fault_of_file(real: Path, home: Path, mode: int, size: int) -> tuple[str, str, str] | None:
    """Return (name of the finding, what is wrong, what to do), or None where a file may be read."""
    if not real.is_relative_to(home.resolve()):
        what = "the file is a link that leads out of the post's folder"
        return "outside", what, "put the file itself into the folder"
    if stat.S_ISDIR(mode):
        what = "this is a folder, not a file"
        return "unreadable", what, "rename the folder, or write the edition as a file"
    if not stat.S_ISREG(mode):
        return "unreadable", "this is no ordinary file", "write the edition as a text file"
    if size > _LARGEST:
        return (
            "too_large",
            f"the file has {size:,} bytes, more than {_LARGEST:,}",
            "cut it into several posts",
        )
    return None


def decode(data: bytes, findings: FileFindings) -> str | None:
    """Return the text of a file with line feeds only, or None where it isn't UTF-8 at all.

    A byte that is no UTF-8 is reported with its offset and read as Windows-1252, so that the rest can be
    checked too.
    """
    if _is_utf_16(data):
        what = "the file is in UTF-16, not UTF-8"
        findings.error("encoding", 1, what, 'save it again as UTF-8 ("Save as", encoding UTF-8)')
        return None
    if data.startswith(_UTF_8_MARK):
        what = "the file begins with a byte order mark; it was read without"
        findings.info("byte_order_mark", 1, what, 'save it as UTF-8 without "BOM" or "signature"')
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _report_bad_byte(data, error.start, findings)
        escaped = data.decode("utf-8", "surrogateescape")
        text = re.sub("[\udc80-\udcff]", lambda match: _as_windows(match[0]), escaped)
    return _with_line_feeds(text.removeprefix("\ufeff"), findings)


def normalise(text: str, findings: FileFindings) -> str:
    """Return the text composed (NFC) and without invisible characters; lines stay where they are."""
    for number, character, count in _first_of_each(_CONTROL, text):
        guess = character.encode("latin-1", "ignore").decode("cp1252", "ignore")
        remedy = f'write "{guess}", if that was meant' if guess.isprintable() and guess else "delete it"
        what = f"{_times(count, 'control character')} {_name(character)} in the text"
        findings.error("control_character", number, what, remedy)
    text = _CONTROL.sub(" ", text)
    for number, character, count in _first_of_each(_DIRECTION, text):
        name = f"{_name(character)} ({_DIRECTIONS[character]})"
        what = f"{_times(count, 'character')} {name} in the text, which can't be seen"
        findings.error(
            "direction", number, what, "delete it; where a direction is meant, write <bdi> or {: dir=rtl }"
        )
    text = _DIRECTION.sub("", text)
    for number, character, count in _first_of_each(_INVISIBLE, text):
        what = f"{_times(count, 'character')} of no width ({_name(character)}) taken out"
        findings.info("zero_width", number, what, "delete it in the source")
    text = _INVISIBLE.sub("", text)
    if _LOST in text:
        what = "a replacement character (U+FFFD) stands where another was lost"
        findings.warning(
            "lost_character", _line_of(text, text.index(_LOST)), what, "write the character that was meant"
        )
    return _composed(text, findings)


def unusable_characters(value: str) -> str:
    """Return the names of the characters that no text may hold, such as `U+0000`; empty if there are none."""
    return ", ".join(sorted({_name(character) for character in _CONTROL.findall(value)}))


def without_invisible(value: str) -> str:
    """Return a value composed (NFC) and without characters of no width."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", value))


def _is_utf_16(data: bytes) -> bool:
    if data.startswith(_UTF_16_MARKS):
        return True
    sample = data[:_SAMPLE]
    fewest, most = sorted((sample[0::2].count(0), sample[1::2].count(0)))
    return most > _MANY * len(sample) and most > 4 * fewest


def _report_bad_byte(data: bytes, offset: int, findings: FileFindings) -> None:
    before = data[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    byte = data[offset : offset + 1]
    guess = byte.decode("cp1252", "ignore")
    hint = f' (in Windows-1252 it is "{guess}")' if guess else ""
    what = f"byte 0x{byte.hex().upper()} at offset {offset} is not UTF-8{hint}"
    findings.error("encoding", before.count(b"\n") + 1, what, "save the file as UTF-8 and look at this line")


def _as_windows(escaped: str) -> str:
    return bytes([ord(escaped) - 0xDC00]).decode("cp1252", "ignore") or _LOST


def _with_line_feeds(text: str, findings: FileFindings) -> str:
    for kind, pattern in _LINE_ENDS.items():
        match = re.search(pattern, text)
        if match:
            line = len(re.findall(r"\r\n|\r|\n", text[: match.start()])) + 1
            what = f"lines end in {kind}; they were read as LF"
            findings.info("line_ends", line, what, "save the file with LF line ends")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _first_of_each(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str, int]]:
    """Yield (line of the first one, character, count) of each different character that the pattern finds."""
    found: dict[str, list[int]] = {}
    for match in pattern.finditer(text):
        found.setdefault(match[0], []).append(match.start())
    for character, offsets in found.items():
        yield _line_of(text, offsets[0]), character, len(offsets)


def _composed(text: str, findings: FileFindings) -> str:
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        pairs = zip(text.split("\n"), composed.split("\n"), strict=True)
        line = next(number for number, (old, new) in enumerate(pairs, start=1) if old != new)
        what = "letters and their accents are apart (not NFC); they were put together"
        findings.info("not_composed", line, what, "save the text in Unicode form NFC")
    return composed


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _name(character: str) -> str:
    return f"U+{ord(character):04X}"


def _times(count: int, what: str) -> str:
    return f"{count} {what}s" if count > 1 else f"a {what}"


def lines_outside_code(lines: Sequence[str]) -> Iterator[int]:
    """Yield the index of each line that is not inside fenced code; the fence that begins it is yielded too.

    Code whose end is missing goes on to the last line.
    """
    fence: str | None = None
    for index, line in enumerate(lines):
        mark = FENCE.match(line)
        if fence is None:
            yield index
            fence = mark["marks"] if mark else None
        elif mark and mark["marks"].startswith(fence) and not line.strip(" `~"):
            fence = None


def without_layout_spaces(body: str, body_line: int, findings: FileFindings) -> str:
    """Return a body without no-break spaces at the ends of its lines and around the marks that begin them.

    Copied from a word processor, such spaces only lay out the lines. An indent before a mark becomes plain
    spaces; before a paragraph it goes, since four plain ones would make code of it. Within text, and in
    fenced code, no-break spaces stay.
    """
    if _NO_BREAK not in body:
        return body
    lines = body.split("\n")
    cleaned = {index: _without_layout_spaces(lines[index]) for index in lines_outside_code(lines)}
    changed = [index for index, line in cleaned.items() if line != lines[index]]
    if changed:
        many = f"{len(changed)} lines are" if len(changed) > 1 else "a line is"
        what = f"{many} laid out with no-break spaces; they were read as plain ones or left out"
        findings.info("no_break_space", body_line + changed[0], what, "write plain spaces")
    return "\n".join(cleaned.get(index, line) for index, line in enumerate(lines))


def without_glue(body: str, body_line: int, findings: FileFindings) -> str:
    """Return a body with plain spaces in lines in which no-break spaces hold five words or more together.

    Some editors and translation programs write every space so; then a line can end only within a word. Those
    that French sets before its marks, in guillemets and in numbers stay, as do all in blocks of code.
    """
    if _NO_BREAK not in body and "\u202f" not in body:
        return body
    lines = body.split("\n")
    changed: list[int] = []
    for index in lines_outside_code(lines):
        line = _without_glue(lines[index])
        if line != lines[index]:
            lines[index] = line
            changed.append(index)
    if changed:
        where = f"{len(changed)} lines" if len(changed) > 1 else "a line"
        what = f"no-break spaces stand between all words of {where}; they were read as plain ones"
        findings.info("no_break_space", body_line + changed[0], what, "write plain spaces between words")
    return "\n".join(lines)


def _without_glue(line: str) -> str:
    if line.startswith(_CODE_INDENT):
        return line
    plain, count = _GLUE.subn(" ", line)
    if count < _MOST_GLUE:
        return line
    is_throughout = count > line.count(" ") or any(
        len(_GLUE.findall(words)) >= _MOST_GLUE for words in _GLUED.findall(line)
    )
    return plain if is_throughout else line


def _without_layout_spaces(line: str) -> str:
    if _NO_BREAK not in line:
        return line
    text = line.rstrip(" \t\u00a0")
    if _NO_BREAK not in line[len(text) :]:
        # Two plain spaces at the end break the line.
        text = line
    match = _START.match(text)
    if match is None:
        return text
    indent, marks, rest = match["indent"], match["marks"], text[match.end() :]
    is_structure = bool(marks or _STRUCTURE.match(rest))
    indent = indent.replace(_NO_BREAK, " " if is_structure else "")
    return indent + re.sub("[ \u00a0]*\u00a0[ \u00a0]*", " ", marks) + rest

"""What other tools leave in a source: marks of a merge, text in a wrong encoding, another dialect's marks."""

import re
from collections.abc import Iterator

from pipeline.checks.source import Source
from pipeline.core.model import Finding
from pipeline.sources.markup import CODE
from pipeline.sources.text import lines_outside_code

_CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7})(?: .*)?|={7}")
#: UTF-8 that was read as Windows-1252: a letter that begins a sequence, and what can't be typed behind it.
_MOJIBAKE = re.compile(
    "[\u00c2-\u00f4]"
    "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2010-\u203a\u20ac\u2122]{1,3}"
)
_MARKUP = re.compile(
    r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,20});|</?[A-Za-z][^<>]*>|(?<!\w)(\*{1,2}|_{1,2}|`|~~)(?=\S)[^*_`~]+(?<=\S)\1(?!\w)"
    r"|\[[^\[\]]+\]\([^()]*\)"
)
#: A line of what looks like a table: a row of cells, or a rule drawn with + and -.
_ROW = re.compile(r"\|[^|]*\|.*|\+(?:[-=]{3,}\+)+")
_NO_TABLE = (
    "this looks like a table and is none",
    "write its rows with | between the cells, and | --- | below the first one with as many cells",
)
_NUMBER = re.compile(r"(\d{1,9})[.)] \S")
#: Text that looks like a mark of another dialect: its pattern, what it is, and what to write.
_DIALECTS = (
    (r"\^\[[^\[\]]+\]", "a footnote within its sentence is not read here",
     "write [^1], and [^1]: the text in a line of its own"),
    (r"\[[^\[\]^][^\[\]]*\]\[[^\[\]^]*\]", "this link has no address",
     "write [text](address), or define the label: [label]: address"),
    (r"\([^()]+\)\[(?:https?:|www\.|/|#)[^\[\]]+\]", "this link is turned round", "write [text](address)"),
    (r"(?<=\])\{[.#][\w-]+\}", "these marks of a converter mean nothing here", "delete them"),
    (r"\$\$", "formulas are not set", "put the formula in as an image that is described"),
    (r"\{%[^%]*%\}|\{\{[^{}]*\}\}", "this tag of a template is printed as it is written",
     "write what it stands for"),
    ("\\\\[\u2018\u2019\u201c\u201d\u00ab\u00bb\u2013\u2014\u2026]", "the backslash is printed", "delete it"),
    (r"(?<!\S)#{2,6}[^\s#].*", "a heading needs a space behind its #", "put a space there"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern), what, remedy) for pattern, what, remedy in _DIALECTS)


def conflicts(source: Source) -> Iterator[Finding]:
    """Yield `source.conflict` for each mark of a merge that was not finished."""
    found = [(number, text) for number, text in _lines(source) if _CONFLICT.fullmatch(text.rstrip())]
    # `=======` alone underlines a heading.
    if any(text.startswith("<<<<<<<") for _, text in found):
        for number, _ in found:
            yield source.error(
                "source.conflict",
                number,
                "the file still holds the marks of a merge conflict",
                "keep one of both texts, and delete the marks",
            )


def mojibake(source: Source) -> Iterator[Finding]:
    """Yield `source.mojibake` for each line with text that was read as Windows-1252 and is UTF-8."""
    for number, text in source.lines:
        if text.isascii():
            continue
        for match in _MOJIBAKE.finditer(text):
            meant = _meant(match[0])
            if meant:
                yield source.error(
                    "source.mojibake",
                    number,
                    f"“{match[0]}” comes from text that was read in a wrong encoding; “{meant}” was meant",
                    "open the original as UTF-8, and copy the text again",
                )
                break


def _meant(text: str) -> str:
    """Return the character that a run of wrongly read ones begins with, or nothing."""
    data = bytearray()
    for character in text:
        data += character.encode("latin-1" if character <= "\u00ff" else "cp1252", "ignore")
    for length in (2, 3, 4):
        try:
            return bytes(data[:length]).decode("utf-8")
        except UnicodeDecodeError:
            continue
    # The last byte of a quotation mark (0x9D) has no character in Windows-1252.
    return "\u201d" if text.startswith("\u00e2\u20ac") and len(data) < len("abc") else ""


def title(source: Source) -> Iterator[Finding]:
    """Yield `source.title_marks` for a title with Markdown or HTML in it: it is plain text."""
    edition = source.edition
    match = _MARKUP.search(edition.title)
    if match is not None:
        yield source.warning(
            "source.title_marks",
            edition.line_of("title") or 1,
            f"the title is plain text: “{match[0]}” is printed as it is written",
            "write the title without marks",
        )


def marks(source: Source) -> Iterator[Finding]:
    """Yield `source.leftover` for what means something in another dialect and is printed as it is here."""
    written = {number: CODE.sub("", text) for number, text in _lines(source)}
    before: tuple[int, int] | None = None
    row = 0
    notes = (piece for note in source.outline.notes for piece in note.pieces)
    for piece in (*source.outline.words, *notes):
        line = written.get(piece.line, "")
        for pattern, what, remedy in _PATTERNS:
            match = pattern.search(piece.text)
            if match is not None and match[0] in line:
                shown = " ".join(match[0].split())[:60]
                yield source.warning("source.leftover", piece.line, f"{shown}: {what}", remedy)
        if _ROW.fullmatch(piece.text) and piece.text in line:
            if row != piece.line - 1:
                yield source.warning("source.leftover", piece.line, *_NO_TABLE)
            row = piece.line
        number = _NUMBER.match(piece.text) if line.lstrip().startswith(piece.text[:3]) else None
        if number and before == (piece.line - 1, int(number[1]) - 1):
            yield source.warning(
                "source.leftover",
                before[0],
                "this looks like a numbered list and is none",
                "leave an empty line before it",
            )
        before = (piece.line, int(number[1])) if number else None


def _lines(source: Source) -> list[tuple[int, str]]:
    """Return the lines outside fenced code, each with its number in the file."""
    lines = source.lines
    return [lines[index] for index in lines_outside_code([text for _, text in lines])]

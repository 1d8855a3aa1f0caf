"""A finished PDF opened for reading by pypdf, and what its pages show: text by font, and marked content."""

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream, DictionaryObject, NameObject, StreamObject, TextStringObject

from pipeline.pdf.model import MarkedContent

# What pypdf has to say of a damaged file is reported by the check `pdf.broken`, not on standard error.
logging.getLogger("pypdf").addHandler(logging.NullHandler())

#: The tokens (ISO 32000-1, 7.2 and 7.3) that WeasyPrint writes: its strings are hexadecimal, its arrays hold
#: strings and numbers. Whatever else comes up is `foreign`. The quantifiers give nothing back, so that an
#: array that never ends is not tried again and again.
_TOKEN = re.compile(
    rb"""
      \[ (?P<array> (?: [^\[\]()<>%/]++ | <[0-9A-Fa-f\s]*+> )*+ ) \]
    | (?P<hex> <[0-9A-Fa-f\s]*> )
    | (?P<name> / [^\s()<>\[\]{}/%]* )
    | << | >>
    | (?P<number> [-+.0-9][^\s()<>\[\]{}/%]* )
    | (?P<foreign> [()<>\[\]{}%] | \bBI\b )
    | (?P<operator> [^\s()<>\[\]{}/%]+ )
    """,
    re.VERBOSE,
)
_STRING = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_SHOWING = frozenset({"TJ", "Tj", "'", '"'})
_DEEPEST_FORM = 8

_HEX = rb"\s*<([0-9A-Fa-f\s]*)>"
_CHARACTERS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_PAIR = re.compile(_HEX * 2)
_TRIPLE = re.compile(_HEX * 3)
#: Codes have two bytes; a damaged range may claim billions.
LAST_CODE = 0xFFFF


class ContentError(ValueError):
    """A page's content can't be followed; the message says why."""


class _Instruction(NamedTuple):
    """An operator of content: its first name (of a font, an XObject, a mark), all strings, its MCID."""

    operator: str
    name: str = ""
    codes: bytes = b""
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownText:
    """What content shows with one font: the font's dictionary, and the bytes of the strings, joined."""

    font: DictionaryObject = field(repr=False)
    codes: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """What a page shows: text by font, forms included, and marks; `fault` is why these can't be trusted."""

    shown: tuple[ShownText, ...]
    marks: tuple[MarkedContent, ...]
    fault: str | None


class OpenPdf:
    """A PDF that is parsed when it is first asked for, once for all who ask."""

    def __init__(self, data: bytes, *, strict: bool = True) -> None:
        """Strict: what WeasyPrint writes needs no repair, and what needs repair is broken."""
        self.data = data
        self._strict = strict

    @cached_property
    def reader(self) -> PdfReader:
        """Return pypdf's reader; raises whatever pypdf raises for a PDF that it can't read."""
        return PdfReader(io.BytesIO(self.data), strict=self._strict)

    @cached_property
    def pages(self) -> tuple[PageContent, ...]:
        """Return the content of each page; raises ContentError, or KeyError for an unknown font."""
        texts: dict[int, dict[int, str]] = {}
        return tuple(_read_page(page, number, texts) for number, page in enumerate(self.reader.pages, 1))

    def object_numbers(self) -> list[int]:
        """Return the numbers of all objects, in order."""
        numbers = {number for table in self.reader.xref.values() for number in table}
        return sorted(numbers | set(self.reader.xref_objStm))

    def close(self) -> None:
        """Free all that was read, which PdfReader.close() does not: it holds circles of references."""
        if "reader" in vars(self):
            vars(self.reader).clear()
        for name in ("reader", "pages"):
            vars(self).pop(name, None)


@contextmanager
def open_pdf(data: bytes, *, strict: bool = True) -> Iterator[OpenPdf]:
    """Open a PDF for the block. Raises nothing: reading from it does, where the PDF is broken."""
    pdf = OpenPdf(data, strict=strict)
    try:
        yield pdf
    finally:
        pdf.close()


def dictionary(holder: DictionaryObject, key: str) -> DictionaryObject:
    """Return the dictionary at a key, an empty one where there is none."""
    value = holder.get(key)
    value = value.get_object() if value is not None else None
    return value if isinstance(value, DictionaryObject) else DictionaryObject()


def text_by_code(cmap: bytes) -> dict[int, str]:
    """Return the text of each code that a ToUnicode CMap names (ISO 32000-1, 9.10.3)."""
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


def _read_page(page: PageObject, number: int, texts: dict[int, dict[int, str]]) -> PageContent:
    codes, marks = _Codes(texts), _Marks(number)
    contents = page.get_contents()
    if contents is not None:
        try:
            _read_stream(contents, dictionary(page, "/Resources"), codes, marks)
        except ContentError as error:
            raise ContentError(
                f"page {number} shows text in a way that this reader does not follow ({error})"
            ) from error
    return PageContent(shown=codes.shown(), marks=marks.finished(), fault=marks.fault)


def _read_stream(
    stream: StreamObject, resources: DictionaryObject, codes: "_Codes", marks: "_Marks | None", depth: int = 0
) -> None:
    """Read a content stream, then the forms that it draws. Marked content counts a form as an image."""
    fonts, objects = dictionary(resources, "/Font"), dictionary(resources, "/XObject")
    forms: dict[str, None] = {}
    for instruction in _instructions(stream):
        match instruction.operator:
            case "Tf":
                codes.font = fonts[instruction.name].get_object()
            case "q":
                codes.saved.append(codes.font)
            case "Q":
                codes.font = codes.saved.pop() if codes.saved else codes.font
            case "Do":
                forms[instruction.name] = None
        text = codes.show(instruction.codes) if instruction.operator in _SHOWING else ""
        if marks is not None:
            marks.obey(instruction, text)
    for name in forms if depth < _DEEPEST_FORM else ():
        form = objects[name].get_object()
        if isinstance(form, StreamObject) and form.get("/Subtype") == "/Form":
            _read_stream(form, dictionary(form, "/Resources") or resources, codes, None, depth + 1)


def _instructions(stream: StreamObject) -> list[_Instruction]:
    """Return the instructions of a content stream; raises ContentError.

    What is written in WeasyPrint's way is split into tokens here, since pypdf's parser, which reads
    everything else, takes 15 times as long: half as long again for reading an attachment back.
    """
    found: list[_Instruction] = []
    name, previous, codes, number = b"", b"", b"", None
    for match in _TOKEN.finditer(stream.get_data()):
        match match.lastgroup:
            case "array" | "hex" as kind:
                codes += b"".join(map(_bytes_of_hex, _STRING.findall(match[kind])))
            case "name":
                previous = match["name"]
                name = name or previous
            case "number" if previous == b"/MCID":
                number = int(match["number"])
            case "operator":
                operator = match["operator"].decode("latin-1")
                found.append(_Instruction(operator, name.decode("latin-1"), codes, number))
                name, previous, codes, number = b"", b"", b"", None
            case "foreign":
                return _instructions_by_pypdf(stream)
    return found


def _bytes_of_hex(digits: bytes) -> bytes:
    """Return what the digits of a string stand for (ISO 32000-1, 7.3.4.3: a missing last digit is 0)."""
    compact = b"".join(digits.split()).decode("ascii")
    return bytes.fromhex(compact + "0" * (len(compact) % 2))


def _instructions_by_pypdf(stream: StreamObject) -> list[_Instruction]:
    try:
        operations = ContentStream(stream, None).operations
    except Exception as error:
        raise ContentError(f"{type(error).__name__}: {error}") from error
    return [_instruction(operands, operator.decode("latin-1")) for operands, operator in operations]


def _instruction(operands: Any, operator: str) -> _Instruction:
    """Return an instruction as pypdf reads it; it gives an inline image as a dictionary."""
    values = operands if isinstance(operands, list) else []
    properties = next((value for value in values if isinstance(value, DictionaryObject)), None)
    number = properties.get("/MCID") if properties is not None else None
    parts = values[0] if operator == "TJ" and values else values
    return _Instruction(
        operator=operator,
        name=next((str(value) for value in values if isinstance(value, NameObject)), ""),
        codes=b"".join(_bytes(part) for part in parts if isinstance(part, TextStringObject | bytes)),
        number=None if number is None else int(number),
    )


def _bytes(text: TextStringObject | bytes) -> bytes:
    return bytes(text.original_bytes) if isinstance(text, TextStringObject) else bytes(text)


class _Codes:
    """Gathers what is shown with which font; `texts` holds what the codes of fonts met before stand for."""

    def __init__(self, texts: dict[int, dict[int, str]]) -> None:
        self.font: Any = None
        self.saved: list[Any] = []
        self._texts = texts
        self._codes: dict[int, tuple[DictionaryObject, bytearray]] = {}

    def show(self, codes: bytes) -> str:
        """Note what a string shows, and return its text; raises ContentError without a font."""
        font = self.font
        if not isinstance(font, DictionaryObject):
            raise ContentError("text without a font")
        if id(font) not in self._codes:
            self._codes[id(font)] = font, bytearray()
        self._codes[id(font)][1].extend(codes)
        if id(font) not in self._texts:
            cmap = font.get("/ToUnicode")
            stream = cmap.get_object() if cmap is not None else None
            texts = text_by_code(stream.get_data()) if isinstance(stream, StreamObject) else {}
            self._texts[id(font)] = texts
        text = self._texts[id(font)]
        pairs = zip(codes[::2], codes[1::2], strict=False)
        return "".join([text.get(high << 8 | low, "\N{REPLACEMENT CHARACTER}") for high, low in pairs])

    def shown(self) -> tuple[ShownText, ...]:
        """Return what was shown, font by font."""
        return tuple(ShownText(font=font, codes=bytes(codes)) for font, codes in self._codes.values())


@dataclass(slots=True, kw_only=True)
class _Mark:
    """Marked content while it is read."""

    number: int | None = None
    is_artifact: bool = False
    texts: list[str] = field(default_factory=list)
    has_image: bool = False


class _Marks:
    """Gathers the marked content of a page; a mark without a number is part of the mark around it."""

    def __init__(self, page: int) -> None:
        self._page = page
        self._closes_too_many = False
        self._open = [_Mark()]
        self._all = self._open[:]

    def obey(self, instruction: _Instruction, text: str) -> None:
        """Follow an instruction of the page's own content, which shows a text or nothing."""
        match instruction.operator:
            case "BDC" | "BMC":
                self._begin(instruction)
            case "EMC" if len(self._open) > 1:
                self._open.pop()
            case "EMC":
                self._closes_too_many = True
            case "Do" | "INLINE IMAGE":
                self._open[-1].has_image = True
            case _ if text:
                self._open[-1].texts.append(text)

    def _begin(self, instruction: _Instruction) -> None:
        is_artifact = instruction.name == "/Artifact"
        if instruction.number is None and not is_artifact:
            self._open.append(self._open[-1])
            return
        mark = _Mark(number=instruction.number, is_artifact=is_artifact)
        self._open.append(mark)
        self._all.append(mark)

    @property
    def fault(self) -> str | None:
        """Return why the marks can't be trusted, None where each is closed once."""
        if self._closes_too_many:
            return f"page {self._page} closes marked content that is not open"
        return f"page {self._page} leaves marked content open" if len(self._open) > 1 else None

    def finished(self) -> tuple[MarkedContent, ...]:
        """Return all marked content, and last what stands under no mark, if anything does."""
        bare, *marks = self._all
        return tuple(
            MarkedContent(
                page=self._page,
                number=mark.number,
                is_artifact=mark.is_artifact,
                text="".join(mark.texts),
                has_image=mark.has_image,
            )
            for mark in (*marks, bare)
            if mark is not bare or mark.texts or mark.has_image
        )

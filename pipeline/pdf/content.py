"""Which character codes a PDF's content shows, with which fonts: the content streams taken apart as far as that needs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pypdf import PageObject
from pypdf.generic import ContentStream, DictionaryObject, NameObject, StreamObject, TextStringObject

_DEEPEST_FORM = 8

#: The tokens of ISO 32000-1, 7.2 and 7.3. An array of numbers and hexadecimal strings, which is how WeasyPrint shows
#: text, is one token: pypdf's own parser, which does the rest, takes 20 times as long. The quantifiers give nothing back,
#: so that an array that never ends is not tried again and again.
_TOKEN = re.compile(
    rb"""
      (?P<array> \[ (?: [^\[\]()<>%/]++ | <[0-9A-Fa-f\s]*+> )*+ \] )
    | (?P<hex> <[0-9A-Fa-f\s]*> )
    | (?P<literal> \( (?: [^()\\] | \\. )* \) )
    | (?P<nested> \( )
    | (?P<name> / [^\s()<>\[\]{}/%]* )
    | (?P<other> << | >> | [\[\]{}] | %[^\r\n]* )
    | (?P<word> [^\s()<>\[\]{}/%]+ )
    """,
    re.VERBOSE | re.DOTALL,
)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_SHOWING = frozenset({b"Tj", b"TJ", b"'", b'"'})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownText:
    """The strings that content shows with one font: its dictionary, and the strings' bytes one behind the other."""

    font: DictionaryObject = field(repr=False)
    codes: bytes


@dataclass(slots=True)
class _State:
    """Where the reading of one content stream is."""

    font: str = ""
    stack: list[str] = field(default_factory=list)
    strings: list[bytes] = field(default_factory=list)
    has_literal: bool = False
    name: str = ""
    shown: dict[str, bytearray] = field(default_factory=dict)
    forms: list[str] = field(default_factory=list)


def shown_text(page: PageObject) -> Iterator[ShownText]:
    """Yield what a page shows, with the forms that it draws; raises KeyError for a font that no resource names."""
    contents = page.get_contents()
    if contents is not None:
        yield from _shown(contents, _dictionary(page, "/Resources"), 0)


def _shown(stream: StreamObject, resources: DictionaryObject, depth: int) -> Iterator[ShownText]:
    state = _read(stream)
    fonts, forms = _dictionary(resources, "/Font"), _dictionary(resources, "/XObject")
    for name, codes in state.shown.items():
        font = fonts[name].get_object()
        if isinstance(font, DictionaryObject):
            yield ShownText(font=font, codes=bytes(codes))
    for name in dict.fromkeys(state.forms) if depth < _DEEPEST_FORM else ():
        form = forms[name].get_object()
        if isinstance(form, StreamObject) and form.get("/Subtype") == "/Form":
            yield from _shown(form, _dictionary(form, "/Resources") or resources, depth + 1)


def _dictionary(holder: DictionaryObject, key: str) -> DictionaryObject:
    value = holder.get(key)
    value = value.get_object() if value is not None else None
    return value if isinstance(value, DictionaryObject) else DictionaryObject()


def _read(stream: StreamObject) -> _State:
    """Return what a content stream shows; where it has literal strings to show, or inline images, by pypdf."""
    state = _State()
    for match in _TOKEN.finditer(stream.get_data()):
        kind, token = match.lastgroup, match[0]
        if kind in {"array", "hex"}:
            state.strings += _HEX.findall(token)
        elif kind == "literal":
            state.has_literal = True
        elif kind == "name":
            state.name = token.decode("latin-1")
        elif kind == "nested" or token == b"BI" or (state.has_literal and token in _SHOWING):
            return _read_slowly(stream)
        elif kind == "word" and token[0] not in b"+-.0123456789":
            _obey(state, token)
    return state


def _obey(state: _State, operator: bytes) -> None:
    """Carry out an operator as far as fonts and shown strings are concerned."""
    if operator in _SHOWING:
        digits = (b"".join(text.split()) for text in state.strings)
        codes = b"".join(text + b"0" * (len(text) % 2) for text in digits)
        state.shown.setdefault(state.font, bytearray()).extend(bytes.fromhex(codes.decode("ascii")))
    elif operator == b"Tf":
        state.font = state.name
    elif operator == b"Do":
        state.forms.append(state.name)
    elif operator == b"q":
        state.stack.append(state.font)
    elif operator == b"Q" and state.stack:
        state.font = state.stack.pop()
    state.strings = []
    state.has_literal = False


def _read_slowly(stream: StreamObject) -> _State:
    """Return what a content stream shows, by pypdf's own parser."""
    state = _State()
    for operands, operator in ContentStream(stream, None).operations:
        names = [operand for operand in operands if isinstance(operand, NameObject)]
        state.name = str(names[0]) if names else ""
        parts = operands[0] if operator == b"TJ" and operands else operands
        state.strings = [_bytes(part).hex().encode() for part in parts if isinstance(part, str | bytes)]
        _obey(state, operator)
    return state


def _bytes(text: str | bytes) -> bytes:
    if isinstance(text, TextStringObject):
        return bytes(text.original_bytes)
    return text if isinstance(text, bytes) else text.encode("latin-1")

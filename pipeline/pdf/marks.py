"""Which text a PDF's content shows under which mark: numbered for the structure tree, as an artifact, or under none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pypdf import PageObject
from pypdf.generic import DictionaryObject, StreamObject

from pipeline.pdf.unicode import text_by_code

#: The operators that matter, with their operands as WeasyPrint writes them: strings in hexadecimal, flat property lists.
_OPERATOR = re.compile(
    rb"""
      /(?P<tag>[^\s<>/\[\]()]+) \s* (?P<properties> <<[^<>]*(?:<[0-9A-Fa-f]*>[^<>]*)*>> )? \s* (?P<begin>BDC|BMC)\b
    | (?P<end>\bEMC\b)
    | /(?P<font>[^\s<>/\[\]()]+) \s+ [-+.\d]+ \s+ Tf\b
    | \[ (?P<array>[^\[\]]*) \] \s* TJ\b
    | (?P<string><[0-9A-Fa-f\s]*>) \s* Tj\b
    | /(?P<drawn>[^\s<>/\[\]()]+) \s+ Do\b
    | (?<!\S) (?P<state>[qQ]) (?!\S)
    """,
    re.VERBOSE,
)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_NUMBER = re.compile(rb"/MCID\s+(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A piece of marked content, or content without a mark: its page from 1, its number (MCID), what it shows.

    `is_artifact` tells that nobody is to be told; `has_image` that something other than text is drawn.
    """

    page: int
    number: int | None
    is_artifact: bool
    text: str
    has_image: bool


@dataclass(slots=True)
class _Open:
    """A mark that is not closed yet."""

    number: int | None
    is_artifact: bool
    texts: list[str] = field(default_factory=list)
    has_image: bool = False


def read_marks(page: PageObject, number: int, fonts: dict[int, dict[int, str]]) -> Iterator[Mark]:
    """Yield what a page shows, mark by mark; `number` is the page's, `fonts` keeps the maps of fonts met before.

    Raises ValueError where content is written in a way that is not WeasyPrint's, so that nothing is overlooked.
    """
    contents = page.get_contents()
    if contents is None:
        return
    data = contents.get_data()
    if b"(" in data or b"BI" in data.split():
        raise ValueError(f"page {number} shows text in a way that this reader does not follow")
    yield from _Scanner(number, _maps_of_fonts(page, fonts)).scan(data)


def _maps_of_fonts(page: PageObject, known: dict[int, dict[int, str]]) -> dict[str, dict[int, str]]:
    resources = page["/Resources"].get_object()
    fonts = resources.get("/Font") if isinstance(resources, DictionaryObject) else None
    holder = fonts.get_object() if fonts is not None else None
    if not isinstance(holder, DictionaryObject):
        return {}
    return {str(name)[1:]: _map_of_font(holder[name].get_object(), known) for name in holder}


def _map_of_font(font: object, known: dict[int, dict[int, str]]) -> dict[int, str]:
    if id(font) not in known:
        cmap = font["/ToUnicode"].get_object() if isinstance(font, DictionaryObject) else None
        known[id(font)] = text_by_code(cmap.get_data()) if isinstance(cmap, StreamObject) else {}
    return known[id(font)]


class _Scanner:
    """Where the reading of one page's content is."""

    def __init__(self, page: int, fonts: dict[str, dict[int, str]]) -> None:
        self._page = page
        self._fonts = fonts
        self._font: dict[int, str] = {}
        self._saved: list[dict[int, str]] = []
        self._open: list[_Open] = []
        self._bare = _Open(number=None, is_artifact=False)

    def scan(self, data: bytes) -> Iterator[Mark]:
        """Yield each outermost mark when it is closed, and at last what stood under none."""
        for match in _OPERATOR.finditer(data):
            if match["begin"]:
                self._open.append(_opened(match["tag"], match["properties"] or b""))
            elif match["end"]:
                yield from self._closed()
            elif match["state"]:
                self._keep_font(is_kept=match["state"] == b"q")
            elif match["font"]:
                self._font = self._fonts[match["font"].decode("latin-1")]
            else:
                self._show(match)
        if self._open:
            raise ValueError(f"page {self._page} leaves marked content open")
        if self._bare.texts or self._bare.has_image:
            yield self._finished(self._bare)

    def _closed(self) -> Iterator[Mark]:
        if not self._open:
            raise ValueError(f"page {self._page} closes marked content that is not open")
        closed = self._open.pop()
        if closed.number is None and not closed.is_artifact:
            target = self._open[-1] if self._open else self._bare
            target.texts += closed.texts
            target.has_image |= closed.has_image
        else:
            yield self._finished(closed)

    def _finished(self, mark: _Open) -> Mark:
        return Mark(
            page=self._page,
            number=mark.number,
            is_artifact=mark.is_artifact,
            text="".join(mark.texts),
            has_image=mark.has_image,
        )

    def _keep_font(self, *, is_kept: bool) -> None:
        if is_kept:
            self._saved.append(self._font)
        elif self._saved:
            self._font = self._saved.pop()

    def _show(self, match: re.Match[bytes]) -> None:
        target = self._open[-1] if self._open else self._bare
        if match["drawn"]:
            target.has_image = True
            return
        for digits in _HEX.findall(match["array"] if match["array"] is not None else match["string"]):
            codes = bytes.fromhex(digits.decode("ascii"))
            pairs = zip(codes[::2], codes[1::2], strict=False)
            target.texts += [
                self._font.get(high << 8 | low, "\N{REPLACEMENT CHARACTER}") for high, low in pairs
            ]


def _opened(tag: bytes, properties: bytes) -> _Open:
    number = _NUMBER.search(properties)
    return _Open(number=int(number[1]) if number else None, is_artifact=tag == b"Artifact")

"""The marked content of pages: artifacts are marked, and words stay whole.

What is drawn and not read out becomes an artifact (ISO 32000-1, 14.8.2.2). A hyphen that stands there only
because a line ends becomes a soft one (14.8.2.2.3), and spaces that are not drawn at the ends of lines are
added (14.8.2.5).
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

import pydyf

from pipeline.render.finish.draft import PdfDraft
from pipeline.render.finish.tags import Content, Tagging

_LOGGER = logging.getLogger("weasyprint")
#: An operator that shows text: what comes before the last glyph, the code of that, the moves behind it.
_SHOWN = re.compile(rb"(\[.*<[0-9a-f]*)([0-9a-f]{4})>([^<>]*\] TJ)", re.DOTALL)
_SHOWS = b"] TJ"
_SOFT_HYPHEN = pydyf.Dictionary({"ActualText": "<FEFF00AD>"})


def mark_content(draft: PdfDraft) -> None:
    """Rewrite each page's marked content as its tags say; content in groups (`opacity`) logs an error."""
    spaces = _space_of_each_font(draft.document)
    streams = draft.page_streams()
    for page, stream in enumerate(streams):
        rewriter = _Rewriter(draft.tagging, page, spaces)
        for operator in stream.stream:
            rewriter.read(operator)
        stream.stream = rewriter.finished()
    for stream in draft.drawn_streams():
        if stream not in streams and any(_number(operator) is not None for operator in stream.stream):
            _LOGGER.error(
                "text or an image stands in a group, where it can't be tagged: "
                "take `opacity`, `mask` and blending out of the style"
            )


def _space_of_each_font(document: Any) -> dict[bytes, bytes]:
    """Return the code of the glyph that is a space in each font, by the font's name in the content."""
    return {
        font.hash.encode("ascii"): f"{glyph:04x}".encode("ascii")
        for font in document.fonts.values()
        for glyph, text in font.to_unicode.items()
        if text in {" ", "\N{NO-BREAK SPACE}"}
    }


def _number(operator: Any) -> int | None:
    number = operator.get("MCID") if isinstance(operator, dict) else None
    return number if isinstance(number, int) else None


class _Rewriter:
    """Rewrites one page's operators; marked content is a tag, its properties, BDC, what is drawn, EMC."""

    def __init__(self, tagging: Tagging, page: int, spaces: Mapping[bytes, bytes]) -> None:
        self._tagging = tagging
        self._page = page
        self._spaces = spaces
        self._rewritten: list[Any] = []
        self._is_hyphenated = False
        self._is_before_space = False
        self._last_shown: int | None = None
        self._font = self._font_of_last = b""  # the whole operator: /NAME SIZE Tf

    def read(self, operator: Any) -> None:
        """Take the next operator."""
        number = _number(operator)
        if number is not None:
            self._begin(operator, Content(page=self._page, number=number))
        elif not isinstance(operator, bytes):
            self._rewritten.append(operator)
        elif operator.endswith(_SHOWS):
            self._show(_without_moves_by_nothing(operator))
        else:
            if operator.endswith(b" Tf"):
                self._font = operator
            self._rewritten.append(operator)

    def finished(self) -> list[Any]:
        """Return all operators."""
        self._add_space()
        return self._rewritten

    def _begin(self, properties: Any, content: Content) -> None:
        self._add_space()
        self._is_hyphenated = content in self._tagging.hyphenated
        self._is_before_space = content in self._tagging.before_spaces
        if content in self._tagging.artifacts:
            self._rewritten[-1] = "/Artifact"
            properties = pydyf.Dictionary(self._tagging.artifacts[content])
        self._rewritten.append(properties)

    def _show(self, operator: bytes) -> None:
        shown = _SHOWN.fullmatch(operator) if self._is_hyphenated else None
        if shown is None:
            self._last_shown, self._font_of_last = len(self._rewritten), self._font
            self._rewritten.append(operator)
        else:
            before, glyph, behind = shown.groups()
            soft = ["/Span", _SOFT_HYPHEN, b"BDC", b"[<" + glyph + b">" + behind, b"EMC"]
            self._rewritten += [before + b">] TJ", *soft]
            self._is_hyphenated = False

    def _add_space(self) -> None:
        """Add a space behind the last text of the content that ends here, where the source has one."""
        if self._is_before_space and self._last_shown is not None:
            self._rewritten[self._last_shown] = self._with_space(self._rewritten[self._last_shown])
        self._is_before_space, self._last_shown = False, None

    def _with_space(self, operator: bytes) -> bytes:
        """Return an operator that shows a space as well: in its own font, else in any other that has one."""
        name, _, size = self._font_of_last[1:].partition(b" ")
        shown = _SHOWN.fullmatch(operator)
        space = self._spaces.get(name)
        if shown is None or shown[2] == space or not self._spaces:
            return operator
        if space is None:
            other, space = next(iter(self._spaces.items()))
            return operator + b"\n/" + other + b" " + size + b"\n[<" + space + b">] TJ\n" + self._font_of_last
        text = operator.removesuffix(_SHOWS)
        return (text.removesuffix(b">") if text.endswith(b">") else text + b"<") + space + b">" + _SHOWS


def _without_moves_by_nothing(operator: bytes) -> bytes:
    """Return an operator that shows text without the moves by 0 that WeasyPrint writes behind each glyph."""
    for idle in (b">0<", b">0.0<"):
        operator = operator.replace(idle, b"")
    return operator.replace(b">0]", b">]")

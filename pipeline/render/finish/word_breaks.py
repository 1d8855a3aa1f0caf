"""Where a space of the source is not drawn: at the end of a line, or alone between two runs of text.

On the page the gap is seen. A reader that speaks or copies the text needs the space itself (ISO 32000-1,
14.8.2.5: a tagged document says where words break). A line may also break where there is none: behind a
hyphen, in a long address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.core.html import NOTE, texts_without
from pipeline.render.finish.tags import Content

#: Elements whose text goes on in the text around them.
_RUNNING = frozenset(
    """a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strong sub sup time u
    var""".split()
)


@dataclass(slots=True)
class _Block:
    """A block's text as the source has it, how far it has been drawn, and what was drawn last."""

    text: str
    drawn: int = 0
    last: Content | None = None
    ends_with_space: bool = True


class WordBreaks:
    """Follows the text of each block as it is drawn, run by run."""

    def __init__(self, parents: Mapping[Any, Any]) -> None:
        self._parents = parents
        self._blocks: dict[Any, _Block] = {}
        #: The content behind which the source has a space that is not drawn.
        self.before_spaces: set[Content] = set()

    def read(self, element: Any, text: str, content: Content) -> None:
        """Follow the next run of text, which stands in this HTML element."""
        block = self._block(element)
        wanted = _plain(text)
        found = block.text.find(wanted.strip(), block.drawn) if wanted.strip() else -1
        if found < 0:
            return
        is_parted = " " in block.text[block.drawn : found]
        if block.last is not None and is_parted and not block.ends_with_space and not wanted.startswith(" "):
            self.before_spaces.add(block.last)
        block.drawn = found + len(wanted.strip())
        block.last = content
        block.ends_with_space = wanted.endswith(" ")

    def _block(self, element: Any) -> _Block:
        while element.tag in _RUNNING and element.get("role") != NOTE and element in self._parents:
            element = self._parents[element]
        if element not in self._blocks:
            self._blocks[element] = _Block(_plain("".join(texts_without((NOTE,), element))))
        return self._blocks[element]


def _plain(text: str) -> str:
    """Return text with single spaces, without soft hyphens, in lower case: a style may change its case."""
    plain = text.replace("\N{SOFT HYPHEN}", "").lower()
    inner = " ".join(plain.split())
    return f"{' ' * plain[:1].isspace()}{inner}{' ' * plain[-1:].isspace()}" if inner else " " * bool(plain)

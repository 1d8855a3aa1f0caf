"""Does the page hold what the source says? The tokens of a body beside the tree that was made of them.

Each element that stands for a token carries the token's line (`LINE`); what the author wrote as HTML carries
none, and is left out on both sides. HTML that is torn apart or stands where none may stand makes them differ.
"""

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree
from markdown_it.token import Token

from pipeline.compose.cleaning import words_of
from pipeline.compose.token_tree import LINE
from pipeline.sources.outline.parser import begins_item, plain_text, task_box, without_notes

_HOLDERS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "pre"})
_LISTS = frozenset({"ul", "ol"})
_INLINE = {"image": "img", "link_open": "a", "footnote_ref": "sup"}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Disagreement:
    """What a line (counted from 0) holds and the page doesn't show so: an element's name and its letters."""

    line: int
    name: str
    letters: str


def differences(tokens: Sequence[Token], root: etree._Element) -> tuple[Disagreement, ...]:
    """Return the blocks, images, links and notes of a source that a page does not have in the same shape."""
    mixed = {token.map[0] for token in tokens if token.map and _has_html(token)}
    missing = Counter(_of_tokens(tokens, mixed)) - Counter(_of_tree(root, mixed))
    return tuple(sorted(missing))


def without_lines(root: etree._Element) -> None:
    """Take the lines off a tree, in place."""
    for element in root.iter(etree.Element):
        if LINE in element.attrib:
            del element.attrib[LINE]


def _has_html(token: Token) -> bool:
    return any(child.type == "html_inline" for child in token.children or [])


def _of_tokens(tokens: Sequence[Token], mixed: set[int]) -> Iterator[Disagreement]:
    """Yield what tokens stand for; of two notes of one label the first."""
    flow, notes = without_notes(tokens)
    for part in (flow, *notes.values()):
        yield from _of_part(part, notes, mixed)


def _of_part(tokens: Sequence[Token], labels: Container[str], mixed: set[int]) -> Iterator[Disagreement]:
    """Yield what the main flow or a note holds; `labels` are those that have a note."""
    depth = 0
    for index, token in enumerate(tokens):
        depth += token.nesting if token.tag in _LISTS else 0
        if token.map is None or token.type == "html_block":
            continue
        if token.type == "inline":
            for child in token.children or []:
                is_shown = child.type != "footnote_ref" or str(child.meta["label"]) in labels
                if child.type in _INLINE and is_shown:
                    yield Disagreement(line=token.map[0], name=_INLINE[child.type], letters="")
        elif token.tag and token.nesting >= 0 and not token.hidden:
            text = token.content
            if token.nesting and tokens[index + 1].type == "inline":
                text = _text(tokens[index + 1], labels, is_item=begins_item(tokens, index + 1))
            yield _difference(
                token.map[0],
                "pre" if token.tag == "code" else token.tag,
                text,
                mixed,
                depth=depth,
                start=str(token.attrs.get("start", "")),
            )


def _of_tree(root: etree._Element, mixed: set[int]) -> Iterator[Disagreement]:
    """Yield what stands for tokens in a tree."""
    for element in root.iter(etree.Element):
        line, name = element.get(LINE), str(element.tag)
        if line is None or not line.isdigit():
            continue
        if name in _INLINE.values():
            yield Disagreement(line=int(line), name=name, letters="")
            continue
        lists = [element, *element.iterancestors()] if name in {*_LISTS, "li"} else ()
        depth = sum(1 for one in lists if one.tag in _LISTS and one.get(LINE) is not None)
        start = element.get("start", "") if name == "ol" else ""
        yield _difference(int(line), name, "".join(_texts(element)), mixed, depth=depth, start=start)


def _difference(line: int, name: str, text: str, mixed: set[int], *, depth: int, start: str) -> Disagreement:
    """Return a block; what HTML in a line does to its letters is compared in the finished file."""
    letters = "".join(words_of(text)) if name in _HOLDERS and line not in mixed else ""
    if name in {*_LISTS, "li"}:
        name = f"{name} {depth} {start}".rstrip()
    return Disagreement(line=line, name=name, letters=letters)


def _text(token: Token, labels: Container[str], *, is_item: bool) -> str:
    """Return a run's text without images and the marks of notes and tasks."""
    parts = []
    for child in token.children or []:
        if child.type == "footnote_ref" and str(child.meta["label"]) not in labels:
            parts.append(f"[^{child.meta['label']}]")
        elif child.type != "image":
            parts.append(plain_text(child))
    return "".join(parts)[len("[x]") if is_item and task_box(token) is not None else 0 :]


def _texts(element: etree._Element) -> Iterator[str]:
    """Yield an element's text without the marks of notes."""
    yield element.text or ""
    for child in element:
        if child.find("a[@class='footnote-ref']") is None:
            yield from _texts(child)
        yield child.tail or ""

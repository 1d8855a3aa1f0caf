"""The list of attachments in the stored text of a WordPress post: found, read, and edited alone.

It is a list with the class `annexe-attachments`, as the block editor saves one (the block `core/list` with
inner blocks `core/list-item`), or plain HTML in a post of the classic editor: a single block's comment in
such a post would make WordPress stop making paragraphs of its lines (`do_blocks`, wp-includes/blocks.php).
Every item of it that is a link with a language is ours; an item that an editor added stays. All else in the
text stays byte for byte.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml.html import fragment_fromstring

#: The class that makes a list ours.
CLASS = "annexe-attachments"

#: Comments, what holds no markup though it looks so, and tags; each is passed over as a whole.
_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<(?P<opaque>script|style|textarea|title|xmp)\b.*?(?:</(?P=opaque)\s*>|\Z)"
    r"|<(?P<close>/?)(?P<tag>[a-z][^\s/>]*)(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>",
    re.IGNORECASE | re.DOTALL,
)
_CLASSES = re.compile(r"""\sclass\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
#: What the block editor writes right before and after a list and its items.
_BEFORE_LIST = re.compile(r"<!--\s+wp:list(?:\s+\{(?:(?!-->).)*\})?\s+-->\s*\Z", re.DOTALL)
_AFTER_LIST = re.compile(r"\s*<!--\s+/wp:list\s+-->")
_BEFORE_ITEM = re.compile(r"<!--\s+wp:list-item(?:\s+\{(?:(?!-->).)*\})?\s+-->\s*\Z", re.DOTALL)
_AFTER_ITEM = re.compile(r"\s*<!--\s+/wp:list-item\s+-->")
#: How many characters an opening comment is searched for backwards.
_REACH = 2000
_BLANKS = re.compile(r"[ \t\r\n\f]+")
#: Between blocks the block editor leaves an empty line.
_GAP = "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """An item of our list: its source, and where it is a link of ours, language, text and address.

    `text` is that of the whole item, so that words beside the link are noticed too. `language` is None where
    the item is somebody else's.
    """

    source: str
    language: str | None
    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundList:
    """A list of ours in a text: its positions, its opening and closing, and the items between them."""

    start: int
    end: int
    opening: str
    closing: str
    items: tuple[ListItem, ...]
    lost_class: bool

    @property
    def is_block(self) -> bool:
        """Say whether the block editor knows this list as a block."""
        return self.opening.startswith("<!--")


@dataclass(slots=True, kw_only=True)
class _Open:
    """A list whose end is not reached yet; `spans` are its items' positions, `item` that of the open one."""

    start: int
    inside: int
    tag: str
    is_ours: bool
    spans: list[tuple[int, int]]
    item: int | None = None


def find_lists(content: str, languages: Mapping[str, str]) -> tuple[FoundList, ...]:
    """Return our lists in a post's text, in its order; `languages` are those of our files, by address.

    A link that lost its language is ours still where it leads to one of these files. So is a list that lost
    its class (turning a classic post into blocks takes it away) where every item is such a link with its
    language.
    """
    if CLASS not in content and not any(html.escape(url) in content for url in languages):
        return ()
    kept: list[FoundList] = []
    for opened, end_tag, end in _lists(content):
        text = content[opened.start : end]
        if not opened.is_ours and not any(html.escape(url) in text for url in languages):
            continue
        found = _found(content, opened, end_tag, end, languages)
        if opened.is_ours or _is_adopted(found, languages):
            # A list in a list of ours goes with that one.
            kept = [*(one for one in kept if one.start < found.start), found]
    return tuple(kept)


def make_item(url: str, language: str, text: str) -> ListItem:
    """Return a new item: a link with only those attributes that WordPress lets every role write."""
    # A shortcode's bracket is written as the reference that WordPress itself normalises it to.
    shown = html.escape(text, quote=False).replace("[", "&#091;")
    source = f'<li><a href="{html.escape(url)}" lang="{html.escape(language)}">{shown}</a></li>'
    return ListItem(source=source, language=language, text=text, url=url)


def write_items(content: str, lists: Sequence[FoundList], items: Sequence[ListItem]) -> str:
    """Return the text with these items as our links, and nothing else changed in it.

    The list stays where it stands (the first one, where somebody doubled it); a new one comes at the top, as
    on the published page. Other people's items follow ours. Without any item the list goes, and the empty
    line beside it.
    """
    others = [item for found in lists for item in found.items if item.language is None]
    written = list({item.source: item for item in (*items, *others)}.values())
    if not lists:
        return _with_new_list(content, written) if written else content
    for found in reversed(lists[1:]):
        content = _without(content, found)
    first = lists[0]
    if not written:
        return _without(content, first)
    opening = _opening(is_block=first.is_block) if first.lost_class else first.opening
    inside = _inside(written, is_block=first.is_block)
    return content[: first.start] + opening + inside + first.closing + content[first.end :]


def outside(content: str, lists: Sequence[FoundList]) -> str:
    """Return the text without our lists, a mark in the place of each: what must stay as it is."""
    parts = []
    position = 0
    for found in lists:
        parts.append(content[position : found.start])
        position = found.end
    return "\0".join((*parts, content[position:]))


def has_blocks(content: str) -> bool:
    """Say whether WordPress takes a text for one of the block editor (its function of the same name)."""
    return "<!-- wp:" in content


def _with_new_list(content: str, items: Sequence[ListItem]) -> str:
    is_block = has_blocks(content) or not content
    inside = _inside(items, is_block=is_block)
    closing = "</ul>\n<!-- /wp:list -->" if is_block else "</ul>"
    made = _opening(is_block=is_block) + inside + closing
    return made + _GAP + content if content else made


def _opening(*, is_block: bool) -> str:
    if is_block:
        return f'<!-- wp:list {{"className":"{CLASS}"}} -->\n<ul class="wp-block-list {CLASS}">'
    return f'<ul class="{CLASS}">'


def _inside(items: Sequence[ListItem], *, is_block: bool) -> str:
    if not is_block:
        return "\n" + "\n".join(_bare(item.source) for item in items) + "\n"
    return _GAP.join(
        item.source
        if item.source.startswith("<!--")
        else f"<!-- wp:list-item -->\n{item.source}\n<!-- /wp:list-item -->"
        for item in items
    )


def _bare(source: str) -> str:
    """Return an item without the comments of the block editor."""
    return re.sub(r"\A<!--.*?-->\s*|\s*<!--(?:(?!-->).)*-->\Z", "", source, flags=re.DOTALL)


def _without(content: str, found: FoundList) -> str:
    """Return the text without a list and without one of the empty lines around it."""
    before, after = content[: found.start], content[found.end :]
    for gap in (_GAP, "\r\n\r\n"):
        if after.startswith(gap):
            return before + after[len(gap) :]
    for gap in (_GAP, "\r\n\r\n"):
        if before.endswith(gap) and not after.strip():
            return before[: -len(gap)] + after
    return before + after


def _lists(content: str) -> Iterator[tuple[_Open, int, int]]:
    """Yield every closed list with the positions of its end tag's begin and end, inner lists first."""
    stack: list[_Open] = []
    for token in _TOKEN.finditer(content):
        tag = (token["tag"] or "").lower()
        if tag == "li" and stack:
            _step(stack[-1], token)
        elif tag in ("ul", "ol") and not token["close"]:
            is_ours = _is_ours(token["attributes"])
            stack.append(_Open(start=token.start(), inside=token.end(), tag=tag, is_ours=is_ours, spans=[]))
        elif tag in ("ul", "ol") and any(opened.tag == tag for opened in stack):
            while stack[-1].tag != tag:
                stack.pop()
            opened = stack.pop()
            _close_item(opened, token.start())
            yield opened, token.start(), token.end()


def _step(opened: _Open, token: re.Match[str]) -> None:
    """Take in where an item of a list begins or ends; one may end without an end tag."""
    if token["close"]:
        _close_item(opened, token.end())
    else:
        _close_item(opened, token.start())
        opened.item = token.start()


def _close_item(opened: _Open, end: int) -> None:
    if opened.item is not None:
        opened.spans.append((opened.item, end))
        opened.item = None


def _is_ours(attributes: str) -> bool:
    match = _CLASSES.search(attributes)
    return match is not None and CLASS in (match[1] or match[2] or match[3] or "").split()


def _found(content: str, opened: _Open, end_tag: int, end: int, languages: Mapping[str, str]) -> FoundList:
    start = opened.start
    before = _BEFORE_LIST.search(content, max(0, start - _REACH), start)
    after = _AFTER_LIST.match(content, end)
    if before and after:
        start, end = before.start(), after.end()
    items = tuple(_item(content, span, opened.inside, languages) for span in opened.spans)
    return FoundList(
        start=start,
        end=end,
        opening=content[start : opened.inside],
        closing=content[end_tag:end],
        items=items,
        lost_class=not opened.is_ours,
    )


def _is_adopted(found: FoundList, languages: Mapping[str, str]) -> bool:
    """Say whether a list without our class is ours: nobody else writes the language at links."""
    return bool(found.items) and all(
        item.language is not None and item.language == languages.get(item.url) and " lang=" in item.source
        for item in found.items
    )


def _item(content: str, span: tuple[int, int], inside: int, languages: Mapping[str, str]) -> ListItem:
    start, end = span
    element = fragment_fromstring(content[start:end].strip(), create_parent="div")
    before = _BEFORE_ITEM.search(content, max(inside, start - _REACH), start)
    after = _AFTER_ITEM.match(content, end)
    if before and after:
        start, end = before.start(), after.end()
    links = element.xpath(".//a[@href]")
    url = links[0].get("href") if len(links) == 1 else ""
    language = (links[0].get("lang") or languages.get(url)) if url else None
    text = _BLANKS.sub(" ", element.text_content()).strip(" ")
    return ListItem(source=content[start:end].strip(), language=language or None, text=text, url=url)

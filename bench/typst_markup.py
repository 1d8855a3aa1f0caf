"""Markdown → Typst markup in this very process, by markdown-it: what Typst is fed where no pandoc is started."""

import json
from collections.abc import Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from bench.pages import split

_PARSER = MarkdownIt("commonmark").enable("table").use(footnote_plugin)
_ESCAPED = str.maketrans({mark: f"\\{mark}" for mark in "\\#*_$`@<>~[]/-+='\""})
#: What stands for a token, where that depends on nothing but its kind.
_FIXED = {
    "paragraph_open": "",
    "paragraph_close": "\n\n",
    "heading_close": "\n\n",
    "em_open": "#emph[",
    "em_close": "]",
    "strong_open": "#strong[",
    "strong_close": "]",
    "link_close": "]",
    "bullet_list_open": "#list(",
    "bullet_list_close": ")\n\n",
    "ordered_list_open": "#enum(",
    "ordered_list_close": ")\n\n",
    "list_item_open": "[",
    "list_item_close": "],",
    "blockquote_open": "#quote(block: true)[",
    "blockquote_close": "]\n\n",
    "thead_open": "table.header(",
    "thead_close": "),",
    "tbody_open": "",
    "tbody_close": "",
    "tr_open": "",
    "tr_close": "",
    "th_open": "[",
    "th_close": "],",
    "td_open": "[",
    "td_close": "],",
    "table_close": ")\n\n",
    "softbreak": "\n",
    "hardbreak": " \\\n",
    "hr": "#line(length: 100%)\n\n",
}


def head(front: Mapping[str, str], *, language: str, template: str) -> str:
    """Return what stands above a text in a Typst file: `template` is the path of house.typ for its import."""
    values = {name: json.dumps(front[name], ensure_ascii=False) for name in ("title", "author", "date")}
    names = ", ".join(f"{name}: {value}" for name, value in values.items())
    return f'#import "{template}": post\n#show: post.with(lang: "{language}", {names})\n\n'


def markup(source: str, *, language: str, template: str) -> str:
    """Return a whole Typst file for a source; raises ValueError for a construct that made-up posts don't use."""
    front, body = split(source)
    tokens = _PARSER.parse(body)
    ends = next(
        (place for place, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens)
    )
    return head(front, language=language, template=template) + _blocks(tokens[:ends], _notes(tokens[ends:]))


def _notes(tokens: Sequence[Token]) -> dict[int, str]:
    """Return the text of each footnote by its number, from the tokens of the notes' block."""
    notes: dict[int, str] = {}
    number = 0
    for token in tokens:
        if token.type == "footnote_open":
            number = int(token.meta["id"])
        elif token.type == "inline":
            notes[number] = notes.get(number, "") + _inline(token.children or [], {})
    return notes


def _blocks(tokens: Sequence[Token], notes: dict[int, str]) -> str:
    parts = []
    for place, token in enumerate(tokens):
        if token.type == "inline":
            parts.append(_inline(token.children or [], notes))
        elif token.type == "heading_open":
            parts.append("=" * (int(token.tag[1]) - 1) + " ")
        elif token.type == "table_open":
            parts.append(f"#table(columns: {_columns(tokens[place:])}, ")
        elif token.type in {"fence", "code_block"}:
            parts.append(f"#raw(block: true, {json.dumps(token.content, ensure_ascii=False)})\n\n")
        else:
            parts.append(_fixed(token))
    return "".join(parts)


def _columns(tokens: Sequence[Token]) -> int:
    ends = next(place for place, token in enumerate(tokens) if token.type == "thead_close")
    return sum(token.type == "th_open" for token in tokens[:ends])


def _inline(tokens: Sequence[Token], notes: dict[int, str]) -> str:
    parts = []
    for token in tokens:
        if token.type == "text":
            parts.append(token.content.translate(_ESCAPED))
        elif token.type == "link_open":
            parts.append(f"#link({json.dumps(str(token.attrs['href']))})[")
        elif token.type == "code_inline":
            parts.append(f"#raw({json.dumps(token.content, ensure_ascii=False)})")
        elif token.type == "footnote_ref":
            parts.append(f"#footnote[{notes[int(token.meta['id'])]}]")
        elif token.type == "image":
            parts.append(_image(token))
        elif token.type != "footnote_anchor":
            parts.append(_fixed(token))
    return "".join(parts)


def _image(token: Token) -> str:
    alternative = json.dumps(token.content, ensure_ascii=False)
    caption = json.dumps(str(token.attrs.get("title", "")), ensure_ascii=False)
    return f"#figure(image({json.dumps(str(token.attrs['src']))}, alt: {alternative}), caption: {caption})"


def _fixed(token: Token) -> str:
    if token.type not in _FIXED:
        raise ValueError(f"made-up posts use no {token.type}; give it a line in bench/typst_markup.py")
    return _FIXED[token.type]

"""Python-Markdown's tree, filled from the tokens of `pipeline.sources.outline.parser`.

Python-Markdown keeps its tree, its treeprocessors (abbreviations), its serialiser and its postprocessors (raw
HTML). Its preprocessors, block processors and inline patterns are not asked: they read another dialect.
"""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, ElementTree, SubElement

import markdown
from markdown import util
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrExtension
from markdown.treeprocessors import Treeprocessor
from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from pipeline.sources.outline.parser import (
    begins_item,
    parse,
    plain_text,
    task_box,
    with_unknown_tags_as_text,
    without_notes,
)

#: The attribute that says from which line of the body, counted from 0, an element is.
LINE = "data-line"
_BOXES = {" ": "\u2610", "x": "\u2611", "X": "\u2611"}
_WRITTEN_LINE = re.compile(rf"(<[A-Za-z][^<>]*?\s){LINE}\b", re.IGNORECASE)


class TokenTree(Extension):
    """Puts the tokens of a body in the place of Python-Markdown's parsers of blocks and of running text."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Take the place of the parsers, and of the treeprocessors that only fit them."""
        md.preprocessors = util.Registry()
        md.parser = _Parser(md)  # type: ignore[assignment] # all that is asked of it is below
        md.treeprocessors.deregister("inline")
        md.treeprocessors.deregister("prettify")  # it strips the ends of code
        md.treeprocessors.register(_Ampersands(md), "ampersands", -10)


class _Ampersands(Treeprocessor):
    """Escapes every `&`, last of all: the serialiser would let `&copy;` pass, which is text here."""

    def run(self, root: Element) -> None:
        for element in root.iter():
            element.text, element.tail = _escaped(element.text), _escaped(element.tail)
            for name, value in element.items():
                element.set(name, _escaped(value) or "")


class _Parser:
    """In the place of Python-Markdown's BlockParser."""

    def __init__(self, md: markdown.Markdown) -> None:
        self.md = md
        # Where extensions put theirs; they are not asked.
        self.blockprocessors: util.Registry[object] = util.Registry()
        self._notes: dict[str, list[Token]] = {}

    def parseDocument(self, lines: Sequence[str]) -> ElementTree:  # noqa: N802 - Python-Markdown's name
        """Return the tree of a document; the texts of its notes are listed at its end."""
        parsed = parse("\n".join(lines))
        for extension in self.md.registeredExtensions:
            if isinstance(extension, AbbrExtension):
                extension.abbrs.update(parsed.abbreviations)  # type: ignore[attr-defined] # missing in the types
        root = Element(self.md.doc_tag)
        flow, self._notes = without_notes(parsed.tokens)
        self._fill(root, flow)
        if self._notes:
            listing = SubElement(SubElement(root, "div", {"class": "footnote"}), "ol")
            for label, note in self._notes.items():
                self._fill(SubElement(listing, "li", {"id": f"fn:{label}"}), note)
        return ElementTree(root)

    def _fill(self, root: Element, tokens: Sequence[Token]) -> None:
        """Append what tokens stand for; without recursion, however deep they nest."""
        around = [root]
        for index, token in enumerate(tokens):
            parent = around[-1]
            if token.hidden:
                continue
            if token.type == "inline":
                self._fill_text(parent, token, begins_item=begins_item(tokens, index))
            elif token.type == "html_block":
                _add(parent, self._raw(token.content.rstrip("\n")) + "\n")
            elif token.nesting < 0:
                _add(around.pop(), "\n" if token.tag in {"li", "dd", "blockquote"} else "")
                _add(around[-1], "\n")
            else:
                _add(parent, "\n" if parent.tag in {"li", "dd"} else "")
                tag = "pre" if token.tag == "code" else token.tag
                element = SubElement(parent, tag, _attributes(token, token.map))
                if token.nesting:
                    around.append(element)
                    continue
                if token.tag == "code":
                    words = unescapeAll(token.info).split()
                    code = SubElement(element, "code", {"class": f"language-{words[0]}"} if words else {})
                    code.text = util.AtomicString(token.content)
                _add(parent, "\n")

    def _fill_text(self, parent: Element, token: Token, *, begins_item: bool) -> None:
        children = token.children or []
        box = task_box(token) if begins_item else None
        if box is not None and children and children[0].type == "text":
            item = SubElement(parent, "span", {"class": "task-open" if box == " " else "task-done"})
            item.text, item.tail = _BOXES[box], children[0].content[len("[x]") :]
            children = children[1:]
        around = [parent]
        for child in children:
            if child.nesting < 0:
                around.pop()
            elif child.nesting:
                tag = "del" if child.tag == "s" else child.tag
                attributes = _attributes(child, token.map if child.type == "link_open" else None)
                around.append(SubElement(around[-1], tag, attributes))
            else:
                self._fill_leaf(around[-1], child, token.map)

    def _fill_leaf(self, parent: Element, child: Token, lines: Sequence[int] | None) -> None:
        match child.type:
            case "text" | "text_special":
                _add(parent, child.content)
            case "softbreak":
                _add(parent, "\n")
            case "code_inline":
                SubElement(parent, "code", _attributes(child)).text = util.AtomicString(child.content)
            case "html_inline":
                _add(parent, self._raw(child.content))
            case "image":
                SubElement(parent, "img", _attributes(child, lines) | {"alt": plain_text(child)})
            case "footnote_ref":
                self._refer_to_note(parent, str(child.meta["label"]), _attributes(child, lines))
            case _:
                SubElement(parent, child.tag, _attributes(child))

    def _refer_to_note(self, parent: Element, label: str, attributes: dict[str, str]) -> None:
        if label not in self._notes:
            _add(parent, f"[^{label}]")
            return
        outer = SubElement(parent, "sup", attributes)
        SubElement(outer, "a", {"href": f"#fn:{label}", "class": "footnote-ref"}).text = label

    def _raw(self, html: str) -> str:
        """Keep HTML, without lines, until the tree is serialised; return what takes its place."""
        return self.md.htmlStash.store(_WRITTEN_LINE.sub(r"\1", with_unknown_tags_as_text(html)))


def _add(parent: Element, text: str) -> None:
    """Append text behind what an element holds."""
    if text and len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    elif text:
        parent.text = (parent.text or "") + text


def _attributes(token: Token, lines: Sequence[int] | None = None) -> dict[str, str]:
    """Return a token's attributes as HTML has them, and its line where it has one."""
    attributes = {name: str(value) for name, value in token.attrs.items() if name != "style"}
    if "style" in token.attrs:  # a table's cell
        attributes["align"] = str(token.attrs["style"]).removeprefix("text-align:")
    if lines:
        attributes[LINE] = str(lines[0])
    return attributes


def _escaped(text: str | None) -> str | None:
    return text and type(text)(text.replace("&", f"{util.AMP_SUBSTITUTE}amp;"))

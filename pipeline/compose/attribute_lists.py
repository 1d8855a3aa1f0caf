"""Attribute lists that are ones: braces around other words are text, and stay."""

import re

import markdown
from markdown.extensions import Extension
from markdown.extensions.attr_list import AttrListTreeprocessor

_ATTRIBUTE = r"(?:[.#][^\s{}.#=\"']+|[\w:-]+=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'{}=]+))"
_WORD = rf"(?:{_ATTRIBUTE}|[\w-]+)"
#: With a colon, words without a value are attributes too; without it, `{sic}` and `{% x %}` are text.
_LIST = rf"\{{(?=:|[ ]*{_ATTRIBUTE}(?:[ ]+{_ATTRIBUTE})*[ ]*\}}):?[ ]*({_WORD}(?:[ ]+{_WORD})*)[ ]*\}}"


class _AttributeLists(AttrListTreeprocessor):
    HEADER_RE = re.compile(rf"[ ]+{_LIST}[ ]*$")  # type: ignore[misc] # the stubs say final; it is read from here
    BLOCK_RE = re.compile(rf"\n[ ]*{_LIST}[ ]*$")  # type: ignore[misc] # the stubs say final; it is read from here
    INLINE_RE = re.compile(rf"^{_LIST}")  # type: ignore[misc] # the stubs say final; it is read from here


class AttributeLists(Extension):
    """Python-Markdown's own take whatever stands in braces for attributes, and drop it from the text."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: D102, N802 - Python-Markdown's name and doing
        md.treeprocessors.register(_AttributeLists(md), "attr_list", 8)

"""Attribute lists that are ones: braces around other words are text, and stay."""

import re

import markdown
from markdown.extensions import Extension
from markdown.extensions.attr_list import AttrListTreeprocessor

from pipeline.sources.markup import ATTRIBUTE_LIST


class _AttributeLists(AttrListTreeprocessor):
    HEADER_RE = re.compile(rf"[ ]+{ATTRIBUTE_LIST}[ ]*$")  # type: ignore[misc] # the stubs say final; it is read from here
    BLOCK_RE = re.compile(rf"\n[ ]*{ATTRIBUTE_LIST}[ ]*$")  # type: ignore[misc] # the stubs say final; it is read from here
    INLINE_RE = re.compile(rf"^{ATTRIBUTE_LIST}")  # type: ignore[misc] # the stubs say final; it is read from here


class AttributeLists(Extension):
    """Python-Markdown's own take whatever stands in braces for attributes, and drop it from the text."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: D102, N802 - Python-Markdown's name and doing
        md.treeprocessors.register(_AttributeLists(md), "attr_list", 8)

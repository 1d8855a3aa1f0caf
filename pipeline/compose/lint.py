"""What is to be said of an edition's source before it is rendered: each finding with its line.

What can be mended safely is mended by composing and told as a warning; what would lose words or shut readers out is
an error.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from pipeline.core.model import PLACEHOLDER, Edition, Finding, Severity
from pipeline.sources.markup import ALLOWED_TAGS, REMOVED_WITH_CONTENT
from pipeline.sources.outline.model import Outline

#: Link texts that say nothing of where they lead (WCAG 2.2, 2.4.4 and 2.4.9), by language.
_EMPTY_LINK_TEXTS = {
    "en": {"click here", "here", "link", "this link", "more", "read more", "this page"},
    "fr": {"cliquez ici", "cliquer ici", "ici", "lien", "ce lien", "plus", "lire la suite", "en savoir plus", "cette page"},
}  # fmt: skip
_LINK_SCHEMES = ("http://", "https://", "mailto:", "tel:", "#")
_NOTE = re.compile(r"\[\^[^\]]+\]:")
_BLOCK_IN_NOTE = re.compile(r"(?: {4,}|\t)\s*(?:[-*+] |\d+[.)] |\||>|```|~~~)")


def lint(
    edition: Edition, outline: Outline, missing: Callable[[str], tuple[str, ...]]
) -> tuple[Finding, ...]:
    """Return what is found in an edition; `missing` gives the characters of a text that no font has."""
    lint_ = _Lint(edition, outline)
    return (
        *lint_.placeholder(),
        *lint_.headings(),
        *lint_.images(),
        *lint_.links(),
        *lint_.tables(),
        *lint_.html(),
        *lint_.notes(),
        *lint_.characters(missing),
    )


class _Lint:
    def __init__(self, edition: Edition, outline: Outline) -> None:
        self._edition = edition
        self._outline = outline
        self._lines = edition.body.split("\n")

    def placeholder(self) -> Iterator[Finding]:
        if PLACEHOLDER in self._edition.body:
            yield self._error(
                "source.placeholder",
                self._line_with(PLACEHOLDER),
                "the text is still that of a new post",
                "write the text, or delete this file",
            )

    def headings(self) -> Iterator[Finding]:
        headings = self._outline.headings
        shift = 1 if any(heading.level == 1 for heading in headings) else 0
        previous = 1
        for heading in headings:
            if heading.level == 1:
                yield self._warning(
                    "source.first_level",
                    heading.line,
                    f"“{heading.text}” is a first-level heading, which the title alone may be; "
                    "the headings of this edition were set one level lower",
                    "begin headings in the text with ##",
                )
            level = heading.level + shift
            if level > previous + 1:
                yield self._warning(
                    "access.heading_level",
                    heading.line,
                    f"“{heading.text}” is a heading of level {heading.level}, but one of level "
                    f"{previous + 1 - shift} is missing before it; it was set one level below the last heading",
                    f"begin it with {'#' * (previous + 1 - shift)}",
                )
            previous = min(level, previous + 1)

    def images(self) -> Iterator[Finding]:
        for image in self._outline.images:
            if (
                not image.alt.strip()
                and "decorative" not in self._lines[image.line - self._edition.body_line]
            ):
                yield self._error(
                    "access.alt",
                    image.line,
                    f"the image {image.path} has no text for readers who can't see it",
                    f"describe it in the brackets: ![what it shows]({image.path}); "
                    "or add {: .decorative } behind it if it shows nothing",
                )

    def links(self) -> Iterator[Finding]:
        empty = _EMPTY_LINK_TEXTS.get(self._edition.language.partition("-")[0], set())
        for link in self._outline.links:
            if not link.target.startswith(_LINK_SCHEMES):
                yield self._warning(
                    "source.link",
                    link.line,
                    f"the link “{link.text}” to {link.target!r} leads nowhere from a PDF; it was set as plain text",
                    "write the whole address, https://…",
                )
            if link.text.strip(" .…\u00a0").casefold() in empty:
                yield self._warning(
                    "access.link_text",
                    link.line,
                    f"the link text “{link.text}” does not say where it leads",
                    "link the words that name the target",
                )

    def tables(self) -> Iterator[Finding]:
        for table in self._outline.tables:
            if not table.has_head:
                yield self._warning(
                    "access.table_head",
                    table.line,
                    "this table has no head, so that a screen reader can't say what a cell is about",
                    "name each column in the table's first row",
                )

    def html(self) -> Iterator[Finding]:
        for tag in self._outline.html_tags:
            if tag.name in ALLOWED_TAGS:
                continue
            what = "with its content" if tag.name in REMOVED_WITH_CONTENT else "and its text kept"
            yield self._warning(
                "source.html",
                tag.line,
                f"<{tag.name}> may not stand in a post; it was taken out {what}",
                "write it in Markdown, or leave it out",
            )

    def notes(self) -> Iterator[Finding]:
        defined = {note.label for note in self._outline.note_definitions}
        used = {note.label for note in self._outline.note_references}
        for note in self._outline.note_references:
            if note.label not in defined:
                yield self._error(
                    "source.note",
                    note.line,
                    f"there is no text for the footnote [^{note.label}]",
                    f"write it on a line of its own: [^{note.label}]: text",
                )
        for note in self._outline.note_definitions:
            if note.label not in used:
                yield self._error(
                    "source.note",
                    note.line,
                    f"nothing refers to the footnote [^{note.label}], so that its text would be lost",
                    f"put [^{note.label}] where it belongs, or delete it",
                )
        yield from self._blocks_in_notes()

    def _blocks_in_notes(self) -> Iterator[Finding]:
        in_note = False
        for index, line in enumerate(self._lines):
            if _NOTE.match(line):
                in_note = True
            elif line.strip() and not line.startswith((" ", "\t")):
                in_note = False
            elif in_note and _BLOCK_IN_NOTE.match(line):
                yield self._warning(
                    "source.note_block",
                    self._edition.body_line + index,
                    "a footnote holds paragraphs only; this list, table, quotation or code was set as running text",
                    "move it into the text",
                )
                in_note = False

    def characters(self, missing: Callable[[str], tuple[str, ...]]) -> Iterator[Finding]:
        edition = self._edition
        front = {
            "title": edition.title,
            "short_title": edition.short_title,
            "author": " ".join(edition.authors),
        }
        texts = [(edition.line_of(key), text) for key, text in front.items()]
        texts += [(edition.body_line + index, line) for index, line in enumerate(self._lines)]
        told: set[str] = set()
        for line, text in texts:
            for character in missing(text) if not text.isascii() else ():
                if character not in told:
                    told.add(character)
                    yield self._missing(character, line)

    def _missing(self, character: str, line: int) -> Finding:
        name = unicodedata.name(character, "a character without a name")
        return self._error(
            "font.missing",
            line,
            f"no font of the house has {character!r} (U+{ord(character):04X} {name})",
            "write it another way",
        )

    def _line_with(self, text: str) -> int:
        found = next(index for index, line in enumerate(self._lines) if text in line)
        return self._edition.body_line + found

    def _error(self, check: str, line: int, message: str, remedy: str) -> Finding:
        return self._edition.finding(check, Severity.ERROR, message, remedy, line=line)

    def _warning(self, check: str, line: int, message: str, remedy: str) -> Finding:
        return self._edition.finding(check, Severity.WARNING, message, remedy, line=line)

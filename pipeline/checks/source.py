"""A source, before it is rendered: each finding with its line.

What can be corrected safely is corrected by composing and reported as a warning; what would lose words or
shut readers out is an error.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.model import PLACEHOLDER, Edition, Finding, Severity
from pipeline.sources.markup import ALLOWED_TAGS, LINK_SCHEMES, REMOVED_WITH_CONTENT
from pipeline.sources.outline.model import Outline

#: Link texts that say nothing of where they lead (WCAG 2.2, 2.4.4 and 2.4.9), by language.
_EMPTY_LINK_TEXTS = {
    "en": {"click here", "here", "link", "this link", "more", "read more", "this page"},
    "fr": {"cliquez ici", "cliquer ici", "ici", "lien", "ce lien", "plus", "lire la suite",
           "en savoir plus", "cette page"},
}  # fmt: skip
_FILE_NAME = re.compile(r"[^\s/]+\.(?:png|jpe?g|webp|gif|svg|tiff?|bmp)", re.IGNORECASE)
_NOTE = re.compile(r"\[\^[^\]]+\]:")
_BLOCK_IN_NOTE = re.compile(r"(?: {4,}|\t)\s*(?:[-*+] |\d+[.)] |\||>|```|~~~)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """All that the checks of a source may know; `missing` returns a text's characters that no font has."""

    edition: Edition
    outline: Outline
    missing: Callable[[str], tuple[str, ...]]

    @property
    def lines(self) -> list[tuple[int, str]]:
        """Return the lines of the body, each with its number in the file."""
        return list(enumerate(self.edition.body.split("\n"), start=self.edition.body_line))

    def error(self, check: str, line: int, message: str, remedy: str) -> Finding:
        """Return an error on a line of the source."""
        return self.edition.finding(check, Severity.ERROR, message, remedy, line=line)

    def warning(self, check: str, line: int, message: str, remedy: str) -> Finding:
        """Return a warning on a line of the source."""
        return self.edition.finding(check, Severity.WARNING, message, remedy, line=line)


def placeholder(source: Source) -> Iterator[Finding]:
    """Yield `source.placeholder` for a post of which nobody has written the text."""
    line = next((number for number, text in source.lines if PLACEHOLDER in text), None)
    if line is not None:
        yield source.error(
            "source.placeholder",
            line,
            "the text is still that of a new post",
            "write the text, or delete this file",
        )


def headings(source: Source) -> Iterator[Finding]:
    """Yield `source.first_level` and `access.heading_level` for headings that were set at another level."""
    found = source.outline.headings
    shift = 1 if any(heading.level == 1 for heading in found) else 0
    previous = 1
    for heading in found:
        if heading.level == 1:
            yield source.warning(
                "source.first_level",
                heading.line,
                f"“{heading.text}” is a first-level heading, which the title alone may be; "
                "the headings of this edition were set one level lower",
                "begin headings in the text with ##",
            )
        level = heading.level + shift
        # `#` would be advice against the finding above.
        if level > previous + 1 > shift + 1:
            yield source.warning(
                "access.heading_level",
                heading.line,
                f"“{heading.text}” is a heading of level {heading.level}, but one of level "
                f"{previous + 1 - shift} is missing before it; it was set one level below the last heading",
                f"begin it with {'#' * (previous + 1 - shift)}",
            )
        previous = min(level, previous + 1)


def images(source: Source) -> Iterator[Finding]:
    """Yield `access.alt` for an image that no text describes and that isn't decorative (WCAG 1.1.1)."""
    for image in source.outline.images:
        if _FILE_NAME.fullmatch(image.alt.strip()) and not image.is_decorative:
            yield source.warning(
                "access.alt",
                image.line,
                f"the text of the image {image.path} for readers who can't see it is the name of a file: "
                f"“{image.alt}”",
                f"describe in the brackets what the image shows: ![what it shows]({image.path})",
            )
        if not image.alt.strip() and not image.is_decorative:
            yield source.error(
                "access.alt",
                image.line,
                f"the image {image.path} has no text for readers who can't see it",
                f"describe it in the brackets: ![what it shows]({image.path}); "
                "or add {: .decorative } behind it if it shows nothing",
            )


def links(source: Source) -> Iterator[Finding]:
    """Yield `source.link` for a target that a PDF can't reach, `access.link_text` for an empty link text."""
    empty = _EMPTY_LINK_TEXTS.get(source.edition.language.partition("-")[0], set())
    for link in source.outline.links:
        if not link.target.casefold().startswith(LINK_SCHEMES):
            yield source.warning(
                "source.link",
                link.line,
                f"the link “{link.text}” to {link.target!r} leads nowhere from a PDF; "
                "it was set as plain text",
                "write the whole address, https://…",
            )
        if link.text.strip(" .…\u00a0").casefold() in empty:
            yield source.warning(
                "access.link_text",
                link.line,
                f"the link text “{link.text}” does not say where it leads",
                "link the words that name the target",
            )


def tables(source: Source) -> Iterator[Finding]:
    """Yield `access.table_head` for a table whose columns have no names."""
    for table in source.outline.tables:
        if not table.has_head:
            yield source.warning(
                "access.table_head",
                table.line,
                "this table has no head, so that a screen reader can't say what a cell is about",
                "name each column in the table's first row",
            )


def html(source: Source) -> Iterator[Finding]:
    """Yield `source.html` for raw HTML that was taken out."""
    for tag in source.outline.html_tags:
        if tag.name in ALLOWED_TAGS:
            continue
        what = "with its content" if tag.name in REMOVED_WITH_CONTENT else "and its text kept"
        yield source.warning(
            "source.html",
            tag.line,
            f"<{tag.name}> may not stand in a post; it was taken out {what}",
            "write it in Markdown, or leave it out",
        )


def unread_markdown(source: Source) -> Iterator[Finding]:
    """Yield `source.html_markdown` for a block of HTML whose text is written as Markdown."""
    for found in source.outline.unread_markdown:
        yield source.warning(
            "source.html_markdown",
            found.line,
            f"Markdown inside <{found.tag}> is not read: “{found.text}” is printed as it is written",
            f'take the tags out, or write <{found.tag} markdown="1">',
        )


def nesting(source: Source) -> Iterator[Finding]:
    """Yield `source.nesting` where lists or quotations are nested so deep that their content is not read."""
    if source.outline.too_deep is not None:
        yield source.error(
            "source.nesting",
            source.outline.too_deep,
            "lists or quotations are nested too deep here: what is inside would be lost",
            "take some levels away",
        )


def empty_headings(source: Source) -> Iterator[Finding]:
    """Yield `source.empty_heading` for a heading without words, which was left out."""
    for heading in source.outline.headings:
        if not heading.text.strip():
            yield source.warning(
                "source.empty_heading",
                heading.line,
                "this heading has no words; it was left out",
                "write its words, or delete the line",
            )


def notes(source: Source) -> Iterator[Finding]:
    """Yield `source.note` for half a footnote, `source.note_block` for a block that a footnote can't hold."""
    first: dict[str, int] = {}
    for note in source.outline.note_definitions:
        if first.setdefault(note.label, note.line) != note.line:
            yield source.error(
                "source.note",
                note.line,
                f"the footnote [^{note.label}] has two texts, here and in line {first[note.label]}; "
                "one would be lost",
                "give one of them another label, also where the text refers to it",
            )
    defined = {note.label for note in source.outline.note_definitions}
    used = {note.label for note in source.outline.note_references}
    for note in source.outline.note_references:
        if note.label not in defined:
            yield source.error(
                "source.note",
                note.line,
                f"there is no text for the footnote [^{note.label}]",
                f"write it on a line of its own: [^{note.label}]: text",
            )
    for note in source.outline.note_definitions:
        if note.label not in used:
            yield source.error(
                "source.note",
                note.line,
                f"nothing refers to the footnote [^{note.label}], so that its text would be lost",
                f"put [^{note.label}] where it belongs, or delete it",
            )
    yield from _blocks_in_notes(source)


def _blocks_in_notes(source: Source) -> Iterator[Finding]:
    in_note = False
    for number, line in source.lines:
        if _NOTE.match(line):
            in_note = True
        elif line.strip() and not line.startswith((" ", "\t")):
            in_note = False
        elif in_note and _BLOCK_IN_NOTE.match(line):
            yield source.warning(
                "source.note_block",
                number,
                "a footnote holds paragraphs only; "
                "this list, table, quotation or code was set as running text",
                "move it into the text",
            )
            in_note = False


def characters(source: Source) -> Iterator[Finding]:
    """Yield `font.missing` for the characters of each script that no font has, at the first place of one.

    Only what is printed needs a glyph: not addresses, comments, file names and texts of images.
    """
    edition, outline = source.edition, source.outline
    front = {
        "title": edition.title,
        "short_title": edition.short_title,
        "author": " ".join(edition.authors),
    }
    pieces = (*outline.words, *(piece for note in outline.notes for piece in note.pieces))
    texts = [
        *((edition.line_of(key), text) for key, text in front.items()),
        *((piece.line, piece.text) for piece in pieces),
    ]
    found: dict[str, tuple[int, list[str]]] = {}
    for line, text in texts:
        for character in source.missing(text) if not text.isascii() else ():
            characters = found.setdefault(_script(character), (line, []))[1]
            if character not in characters:
                characters.append(character)
    for line, characters in found.values():
        yield _missing(source, characters, line)


def _script(character: str) -> str:
    return unicodedata.name(character, character).partition(" ")[0] if character.isalpha() else character


def _missing(source: Source, characters: Sequence[str], line: int) -> Finding:
    character = characters[0]
    name = unicodedata.name(character, "a character without a name")
    more = f" and {len(characters) - 1} more of this script" if len(characters) > 1 else ""
    return source.error(
        "font.missing",
        line,
        f"no font of the house has {character!r} (U+{ord(character):04X} {name}){more}",
        "write it another way",
    )

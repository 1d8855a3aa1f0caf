"""Accessibility: a screen reader says what the page shows.

veraPDF judges whether a file keeps the rules of PDF/UA-1 (`make conformance`). These checks look where it is
blind, in every build and without Java: at whether what is tagged is the text of the source, whole, in order
and in its language.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from lxml import etree

from pipeline.checks.evidence import Evidence
from pipeline.checks.text_matching import letters
from pipeline.core.html import NOTE, NOTE_REFERENCE, texts_without
from pipeline.core.model import Finding, Severity
from pipeline.pdf.model import StructureElement

_MACHINERY = "this is the machinery's fault, not the source's: report it with the source of the edition"
#: What is read out of the order of the source: notes follow the block that refers to them.
_ASIDE = frozenset({"Note", "Reference"})
_NOTE_ROLES = (NOTE, NOTE_REFERENCE)
_LONGEST_QUOTE = 60


def tree(evidence: Evidence) -> Iterator[Finding]:
    """Yield `access.tree` where there is no structure tree, or none that can be followed (PDF/UA-1, 7.1)."""
    if evidence.structure.fault is not None:
        yield _fault(
            evidence,
            "access.tree",
            f"nobody who listens can be told what is in the attachment: {evidence.structure.fault}",
        )


def silent(evidence: Evidence) -> Iterator[Finding]:
    """Yield `access.silent` for content that is not in the structure tree and no artifact (PDF/UA-1, 7.1)."""
    for mark in evidence.structure.silent:
        what = f"the text “{_quote(mark.text)}”" if mark.text.strip() else "an image"
        yield _fault(
            evidence,
            "access.silent",
            f"{what} is neither in the structure tree nor marked as page furniture: "
            "some readers speak it, some don't",
            page=mark.page,
        )


def order(evidence: Evidence) -> Iterator[Finding]:
    """Yield `access.order` for the first words that are read out before earlier words of the source."""
    spoken = letters(_text(evidence, _root(evidence), without=_ASIDE))
    at = 0
    for piece in evidence.outline.words:
        wanted = letters(piece.text)
        place = spoken.find(wanted, at)
        if place >= 0:
            at = place + len(wanted)
        elif wanted in spoken:
            yield _fault(
                evidence,
                "access.order",
                f"“{_quote(piece.text)}” is read out before what stands above it in the source",
                line=piece.line,
            )
            return


def paragraphs(evidence: Evidence) -> Iterator[Finding]:
    """Yield `access.paragraph` for a paragraph that is not one P element, as when a page break splits it."""
    spoken = Counter(
        letters(_text(evidence, element, without=_ASIDE)) for element in evidence.structure.elements("P")
    )
    for paragraph in evidence.html().iter("p"):
        written = letters(_text_of_html(paragraph))
        if not written:
            continue
        if not spoken[written]:
            yield _fault(
                evidence,
                "access.paragraph",
                f"the paragraph “{_quote(_text_of_html(paragraph))}” is not one paragraph to a screen reader",
            )
        spoken[written] -= 1


def figures(evidence: Evidence) -> Iterator[Finding]:
    """Yield `access.figure` for an image without a text alternative, or not in the tree (PDF/UA-1, 7.3)."""
    found = evidence.structure.elements("Figure")
    for figure in found:
        if not (figure.alternative or "").strip():
            yield _fault(evidence, "access.figure", "an image has no text alternative", page=figure.page)
    wanted = [image.get("alt", "").strip() for image in evidence.html().iter("img")]
    spoken = Counter((figure.alternative or "").strip() for figure in found)
    for alternative in (Counter(filter(None, wanted)) - spoken).elements():
        yield _fault(
            evidence, "access.figure", f"the image “{_quote(alternative)}” is told to nobody who listens"
        )


def tables(evidence: Evidence) -> Iterator[Finding]:
    """Yield `access.table` where a table has lost its head, or a head isn't said of what (PDF/UA-1, 7.5).

    That a source has none is its editor's to fix (`access.table_head`).
    """
    written = [table.find(".//th") is not None for table in evidence.html().iter("table")]
    for index, table in enumerate(evidence.structure.elements("Table")):
        heads = [element for element in table.walk() if element.kind == "TH"]
        page = next((element.page for element in table.walk() if element.page), None)
        if not heads and (index >= len(written) or written[index]):
            yield _fault(evidence, "access.table", "a table has no head", page=page)
        for head in heads:
            if head.scope is None:
                words = _quote(evidence.structure.text(head))
                yield _fault(evidence, "access.table", f"the table's head “{words}” has no scope", page=page)


def headings(evidence: Evidence) -> Iterator[Finding]:
    """Yield `access.heading` where the headings begin below the first level or skip one (PDF/UA-1, 7.4.2)."""
    previous = 0
    for element in _root(evidence).walk():
        if len(element.kind) == len("H1") and element.kind[0] == "H" and element.kind[1].isdigit():
            level = int(element.kind[1])
            if level > previous + 1:
                words = _quote(evidence.structure.text(element))
                before = f"level {previous}" if previous else "the beginning"
                yield _fault(
                    evidence,
                    "access.heading",
                    f"the heading “{words}” is of level {level}, after {before}",
                    page=element.page,
                )
            previous = level


def links(evidence: Evidence) -> Iterator[Finding]:
    """Yield `access.link` for a link that is not in the tree or has no description (PDF/UA-1, 7.18.5)."""
    for annotation in evidence.structure.annotations:
        if not annotation.is_reached:
            yield _fault(evidence, "access.link", "a link is not in the structure tree", page=annotation.page)
        if not (annotation.contents or "").strip():
            yield _fault(
                evidence, "access.link", "a link says nothing of where it leads", page=annotation.page
            )


def notes(evidence: Evidence) -> Iterator[Finding]:
    """Yield `access.note` for a note without a unique ID, and for missing notes (PDF/UA-1, 7.9)."""
    found = evidence.structure.elements("Note")
    names = Counter(note.identifier for note in found)
    for note in found:
        if not note.identifier or names[note.identifier] > 1:
            what = f"shares its ID {note.identifier!r} with another" if note.identifier else "has no ID"
            words = _quote(evidence.structure.text(note))
            yield _fault(evidence, "access.note", f"the note “{words}” {what}", page=note.page)
    wanted = sum(element.get("role") == NOTE for element in evidence.html().iter("span"))
    if len(found) != wanted:
        yield _fault(evidence, "access.note", f"the page has {wanted} notes, the structure tree {len(found)}")


def languages(evidence: Evidence) -> Iterator[Finding]:
    """Yield `access.language` for words in another language that are not marked as such (PDF/UA-1, 7.2)."""
    spoken = {(element.language or "").casefold() for element in _root(evidence).walk()}
    for element in evidence.html().iter(etree.Element):
        language, words = element.get("lang", evidence.edition.language), _text_of_html(element)
        is_foreign = language.casefold() != evidence.edition.language.casefold()
        if is_foreign and letters(words) and language.casefold() not in spoken:
            yield _fault(evidence, "access.language", f"“{_quote(words)}” is not marked as {language!r}")


def title(evidence: Evidence) -> Iterator[Finding]:
    """Yield `access.title` where viewers show the file's name instead of the title (PDF/UA-1, 7.1)."""
    if not evidence.facts.shows_title:
        yield _fault(evidence, "access.title", "readers show the name of the file in the place of the title")


def tabs(evidence: Evidence) -> Iterator[Finding]:
    """Yield `access.tabs` for a page where the tab key does not follow the structure (PDF/UA-1, 7.18.3)."""
    for page in evidence.structure.unordered_pages:
        yield _fault(
            evidence, "access.tabs", "the tab key goes from link to link in no order that is said", page=page
        )


def _fault(
    evidence: Evidence, check: str, message: str, *, page: int | None = None, line: int | None = None
) -> Finding:
    return evidence.edition.finding(check, Severity.ERROR, message, _MACHINERY, page=page, line=line)


def _root(evidence: Evidence) -> StructureElement:
    return evidence.structure.tree or StructureElement(kind="Root", children=(), page=None)


def _text(evidence: Evidence, element: StructureElement, *, without: Iterable[str]) -> str:
    return evidence.structure.text(element, without=frozenset(without))


def _text_of_html(element: etree._Element) -> str:
    """Return the text of an HTML element without its notes and the references to them."""
    return "".join(texts_without(_NOTE_ROLES, element))


def _quote(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_QUOTE else words[:_LONGEST_QUOTE].rstrip() + "…"

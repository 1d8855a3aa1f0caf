"""Every check, of sources and of attachments, in the order in which they run."""

from collections.abc import Callable, Iterable, Iterator

from pipeline.checks import (
    accessibility,
    completeness,
    leftovers,
    links,
    notices,
    pdf,
    sizes,
    source,
    structure,
    visibility,
)
from pipeline.checks.evidence import Evidence
from pipeline.checks.source import Source
from pipeline.core.model import Finding, Severity

Check = Callable[[Evidence], Iterable[Finding]]

#: These look at a source before it is rendered. One that fails is a fault of Annexe's, as elsewhere in
#: composing.
CHECKS_OF_SOURCES: tuple[Callable[[Source], Iterable[Finding]], ...] = (
    source.placeholder,
    source.headings,
    source.images,
    source.links,
    source.tables,
    source.html,
    source.unread_markdown,
    source.nesting,
    source.empty_headings,
    source.notes,
    leftovers.mojibake,
    leftovers.title,
    leftovers.marks,
    source.characters,
)

#: These need no more than the file's bytes, so that they run on one that can't be read, too.
CHECKS_OF_ANY_FILE: tuple[Check, ...] = (
    pdf.broken,
    pdf.encrypted,
    sizes.over,
    sizes.under,
    sizes.drift,
    sizes.unpublished,
)

CHECKS: tuple[Check, ...] = (
    *CHECKS_OF_ANY_FILE,
    pdf.pages,
    pdf.language,
    pdf.title,
    pdf.fonts,
    accessibility.tree,
    accessibility.silent,
    accessibility.order,
    accessibility.paragraphs,
    accessibility.figures,
    accessibility.tables,
    accessibility.headings,
    accessibility.links,
    accessibility.notes,
    accessibility.languages,
    accessibility.title,
    accessibility.tabs,
    structure.lists,
    structure.rows,
    completeness.words,
    completeness.images,
    visibility.glyphs,
    visibility.clipped,
    visibility.hidden,
    visibility.margin,
    notices.standing,
    notices.doubled,
    notices.draft,
    notices.draft_labels,
    links.targets,
    links.outside,
    links.addresses,
    links.texts,
)


def check_source(written: Source) -> tuple[Finding, ...]:
    """Return what all checks of sources find, in their order; of an unfinished merge only its marks."""
    conflicts = tuple(leftovers.conflicts(written))
    return conflicts or tuple(finding for check in CHECKS_OF_SOURCES for finding in check(written))


def run_checks(evidence: Evidence, checks: tuple[Check, ...] | None = None) -> tuple[Finding, ...]:
    """Return what all checks find, in their order.

    Of a PDF that can't be read only the file itself is checked: that it can't be read is an error by itself.
    A check that fails is an error, too, and keeps no other from running: nothing passes because nobody
    looked.
    """
    chosen = checks or (CHECKS if evidence.is_readable else CHECKS_OF_ANY_FILE)
    return tuple(finding for check in chosen for finding in _run(check, evidence))


def _run(check: Check, evidence: Evidence) -> Iterator[Finding]:
    try:
        yield from tuple(check(evidence))
    except Exception as error:  # noqa: BLE001 - whatever keeps a check from looking must not let an attachment pass
        name = f"{check.__module__.rpartition('.')[2]}.{check.__name__}"
        yield evidence.edition.finding(
            "check.failed",
            Severity.ERROR,
            f"the check {name} could not be carried out ({type(error).__name__}: {error})",
            "report this, with the source of the edition; the attachment is not known to be good",
        )

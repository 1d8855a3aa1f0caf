"""What extraction still tells but people can't see: missing glyphs, text cut off, hidden or at the edge."""

from collections.abc import Iterator
from itertools import groupby

from pipeline.checks.evidence import Evidence
from pipeline.checks.text_matching import words
from pipeline.core.model import Finding, Severity
from pipeline.pdf.model import Box, TextRun

#: A glyph counts as cut where less than this share of it shows.
_SHOWN = 0.75
#: What a home printer leaves white: 8 mm in points.
_MARGIN = 22.7
_MOST_FINDINGS = 5
_LONGEST_PHRASE = 80


def glyphs(evidence: Evidence) -> Iterator[Finding]:
    """Yield `completeness.glyph` for each character without a glyph, and each font that can't be examined."""
    for missing in evidence.facts.missing_glyphs:
        codes = " ".join(f"U+{ord(character):04X}" for character in missing.character)
        what = (
            f"“{missing.character}” ({codes})"
            if missing.character
            else "a character that can't even be named"
        )
        yield evidence.edition.finding(
            "completeness.glyph",
            Severity.ERROR,
            f"{what} is shown as an empty box or not at all: the font {missing.font} has no glyph for it",
            "write it another way, or have a font added that has it",
            line=evidence.line_of(missing.character),
            page=missing.page,
        )
    for font in evidence.facts.unreadable_fonts:
        yield evidence.edition.finding(
            "completeness.glyph",
            Severity.ERROR,
            f"whether the font {font.name} has every character can't be told: {font.reason}",
            "use the house's fonts only",
        )


def clipped(evidence: Evidence) -> Iterator[Finding]:
    """Yield `completeness.clipped` for text outside its page, or cut off by the box around it."""
    areas = {page.number: page.area for page in evidence.read_back.pages}
    cut = [(run, _cut(run, areas[run.page])) for run in evidence.read_back.runs]
    yield from _findings_of(
        evidence,
        [(run.page, _phrase(run, lost)) for run, lost in cut if words(lost)],
        "completeness.clipped",
        Severity.ERROR,
        "is cut off: it lies outside the page or the box around it",
        "shorten what is too wide (a long word, a table, code), or mend the style that cuts it",
    )


def hidden(evidence: Evidence) -> Iterator[Finding]:
    """Yield `completeness.hidden` for text that is there and can't be seen."""
    yield from _findings_of(
        evidence,
        [(run.page, _phrase(run, run.text)) for run in evidence.read_back.runs if run.is_hidden],
        "completeness.hidden",
        Severity.ERROR,
        "can't be seen: it is transparent, or in the colour of its ground",
        "mend the style that hides it",
    )


def margin(evidence: Evidence) -> Iterator[Finding]:
    """Yield `completeness.margin` for text so near to the edge that a printer may drop it."""
    areas = {page.number: page.area for page in evidence.read_back.pages}
    near = [
        (run, run.outside(areas[run.page].shrunk(_MARGIN), visible_share=_SHOWN))
        for run in evidence.read_back.runs
        if not words(_cut(run, areas[run.page]))
    ]
    yield from _findings_of(
        evidence,
        [(run.page, _phrase(run, text)) for run, text in near if words(text)],
        "completeness.margin",
        Severity.WARNING,
        "stands less than 8 mm from the edge of the page, where a printer may drop it",
        "shorten what is too wide (a long word, a table, code), or mend the style",
    )


def _cut(run: TextRun, area: Box) -> str:
    """Return the characters of a run that its page or its clip does not show."""
    shown = area if run.clip is None else area.meet(run.clip)
    return run.outside(shown, visible_share=_SHOWN)


def _phrase(run: TextRun, part: str) -> str:
    """Return the words of a run around a part of it that is in question."""
    start = max(run.text.find(part), 0)
    first = run.text.rfind(" ", 0, start) + 1
    end = run.text.find(" ", start + len(part))
    return " ".join(run.text[first : None if end < 0 else end].split())


def _findings_of(
    evidence: Evidence,
    texts: list[tuple[int, str]],
    check: str,
    severity: Severity,
    what: str,
    remedy: str,
) -> Iterator[Finding]:
    """Yield a finding for each page that has such texts; the last of many says how many pages there are."""
    pages = [(page, [text for _, text in group]) for page, group in groupby(texts, key=lambda item: item[0])]
    for position, (page, phrases) in enumerate(pages[:_MOST_FINDINGS], start=1):
        phrase = " … ".join(phrases)
        if len(phrase) > _LONGEST_PHRASE:
            phrase = f"{phrase[:_LONGEST_PHRASE].rsplit(' ', 1)[0]} …"
        rest = len(pages) - position if position == _MOST_FINDINGS else 0
        more = f"; so is text on {rest} more pages" if rest else ""
        yield evidence.edition.finding(check, severity, f"“{phrase}” {what}{more}", remedy, page=page)

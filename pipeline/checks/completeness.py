"""Every word and image of the source is in the attachment, in the order of the source."""

from collections.abc import Iterator

from babel import Locale
from babel.dates import format_date

from pipeline.checks.alignment import Lost, align
from pipeline.checks.evidence import Evidence
from pipeline.checks.text_matching import words as words_of
from pipeline.core.model import Finding, Image, Severity
from pipeline.pdf.model import DrawnImage

_MOST_FINDINGS = 5
_LONGEST_PHRASE = 120
#: An image may be resampled on the way; its shape stays within this.
_SAME_SHAPE = 0.02
#: An image counts as shown where no more than a hair of it is off the page.
_SHOWN = 0.99
#: A date may be broken into so many lines.
_RUNS_OF_A_DATE = 4
_REMEDIES = {
    "completeness.words": "look for what drops it: HTML, a float, a style; "
    "where the source is plain text, report this",
    "completeness.order": "look for what moves or interrupts it: a float, a position, a flexible box, "
    "generated content",
}


def words(evidence: Evidence) -> Iterator[Finding]:
    """Yield `completeness.words` for lost words of the source, `completeness.order` for words that moved."""
    aligned = align(
        evidence.text_runs(),
        main=evidence.outline.words,
        notes=tuple(note.pieces for note in evidence.outline.notes),
        notices=(evidence.words.disclaimer.text, evidence.words.kosovo_note.text),
    )
    yield from _findings(
        evidence, "completeness.words", "is lost on its way into the attachment", aligned.lost
    )
    moved = "stands at another place in the attachment than in the source"
    yield from _findings(evidence, "completeness.order", moved, aligned.moved)
    broken = "has words in its midst that the source does not have"
    yield from _findings(evidence, "completeness.order", broken, aligned.broken)
    yield from _head(evidence, aligned.rest)


def _findings(evidence: Evidence, check: str, what: str, lost: tuple[Lost, ...]) -> Iterator[Finding]:
    """Yield a finding for each of the first few stretches; the last finding counts the others."""
    for position, stretch in enumerate(lost[:_MOST_FINDINGS], start=1):
        rest = lost[_MOST_FINDINGS:] if position == _MOST_FINDINGS else ()
        count = sum(len(words_of(other.text)) for other in rest)
        more = f"; so are {count} more words at {len(rest)} more places" if rest else ""
        yield evidence.edition.finding(
            check,
            Severity.ERROR,
            f"“{_shortened(stretch.text)}” {what}{more}",
            _REMEDIES[check],
            line=stretch.line,
        )


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= _LONGEST_PHRASE:
        return text
    half = _LONGEST_PHRASE // 2
    return f"{text[:half].rsplit(' ', 1)[0]} … {text[-half:].partition(' ')[2]}"


def _head(evidence: Evidence, rest: tuple[str, ...]) -> Iterator[Finding]:
    """Yield `completeness.words` for what the front matter says and the attachment doesn't.

    `rest` is the text that is neither main flow nor note nor notice, run by run.
    """
    edition = evidence.edition
    joined = [word for text in rest for word in words_of(text)]
    wanted = [("title", edition.title), *(("author", author) for author in edition.authors)]
    for key, text in wanted:
        if not _stands(words_of(text), joined):
            yield _lost_head(evidence, key, f"the {key} “{text}”")
    if not edition.authors and not _stands(words_of(evidence.words.institution.text), joined):
        yield _lost_head(
            evidence, "title", f"the institution “{evidence.words.institution.text}”, which signs,"
        )
    date = _date_words(evidence)
    windows = (words_of(" ".join(rest[at : at + _RUNS_OF_A_DATE])) for at in range(len(rest)))
    if not any(_says_date(found, date) for found in windows):
        yield _lost_head(evidence, "date", f"the date in words ({' '.join(date)})")


def _lost_head(evidence: Evidence, key: str, what: str) -> Finding:
    return evidence.edition.finding(
        "completeness.words",
        Severity.ERROR,
        f"{what} is not in the attachment",
        "see that the template prints it and no style hides it",
        line=evidence.edition.line_of(key),
    )


def _stands(wanted: list[str], among: list[str]) -> bool:
    """Say whether words stand one behind the other; a word may be broken into several by its setting."""
    return f" {' '.join(wanted)} " in f" {' '.join(among)} " or (
        len(wanted) > 1 and "".join(wanted) in "".join(among)
    )


def _date_words(evidence: Evidence) -> tuple[str, str, str]:
    """Return day, month in words and year, as CLDR writes them in the edition's language."""
    date, locale = evidence.edition.date, Locale.parse(evidence.edition.language, sep="-")
    day, month, year = (format_date(date, pattern, locale=locale) for pattern in ("d", "MMMM", "y"))
    return day, month, year


def _says_date(found: list[str], date: tuple[str, str, str]) -> bool:
    """Say whether a text holds day (also as an ordinal: 1er), month and year."""
    day, month, year = ("".join(words_of(part)) for part in date)
    text = "".join(found)
    has_day = (
        any(word.startswith(day) and not word[len(day) :][:1].isdigit() for word in found) or day in text
    )
    return has_day and month in text and year in text


def images(evidence: Evidence) -> Iterator[Finding]:
    """Yield `completeness.image` for each image of the source that no page of the attachment shows whole."""
    areas = {page.number: page.area for page in evidence.read_back.pages}
    drawn = [
        image
        for image in evidence.read_back.images
        if image.box.area and areas[image.page].share_of(image.box) >= _SHOWN
    ]
    by_path = {image.path: image for image in evidence.edition.images}
    waiting = [(use, by_path.get(use.path)) for use in evidence.outline.images]
    for same in (_same_size, _same_shape):
        left = []
        for use, image in waiting:
            match = next((found for found in drawn if image is not None and same(image, found)), None)
            if match is None:
                left.append((use, image))
            else:
                drawn.remove(match)
        waiting = left
    for use, _ in waiting:
        yield evidence.edition.finding(
            "completeness.image",
            Severity.ERROR,
            f"the image {use.path} is not drawn in the attachment, or not wholly on a page",
            "look for what hides, drops or moves it; "
            "open the file in an image viewer to see that it is whole",
            line=use.line,
        )


def _same_size(image: Image, drawn: DrawnImage) -> bool:
    return (image.width, image.height) == (drawn.width, drawn.height)


def _same_shape(image: Image, drawn: DrawnImage) -> bool:
    if not (image.height and drawn.height):
        return False
    shape = image.width / image.height
    return abs(drawn.width / drawn.height / shape - 1) <= _SAME_SHAPE

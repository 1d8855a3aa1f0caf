"""The text of an attachment as the checks compare it: its runs, without what is printed around the text."""

from collections.abc import Iterator

from pipeline.checks.evidence import Evidence
from pipeline.checks.text_matching import Runs, letters
from pipeline.pdf.pdfium import TextRun

#: Running heads and feet stand this near (points) to the upper or lower edge of the page: 28 mm.
_MARGIN = 80.0


def text_runs(evidence: Evidence) -> tuple[TextRun, ...]:
    """Return the runs that are content: no artifacts.

    Where nothing is marked as an artifact, what reads like a running head or foot and stands in its place is left out.
    """
    runs = tuple(run for run in evidence.read_back.runs if not run.is_artifact)
    if len(runs) < sum(len(page.runs) for page in evidence.read_back.pages):
        return runs
    heads, feet = _furniture(evidence)
    heights = {page.number: page.height for page in evidence.read_back.pages}
    return tuple(
        run
        for run in runs
        if not (run.box.top < _MARGIN and (run.page, letters(run.text)) in feet)
        and not (run.box.bottom > heights[run.page] - _MARGIN and (run.page, letters(run.text)) in heads)
    )


def searchable(runs: tuple[TextRun, ...]) -> Runs:
    """Return runs ready to be searched; they keep their numbers."""
    return Runs(run.text for run in runs)


def _furniture(evidence: Evidence) -> tuple[set[tuple[int, str]], set[tuple[int, str]]]:
    """Return what may be printed at the head and at the foot of which page, in letters.

    The first page has no running head: what stands there is the title block, which is content.
    """
    count = len(evidence.read_back.pages)
    heads, feet = set(), set()
    for number in range(1, count + 1):
        texts = {letters(text) for text in _texts(evidence, number, count)}
        feet |= {(number, text) for text in texts if text}
        heads |= {(number, text) for text in texts if text and number > 1}
    return heads, feet


def _texts(evidence: Evidence, number: int, count: int) -> Iterator[str]:
    yield evidence.edition.short_title
    yield evidence.words.institution.text
    yield evidence.words.labels.page.replace("{page}", str(number)).replace("{pages}", str(count))
    yield f"{number} {count}"
    yield str(number)

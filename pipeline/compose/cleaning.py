"""Takes out of a body what an editor wrote and Annexe adds itself: notices, the title, the asterisk.

Works on the Markdown, line by line and without moving lines, so that every later reader of the body sees the
same text.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from pipeline.core.model import Edition, Finding, House, Severity
from pipeline.sources.text import FENCE, lines_outside_code

#: From this similarity of their words on, a paragraph is taken for a notice with slips or another wording.
_SAME_NOTICE = 0.9
_WORD = re.compile(r"[^\W_]+")
#: What is no mark of emphasis (code, what a backslash makes plain, an abbreviation's definition); an asterisk
#: that a backslash makes plain; a run of asterisks.
_ASTERISKS = re.compile(
    r"(?P<other>(?<!`)(?P<ticks>`++)(?:[^`]++|(?!(?P=ticks)(?!`))`++)*+(?P=ticks)(?!`)"
    r"|\\[^*]|(?m:^) {0,3}\*(?=\[))|(?P<escaped>\\\*)|(?<!\*)\*+"
)
#: The length of the run of asterisks that opens emphasis and strong emphasis at once.
_BOTH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paragraph:
    """Lines between blank lines: the index of the first one, how many, and the words in them."""

    start: int
    count: int
    words: list[str]


def clean(edition: Edition, house: House) -> tuple[Edition, tuple[Finding, ...]]:
    """Return the edition without what Annexe adds itself, and a finding for each part that was taken out."""
    lines = edition.body.split("\n")
    findings = [
        *_without_notices(lines, edition, house),
        *_without_title(lines, edition),
        *_without_asterisk(lines, edition, house),
    ]
    return replace(edition, body="\n".join(lines)), tuple(findings)


def words_of(text: str) -> list[str]:
    """Return the words of a text for comparison: runs of letters and digits, case folded."""
    return [word.casefold() for word in _WORD.findall(text)]


def _paragraphs(lines: list[str]) -> Iterator[_Paragraph]:
    """Yield the paragraphs outside fenced code."""
    outside = set(lines_outside_code(lines))
    start = None
    for index, line in enumerate([*lines, ""]):
        is_text = index in outside and bool(line.strip()) and not FENCE.match(line)
        if is_text and start is None:
            start = index
        elif not is_text and start is not None:
            yield _Paragraph(start=start, count=index - start, words=words_of("\n".join(lines[start:index])))
            start = None


def _without_notices(lines: list[str], edition: Edition, house: House) -> Iterator[Finding]:
    notices = [
        (name, words_of(text.text))
        for words in house.languages
        for name, text in (("disclaimer", words.disclaimer), ("Kosovo note", words.kosovo_note))
    ]
    for paragraph in list(_paragraphs(lines)):
        name = next((name for name, notice in notices if _is_same(paragraph.words, notice)), None)
        if name is None:
            continue
        lines[paragraph.start : paragraph.start + paragraph.count] = [""] * paragraph.count
        yield edition.finding(
            "notice.written",
            Severity.WARNING,
            f"the text carries the {name} itself; it was left out here, since every edition gets it anyway",
            "take this paragraph out of the source",
            line=edition.body_line + paragraph.start,
        )


def _is_same(words: list[str], notice: list[str]) -> bool:
    if words == notice:
        return True
    if not 0.7 * len(notice) <= len(words) <= 1.4 * len(notice):
        return False
    return SequenceMatcher(None, words, notice, autojunk=False).ratio() >= _SAME_NOTICE


def _without_title(lines: list[str], edition: Edition) -> Iterator[Finding]:
    """Take out a first-level heading at the head of the body that says the title again."""
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return
    underlined = first + 1 < len(lines) and re.fullmatch(r"=+\s*", lines[first + 1]) is not None
    if not (underlined or re.match(r"#\s", lines[first])):
        return
    if words_of(re.sub(r"\{:?[^}]*\}", "", lines[first])) != words_of(edition.title):
        return
    lines[first] = ""
    if underlined:
        lines[first + 1] = ""
    yield edition.finding(
        "source.repeated_title",
        Severity.INFO,
        "the text begins with its title again; it was left out here, since the front matter gives it",
        "take this heading out of the source",
        line=edition.body_line + first,
    )


def _without_asterisk(lines: list[str], edition: Edition, house: House) -> Iterator[Finding]:
    """Take out the asterisks that an editor wrote behind mentions of Kosovo, unless they end an emphasis."""
    spellings = "|".join(re.escape(spelling) for spelling in house.kosovo_spellings)
    mention = re.compile(rf"(?<!\w)(?:{spellings})(?P<mark>\\\*|\*)(?![\w*])", re.IGNORECASE)
    for paragraph in list(_paragraphs(lines)):
        end = paragraph.start + paragraph.count
        text = "\n".join(lines[paragraph.start : end])
        written = list(_written_asterisks(text, mention))
        if not written:
            continue
        kept: list[str] = []
        counts: Counter[int] = Counter()
        done, line = 0, edition.body_line + paragraph.start
        for first, last in written:
            kept.append(text[done:first])
            line += kept[-1].count("\n")
            counts[line] += 1
            done = last
        lines[paragraph.start : end] = "".join((*kept, text[done:])).split("\n")
        for number, count in counts.items():
            yield _written_asterisk(edition, number, count)


def _written_asterisk(edition: Edition, line: int, count: int) -> Finding:
    what = (
        "an asterisk stands behind a mention of Kosovo; it was left out here"
        if count == 1
        else f"{count} asterisks stand behind mentions of Kosovo; they were left out here"
    )
    return edition.finding(
        "notice.asterisk",
        Severity.INFO,
        f"{what}, since the first mention gets its own",
        f"take the asterisk{'s' if count > 1 else ''} out of the source",
        line=line,
    )


def _written_asterisks(text: str, mention: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield where each asterisk stands that belongs to a mention: behind one, and the end of no emphasis.

    Emphasis as in CommonMark 0.31, 6.2, as far as it matters here: a run of asterisks before a word opens it,
    one of the same length behind a word closes it. Code holds no emphasis.
    """
    marks = {match.start("mark"): match.end("mark") for match in mention.finditer(text)}
    if not marks:
        return
    open_runs: Counter[int] = Counter()
    for run in _ASTERISKS.finditer(text):
        if run["other"]:
            continue
        at, length = run.start(), run.end() - run.start()
        if run["escaped"]:
            if at in marks:
                yield at, marks[at]
        elif at in marks and not open_runs[1] and not open_runs[3]:
            yield at, marks[at]
        else:
            _follow(open_runs, length, text[at - 1 : at] or " ", text[run.end() : run.end() + 1] or " ")


def _follow(open_runs: Counter[int], length: int, before: str, after: str) -> None:
    """Open or close an emphasis with a run of asterisks, by the characters around it."""
    closes = not before.isspace() and (before.isalnum() or not after.isalnum())
    opens = not after.isspace() and (after.isalnum() or not before.isalnum())
    if closes and open_runs[length]:
        open_runs[length] -= 1
    elif closes and open_runs[_BOTH] and length < _BOTH:
        # `***` is one mark for both: what is left of it is the other one.
        open_runs[_BOTH] -= 1
        open_runs[_BOTH - length] += 1
    elif opens:
        open_runs[length] += 1

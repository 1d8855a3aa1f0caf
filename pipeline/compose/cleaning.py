"""Takes out of a body what an editor wrote and Annexe adds itself: notices, the title, the asterisk.

Works on the Markdown, line by line and without moving lines, so that every later reader of the body sees the
same text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from pipeline.core.model import Edition, Finding, House, Severity
from pipeline.sources.text import FENCE, lines_outside_code

#: From this similarity of their words on, a paragraph is taken for a notice with slips or another wording.
_SAME_NOTICE = 0.9
_WORD = re.compile(r"[^\W_]+")


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
    """Take out an asterisk that an editor wrote behind a mention of Kosovo, unless it ends an emphasis."""
    spellings = "|".join(re.escape(spelling) for spelling in house.kosovo_spellings)
    written = re.compile(rf"(?<!\w)(?:{spellings})(\\\*|\*)(?![\w*])", re.IGNORECASE)
    for paragraph in list(_paragraphs(lines)):
        for index in range(paragraph.start, paragraph.start + paragraph.count):
            before = "\n".join(lines[paragraph.start : index])
            match = written.search(lines[index])
            if match is None:
                continue
            open_marks = len(re.findall(r"(?<!\\)\*", before + lines[index][: match.start(1)]))
            if match[1] == "*" and open_marks % 2:
                continue
            lines[index] = lines[index][: match.start(1)] + lines[index][match.end(1) :]
            yield edition.finding(
                "notice.asterisk",
                Severity.INFO,
                "an asterisk stands behind a mention of Kosovo; it was left out here, since the first "
                "mention gets its own",
                "take the asterisk out of the source",
                line=edition.body_line + index,
            )

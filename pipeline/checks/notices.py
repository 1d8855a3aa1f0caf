"""The institution's notices: each stands in the attachment once, in its language, in an approved wording."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.checks.evidence import Evidence
from pipeline.checks.text_matching import Runs, letters
from pipeline.core.model import Finding, HouseLanguage, HouseText, Labels, Severity, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notice:
    """A notice that every edition carries: what people call it, and its wording in the edition's language."""

    name: str
    key: str

    def text(self, words: HouseLanguage) -> HouseText:
        """Return the wording in a house language."""
        return words.disclaimer if self.key == "disclaimer" else words.kosovo_note


_NOTICES = (_Notice(name="disclaimer", key="disclaimer"), _Notice(name="Kosovo note", key="kosovo_note"))


def standing(evidence: Evidence) -> Iterator[Finding]:
    """Yield `notice.missing` for an absent notice, `notice.language` for one in another language."""
    runs = Runs(run.text for run in evidence.text_runs())
    for notice in _NOTICES:
        own = notice.text(evidence.words)
        others = [
            words for words in _other_languages(evidence, notice) if _stands(runs, notice.text(words).text)
        ]
        is_there = _stands(runs, own.text)
        for words in others:
            instead = "as well as" if is_there else "instead of"
            yield evidence.edition.finding(
                "notice.language",
                Severity.ERROR,
                f"the {notice.name} stands there in {words.name}, {instead} {evidence.words.name}",
                "take it out of the text; Annexe adds the one in the edition's language",
                line=evidence.line_of(notice.text(words).text),
            )
        if not is_there and not others:
            yield evidence.edition.finding(
                "notice.missing",
                Severity.ERROR,
                f"the {notice.name} is not in the attachment's text: “{_beginning(own.text)}”",
                "see that the template prints it and no style hides it",
            )


def doubled(evidence: Evidence) -> Iterator[Finding]:
    """Yield `notice.doubled` for a notice that stands there more than once."""
    content = evidence.text_runs()
    runs = Runs(run.text for run in content)
    for notice in _NOTICES:
        text = notice.text(evidence.words).text
        found = runs.find(letters(text), whole_runs=False)
        if len(found) > 1:
            pages = ", ".join(str(content[span.first].page) for span in found)
            yield evidence.edition.finding(
                "notice.doubled",
                Severity.ERROR,
                f"the {notice.name} stands in the attachment {len(found)} times (pages {pages})",
                "take it out of the text; Annexe adds it by itself",
                line=evidence.line_of(text),
                page=content[found[1].first].page,
            )


def draft(evidence: Evidence) -> Iterator[Finding]:
    """Yield `notice.draft` for a notice whose wording nobody has approved."""
    for notice in _NOTICES:
        text = notice.text(evidence.words)
        if text.status is Status.DRAFT:
            yield evidence.edition.finding(
                "notice.draft",
                Severity.WARNING,
                f"the {notice.name} in {evidence.words.name} is a draft: “{text.text}” ({text.source})",
                f"have it approved, then set its status in {evidence.house.file} to approved",
                file=evidence.house.file,
                line=text.line,
            )


def draft_labels(evidence: Evidence) -> Iterator[Finding]:
    """Yield `house.draft` where the labels of a language, or the institution's name in it, are drafts."""
    words = evidence.words
    parts: dict[str, HouseText | Labels] = {
        f"the institution's name in {words.name} is a draft": words.institution,
        f"the labels in {words.name} are drafts": words.labels,
    }
    for what, part in parts.items():
        if part.status is Status.DRAFT:
            yield evidence.edition.finding(
                "house.draft",
                Severity.INFO,
                f"{what} ({part.source})",
                f"have them approved, then set the status in {evidence.house.file} to approved",
                file=evidence.house.file,
                line=part.line,
            )


def _other_languages(evidence: Evidence, notice: _Notice) -> Iterator[HouseLanguage]:
    """Yield the languages whose wording of a notice is another than that of the edition's language."""
    own = letters(notice.text(evidence.words).text)
    for words in evidence.house.languages:
        if letters(notice.text(words).text) != own:
            yield words


def _stands(runs: Runs, text: str) -> bool:
    """Say whether a text stands in the runs, without a gap or in parts that a page's end divides."""
    wanted = letters(text)
    if runs.find(wanted, whole_runs=False):
        return True
    return runs.follow(wanted, range(len(runs))).reached == len(wanted)


def _beginning(text: str, *, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"

"""The verdict of a night: one sentence that can be read in ten seconds, and what stands behind it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.compose.typography import set_text
from pipeline.core.model import Finding, Severity
from pipeline.core.night import Night
from pipeline.report.pages.states import State, Told, ToldPost
from pipeline.report.pages.words import Words

_NEW = "not built before"
_CHANGED = "changed: "
#: Reasons that pipeline.ledger gives, and the words that tell them.
_REASONS = {
    _NEW: "reason.new",
    "the attachment is missing": "reason.missing",
    "the attachment was changed by hand": "reason.by_hand",
    "the run that made the attachment was interrupted": "reason.interrupted",
}
_PARTS = {
    "the way pages are composed": "composing",
    "the way attachments are made": "machinery",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict: how bad (`good`, `warning`, `error`), the one sentence, and the shorter ones below it."""

    level: str
    sentence: str
    more: tuple[str, ...]


def verdict(night: Night, posts: Sequence[ToldPost], words: Words) -> Verdict:
    """Return the verdict of a night in a language."""
    told = [told for post in posts for told in post.editions]
    bad = [one for one in told if one.state.is_bad]
    errors, warnings = night.count(Severity.ERROR), night.count(Severity.WARNING)
    beside = _errors_beside(night.all_findings, bad)
    more = [*_of_bad(bad, words), *_rebuilt(night, told, words)]
    if bad or errors:
        if warnings:
            more.append(words("verdict.warnings", n=warnings))
        level, sentence = "error", _stopped(_need(told, bad, beside, words), words)
    elif not told:
        level, sentence = "warning", _stopped([words("verdict.nothing")], words)
    elif warnings:
        start = words("verdict.warned", n=warnings, rest=words("verdict.warned_rest", n=len(told)))
        level, sentence = "warning", _stopped([start, *_changed(night, words)], words, joint=", ")
    else:
        start = words("verdict.well", n=len(told))
        level, sentence = "good", _stopped([start, *_changed(night, words)], words, joint=", ")
    return Verdict(level=level, sentence=sentence, more=tuple(_stopped([text], words) for text in more))


def reason_words(reason: str, words: Words) -> str:
    """Return why an attachment was built, in words; what the catalogue lacks is told as the ledger tells it."""
    if reason in _REASONS:
        return words(_REASONS[reason])
    if not reason.startswith(_CHANGED):
        return reason
    told = (_part_words(part, words) for part in reason.removeprefix(_CHANGED).split(", "))
    return words("reason.changed", what=", ".join(told))


def _part_words(part: str, words: Words) -> str:
    """Return one of the things that changed in words; names of tools and settings, with their values, are the same."""
    key = f"reason.{_PARTS.get(part, part)}"
    return words(key) if words.has(key) else part


def _errors_beside(findings: Iterable[Finding], bad: Sequence[Told]) -> int:
    """Return how many errors are those of no edition that is bad already."""
    counted = {finding for told in bad for finding in told.findings}
    slugs = {told.edition.result.slug for told in bad}
    return sum(
        1
        for finding in findings
        if finding.severity is Severity.ERROR
        and finding not in counted
        and not (finding.language is None and finding.slug in slugs)
    )


def _need(told: Sequence[Told], bad: Sequence[Told], beside: int, words: Words) -> list[str]:
    if not bad:
        return [words("verdict.beside", n=beside), words("verdict.good", n=len(told))]
    if len(bad) == len(told):
        parts = [words("verdict.need_all", n=len(bad))]
    else:
        parts = [words("verdict.need", n=len(bad)), words("verdict.rest", n=len(told) - len(bad))]
    return [*parts, words("verdict.beside_too", n=beside)] if beside else parts


def _of_bad(bad: Sequence[Told], words: Words) -> Iterator[str]:
    counts = Counter(told.state for told in bad)
    parts = [
        words(f"verdict.{state}", n=counts[state])
        for state in (State.KEPT, State.MISSING, State.FAULTY)
        if counts[state]
    ]
    if parts:
        yield ", ".join(parts)


def _rebuilt(night: Night, told: Sequence[Told], words: Words) -> Iterator[str]:
    if not night.is_rebuild:
        return
    other = len(night.changed)
    same = sum(1 for one in told if not one.state.is_bad) - other
    parts = [words("verdict.rebuilt", n=same)]
    yield ", ".join([*parts, words("verdict.rebuilt_other", n=other)] if other else parts)


def _changed(night: Night, words: Words) -> Iterator[str]:
    reasons = {edition.change.reason for edition in night.changed if edition.change is not None}
    if not reasons:
        return
    names = {_NEW: "new", "changed: source": "source", "changed: styles": "styles"}
    only = reasons.pop() if len(reasons) == 1 else ""
    yield words(f"changed.{names.get(only, 'various')}", n=len(night.changed))


def _stopped(parts: Sequence[str], words: Words, *, joint: str = "; ") -> str:
    """Return some parts as one sentence, with the language's spaces around its marks."""
    text = joint.join(parts)
    return set_text(f"{text[:1].upper()}{text[1:]}.", words.language)


def state_words(told: Told, words: Words) -> str:
    """Return an edition's state in words, with the number of its warnings."""
    if not told.warnings:
        return words(f"state.{told.state}")
    warnings = words("state.warnings", n=told.warnings)
    return warnings if told.state is State.GOOD else f"{words(f'state.{told.state}')}, {warnings}"

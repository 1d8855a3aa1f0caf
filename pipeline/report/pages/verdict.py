"""The verdict of a night: one sentence that can be read in ten seconds, and what stands behind it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.compose.typography import set_text
from pipeline.core.model import Finding, Severity
from pipeline.core.night import Night
from pipeline.core.reasons import Reason, ReasonKind
from pipeline.report.pages.states import State, Told, ToldPost
from pipeline.report.pages.words import Words
from pipeline.report.reasons import FROM_CACHE, reason_text

#: What one reason for all changes is called in the verdict.
_ONLY_REASONS = {
    Reason(kind=ReasonKind.NEW): "new",
    Reason(kind=ReasonKind.CHANGED, changed=("source",)): "source",
    Reason(kind=ReasonKind.CHANGED, changed=("styles",)): "styles",
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


def reason_words(reason: Reason, words: Words) -> str:
    """Return why an attachment was built, in words; what the catalogue lacks stands in English."""
    key = f"reason.{reason.kind}"
    if not words.has(key):
        return reason_text(reason)
    # Names of tools and settings, with their values, are the same in all languages.
    changed = (words(f"reason.{name}") if words.has(f"reason.{name}") else name for name in reason.changed)
    return words(key, what=", ".join(changed)) + (FROM_CACHE if reason.is_from_cache else "")


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
    name = _ONLY_REASONS.get(reasons.pop(), "various") if len(reasons) == 1 else "various"
    yield words(f"changed.{name}", n=len(night.changed))


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

"""How each edition, each post and the night went: states, the verdict in a sentence, reasons in words."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.compose.typography import set_text
from pipeline.core.model import Finding, Severity
from pipeline.core.night import Night, NightEdition
from pipeline.core.reasons import Reason, ReasonKind
from pipeline.report.pages.words import Words
from pipeline.report.printable import on_one_line
from pipeline.report.reasons import FROM_CACHE, reason_text


class State(StrEnum):
    """An edition in a word, the worst first.

    `missing`: there is no attachment; `kept`: an older one, since the new one has errors; `faulty`: one
    stands there and has errors; `changed`: another one than before; `good`: as it should be.
    """

    MISSING = "missing"
    KEPT = "kept"
    FAULTY = "faulty"
    CHANGED = "changed"
    GOOD = "good"

    @property
    def is_bad(self) -> bool:
        """Say whether it needs attention."""
        return self in {State.MISSING, State.KEPT, State.FAULTY}


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionStatus:
    """An edition with its state and all that was found about it, in its own run and by the night."""

    edition: NightEdition
    state: State
    findings: tuple[Finding, ...]

    @property
    def level(self) -> str:
        """Return how bad it is: `error`, `warning` or `good`."""
        if self.state.is_bad:
            return "error"
        return "warning" if self.warnings else "good"

    @property
    def warnings(self) -> int:
        """Return the number of warnings about it."""
        return sum(1 for finding in self.findings if finding.severity is Severity.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostStatus:
    """A post: its name, its editions, and what was found about it and no edition in particular."""

    slug: str
    editions: tuple[EditionStatus, ...]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def state(self) -> State:
        """Return the worst state of its editions."""
        return min((status.state for status in self.editions), key=list(State).index)

    @property
    def level(self) -> str:
        """Return how bad the worst of all that is said of it is: `error`, `warning` or `good`."""
        own = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "good"}
        levels = (*(status.level for status in self.editions), *(own[one.severity] for one in self.findings))
        return min(levels, key=("error", "warning", "good").index)

    @property
    def group(self) -> str:
        """Return the part of the list of posts that it stands in: `need`, `changed` or `good`."""
        if self.level == "error":
            return "need"
        return "changed" if self.state is State.CHANGED else "good"


#: The parts of the list of posts, in their order.
GROUPS = ("need", "changed", "good")
_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def post_statuses(night: Night) -> tuple[PostStatus, ...]:
    """Return the posts of a night by name, those that need attention first, then the changed ones."""
    of_night = defaultdict[tuple[str, str | None], list[Finding]](list)
    of_sites = (finding for site in night.sites for finding in site.findings)
    for finding in (*night.findings, *night.run.findings, *of_sites):
        if finding.slug is not None:
            of_night[finding.slug, finding.language].append(finding)
    of_build = {*night.findings, *night.run.findings}
    editions = defaultdict[str, list[EditionStatus]](list)
    for edition in night.editions:
        result = edition.result
        more = of_night[result.slug, result.language] if result.language is not None else ()
        found = in_order(dict.fromkeys((*result.findings, *more)))
        # What a site says of a link is nothing about the attachment.
        own = (*result.findings, *(finding for finding in more if finding in of_build))
        status = EditionStatus(edition=edition, state=_state(edition, own), findings=found)
        editions[result.slug].append(status)
    posts = [
        PostStatus(slug=slug, editions=tuple(statuses), findings=_of_post(of_night[slug, None], statuses))
        for slug, statuses in editions.items()
    ]
    return tuple(sorted(posts, key=lambda post: (GROUPS.index(post.group), post.slug)))


def _of_post(findings: Iterable[Finding], editions: Iterable[EditionStatus]) -> tuple[Finding, ...]:
    """Return what is said of a post and of none of its editions."""
    counted = {finding for edition in editions for finding in edition.findings}
    return in_order(finding for finding in dict.fromkeys(findings) if finding not in counted)


def _state(edition: NightEdition, findings: Iterable[Finding]) -> State:
    if edition.path is None:
        return State.MISSING
    if edition.is_kept:
        return State.KEPT
    has_error = any(finding.severity is Severity.ERROR for finding in findings)
    if edition.result.outcome.is_bad or has_error:
        return State.FAULTY
    return State.GOOD if edition.change is None else State.CHANGED


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings with the worst first, then by place."""

    def rank(one: Finding) -> tuple[object, ...]:
        place = one.file or "", one.line or 0, one.page or 0
        return (_SEVERITIES.index(one.severity), *place, one.check, one.message)

    return tuple(sorted(findings, key=rank))


def sentence(text: str) -> str:
    """Return words of a check as a sentence on one line: a capital at its start, a full stop at its end."""
    line = on_one_line(text).rstrip()
    ended = line if line.rstrip("”’»\"')`")[-1:] in {".", "!", "?", ":"} else f"{line}."
    # A file's name, an address or an attachment's name is no word.
    is_word = ended.partition(" ")[0].rstrip(",:;.").isalpha()
    return ended[:1].upper() + ended[1:] if is_word else ended


#: What one reason for all changes is called in the verdict.
_ONLY_REASONS = {
    Reason(kind=ReasonKind.NEW): "new",
    Reason(kind=ReasonKind.CHANGED, changed=("source",)): "source",
    Reason(kind=ReasonKind.CHANGED, changed=("styles",)): "styles",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NightVerdict:
    """The verdict: how bad (`good`, `warning`, `error`), the one sentence, and the shorter ones below it."""

    level: str
    sentence: str
    more: tuple[str, ...]


def verdict(night: Night, posts: Sequence[PostStatus], words: Words) -> NightVerdict:
    """Return the verdict of a night in a language."""
    statuses = [status for post in posts for status in post.editions]
    bad = [one for one in statuses if one.state.is_bad]
    found = night.counts
    errors, warnings = found[Severity.ERROR], found[Severity.WARNING]
    beside = _errors_beside(night.all_findings, bad)
    more = [*_of_bad(bad, words), *_rebuilt(night, statuses, words)]
    if bad or errors:
        if warnings:
            more.append(words("verdict.warnings", n=warnings))
        level, said = "error", _stopped(_need(statuses, bad, beside, words), words)
    elif not statuses:
        level, said = "warning", _stopped([words("verdict.nothing")], words)
    elif warnings:
        start = words("verdict.warned", n=warnings, rest=words("verdict.warned_rest", n=len(statuses)))
        level, said = "warning", _stopped([start, *_changed(night, words)], words, joint=", ")
    else:
        start = words("verdict.well", n=len(statuses))
        level, said = "good", _stopped([start, *_changed(night, words)], words, joint=", ")
    return NightVerdict(level=level, sentence=said, more=tuple(_stopped([text], words) for text in more))


def reason_words(reason: Reason, words: Words) -> str:
    """Return why an attachment was built, in words; what the catalogue lacks stands in English."""
    key = f"reason.{reason.kind}"
    if not words.has(key):
        return reason_text(reason)
    # Names of tools and settings, with their values, are the same in all languages.
    changed = (words(f"reason.{name}") if words.has(f"reason.{name}") else name for name in reason.changed)
    return words(key, what=", ".join(changed)) + (FROM_CACHE if reason.is_from_cache else "")


def _errors_beside(findings: Iterable[Finding], bad: Sequence[EditionStatus]) -> int:
    """Return how many errors are those of no edition that is bad already."""
    counted = {finding for status in bad for finding in status.findings}
    slugs = {status.edition.result.slug for status in bad}
    return sum(
        1
        for finding in findings
        if finding.severity is Severity.ERROR
        and finding not in counted
        and not (finding.language is None and finding.slug in slugs)
    )


def _need(
    statuses: Sequence[EditionStatus], bad: Sequence[EditionStatus], beside: int, words: Words
) -> list[str]:
    if not bad:
        return [words("verdict.beside", n=beside), words("verdict.good", n=len(statuses))]
    if len(bad) == len(statuses):
        parts = [words("verdict.need_all", n=len(bad))]
    else:
        parts = [words("verdict.need", n=len(bad)), words("verdict.rest", n=len(statuses) - len(bad))]
    return [*parts, words("verdict.beside_too", n=beside)] if beside else parts


def _of_bad(bad: Sequence[EditionStatus], words: Words) -> Iterator[str]:
    counts = Counter(status.state for status in bad)
    parts = [
        words(f"verdict.{state}", n=counts[state])
        for state in (State.KEPT, State.MISSING, State.FAULTY)
        if counts[state]
    ]
    if parts:
        yield ", ".join(parts)


def _rebuilt(night: Night, statuses: Sequence[EditionStatus], words: Words) -> Iterator[str]:
    if not night.is_rebuild:
        return
    other = len(night.changed)
    same = sum(1 for one in statuses if not one.state.is_bad) - other
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


def state_words(status: EditionStatus, words: Words) -> str:
    """Return an edition's state in words, with the number of its warnings."""
    if not status.warnings:
        return words(f"state.{status.state}")
    warnings = words("state.warnings", n=status.warnings)
    return warnings if status.state is State.GOOD else f"{words(f'state.{status.state}')}, {warnings}"

"""What is to be said of each edition in a word, and what was found about it by whomever."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.core.model import Finding, Severity
from pipeline.core.night import Night, NightEdition
from pipeline.report.printable import on_one_line


class State(StrEnum):
    """An edition in a word, the worst first.

    `missing`: there is no attachment; `kept`: an older one, since the new one has errors; `faulty`: one stands there
    and has errors; `changed`: another one than before; `good`: as it should be.
    """

    MISSING = "missing"
    KEPT = "kept"
    FAULTY = "faulty"
    CHANGED = "changed"
    GOOD = "good"

    @property
    def is_bad(self) -> bool:
        """Say whether it needs somebody."""
        return self in {State.MISSING, State.KEPT, State.FAULTY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
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
class ToldPost:
    """A post: its name, its editions, and what was found about it and no edition in particular."""

    slug: str
    editions: tuple[Told, ...]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def state(self) -> State:
        """Return the worst state of its editions."""
        return min((told.state for told in self.editions), key=list(State).index)

    @property
    def level(self) -> str:
        """Return how bad the worst of all that is said of it is: `error`, `warning` or `good`."""
        own = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "good"}
        levels = (*(told.level for told in self.editions), *(own[one.severity] for one in self.findings))
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


def tell_posts(night: Night) -> tuple[ToldPost, ...]:
    """Return the posts of a night: those that need somebody first, then the changed ones, each part by name."""
    of_night = defaultdict[tuple[str, str | None], list[Finding]](list)
    for finding in (
        *night.findings,
        *night.run.findings,
        *(f for site in night.sites for f in site.findings),
    ):
        if finding.slug is not None:
            of_night[finding.slug, finding.language].append(finding)
    of_build = {*night.findings, *night.run.findings}
    editions = defaultdict[str, list[Told]](list)
    for edition in night.editions:
        result = edition.result
        more = of_night[result.slug, result.language] if result.language is not None else ()
        found = in_order(dict.fromkeys((*result.findings, *more)))
        # What a site says of a link is nothing about the attachment.
        own = (*result.findings, *(finding for finding in more if finding in of_build))
        editions[result.slug].append(Told(edition=edition, state=_state(edition, own), findings=found))
    posts = [
        ToldPost(slug=slug, editions=tuple(told), findings=_of_post(of_night[slug, None], told))
        for slug, told in editions.items()
    ]
    return tuple(sorted(posts, key=lambda post: (GROUPS.index(post.group), post.slug)))


def _of_post(findings: Iterable[Finding], editions: Iterable[Told]) -> tuple[Finding, ...]:
    """Return what is said of a post and of none of its editions."""
    told = {finding for edition in editions for finding in edition.findings}
    return in_order(finding for finding in dict.fromkeys(findings) if finding not in told)


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
    return tuple(
        sorted(
            findings,
            key=lambda finding: (
                _SEVERITIES.index(finding.severity),
                finding.file or "",
                finding.line or 0,
                finding.page or 0,
                finding.check,
                finding.message,
            ),
        )
    )


def sentence(text: str) -> str:
    """Return words of a check as a sentence on one line: a capital at its start, a full stop at its end."""
    line = on_one_line(text).rstrip()
    ended = line if line.rstrip("”’»\"')`")[-1:] in {".", "!", "?", ":"} else f"{line}."
    # A file's name, an address or an attachment's name is no word.
    is_word = ended.partition(" ")[0].rstrip(",:;.").isalpha()
    return ended[:1].upper() + ended[1:] if is_word else ended

"""A post's page as data: all that its template shows, in the words of one language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.core.night import NightEdition, Point
from pipeline.core.paths import shown_path
from pipeline.report.pages.charts import Bar, Line, bar, line
from pipeline.report.pages.drawing import Pairs, Picture
from pipeline.report.pages.needs import FindingLine, line_of
from pipeline.report.pages.places import href_of
from pipeline.report.pages.states import Told, ToldPost
from pipeline.report.pages.verdict import reason_words, state_words
from pipeline.report.pages.words import Words

#: Nights of a trend; the ledger may know more.
MOST_NIGHTS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The pictures of an edition; `trouble` and `change_trouble` say in words why there are none (or None)."""

    thumbnails: tuple[Picture, ...] = ()
    trouble: str | None = None
    change: Pairs | None = None
    change_trouble: str | None = None
    is_change_undrawn: bool = False
    acceptance: Pairs | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A line of nights: what it shows, from what to what, the whole of it as a text alternative."""

    what: str
    span: str
    alternative: str
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """Why and how an attachment changed, and its pages before and after."""

    reason: str
    differences: tuple[str, ...]
    has_before: bool
    pairs: Pairs | None
    trouble: str | None
    is_undrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionView:
    """An edition on its post's page. `facts` are (name, value, whether the value is code)."""

    anchor: str
    language: str
    language_name: str
    level: str
    state: str
    attachment: str | None
    rejected: str | None
    kept: str | None
    facts: tuple[tuple[str, str, bool], ...]
    bar: Bar | None
    bar_words: str
    findings: tuple[FindingLine, ...]
    change: ChangeView | None
    acceptance: Pairs | None
    thumbnails: tuple[Picture, ...]
    trouble: str | None
    trends: tuple[Trend, ...]
    nights: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A post's page."""

    slug: str
    level: str
    editions: tuple[EditionView, ...]
    findings: tuple[FindingLine, ...] = field(default=())


def post_view(post: ToldPost, drawn: Mapping[str, Drawn], report: Path, words: Words) -> PostView:
    """Return a post's page; `drawn` holds the pictures of each edition by its name."""
    return PostView(
        slug=post.slug,
        level=post.level,
        editions=tuple(
            _edition(told, drawn.get(told.edition.result.name, Drawn()), report, words)
            for told in post.editions
        ),
        findings=tuple(line_of(finding, {}) for finding in post.findings),
    )


def change_view(edition: NightEdition, drawn: Drawn, words: Words) -> ChangeView | None:
    """Return how an edition's attachment changed, or None where it did not."""
    change = edition.change
    if change is None:
        return None
    return ChangeView(
        reason=reason_words(change.reason, words),
        differences=change.differences,
        has_before=change.before is not None,
        pairs=drawn.change,
        trouble=drawn.change_trouble,
        is_undrawn=drawn.is_change_undrawn,
    )


def bar_of(edition: NightEdition, words: Words) -> tuple[Bar | None, str]:
    """Return an edition's size against its published one as a bar, and the same in words."""
    result = edition.result
    shown = bar(result.size, result.published.largest if result.published else None)
    if shown is None or result.ratio is None or result.published is None:
        return None, ""
    name = "edition.over" if shown.is_over else "edition.bar"
    size = result.label or words.size(result.size or 0)
    return shown, words(name, size=size, share=words.share(result.ratio), label=result.published.label)


def _edition(told: Told, drawn: Drawn, report: Path, words: Words) -> EditionView:
    edition, result = told.edition, told.edition.result
    shown, shown_words = bar_of(edition, words)
    points = edition.points[-MOST_NIGHTS:]
    return EditionView(
        anchor=f"edition-{result.language or 'unknown'}",
        language=result.language or "",
        language_name=words.language_name(result.language) if result.language else result.name,
        level=told.level,
        state=state_words(told, words),
        attachment=href_of(edition.path, report) if edition.path is not None else None,
        rejected=href_of(Path(result.rejected), report) if result.rejected else None,
        kept=_kept(edition, words),
        facts=tuple(_facts(edition, words)),
        bar=shown,
        bar_words=shown_words,
        findings=tuple(line_of(finding, {}) for finding in told.findings),
        change=change_view(edition, drawn, words),
        acceptance=drawn.acceptance,
        thumbnails=drawn.thumbnails,
        trouble=drawn.trouble,
        trends=tuple(_trends(points, words)),
        nights=tuple(_nights(points, words)),
    )


def _kept(edition: NightEdition, words: Words) -> str | None:
    if not edition.is_kept:
        return None
    if edition.good_since is None:
        return words("edition.kept_undated")
    return words("edition.kept", date=words.date(edition.good_since))


def _facts(edition: NightEdition, words: Words) -> Iterator[tuple[str, str, bool]]:
    result = edition.result
    if result.size is not None:
        both = f"{result.label or words.size(result.size)} ({words('edition.bytes', n=result.size)})"
        yield words("edition.size"), both, False
    label = result.published.label if result.published else words("edition.unpublished")
    yield words("edition.published"), label, False
    pages = result.pages or next((point.pages for point in reversed(edition.points) if point.pages), None)
    if pages:
        yield words("edition.pages"), words.number(pages), False
    if edition.good_since is not None:
        made = f"{words.date(edition.good_since, is_short=True)}, {words.time(edition.good_since)} UTC"
        yield words("edition.made"), made, False
    if result.seconds:
        yield words("edition.took"), words.duration(result.seconds), False
    if result.memory is not None:
        yield words("edition.memory"), words("edition.mebibytes", n=result.memory), False
    look = {True: "look.accepted", False: "look.changed", None: "look.never"}[edition.is_accepted]
    yield words("edition.look"), words(look), False
    if result.file:
        yield words("edition.source"), result.file, True
    if edition.path is not None:
        yield words("edition.attachment"), shown_path(edition.path), True
    if result.sha256:
        yield words("edition.digest"), result.sha256, True


def _trends(points: Sequence[Point], words: Words) -> Iterator[Trend]:
    sizes = line([point.size for point in points])
    times = line([point.seconds if point.size is not None else None for point in points])
    if sizes is not None:
        yield _trend("trend.size", sizes, tuple(words.size(int(value)) for value in _ends(sizes)), words)
    if times is not None:
        yield _trend("trend.time", times, tuple(words.duration(value) for value in _ends(times)), words)


def _ends(trend: Line) -> tuple[float, float, float]:
    return trend.least, trend.most, trend.last


def _trend(name: str, trend: Line, ends: tuple[str, ...], words: Words) -> Trend:
    least, most, now = ends
    is_steady = least == most
    span = (
        words("trend.steady", now=now) if is_steady else words("trend.span", least=least, most=most, now=now)
    )
    alternative = words(
        "trend.alt", n=trend.path.count("M") + trend.path.count("L"), what=words(name), span=span
    )
    return Trend(what=words(name), span=span, alternative=alternative, line=trend)


def _nights(points: Sequence[Point], words: Words) -> Iterator[tuple[str, str, str, str]]:
    """Yield the nights as rows of a table, the last one first: when, size, pages, time."""
    for point in reversed(points):
        yield (
            f"{words.date(point.started, is_short=True)}, {words.time(point.started)}",
            words.size(point.size) if point.size is not None else "–",
            words.number(point.pages) if point.pages is not None else "–",
            words.duration(point.seconds),
        )

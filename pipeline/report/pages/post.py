"""A post's page as data: all that its template shows, in one language; trends as numbers for SVG."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from pipeline.core.model import Finding
from pipeline.core.night import NightEdition, Point
from pipeline.core.paths import shown_path
from pipeline.report.pages.pictures import Pairs, Picture
from pipeline.report.pages.states import EditionStatus, PostStatus, reason_words, sentence, state_words
from pipeline.report.pages.words import Words

#: The drawing's own units: the styles give it its size on the page.
WIDTH, HEIGHT = 240, 48
_EDGE = 4
#: The height of a drawing stands for this share of the most at least.
_SPAN = 0.1
#: A point of a drawing (None: a gap).
_Place = tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A size against a published one, in percent of the bar's length: up to where each goes."""

    filled: float
    published: float

    @property
    def is_over(self) -> bool:
        """Say whether the size goes beyond the published one."""
        return self.filled > self.published


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendLine:
    """A trend: SVG path data, the last point, and the least, most and last value."""

    path: str
    x: float
    y: float
    least: float
    most: float
    last: float


def bar(size: int | None, published: int | None) -> Bar | None:
    """Return the bar of a size against the largest published one, or None where one of them is missing."""
    if size is None or not published:
        return None
    whole = max(size, published) * (1.0 if size <= published else 1.05)
    return Bar(filled=round(100 * size / whole, 1), published=round(100 * published / whole, 1))


def line(values: Sequence[float | None]) -> TrendLine | None:
    """Return the line of some nights, the oldest first, with gaps; None for less than two values."""
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    least, most = min(known), max(known)
    points = list(_points(values, least, most))
    x, y = next(point for point in reversed(points) if point is not None)
    return TrendLine(path=_path(points), x=x, y=y, least=least, most=most, last=known[-1])


def _points(values: Sequence[float | None], least: float, most: float) -> Iterator[_Place]:
    # What hardly changes is drawn as what hardly changes: beside the same words, a slope would be a lie.
    span = max(most - least, _SPAN * most) or 1.0
    middle = (least + most) / 2
    step = (WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    for place, value in enumerate(values):
        if value is None:
            yield None
            continue
        height = 0.5 + (value - middle) / span
        yield round(_EDGE + place * step, 1), round(HEIGHT - _EDGE - height * (HEIGHT - 2 * _EDGE), 1)


def _path(points: Sequence[_Place]) -> str:
    parts, is_on = [], False
    for point in points:
        if point is not None:
            parts.append(f"{'L' if is_on else 'M'}{point[0]:g} {point[1]:g}")
        is_on = point is not None
    return "".join(parts)


#: Nights of a trend; the ledger may know more.
MOST_NIGHTS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """A finding as a line: what is wrong, where, on which page of the attachment, the post's report page."""

    check: str
    severity: str
    message: str
    remedy: str
    place: str
    page: int | None
    slug: str | None
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionPictures:
    """The pictures of an edition; the two troubles say in words why there are none (or None)."""

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
    line: TrendLine


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


def line_of(finding: Finding, hrefs: Mapping[str, str]) -> FindingLine:
    """Return a finding as a line; `hrefs` gives the report page of a post by its name."""
    slug = finding.slug if finding.slug in hrefs else None
    return FindingLine(
        check=finding.check,
        severity=finding.severity.value,
        message=sentence(finding.message),
        remedy=sentence(finding.remedy),
        place=finding.place,
        page=finding.page,
        slug=slug,
        href=hrefs[slug] if slug is not None else None,
    )


def href_of(path: Path, report: Path) -> str:
    """Return the address of a file as seen from the report's folder."""
    return quote(os.path.relpath(path, report), errors="surrogateescape")


def post_view(post: PostStatus, drawn: Mapping[str, EditionPictures], report: Path, words: Words) -> PostView:
    """Return a post's page; `drawn` holds the pictures of each edition by its name."""
    return PostView(
        slug=post.slug,
        level=post.level,
        editions=tuple(
            _edition(status, drawn.get(status.edition.result.name, EditionPictures()), report, words)
            for status in post.editions
        ),
        findings=tuple(line_of(finding, {}) for finding in post.findings),
    )


def change_view(edition: NightEdition, drawn: EditionPictures, words: Words) -> ChangeView | None:
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


def _edition(status: EditionStatus, drawn: EditionPictures, report: Path, words: Words) -> EditionView:
    edition, result = status.edition, status.edition.result
    shown, shown_words = bar_of(edition, words)
    points = edition.points[-MOST_NIGHTS:]
    return EditionView(
        anchor=f"edition-{result.language or 'unknown'}",
        language=result.language or "",
        language_name=words.language_name(result.language) if result.language else result.name,
        level=status.level,
        state=state_words(status, words),
        attachment=href_of(edition.path, report) if edition.path is not None else None,
        rejected=href_of(Path(result.rejected), report) if result.rejected else None,
        kept=_kept(edition, words),
        facts=tuple(_facts(edition, words)),
        bar=shown,
        bar_words=shown_words,
        findings=tuple(line_of(finding, {}) for finding in status.findings),
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


def _ends(trend: TrendLine) -> tuple[float, float, float]:
    return trend.least, trend.most, trend.last


def _trend(name: str, trend: TrendLine, ends: tuple[str, ...], words: Words) -> Trend:
    least, most, now = ends
    span = words("trend.span", least=least, most=most, now=now)
    if least == most:
        span = words("trend.steady", now=now)
    nights = trend.path.count("M") + trend.path.count("L")
    alternative = words("trend.alt", n=nights, what=words(name), span=span)
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

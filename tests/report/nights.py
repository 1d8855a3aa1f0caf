"""Nights as they come: all well, and some of everything."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core.model import Finding, PublishedSize, Severity
from pipeline.core.night import Change, Night, NightEdition, Point, SiteNight
from pipeline.core.results import EditionResult, RunResult, Verdict
from pipeline.core.size_labels import size_label
from tests.reasons import NEW, changed

STARTED = dt.datetime(2026, 11, 24, 2, 0, 7, tzinfo=dt.UTC)
_DAY = dt.timedelta(days=1)
SLUGS = (
    "reflections-trafficking-in-persons",
    "listening-sessions-2026",
    "annual-report-of-the-coordinator",
    "labour-migration-and-skills",
    "note-on-remittances",
    "returns-and-reintegration",
    "statement-on-human-rights-day",
    "youth-forum-outcome",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Attachments to speak of: an ordinary one, and one before and after a change."""

    ordinary: Path
    before: Path
    after: Path


def finding(check: str, severity: Severity, message: str, remedy: str, **changes: Any) -> Finding:
    """Return a finding."""
    return Finding(check=check, severity=severity, message=message, remedy=remedy, **changes)


def points(size: int, *, count: int = 30, seconds: float = 1.1, pages: int = 2) -> tuple[Point, ...]:
    """Return nights on which a size went up and down a little."""
    return tuple(
        Point(
            started=STARTED - (count - 1 - night) * _DAY,
            size=size + (night % 7 - 3) * 40 * (night < count // 2),
            pages=pages,
            seconds=round(seconds + (night * 37 % 11) / 20, 3),
        )
        for night in range(count)
    )


def edition(slug: str, language: str, path: Path | None, *found: Finding, **changes: Any) -> NightEdition:
    """Return an edition whose attachment is the file at `path`.

    `changes` are fields of the edition or its result.
    """
    data = path.read_bytes() if path is not None else None
    published = PublishedSize(label="192.08 KB", smallest=196_685, largest=196_695)
    fields: dict[str, Any] = {
        "outcome": Verdict.UNCHANGED,
        "published": published,
        "rejected": None,
        "seconds": 1.32 if data is not None else 0.0,
        "reason": None,
        "file": f"sources/{slug}/{language}.md",
        "size": len(data) if data is not None else None,
        "sha256": hashlib.sha256(data).hexdigest() if data is not None else None,
        "pages": 2 if data is not None else None,
        "memory": 212 if data is not None else None,
        **changes,
    }
    own = {name: fields.pop(name) for name in NightEdition.__slots__ if name in fields}
    size = fields["size"]
    result = EditionResult(
        slug=slug,
        language=language,
        attachment=f"build/{slug}/{slug}-{language}.pdf" if data is not None else None,
        label=size_label(size, published, style="drupal") if size is not None else None,
        findings=found,
        **fields,
    )
    more: dict[str, Any] = {
        "good_since": STARTED - 9 * _DAY,
        "points": points(size or 31_000),
        **own,
    }
    return NightEdition(result=result, path=path, **more)


def night(*editions: NightEdition, **changes: Any) -> Night:
    """Return a night of these editions; `changes` are its fields, `code` the exit code that it ended with."""
    code = changes.pop("code", 0)
    run_findings = changes.pop("run_findings", ())
    run = RunResult(
        started=STARTED,
        seconds=192.4,
        command="build",
        editions=tuple(edition.result for edition in editions),
        findings=run_findings,
        tools=(("weasyprint", "70.0"),),
    )
    codes = [3 if place == 11 else 1 if place in (12, 20) else 0 for place in range(29)]
    nights = tuple(
        (STARTED - (29 - place) * _DAY, one, 150 + place * 7 % 40) for place, one in enumerate((*codes, code))
    )
    return Night(number=412, run=run, editions=editions, nights=nights, **{"memory": 318, **changes})


def all_well(files: Files) -> Night:
    """Return a night on which one source was edited and nothing is wrong."""
    change = Change(
        reason=changed("source"),
        differences=(
            "text: behind “highlighted the case of migrants”: “stranded” became “held up”",
            "pages: page 1 looks different (0.21% of its points)",
        ),
        before=files.before,
        after=files.after,
    )
    editions = [
        edition(slug, language, files.ordinary, is_accepted=True)
        for slug in SLUGS
        for language in ("en", "fr")
    ]
    editions[2] = edition(
        SLUGS[1],
        "en",
        files.after,
        outcome=Verdict.BUILT,
        reason=change.reason,
        change=change,
        is_accepted=True,
    )
    site = SiteNight(name="blog", who="annexe-bot", findings=(), published=1)
    return night(*editions, sites=(site,))


_LOST = finding(
    "completeness.words",
    Severity.ERROR,
    "“la phrase” is lost on its way into the attachment",
    "look for what drops it: HTML, a float, a style; where the source is plain text, report this",
    slug=SLUGS[2],
    language="fr",
    file=f"sources/{SLUGS[2]}/fr.md",
    line=12,
)
_HEAVY = finding(
    "size.over",
    Severity.ERROR,
    "211,402 bytes is 107.5% of the published size, 192.08 KB (196,695 bytes at most)",
    "`annexe sizes --why` says what is so heavy; or publish it and write its new label into published_size",
    slug=SLUGS[3],
    language="en",
    file=f"sources/{SLUGS[3]}/en.md",
    line=6,
)
_UNREADABLE = finding(
    "source.unclosed_front_matter",
    Severity.ERROR,
    "the front matter never ends",
    "write a line --- below its last key",
    slug=SLUGS[4],
    language="fr",
    file=f"sources/{SLUGS[4]}/fr.md",
    line=1,
)
_LINK = finding(
    "links.text",
    Severity.WARNING,
    "the text of a link is its address, https://www.example.org/a/very/long/address",
    "link the words that name the target",
    slug=SLUGS[5],
    language="en",
    file=f"sources/{SLUGS[5]}/en.md",
    line=44,
    page=2,
)
_LOOK = finding(
    "look.changed",
    Severity.WARNING,
    f"{SLUGS[5]}-en no longer looks as it was accepted: page 1 looks different (211 points)",
    f"look at its report page; where that is what was meant: `annexe accept {SLUGS[5]}`",
    slug=SLUGS[5],
    language="en",
    file=f"sources/{SLUGS[5]}/en.md",
    page=1,
)
_DRAFT = finding(
    "notice.draft",
    Severity.WARNING,
    "the Kosovo note in Français is a draft: “Toute référence au Kosovo doit s’entendre dans le contexte de "
    "la résolution 1244 (1999).”",
    "have it approved, then set its status in sources/house.yaml to approved",
    file="sources/house.yaml",
    line=53,
)
_LABEL = finding(
    "house.draft",
    Severity.INFO,
    "the labels in English are drafts",
    "have them approved, then set the status in sources/house.yaml to approved",
    file="sources/house.yaml",
    line=26,
)
_DOWN = finding(
    "publish.unreachable",
    Severity.WARNING,
    "drupal.example.org does not answer (timed out after 30 s)",
    "see that it runs; the third night in a row this is an error",
)
_STALE = finding(
    "publish.label",
    Severity.WARNING,
    "the link to returns-and-reintegration-en.pdf says 192.08 KB, the file has 31.74 KB",
    "run `annexe publish returns-and-reintegration --to blog`",
    slug=SLUGS[5],
    language="en",
)


def _with_faults(editions: list[NightEdition], files: Files) -> None:
    """Put editions that need somebody among those that are good."""
    editions[5] = edition(
        SLUGS[2],
        "fr",
        files.ordinary,
        _LOST,
        outcome=Verdict.REJECTED,
        is_kept=True,
        reason=changed("source"),
        rejected=str(files.after),
        is_accepted=True,
    )
    editions[6] = edition(SLUGS[3], "en", files.ordinary, _HEAVY, outcome=Verdict.FAILED, size=211_402)
    editions[9] = edition(
        SLUGS[4],
        "fr",
        None,
        _UNREADABLE,
        outcome=Verdict.FAILED,
        published=None,
        points=(),
        good_since=None,
    )
    editions[10] = edition(SLUGS[5], "en", files.after, _LINK, is_accepted=False)


def mixed(files: Files) -> Night:
    """Return a night with some of everything."""
    editions = list(all_well(files).editions)
    _with_faults(editions, files)
    styled = Change(
        reason=changed("styles", "fonts"),
        differences=("fonts: AnnexeSans-Regular (12004 bytes unpacked): only after",),
        before=files.before,
        after=files.after,
    )
    for place in (12, 13):
        old = editions[place].result
        editions[place] = edition(
            old.slug,
            old.language or "",
            files.after,
            outcome=Verdict.BUILT,
            reason=styled.reason,
            change=styled,
        )
    fresh = Change(reason=NEW, differences=(), before=None, after=files.ordinary)
    editions[15] = edition(
        SLUGS[7],
        "fr",
        files.ordinary,
        outcome=Verdict.BUILT,
        reason=fresh.reason,
        change=fresh,
        published=None,
        points=points(32_000, count=1),
    )
    sites = (
        SiteNight(name="blog", who="annexe-bot", findings=(_STALE,)),
        SiteNight(name="intranet", who=None, findings=(_DOWN,), nights_down=2),
        SiteNight(name="archive", who="annexe-bot", findings=(), published=3),
    )
    return night(*editions, sites=sites, findings=(_LOOK,), run_findings=(_DRAFT, _LABEL), code=3)

"""Nights that go wrong: nothing can be rendered, texts that are hostile, ten thousand posts."""

from dataclasses import replace
from pathlib import Path

from pipeline.core.model import Severity
from pipeline.core.night import Change, Night, SiteNight
from pipeline.core.results import Verdict
from tests.reasons import changed, other
from tests.report.nights import SLUGS, Files, edition, finding, night


def catastrophe(files: Files) -> Night:
    """Return a night on which nothing could be rendered: the disk is full, and all older attachments stay."""
    editions = []
    for slug in SLUGS:
        for language in ("en", "fr"):
            full = finding(
                "write.failed",
                Severity.ERROR,
                f"build/{slug}/{slug}-{language}.pdf can't be written (No space left on device); what stood "
                f"there is untouched",
                "free the disk, or ask for the right to write there",
                slug=slug,
                language=language,
                file=f"sources/{slug}/{language}.md",
            )
            editions.append(
                edition(
                    slug,
                    language,
                    files.ordinary,
                    full,
                    outcome=Verdict.FAILED,
                    is_kept=True,
                    reason=changed("styles"),
                )
            )
    ledger = finding(
        "build.ledger",
        Severity.WARNING,
        "the ledger was damaged and is set aside; everything was built anew",
        "nothing needs doing; keep the file if you want to find out why, else delete it",
        file="build/.annexe/ledger.sqlite.damaged",
    )
    return night(*editions, run_findings=(ledger,), code=4, memory=None)


def hostile(files: Files) -> Night:
    """Return a night whose every text tries to be more than text."""
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\x1b[31m\u202egnp"
    found = finding("source.yaml", Severity.ERROR, evil, evil, slug=evil, language="en", file=evil, line=1)
    change = Change(reason=other(evil), differences=(evil,), before=files.before, after=files.after)
    one = edition(evil, "en", files.after, found, change=change, file=evil)
    two = edition("../../escape", "en", None, outcome=Verdict.FAILED)
    three = edition("a-post", "x-<b>", files.ordinary)
    site = SiteNight(name=evil, who=evil, findings=(found,))
    return night(one, two, three, sites=(site,), findings=(found,), code=3)


def many(count: int) -> Night:
    """Return a night of so many posts of two editions, of which a tenth has errors; there are no files."""
    one = finding(
        "size.over",
        Severity.ERROR,
        "the attachment is too heavy",
        "make it lighter",
        slug="",
        file="",
        line=4,
    )
    editions = []
    for place in range(count):
        slug = f"a-post-with-a-name-of-usual-length-{place:05}"
        for language in ("en", "fr"):
            own = replace(one, slug=slug, language=language, file=f"sources/{slug}/{language}.md")
            is_bad = place % 10 == 0
            made = edition(
                slug,
                language,
                None,
                *((own,) if is_bad else ()),
                size=150_000,
                sha256="0" * 64,
                points=(),
            )
            editions.append(replace(made, path=Path(f"/nowhere/{slug}-{language}.pdf"), is_kept=is_bad))
    return night(*editions)
